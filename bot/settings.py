"""The settings that a configuration can hold, and what each may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from bot.news.article import topic_key
from bot.news.runs import next_run
from bot.news.source import Source, Unpublished
from bot.news.subscription import Backlog, Filters, Subscription
from bot.news.urls import web_url

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_LONGEST = timedelta(days=36_500)


def duration(value: Any) -> timedelta:
    """Return a duration such as 30s, 10m, 1h30m or 7d; from a second to a hundred years."""
    match = _DURATION.fullmatch(value.replace(" ", "")) if isinstance(value, str) else None
    if not match or not value.strip():
        raise ValueError("not a duration: write for example 30s, 10m, 1h30m or 7d")
    days, hours, minutes, seconds = (min(int(part or 0), 10**10) for part in match.groups())
    length = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    if not 1 <= length <= _LONGEST.total_seconds():
        raise ValueError("a duration is from 1s to 36500d")
    return timedelta(seconds=length)


def _backlog(value: Any) -> Backlog:
    if value == "all":
        return Backlog()
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
        return Backlog(count=value)
    try:
        return Backlog(age=duration(value))
    except ValueError:
        reason = "not a backlog: write a duration such as 24h, a number of articles, or all"
        raise ValueError(reason) from None


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {value!r}: write for example Europe/Berlin") from None
    return value


def _colour(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return int(value[1:], 16)
    raise ValueError('not a colour: write for example "#3b82f6", in quotes')


_Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    WithJsonSchema({"type": "string", "examples": ["30s", "10m", "1h30m", "7d"]}),
]
_Backlog = Annotated[
    Backlog,
    BeforeValidator(_backlog),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["24h", 20, "all"]}),
]
_Colour = Annotated[
    int,
    BeforeValidator(_colour),
    WithJsonSchema({"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}),
]
_Timezone = Annotated[str, AfterValidator(_timezone)]
_Snowflake = Annotated[int, Field(gt=0, lt=1 << 63)]
_Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Section(BaseModel):
    """What all parts of the configuration have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DiscordSettings(Section):
    """How Discord is reached, and where slash commands are published."""

    api_url: Annotated[str, AfterValidator(web_url)] = "https://discord.com/api/v10"
    gateway_url: Annotated[str, Field(pattern="^wss?://")] | None = None
    guild: _Snowflake | None = None


class SourceSettings(Section):
    """A folder of articles."""

    folder: Path
    unpublished: Unpublished = "review"
    watch: bool = True

    @property
    def name(self) -> str:
        """The folder as it is written."""
        return self.folder.as_posix()


class Choice(Section):
    """What is let through, if anything is named, and what is not."""

    include: _Words = ()
    exclude: _Words = ()


class SubscriptionSettings(Section):
    """A channel, what it follows, when, and how it is posted there."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    channel: _Snowflake
    topics: _Words = ()
    post: Literal["each"] = "each"
    schedule: str | None = None
    every: _Duration | None = None
    timezone: _Timezone | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 5
    backlog: _Backlog = Backlog(age=timedelta(hours=24))
    min_quality: Annotated[int, Field(ge=0)] = 0
    providers: Choice = Choice()
    words: Choice = Choice()
    discuss: Literal["none", "thread"] = "none"
    mention: _Snowflake | None = None
    silent: bool = False

    @model_validator(mode="after")
    def _has_one_rhythm(self) -> SubscriptionSettings:
        if (self.schedule is None) == (self.every is None):
            raise ValueError("give it either `schedule` (a crontab) or `every` (a duration)")
        try:
            next_run(self.subscription("UTC"), datetime.now(UTC))
        except ValueError as error:
            raise ValueError(
                f"`schedule: {self.schedule}` is no crontab ({error}): write five fields, "
                'such as "*/10 * * * *" for every ten minutes'
            ) from None
        return self

    def subscription(self, timezone: str) -> Subscription:
        """Return the subscription itself; `timezone` is the one where it names none."""
        return Subscription(
            name=self.name,
            channel_id=self.channel,
            topics=self.topics,
            crontab=self.schedule,
            every=self.every,
            timezone=self.timezone or timezone,
            limit=self.limit,
            backlog=self.backlog,
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


class Settings(Section):
    """The whole configuration."""

    database: Path = Path("var/broadsheet.db")
    timezone: _Timezone = "UTC"
    discord: DiscordSettings = DiscordSettings()
    sources: tuple[SourceSettings, ...] = ()
    subscriptions: tuple[SubscriptionSettings, ...] = ()
    colours: Mapping[str, _Colour] = {}

    def planned(self) -> tuple[Subscription, ...]:
        """Return the subscriptions as the work knows them."""
        return tuple(settings.subscription(self.timezone) for settings in self.subscriptions)

    def articles_from(self) -> tuple[Source, ...]:
        """Return the sources as the work knows them."""
        return tuple(Source(s.name, s.folder, s.unpublished, s.watch) for s in self.sources)

    def topic_colours(self) -> dict[str, int]:
        """Return the colours of topics by topic key."""
        return {topic_key(name): colour for name, colour in self.colours.items()}
