"""An article file, as bytes, read into an Article or refused with line, field and reason."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from bot.errors import ArticleError
from bot.news import document, fields
from bot.news.article import Article, Picture, Provider, Related, topic_key
from bot.news.shape import fit
from bot.news.text import without_controls
from bot.news.urls import canonical
from bot.structs import Frozen

VERSION = 2  # raised whenever the same bytes may read differently: files known are read again
MAX_BYTES = 1 << 20
_MAX_REASON = 200

_END = re.compile(r"\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)")
_OWN_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(fields.FrontMatter))
# What an article cannot do without, and the mark that may hold it back: unread, it might go out.
_REQUIRED = ("title", "publishedDateTime", "webUrl", "originalUrl", "published")


class Note(Frozen):
    """Something an article lists that was left out; the article itself is fine."""

    line: int
    field: str
    reason: str


def parse(data: bytes, *, source: str, slug: str) -> tuple[Article, tuple[Note, ...]]:
    """Return the article in `data`, and what of it was left out.

    Raises ArticleError, and nothing else, whatever `data` is.
    """
    yaml_text, body, offset = _split(_decoded(data))
    try:
        values = document.read(yaml_text)
    except document.DocumentError as error:
        line = error.line + offset if error.line else offset
        raise _refusal(error.reason, line, error.path) from error
    if not isinstance(values, dict):
        raise ArticleError("the front matter is not a list of `key: value` lines", line=offset)
    front, notes = _fields(values, yaml_text, offset)
    url = front.web_url or front.original_url
    if url is None:
        raise ArticleError("missing, as is originalUrl: add one", line=offset, field="webUrl")
    return _article(front, values, str(url), body, (source, slug)), notes


def _fields(
    values: dict[str, Any], yaml_text: str, offset: int
) -> tuple[fields.FrontMatter, tuple[Note, ...]]:
    """Return the front matter as far as it is of use, and notes of what is not."""
    given = {key: value for key, value in values.items() if value not in (None, "")}
    front, misfits = fit(given, fields.FrontMatter, fields.CHECKS, _REQUIRED)
    if front is not None and not misfits:
        return front, ()
    front, misfits = fit(_filled(given), fields.FrontMatter, fields.CHECKS, _REQUIRED)
    lines = document.Lines(yaml_text)
    refusals = [_refusal(m.reason, lines.of(m.path) + offset, m.path) for m in misfits]
    if front is None:
        raise refusals[-1]
    notes = [Note(refusal.line, refusal.field, refusal.reason) for refusal in refusals]
    return front, tuple(sorted(notes, key=lambda note: note.line))


def _filled(value: Any) -> Any:
    """Return a copy of `value` without keys that have no value."""
    if isinstance(value, dict):
        return {key: _filled(part) for key, part in value.items() if part not in (None, "")}
    return [_filled(part) for part in value] if isinstance(value, list) else value


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ArticleError(f"larger than {MAX_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ArticleError("not UTF-8 text: save the file as UTF-8", line=line) from error
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))


def _split(text: str) -> tuple[str, str, int]:
    """Return the front matter, the body, and the lines before the front matter's first."""
    start = len(text) - len(text.lstrip("\ufeff\n \t"))
    head, _, rest = text[start:].partition("\n")
    if head.rstrip() != "---":
        raise ArticleError("no front matter: the first line must be ---", line=1)
    offset = text.count("\n", 0, start) + 1
    end = _END.search(f"\n{rest}")
    if end is None:
        raise ArticleError("the front matter has no end: a second line --- is missing", line=offset)
    return rest[: end.start()], rest[end.end() - 1 :].strip(), offset


def _refusal(reason: str, line: int, path: tuple[str | int, ...]) -> ArticleError:
    field = ".".join(str(part) for part in path)[:_MAX_REASON]
    return ArticleError(reason[:_MAX_REASON], line=line, field=field)


def _pictures(pictures: list[fields.Picture] | None) -> tuple[Picture, ...]:
    return tuple(
        Picture(str(p.url), p.width or 0, p.height or 0, bool(p.is_cached)) for p in pictures or ()
    )


def _provider(provider: fields.Provider | None) -> Provider:
    if provider is None:
        return Provider("")
    return Provider(str(provider.name), str(provider.domain or ""), _pictures(provider.images))


def _score(value: int | None) -> int | None:
    """Return a score, or None for the -1 by which the aggregator says that it has none."""
    return None if value == -1 else value


def _related(related: fields.Related) -> Related:
    moment = related.published_date_time
    return Related(
        title=str(related.title),
        url=str(related.web_url),
        provider=str(related.provider.name) if related.provider else "",
        published_at=moment.value if moment else None,
        excerpt=str(related.excerpt or ""),
        kind=related.type or "article",
        quality=_score(related.quality),
        pictures=_pictures(related.images),
    )


def _article(
    front: fields.FrontMatter, values: dict[str, Any], url: str, body: str, file: tuple[str, str]
) -> Article:
    topics: dict[str, str] = {}
    for name in filter(None, front.topics or ()):
        topics.setdefault(topic_key(name), str(name))
    source, slug = file
    return Article(
        source=source,
        slug=slug,
        url=url,
        canonical_url=canonical(url),
        title=str(front.title),
        published_at=front.published_date_time.value,
        excerpt=str(front.excerpt or ""),
        body=body,
        kind=front.type or "article",
        category=str(front.category or ""),
        language=str(front.language or ""),
        provider=_provider(front.provider),
        topics=tuple(topics.values()),
        quality=_score(front.quality),
        heat=_score(front.heat),
        published=front.published is None or front.published.value,
        pictures=_pictures(front.images),
        related=tuple(_related(related) for related in front.related or ()),
        extra={key: value for key, value in values.items() if key not in _OWN_KEYS},
    )
