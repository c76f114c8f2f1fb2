"""The fields of an article file as the aggregator writes them, and what each may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from bot.news.article import Kind
from bot.news.language import Language, language
from bot.news.text import plain
from bot.news.urls import web_url

_MAX_PARTS = 100  # pictures, related coverage or topics an article may list
_MAX_TEXT = 10_000  # characters of a title or excerpt that are looked at
_MAX_NAME = 200  # characters


class Line(str):
    """Text as one readable line."""


class Title(str):
    """A line that is not empty."""


class Name(str):
    """A line that is short enough to be a name."""


class Url(str):
    """An http or https address."""


class Moment:
    """An aware UTC time."""

    def __init__(self, value: datetime) -> None:
        self.value = value


class Flag:
    """Yes or no."""

    def __init__(self, value: bool) -> None:
        self.value = value


def _line(value: Any) -> Line:
    """Return text as one readable line; a bare number or truth value is taken as written."""
    if isinstance(value, bool | int | float):
        return Line(str(value).lower())
    if not isinstance(value, str):
        raise ValueError("should be text")
    return Line(plain(value[:_MAX_TEXT]))


def _title(value: Any) -> Title:
    if not (line := _line(value)):
        raise ValueError("empty")
    return Title(line)


def _name(value: Any) -> Name:
    if len(line := _line(value)) > _MAX_NAME:
        raise ValueError(f"a name may have {_MAX_NAME} characters at most")
    return Name(line)


def _url(value: Any) -> Url:
    if not isinstance(value, str):
        raise ValueError("should be an address")
    return Url(web_url(value))


def _moment(value: Any) -> Moment:
    """Return an ISO 8601 date or date and time; without an offset it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
        return Moment((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError("not a date such as 2026-05-31T14:00:00Z") from None


def _flag(value: Any) -> Flag:
    """Return a truth value, also one of the words that were YAML's before version 1.2."""
    word = str(value).lower()
    if word not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
        raise ValueError("should be true or false")
    return Flag(word in ("true", "yes", "on", "1"))


CHECKS = {
    Line: _line,
    Title: _title,
    Name: _name,
    Url: _url,
    Moment: _moment,
    Flag: _flag,
    Language: language,
}

_Score = Annotated[int, Meta(ge=-1, le=1_000_000)]
_Size = Annotated[int, Meta(ge=0, le=100_000)]
_Some = Meta(max_length=_MAX_PARTS)


class _Part(Struct, rename="camel", kw_only=True):
    """Part of the front matter; an empty value counts as a missing one."""


class Picture(_Part):
    """A picture."""

    url: Url
    width: _Size | None = None
    height: _Size | None = None
    is_cached: bool | None = None


class Provider(_Part):
    """Who published it."""

    name: Name
    domain: Name | None = None
    images: Annotated[list[Picture], _Some] | None = None


class Related(_Part):
    """Other coverage."""

    title: Title
    web_url: Url
    excerpt: Line | None = None
    published_date_time: Moment | None = None
    type: Kind | None = None
    provider: Provider | None = None
    quality: _Score | None = None
    images: Annotated[list[Picture], _Some] | None = None


class FrontMatter(_Part):
    """The front matter as the aggregator writes it."""

    title: Title
    published_date_time: Moment
    web_url: Url | None = None
    original_url: Url | None = None
    excerpt: Line | None = None
    category: Name | None = None
    language: Language | None = None
    type: Kind | None = None
    quality: _Score | None = None
    heat: _Score | None = None
    published: Flag | None = None
    provider: Provider | None = None
    topics: Annotated[list[Name], _Some] | None = None
    images: Annotated[list[Picture], _Some] | None = None
    related: Annotated[list[Related], _Some] | None = None
