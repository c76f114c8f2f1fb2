"""Whether an article passes a subscription's filters, and if not, why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from bot.news.article import Article, Provider, topic_key
from bot.news.language import passes
from bot.news.subscription import Filters
from bot.news.text import in_one_line

_COMPILED = 256  # lists of phrases that are not compiled anew each time
_FOREIGN = re.compile(r"[^\x00-\x7f]")


def refusal(article: Article, filters: Filters) -> str | None:
    """Return why `filters` hold `article` back, in words, or None if they let it pass."""
    if filters.kind is not None and article.kind != filters.kind:
        return f"type {article.kind}, not {filters.kind}"
    if filters.languages and not passes(article.language, filters.languages):
        if not article.language:
            return "language unknown: say `language:` in its file or for its source"
        return f"language {article.language} is not among those included"
    quality = article.quality
    if quality is not None and quality < filters.min_quality:
        return f"quality {quality} is below {filters.min_quality}"
    if any(_is_by(article.provider, name) for name in filters.not_providers):
        return f"provider {article.provider.name} is excluded"
    if filters.providers and not any(_is_by(article.provider, n) for n in filters.providers):
        return f"provider {article.provider.name or 'unknown'} is not among those included"
    return _wording(article, filters)


def _wording(article: Article, filters: Filters) -> str | None:
    if not filters.words and not filters.not_words:
        return None
    text = _folded(f"{article.title}\n{article.excerpt}\n{article.body}")
    if unwanted := _found(filters.not_words, text):
        return f"has the excluded words “{unwanted}”"
    if filters.words and not _found(filters.words, text):
        return "has none of the included words"
    return None


def _is_by(provider: Provider, name: str) -> bool:
    domain, wanted = provider.domain.casefold(), name.casefold().strip()
    return bool(wanted) and (
        domain == wanted
        or domain.endswith(f".{wanted}")
        or topic_key(provider.name) == topic_key(wanted)
    )


def _found(phrases: tuple[str, ...], folded: str) -> str | None:
    """Return the first of `phrases` that stands in a text, in one look at it."""
    pattern, named = _compiled(phrases)
    found = pattern.search(folded)
    return named[found[0]] if found else None


@lru_cache(maxsize=_COMPILED)
def _compiled(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return what finds any of `phrases` in a folded text, and how what is found was written."""
    named = {folded: phrase for phrase in phrases[::-1] if (folded := _folded(phrase))}
    if not named:
        return re.compile(r"(?!)"), named
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, named))})(?!\w)"), named


def _folded(text: str) -> str:
    """Return `text` without case, accents and odd spacing."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = _FOREIGN.sub(lambda m: "" if unicodedata.combining(m[0]) else m[0], decomposed)
    return in_one_line(text.casefold())
