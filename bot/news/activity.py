"""What members make of a story, in numbers alone, and which stories trend by it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.structs import Frozen

# What each adds to how much a story trends, before its age counts.
_QUALITY, _HEAT, _TALK = 35, 25, 40
_REPLY = 2  # what a reply weighs; a reaction weighs 1
_DOUBLINGS = 5  # so often doubled, one more counts no more: fifteen replies, or thirty reactions
_HALVES = 4  # times that a story loses half of its points within the days that are looked at


class Activity(Frozen):
    """Replies in the discussions of a story and reactions on its posts, in one server."""

    replies: int = 0
    reactions: int = 0

    @property
    def weight(self) -> int:
        """How much that is; nothing is 0."""
        return _REPLY * self.replies + self.reactions

    @property
    def share(self) -> float:
        """How much that is of all that counts, from 0 to 1: the first ones count most."""
        return min(math.log2(1 + self.weight) / _DOUBLINGS, 1.0)


class Stirring(Frozen):
    """A story with all that makes it trend."""

    id: int
    published_at: datetime
    quality: int | None
    heat: int | None
    activity: Activity


def trending(stories: Iterable[Stirring], now: datetime, length: timedelta) -> tuple[int, ...]:
    """Return the ids of stories of a time of this length, those that trend most first.

    A story has up to 40 points for what members make of it here, 35 for quality and 25 for heat;
    where these are unknown, as much as the known ones have on average. Every quarter of the time
    halves them. Of equals the later one comes first.
    """
    everything = tuple(stories)
    quality = average(each.quality for each in everything)
    heat = average(each.heat for each in everything)
    half = max(length / _HALVES, timedelta(hours=1))

    def score(each: Stirring) -> float:
        points = (
            _QUALITY * share(each.quality, quality)
            + _HEAT * share(each.heat, heat)
            + _TALK * each.activity.share
        )
        return points * math.pow(0.5, max(now - each.published_at, timedelta()) / half)

    ordered = sorted(everything, key=lambda each: (-score(each), -each.id))
    return tuple(each.id for each in ordered)


def share(value: int | None, unknown: float) -> float:
    """Return which part of a hundred a value is; `unknown` if it is not known."""
    return unknown if value is None else min(max(value, 0), 100) / 100


def average(values: Iterable[int | None]) -> float:
    """Return the average share of the values that are known; a half if none is."""
    known = [share(value, 0.0) for value in values if value is not None]
    # fsum: the order in which they come must not tip a balance
    return math.fsum(known) / len(known) if known else 0.5
