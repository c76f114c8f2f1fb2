"""The tally: what members do with posts, counted as it happens and after a time away.

Nothing is kept of it but numbers: who wrote or reacted is not even looked at.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.news.runs import pause_after
from bot.store import activity
from bot.store.activity import Place, Reacted, Written
from bot.store.database import Database
from bot.structs import Frozen, Struct, field

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)  # how often what was heard is written down
_FIRST = timedelta(days=30)  # how far back discussions are read when nothing was ever counted
_LATELY = timedelta(days=14)  # how old a post is whose reactions are looked at after a time away
_MOST = 300  # posts whose reactions are looked at then
_PATIENT = 3  # looks around in vain until one place that does not answer is passed over
_TROUBLE = (ChannelClosed, FateUnknown, PostRefused)


class Discussed(Frozen):
    """A discussion as Discord lists it: its server, and its last message."""

    guild_id: int
    last: int


class Observer(Protocol):
    """Looks at what members did; raises ChannelClosed, PostRefused or FateUnknown."""

    async def discussions(
        self, channel_ids: Sequence[int], since: datetime, *, patient: bool
    ) -> Mapping[int, Discussed]:
        """Return the discussions in channels in which anybody may have written since, by id.

        A channel that the bot cannot see has none, nor has one that does not answer just now,
        unless it is `patient`: then it raises.
        """

    async def replies(self, thread_id: int, after: int) -> list[int]:
        """Return the ids of what members wrote in a discussion after a message."""

    async def reactions(self, place: Place) -> tuple[int, int] | None:
        """Return the server of a post and how many reactions of members it has; None if gone."""


class Tally(Struct):
    """Hears of replies and reactions, and counts those of posts; of all others nothing is kept."""

    database: Database
    clock: Callable[[], datetime]
    _replies: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    _reactions: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    _erased: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _closed: set[int] = field(default_factory=set)
    _unsure: set[int] = field(default_factory=set)
    _missed: datetime | None = None
    _failures: int = 0
    _again: datetime | None = None

    def wrote(self, guild_id: int, thread_id: int, message_id: int) -> None:
        """Hear that a member wrote in a thread."""
        self._replies[guild_id, thread_id].add(message_id)

    def erased(self, thread_id: int, message_ids: Iterable[int]) -> None:
        """Hear that messages of a thread were deleted."""
        self._erased[thread_id].update(message_ids)

    def closed(self, thread_id: int) -> None:
        """Hear that a thread was deleted, with all that was written there."""
        self._closed.add(thread_id)

    def reacted(self, guild_id: int, message_id: int, change: int) -> None:
        """Hear that a member reacted, or (-1) took it back."""
        self._reactions[guild_id, message_id] += change

    def missed(self, until: datetime) -> None:
        """Hear that something may have happened that nobody told of, but for what came later."""
        self._missed, self._again = until, None

    def unsure(self, message_id: int) -> None:
        """Hear that a message has other reactions now, nobody knows how many."""
        self._unsure.add(message_id)

    async def settle(self, observer: Observer) -> None:
        """Count what was missed, then write down what was heard; raises StoreError."""
        await self._uncount()
        if self._again is None or self.clock() >= self._again:
            missed, unsure = self._missed, self._unsure
            self._missed, self._unsure, self._again = None, set(), None
            try:
                if missed:
                    await self._catch_up(observer, missed)
                if unsure:
                    await self._look(observer, await activity.at(self.database, unsure))
            except BaseException as error:
                self._missed, self._unsure = self._missed or missed, unsure | self._unsure
                if not isinstance(error, _TROUBLE):
                    raise
                self._failures += 1
                pause = pause_after(self._failures, random.random(), error.wait)
                self._again = self.clock() + pause
                log.warning("activity not counted retry_at=%s reason=%s", self._again, error)
            else:
                self._failures = 0
        if not self._missed:  # else what was missed would pass for counted
            await self._write()

    async def _uncount(self) -> None:
        """Let what was deleted count no more; before all else, as later on it would seem counted.

        If that fails, it stays heard.
        """
        if not (self._erased or self._closed):
            return
        erased, self._erased = self._erased, defaultdict(set)
        closed, self._closed = self._closed, set()
        for where in list(self._replies):
            self._replies[where] -= erased.get(where[1], set())
            if where[1] in closed or not self._replies[where]:
                del self._replies[where]
        try:
            await activity.uncount(self.database, erased | dict.fromkeys(closed))
        except BaseException:
            for thread_id, ids in erased.items():
                self._erased[thread_id] |= ids
            self._closed |= closed
            raise

    async def _write(self) -> None:
        """Write down what was heard; if that fails, it stays heard."""
        if not (self._replies or self._reactions):
            return
        replies, reactions = self._replies, self._reactions
        self._replies, self._reactions = defaultdict(set), defaultdict(int)
        try:
            await activity.count(
                self.database,
                [Written(*where, ids, max(ids)) for where, ids in replies.items()],
                [Reacted(*where, change) for where, change in reactions.items()],
                self.clock(),
            )
        except BaseException:
            for where, ids in replies.items():
                self._replies[where] |= ids
            for where, change in reactions.items():
                self._reactions[where] += change
            raise

    async def _catch_up(self, observer: Observer, until: datetime) -> None:
        """Count what happened while nobody listened; what is heard meanwhile waits its turn.

        Of posts that were begun after `until`, all reactions are heard.
        """
        began = self.clock()
        since = await activity.counted(self.database) or began - _FIRST
        channels = await activity.channels(self.database)
        found = await observer.discussions(channels, since, patient=self._is_patient)
        last = {thread_id: each.last for thread_id, each in found.items()}
        for place in await activity.behind(self.database, last):
            thread_id = place.thread_id or 0
            with self._one_of_many(place):
                ids = await observer.replies(thread_id, place.seen)
                upto = max([*ids, last[thread_id]])
                written = Written(found[thread_id].guild_id, thread_id, ids, upto)
                await activity.count(self.database, [written])
        lately = await activity.newest(self.database, began - _LATELY, until, _MOST)
        await self._look(observer, lately)
        await activity.caught_up(self.database, began)

    async def _look(self, observer: Observer, places: Sequence[Place]) -> None:
        """Count the reactions on posts anew."""
        for place in places:
            with self._one_of_many(place):
                seen = await observer.reactions(place)
                if seen is None:
                    continue
                guild_id, number = seen
                self._reactions.pop((guild_id, place.message_id), None)  # they are among these
                await activity.set_reactions(self.database, guild_id, {place.message_id: number})

    @property
    def _is_patient(self) -> bool:
        return self._failures < _PATIENT

    @contextmanager
    def _one_of_many(self, place: Place) -> Iterator[None]:
        """Pass over a place that cannot be looked at, so that all others are counted.

        Where only the moment may be to blame, that is asked for again first.
        """
        try:
            yield
        except _TROUBLE as error:
            if error.passing and self._is_patient:
                raise
            log.warning("activity not counted message=%d reason=%s", place.message_id, error)
