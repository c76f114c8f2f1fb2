"""An article file, as bytes, read into an Article or refused with line, field and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bot.errors import ArticleError
from bot.news import document
from bot.news.article import Article, Kind, Picture, Provider, Related, topic_key
from bot.news.shape import fit
from bot.news.text import plain, without_controls
from bot.news.urls import canonical, web_url

VERSION = 1  # raised whenever the same bytes may read differently: files known are read again
MAX_BYTES = 1 << 20
_MAX_PARTS = 100  # pictures, related coverage or topics an article may list
_MAX_TEXT = 10_000  # characters of a title or excerpt that are looked at
_MAX_NAME = 200  # characters
_MAX_REASON = 200

_REQUIRED = ("title", "publishedDateTime", "webUrl", "originalUrl")


@dataclass(frozen=True, slots=True)
class Note:
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
    fields, notes = _fields(values, yaml_text, offset)
    url = fields.web_url or fields.original_url
    if url is None:
        raise ArticleError("missing", line=offset, field="webUrl")
    return _article(fields, values, str(url), body, (source, slug)), notes


def _fields(
    values: dict[str, Any], yaml_text: str, offset: int
) -> tuple[_FrontMatter, tuple[Note, ...]]:
    """Return the front matter as far as it is of use, and notes of what is not."""
    given = {key: value for key, value in values.items() if value not in (None, "")}
    fields, misfits = fit(given, _FrontMatter, _CHECKS, _REQUIRED)
    if fields is not None and not misfits:
        return fields, ()
    fields, misfits = fit(_filled(given), _FrontMatter, _CHECKS, _REQUIRED)
    lines = document.Lines(yaml_text)
    refusals = [_refusal(m.reason, lines.of(m.path) + offset, m.path) for m in misfits]
    if fields is None:
        raise refusals[-1]
    notes = [Note(refusal.line, refusal.field, refusal.reason) for refusal in refusals]
    return fields, tuple(sorted(notes, key=lambda note: note.line))


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
    position = 0
    while position < len(rest):
        end = rest.find("\n", position)
        end = len(rest) if end < 0 else end
        if rest[position:end].rstrip() in ("---", "..."):
            return rest[:position], rest[end + 1 :].strip(), offset
        position = end + 1
    raise ArticleError("the front matter has no end: a second line --- is missing", line=offset)


def _refusal(reason: str, line: int, path: tuple[str | int, ...]) -> ArticleError:
    field = ".".join(str(part) for part in path)[:_MAX_REASON]
    return ArticleError(reason[:_MAX_REASON], line=line, field=field)


class _Line(str):
    """Text as one readable line."""


class _Title(str):
    """A line that is not empty."""


class _Name(str):
    """A line that is short enough to be a name."""


class _Url(str):
    """An http or https address."""


class _Moment:
    """An aware UTC time."""

    def __init__(self, value: datetime) -> None:
        self.value = value


class _Flag:
    """Yes or no."""

    def __init__(self, value: bool) -> None:
        self.value = value


def _line(value: Any) -> _Line:
    """Return text as one readable line; a bare number or truth value is taken as written."""
    if isinstance(value, bool | int | float):
        return _Line(str(value).lower())
    if not isinstance(value, str):
        raise ValueError("should be text")
    return _Line(plain(value[:_MAX_TEXT]))


def _title(value: Any) -> _Title:
    if not (line := _line(value)):
        raise ValueError("empty")
    return _Title(line)


def _name(value: Any) -> _Name:
    if len(line := _line(value)) > _MAX_NAME:
        raise ValueError(f"a name may have {_MAX_NAME} characters at most")
    return _Name(line)


def _url(value: Any) -> _Url:
    if not isinstance(value, str):
        raise ValueError("should be an address")
    return _Url(web_url(value))


def _moment(value: Any) -> _Moment:
    """Return an ISO 8601 date or date and time; without an offset it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
        return _Moment((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError("not a date such as 2026-05-31T14:00:00Z") from None


def _flag(value: Any) -> _Flag:
    """Return a truth value, also one of the words that were YAML's before version 1.2."""
    word = str(value).lower()
    if word not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
        raise ValueError("should be true or false")
    return _Flag(word in ("true", "yes", "on", "1"))


_CHECKS = {
    _Line: _line,
    _Title: _title,
    _Name: _name,
    _Url: _url,
    _Moment: _moment,
    _Flag: _flag,
}

_Score = Annotated[int, Meta(ge=-1, le=1_000_000)]
_Size = Annotated[int, Meta(ge=0, le=100_000)]
_Some = Meta(max_length=_MAX_PARTS)


class _Part(Struct, rename="camel", kw_only=True):
    """Part of the front matter; an empty value counts as a missing one."""


class _Picture(_Part):
    url: _Url
    width: _Size | None = None
    height: _Size | None = None
    is_cached: bool | None = None


class _Provider(_Part):
    name: _Name
    domain: _Name | None = None
    images: Annotated[list[_Picture], _Some] | None = None


class _Related(_Part):
    title: _Title
    web_url: _Url
    excerpt: _Line | None = None
    published_date_time: _Moment | None = None
    type: Kind | None = None
    provider: _Provider | None = None
    quality: _Score | None = None
    images: Annotated[list[_Picture], _Some] | None = None


class _FrontMatter(_Part):
    """The front matter as the aggregator writes it."""

    title: _Title
    published_date_time: _Moment
    web_url: _Url | None = None
    original_url: _Url | None = None
    excerpt: _Line | None = None
    category: _Name | None = None
    type: Kind | None = None
    quality: _Score | None = None
    heat: _Score | None = None
    published: _Flag | None = None
    provider: _Provider | None = None
    topics: Annotated[list[_Name], _Some] | None = None
    images: Annotated[list[_Picture], _Some] | None = None
    related: Annotated[list[_Related], _Some] | None = None


_OWN_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(_FrontMatter))


def _pictures(pictures: list[_Picture] | None) -> tuple[Picture, ...]:
    return tuple(
        Picture(str(p.url), p.width or 0, p.height or 0, bool(p.is_cached)) for p in pictures or ()
    )


def _provider(provider: _Provider | None) -> Provider:
    if provider is None:
        return Provider("")
    return Provider(str(provider.name), str(provider.domain or ""), _pictures(provider.images))


def _score(value: int | None) -> int | None:
    """Return a score, or None for the -1 by which the aggregator says that it has none."""
    return None if value == -1 else value


def _related(related: _Related) -> Related:
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
    fields: _FrontMatter, values: dict[str, Any], url: str, body: str, file: tuple[str, str]
) -> Article:
    topics = {topic_key(name): str(name) for name in reversed(fields.topics or ()) if name}
    source, slug = file
    return Article(
        source=source,
        slug=slug,
        url=url,
        canonical_url=canonical(url),
        title=str(fields.title),
        published_at=fields.published_date_time.value,
        excerpt=str(fields.excerpt or ""),
        body=body,
        kind=fields.type or "article",
        category=str(fields.category or ""),
        provider=_provider(fields.provider),
        topics=tuple(reversed(topics.values())),
        quality=_score(fields.quality),
        heat=_score(fields.heat),
        published=fields.published is None or fields.published.value,
        pictures=_pictures(fields.images),
        related=tuple(_related(related) for related in fields.related or ()),
        extra={key: value for key, value in values.items() if key not in _OWN_KEYS},
    )
