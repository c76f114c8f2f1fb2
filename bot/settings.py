"""The settings that a configuration can hold, and what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from bot.news.article import Kind, topic_key
from bot.news.language import Language
from bot.news.post import BY_HAND
from bot.news.shape import Misfit, fit
from bot.news.source import Source, Unpublished
from bot.news.subscription import (
    MADE_IN_DISCORD,
    Filters,
    FollowUps,
    Manner,
    NothingNew,
    Retractions,
    Sort,
    Subscription,
)
from bot.news.text import in_one_line
from bot.notation import (
    CHECKS,
    ApiUrl,
    BacklogText,
    Colour,
    Crontab,
    Duration,
    FilePath,
    GatewayUrl,
    Question,
    QuietText,
    Timezone,
)
from bot.structs import Frozen, field, replace, to_builtins

_Snowflake = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
RESERVED = (
    f"no `name` may be {BY_HAND!r}, which is what staff posts, or begin with {MADE_IN_DISCORD!r}"
)
DIGESTS_ALONE = "`repeat`, `sort` and `nothing_new` are for digests"

# How long nobody writes until Discord puts a discussion away: all that it knows.
_Archive = Literal["1h", "1d", "3d", "7d"]
_Tag = Annotated[str, Meta(min_length=1, max_length=20)]
_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_Words = tuple[Annotated[str, Meta(min_length=1)], ...]
_PHRASES = 50  # each of them is looked for in every article
_Phrases = Annotated[_Words, Meta(max_length=_PHRASES)]


class Section(Frozen, forbid_unknown_fields=True):
    """What all parts of the configuration have in common."""


class DiscordSettings(Section, kw_only=True):
    """How Discord is reached, and where slash commands are published."""

    api_url: ApiUrl = field(default_factory=partial(ApiUrl, "https://discord.com/api/v10"))
    gateway_url: GatewayUrl | None = None
    guild: _Snowflake | None = None
    subscriptions_per_server: Annotated[int, Meta(ge=0, le=1000)] = 50


class SourceSettings(Section, kw_only=True):
    """A folder of articles."""

    folder: FilePath
    unpublished: Unpublished = "review"
    watch: bool = True
    language: Language | None = None

    def source(self) -> Source:
        """Return the source as the work knows it, called like its folder is written."""
        folder = self.folder.path
        language = str(self.language or "")
        return Source(folder.as_posix(), folder, self.unpublished, self.watch, language)


class ReviewSettings(Section, kw_only=True):
    """Where staff decides about articles that are held, and how far back that begins."""

    channel: _Snowflake | None = None
    backlog: Duration = field(default_factory=partial(Duration, "24h"))


class Choice(Section, kw_only=True):
    """What is let through, if anything is named, and what is not."""

    include: _Words = ()
    exclude: _Words = ()


class Wording(Section, kw_only=True):
    """Words and phrases of which an article must have one, and those it may not have."""

    include: _Phrases = ()
    exclude: _Phrases = ()


class SubscriptionSettings(Section, kw_only=True):
    """A channel, what it follows, when, and how it is posted there."""

    name: _Name
    channel: _Snowflake
    topics: _Words = ()
    match: Literal["any", "all"] = "any"
    post: Manner = "each"
    schedule: Crontab | None = None
    every: Duration | None = None
    timezone: Timezone | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 5
    backlog: BacklogText = field(default_factory=partial(BacklogText, "24h"))
    min_quality: Annotated[int, Meta(ge=0)] = 0
    type: Kind | None = None
    languages: tuple[Language, ...] = ()
    providers: Choice = Choice()
    words: Wording = Wording()
    quiet: QuietText | None = None
    hourly: Annotated[int, Meta(ge=1, le=1000)] | None = None
    discuss: Literal["none", "thread"] = "none"
    archive_after: _Archive | None = None
    reopen_within: Duration = field(default_factory=partial(Duration, "30d"))
    follow_ups: FollowUps = "thread"
    opening: bool = False
    fallback_tag: _Tag | None = None
    mention: _Snowflake | None = None
    silent: bool = False
    retractions: Retractions = "mark"
    crosspost: bool = True
    repeat: bool = False
    sort: Sort = "best"
    nothing_new: NothingNew = "skip"
    paused: bool = False

    def __post_init__(self) -> None:
        if self.name == BY_HAND or self.name.startswith(MADE_IN_DISCORD):
            raise ValueError(f"{RESERVED}: choose another")
        if "" in map(topic_key, self.topics):
            raise ValueError("a topic is empty: name it, or leave `topics` out to follow all")
        if (self.schedule is None) == (self.every is None):
            raise ValueError("give it either `schedule` (a crontab) or `every` (a duration)")
        digest = self.repeat or self.sort != "best" or self.nothing_new != "skip"
        if self.post == "each" and digest:
            raise ValueError(f"{DIGESTS_ALONE}: add `post: digest` or take them out")

    def subscription(self, timezone: str) -> Subscription:
        """Return the subscription itself; `timezone` is the one where it names none."""
        return Subscription(
            name=self.name,
            channel_id=self.channel,
            topics=tuple(map(in_one_line, self.topics)),
            match=self.match,
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
                self.type,
                tuple(dict.fromkeys(map(str, self.languages))),
            ),
            quiet=self.quiet.quiet if self.quiet else None,
            hourly=self.hourly,
            discuss=self.discuss,
            archive_after=Duration(self.archive_after).length if self.archive_after else None,
            reopen_within=self.reopen_within.length,
            follow_ups=self.follow_ups,
            opening=self.opening,
            fallback_tag=self.fallback_tag or "",
            mention=self.mention,
            silent=self.silent,
            retractions=self.retractions,
            crosspost=self.crosspost,
            post=self.post,
            # What is discussed was mostly posted singly before.
            repeat=self.repeat or self.sort == "discussed",
            sort=self.sort,
            nothing_new=self.nothing_new,
        )


class Settings(Section, kw_only=True):
    """The whole configuration."""

    database: FilePath = field(default_factory=partial(FilePath, "var/broadsheet.db"))
    timezone: Timezone = field(default_factory=partial(Timezone, "UTC"))
    discord: DiscordSettings = field(default_factory=DiscordSettings)
    sources: tuple[SourceSettings, ...] = ()
    review: ReviewSettings = field(default_factory=ReviewSettings)
    subscriptions: tuple[SubscriptionSettings, ...] = ()
    questions: Annotated[tuple[Question, ...], Meta(max_length=100)] = ()
    colours: dict[str, Colour] = field(default_factory=dict)

    def planned(self) -> tuple[Subscription, ...]:
        """Return the subscriptions as the work knows them, without those that are paused."""
        return tuple(s.subscription(self.timezone) for s in self.subscriptions if not s.paused)

    def staffed(self) -> tuple[Subscription, ...]:
        """Return where staff is told, in the form of a subscription: there too the bot writes."""
        channel = self.review.channel
        return (Subscription(name="review", channel_id=channel),) if channel else ()

    def articles_from(self) -> tuple[Source, ...]:
        """Return the sources as the work knows them."""
        return tuple(settings.source() for settings in self.sources)

    def topic_colours(self) -> dict[str, int]:
        """Return the colours of topics by topic key."""
        return {topic_key(name): int(colour[1:], 16) for name, colour in self.colours.items()}

    def with_database(self, path: Path) -> Settings:
        """Return the same settings with another database."""
        return replace(self, database=FilePath(path))


def subscription_settings(
    values: Mapping[str, Any],
) -> tuple[SubscriptionSettings | None, tuple[Misfit, ...]]:
    """Return one subscription as it was written, and all that is wrong with it."""
    return fit(values, SubscriptionSettings, CHECKS)


def written(settings: SubscriptionSettings) -> dict[str, Any]:
    """Return a subscription as it is written in a file: plain values, and no defaults."""
    values: dict[str, Any] = to_builtins(settings, enc_hook=str)
    plain = SubscriptionSettings(name="-", channel=1, every=Duration("1s"))
    usual: dict[str, Any] = to_builtins(plain, enc_hook=str) | {"every": None}
    return {key: _listed(value) for key, value in values.items() if value != usual[key]}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):  # of a choice, what is named
        return {key: list(words) for key, words in value.items() if words}
    return list(value) if isinstance(value, tuple) else value
