"""An article file, as bytes, read into an Article or refused with line, field and reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.errors import ArticleError
from bot.news import document
from bot.news.article import Article, Kind, Picture, Provider, Related, topic_key
from bot.news.text import plain, without_controls
from bot.news.urls import canonical, web_url

VERSION = 1  # raised whenever the same bytes may read differently: files known are read again
MAX_BYTES = 1 << 20
_MAX_PARTS = 100  # pictures, related coverage or topics an article may list
_MAX_TEXT = 10_000  # characters of a title or excerpt that are looked at
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
    url = fields.webUrl or fields.originalUrl
    if url is None:
        raise ArticleError("missing", line=offset, field="webUrl")
    return _article(fields, url, body, source, slug), notes


def _fields(
    values: dict[str, Any], yaml_text: str, offset: int
) -> tuple[_Fields, tuple[Note, ...]]:
    """Return the validated front matter and notes of the parts that it can do without."""
    notes: list[Note] = []
    lines: document.Lines | None = None
    while True:
        try:
            return _Fields.model_validate(values), tuple(sorted(notes, key=lambda n: n.line))
        except ValidationError as error:
            lines = lines or document.Lines(yaml_text)
            values, left_out = _left_out(values, error, lines, offset)
            notes += left_out


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
    start = len(text) - len(text.lstrip("\n \t"))
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


def _left_out(
    values: dict[str, Any], error: ValidationError, lines: document.Lines, offset: int
) -> tuple[dict[str, Any], list[Note]]:
    """Return `values` without the parts that `error` names; raise if a required one is named."""
    doomed: dict[tuple[str | int, ...], Note] = {}
    for problem in error.errors(include_url=False, include_input=False):
        path = problem["loc"]
        reason = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
        if problem["type"] == "missing":
            reason = "missing"
        refusal = _refusal(reason, lines.of(path) + offset, path)
        if not path or path[0] in _REQUIRED:
            raise refusal
        doomed.setdefault(_part(path), Note(refusal.line, refusal.field, refusal.reason))
    return _without(values, doomed.keys(), ()), list(doomed.values())


def _part(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the smallest part of an article around `path` that it can do without."""
    for end in range(len(path), 0, -1):
        if isinstance(path[end - 1], int):
            return path[:end]
    return path[:1]


def _without(value: Any, doomed: Collection[tuple[str | int, ...]], path: tuple[Any, ...]) -> Any:
    """Return a copy of `value` without what stands at the `doomed` paths."""
    if isinstance(value, dict):
        parts = {key: (*path, key) for key in value}
        return {k: _without(value[k], doomed, p) for k, p in parts.items() if p not in doomed}
    if isinstance(value, list):
        places = [(*path, index) for index in range(len(value))]
        return [
            _without(v, doomed, p) for v, p in zip(value, places, strict=True) if p not in doomed
        ]
    return value


def _moment(value: Any) -> datetime:
    """Return an ISO 8601 date or date and time as UTC; without an offset it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("not a date such as 2026-05-31T14:00:00Z") from None


def _line(value: Any) -> Any:
    """Return text as one readable line; a bare number or truth value is taken as written."""
    if isinstance(value, bool | int | float):
        return str(value)
    return plain(value[:_MAX_TEXT]) if isinstance(value, str) else value


def _known(value: Any) -> Any:
    """Return a score, or None for the -1 by which the aggregator says that it has none."""
    return None if value == -1 else value


_Text = Annotated[str, BeforeValidator(_line)]
_Name = Annotated[str, BeforeValidator(_line), Field(max_length=200)]
_Url = Annotated[str, AfterValidator(web_url)]
_UrlIfAny = Annotated[_Url | None, BeforeValidator(lambda value: value or None)]
_Moment = Annotated[datetime, BeforeValidator(_moment)]
_Score = Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(_known)]
_Size = Annotated[int, Field(ge=0, le=100_000)]
_Some = Field(default=None, max_length=_MAX_PARTS)


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Picture(_Part):
    url: _Url
    width: _Size | None = None
    height: _Size | None = None
    isCached: bool | None = None  # noqa: N815


class _Provider(_Part):
    name: _Name
    domain: _Name | None = None
    images: list[_Picture] | None = _Some


class _Related(_Part):
    title: _Text
    webUrl: _Url  # noqa: N815
    excerpt: _Text | None = None
    publishedDateTime: _Moment | None = None  # noqa: N815
    type: Kind | None = None
    provider: _Provider | None = None
    quality: _Score = None
    images: list[_Picture] | None = _Some


class _Fields(_Part):
    """The front matter as the aggregator writes it; an empty value counts as a missing one."""

    title: Annotated[_Text, Field(min_length=1)]
    publishedDateTime: _Moment  # noqa: N815
    webUrl: _UrlIfAny = None  # noqa: N815
    originalUrl: _UrlIfAny = None  # noqa: N815
    excerpt: _Text | None = None
    category: _Name | None = None
    type: Kind | None = None
    quality: _Score = None
    heat: _Score = None
    published: bool | None = None
    provider: _Provider | None = None
    topics: list[_Name] | None = _Some
    images: list[_Picture] | None = _Some
    related: list[_Related] | None = _Some


def _pictures(pictures: list[_Picture] | None) -> tuple[Picture, ...]:
    return tuple(
        Picture(p.url, p.width or 0, p.height or 0, bool(p.isCached)) for p in pictures or ()
    )


def _related(related: _Related) -> Related:
    return Related(
        title=related.title,
        url=related.webUrl,
        provider=related.provider.name if related.provider else "",
        published_at=related.publishedDateTime,
        excerpt=related.excerpt or "",
        kind=related.type or "article",
        quality=related.quality,
        pictures=_pictures(related.images),
    )


def _article(fields: _Fields, url: str, body: str, source: str, slug: str) -> Article:
    provider = fields.provider
    topics = {topic_key(name): name for name in reversed(fields.topics or ()) if name}
    return Article(
        source=source,
        slug=slug,
        url=url,
        canonical_url=canonical(url),
        title=fields.title,
        published_at=fields.publishedDateTime,
        excerpt=fields.excerpt or "",
        body=body,
        kind=fields.type or "article",
        category=fields.category or "",
        provider=Provider(provider.name, provider.domain or "", _pictures(provider.images))
        if provider
        else Provider(""),
        topics=tuple(reversed(topics.values())),
        quality=fields.quality,
        heat=fields.heat,
        published=fields.published is not False,
        pictures=_pictures(fields.images),
        related=tuple(_related(related) for related in fields.related or () if related.title),
        extra=fields.model_extra or {},
    )
