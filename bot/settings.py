"""The settings that a configuration can hold, and what each may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct, field

from bot.news.article import topic_key
from bot.news.runs import next_run
from bot.news.source import Source, Unpublished
from bot.news.subscription import Backlog, Filters, Subscription
from bot.news.urls import web_url

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_LONGEST = 36_500 * 86_400  # seconds


class Duration(str):
    """A length of time as it is written: 30s, 10m, 1h30m, 7d."""

    @property
    def length(self) -> timedelta:
        """The length; raises ValueError if the text is none, from a second to a hundred years."""
        match = _DURATION.fullmatch(self.replace(" ", ""))
        if not match or not self.strip():
            raise ValueError("not a duration: write for example 30s, 10m, 1h30m or 7d")
        days, hours, minutes, seconds = (min(int(part or 0), 10**10) for part in match.groups())
        length = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
        if not 1 <= length <= _LONGEST:
            raise ValueError("a duration is from 1s to 36500d")
        return timedelta(seconds=length)


class BacklogText(str):
    """How far back a channel starts, as it is written: 24h, 20, all."""

    @property
    def backlog(self) -> Backlog:
        """The backlog; raises ValueError if the text is none."""
        if self == "all":
            return Backlog()
        if self.isascii() and self.isdigit() and len(self) < 8:
            return Backlog(count=int(self))
        try:
            return Backlog(age=Duration(self).length)
        except ValueError:
            reason = "not a backlog: write a duration such as 24h, a number of articles, or all"
            raise ValueError(reason) from None


class Timezone(str):
    """A time zone's name in the IANA database."""


class Crontab(str):
    """Five fields of a crontab."""


class Colour(str):
    """A colour as #rrggbb."""


class FilePath(str):
    """A file or folder, as it is written."""

    @property
    def path(self) -> Path:
        """The path, relative to where the program runs unless it begins at the root."""
        return Path(self)


class ApiUrl(str):
    """An http or https address."""


_Snowflake = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_Words = tuple[Annotated[str, Meta(min_length=1)], ...]


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts of the configuration have in common."""


class DiscordSettings(Section, frozen=True, kw_only=True):
    """How Discord is reached, and where slash commands are published."""

    api_url: ApiUrl = field(default_factory=partial(ApiUrl, "https://discord.com/api/v10"))
    gateway_url: Annotated[str, Meta(pattern="^wss?://")] | None = None
    guild: _Snowflake | None = None


class SourceSettings(Section, frozen=True, kw_only=True):
    """A folder of articles."""

    folder: FilePath
    unpublished: Unpublished = "review"
    watch: bool = True

    def source(self) -> Source:
        """Return the source as the work knows it, called like its folder is written."""
        folder = self.folder.path
        return Source(folder.as_posix(), folder, self.unpublished, self.watch)


class Choice(Section, frozen=True, kw_only=True):
    """What is let through, if anything is named, and what is not."""

    include: _Words = ()
    exclude: _Words = ()


class SubscriptionSettings(Section, frozen=True, kw_only=True):
    """A channel, what it follows, when, and how it is posted there."""

    name: _Name
    channel: _Snowflake
    topics: _Words = ()
    post: Literal["each"] = "each"
    schedule: Crontab | None = None
    every: Duration | None = None
    timezone: Timezone | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 5
    backlog: BacklogText = field(default_factory=partial(BacklogText, "24h"))
    min_quality: Annotated[int, Meta(ge=0)] = 0
    providers: Choice = Choice()
    words: Choice = Choice()
    discuss: Literal["none", "thread"] = "none"
    mention: _Snowflake | None = None
    silent: bool = False

    def __post_init__(self) -> None:
        if (self.schedule is None) == (self.every is None):
            raise ValueError("give it either `schedule` (a crontab) or `every` (a duration)")

    def subscription(self, timezone: str) -> Subscription:
        """Return the subscription itself; `timezone` is the one where it names none."""
        return Subscription(
            name=self.name,
            channel_id=self.channel,
            topics=self.topics,
            crontab=self.schedule,
            every=self.every.length if self.every else None,
            timezone=self.timezone or timezone,
            limit=self.limit,
            backlog=self.backlog.backlog,
            filters=Filters(
                self.min_quality,
                self.providers.include,
                self.providers.exclude,
                self.words.include,
                self.words.exclude,
            ),
            discuss=self.discuss,
            mention=self.mention,
            silent=self.silent,
        )


class Settings(Section, frozen=True, kw_only=True):
    """The whole configuration."""

    database: FilePath = field(default_factory=partial(FilePath, "var/broadsheet.db"))
    timezone: Timezone = field(default_factory=partial(Timezone, "UTC"))
    discord: DiscordSettings = field(default_factory=DiscordSettings)
    sources: tuple[SourceSettings, ...] = ()
    subscriptions: tuple[SubscriptionSettings, ...] = ()
    colours: dict[str, Colour] = {}

    def planned(self) -> tuple[Subscription, ...]:
        """Return the subscriptions as the work knows them."""
        return tuple(settings.subscription(self.timezone) for settings in self.subscriptions)

    def articles_from(self) -> tuple[Source, ...]:
        """Return the sources as the work knows them."""
        return tuple(settings.source() for settings in self.sources)

    def topic_colours(self) -> dict[str, int]:
        """Return the colours of topics by topic key."""
        return {topic_key(name): int(colour[1:], 16) for name, colour in self.colours.items()}

    def with_database(self, path: Path) -> Settings:
        """Return the same settings with another database."""
        return msgspec.structs.replace(self, database=FilePath(path))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("should be text")
    return value


def _duration(value: Any) -> Duration:
    duration = Duration(value if isinstance(value, str) else "")
    _ = duration.length
    return duration


def _backlog(value: Any) -> BacklogText:
    backlog = BacklogText(value if isinstance(value, str | int) else "")
    _ = backlog.backlog
    return backlog


def _timezone(value: Any) -> Timezone:
    name = _text(value)
    try:
        return Timezone(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}: write for example Europe/Berlin") from None


def _crontab(value: Any) -> Crontab:
    crontab = Crontab(value if isinstance(value, str) else "")
    try:
        next_run(Subscription("", 0, crontab=crontab), datetime.now(UTC))
    except ValueError as error:
        raise ValueError(
            f'no crontab ({error}): write five fields, such as "*/10 * * * *" for every ten minutes'
        ) from None
    return crontab


def _colour(value: Any) -> Colour:
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return Colour(value)
    raise ValueError('not a colour: write for example "#3b82f6", in quotes')


CHECKS: dict[Any, Callable[[Any], Any]] = {
    Duration: _duration,
    BacklogText: _backlog,
    Timezone: _timezone,
    Crontab: _crontab,
    Colour: _colour,
    ApiUrl: lambda value: ApiUrl(web_url(_text(value))),
    FilePath: lambda value: FilePath(_text(value)),
}
