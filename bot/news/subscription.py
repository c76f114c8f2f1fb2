"""A subscription: what a channel follows, when, and how it is posted there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Manner = Literal["each", "digest"]
NothingNew = Literal["skip", "tell"]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far back a channel starts: by age, by a number of articles, or (neither) with all."""

    age: timedelta | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must be to pass; empty means no such condition.

    Providers are domains (with their subdomains) or names. Words and phrases match whole words,
    without regard to case and accents. An article of unknown quality passes any `min_quality`.
    """

    min_quality: int = 0
    providers: tuple[str, ...] = ()
    not_providers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription; `name` is the key under which it is remembered.

    No topics means all topics. Exactly one of `crontab` and `every` is set; the crontab is read
    in `timezone`. `limit` is posts a run. A digest holds whatever is due, with `repeat` also what
    was posted singly in its channel; `nothing_new` says whether to tell that there is nothing.
    """

    name: str
    channel_id: int
    topics: tuple[str, ...] = ()
    post: Manner = "each"
    crontab: str | None = None
    every: timedelta | None = None
    timezone: str = "UTC"
    limit: int = 5
    backlog: Backlog = Backlog(age=timedelta(hours=24))
    filters: Filters = Filters()
    discuss: Literal["none", "thread"] = "none"
    mention: int | None = None
    silent: bool = False
    repeat: bool = False
    nothing_new: NothingNew = "skip"
