"""A subscription: what a channel follows, when, and how it is posted there."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Literal

from bot.news.article import Kind
from bot.structs import Frozen

Manner = Literal["each", "digest"]
Sort = Literal["best", "discussed"]
NothingNew = Literal["skip", "tell"]
Match = Literal["any", "all"]
FollowUps = Literal["thread", "post"]
Retractions = Literal["mark", "delete", "leave"]

MADE_IN_DISCORD = "discord:"  # how the keys of subscriptions begin that no file holds


class Backlog(Frozen):
    """How far back a channel starts: by age, by a number of articles, or (neither) with all."""

    age: timedelta | None = None
    count: int | None = None


class Filters(Frozen):
    """What an article must be to pass; empty means no such condition.

    Providers are domains (with their subdomains) or names. Words and phrases match whole words,
    without regard to case and accents. An article of unknown quality passes any `min_quality`, one
    of unknown language no `languages`: those are tags, each of which stands for narrower ones too.
    """

    min_quality: int = 0
    providers: tuple[str, ...] = ()
    not_providers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    kind: Kind | None = None
    languages: tuple[str, ...] = ()


class Terms(Frozen):
    """What makes an article one of a subscription's; each is as `Subscription` says."""

    topics: tuple[str, ...] = ()
    match: Match = "any"
    filters: Filters = Filters()
    repeat: bool = False


class Quiet(Frozen):
    """Hours of the day, by the clock on the wall, in which nothing is posted; `end` is after them.

    They go past midnight where the end is earlier than the start; the two differ.
    """

    start: time
    end: time


class Subscription(Frozen):
    """One subscription.

    No topics means all topics; `match` says whether an article must have any or all of them.
    Exactly one of `crontab` and `every` is set; the crontab and the quiet hours are read in
    `timezone`. `limit` is posts a run, `hourly` the most posts an hour in the channel, whatever
    made them. `id` and `guild_id` are set for one that was made in Discord: in which server.
    A digest holds whatever is due, with `repeat` also what was posted singly in its channel; with
    `sort` "discussed" only what members of the server make anything of, that of which most first.
    `nothing_new` says whether to tell that there is nothing. Discussions are put away once nobody
    has written for `archive_after` (None: as their channel says), and opened again only up to
    `reopen_within` after they began. `follow_ups` says whether a further report of a story goes
    into the discussion that it has, or is a post like any other; `retractions` what becomes of a
    post whose article is withdrawn; `opening` whether the bot begins discussions. `fallback_tag` is
    for a forum that wants a tag on each post, where it has none that is called like a topic. With
    `crosspost`, posts in an announcement channel are published to the servers that follow it.
    """

    name: str
    channel_id: int
    topics: tuple[str, ...] = ()
    match: Match = "any"
    post: Manner = "each"
    crontab: str | None = None
    every: timedelta | None = None
    timezone: str = "UTC"
    limit: int = 5
    backlog: Backlog = Backlog(age=timedelta(hours=24))
    filters: Filters = Filters()
    quiet: Quiet | None = None
    hourly: int | None = None
    discuss: Literal["none", "thread"] = "none"
    archive_after: timedelta | None = None
    reopen_within: timedelta = timedelta(days=30)
    follow_ups: FollowUps = "thread"
    opening: bool = False
    fallback_tag: str = ""
    mention: int | None = None
    silent: bool = False
    retractions: Retractions = "mark"
    crosspost: bool = True
    repeat: bool = False
    sort: Sort = "best"
    nothing_new: NothingNew = "skip"
    id: int | None = None
    guild_id: int | None = None

    @property
    def is_paced(self) -> bool:
        """Whether quiet hours or a budget may hold back what is due."""
        return self.quiet is not None or self.hourly is not None

    @property
    def key(self) -> str:
        """Under which it is remembered: one of a file by its name, which stays the same."""
        return self.name if self.id is None else f"{MADE_IN_DISCORD}{self.id}"

    @property
    def terms(self) -> Terms:
        """What makes an article one of its own."""
        return Terms(self.topics, self.match, self.filters, self.repeat)
