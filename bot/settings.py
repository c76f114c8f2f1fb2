"""The settings that a configuration can hold, and what each may be."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from bot.news.article import topic_key
from bot.news.source import Source, Unpublished
from bot.news.subscription import Filters, Manner, NothingNew, Subscription
from bot.notation import (
    ApiUrl,
    BacklogText,
    Colour,
    Crontab,
    Duration,
    FilePath,
    GatewayUrl,
    Timezone,
)

_Snowflake = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_Words = tuple[Annotated[str, Meta(min_length=1)], ...]


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts of the configuration have in common."""


class DiscordSettings(Section, frozen=True, kw_only=True):
    """How Discord is reached, and where slash commands are published."""

    api_url: ApiUrl = field(default_factory=partial(ApiUrl, "https://discord.com/api/v10"))
    gateway_url: GatewayUrl | None = None
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
    post: Manner = "each"
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
    repeat: bool = False
    nothing_new: NothingNew = "skip"

    def __post_init__(self) -> None:
        if (self.schedule is None) == (self.every is None):
            raise ValueError("give it either `schedule` (a crontab) or `every` (a duration)")
        if self.post == "each" and (self.repeat or self.nothing_new != "skip"):
            raise ValueError(
                "`repeat` and `nothing_new` are for digests: add `post: digest` or take them out"
            )

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
            post=self.post,
            repeat=self.repeat,
            nothing_new=self.nothing_new,
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
