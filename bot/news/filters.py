"""Whether an article passes a subscription's filters, and if not, why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.news.article import Article, Provider, topic_key
from bot.news.subscription import Filters


def refusal(article: Article, filters: Filters) -> str | None:
    """Return why `filters` hold `article` back, in words, or None if they let it pass."""
    if filters.kind is not None and article.kind != filters.kind:
        return f"type {article.kind}, not {filters.kind}"
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


def _found(phrases: Sequence[str], folded: str) -> str | None:
    for phrase in phrases:
        words = r"\s+".join(re.escape(word) for word in _folded(phrase).split())
        if words and re.search(rf"(?<!\w){words}(?!\w)", folded):
            return phrase
    return None


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
