"""Errands done: each exactly once, whatever Discord answers and wherever the process ends."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Protocol

from bot.errors import ChannelClosed, FateUnknown, LoginError, PostRefused, StoreError
from bot.jobs.persistence import ended
from bot.news.errand import Errand, Wanted
from bot.news.follow import PERSONAL
from bot.news.post import NONCE_HOLDS, Fate, has_lapsed, is_absent, must_look
from bot.news.runs import pause_after
from bot.store import errands
from bot.store.database import Database
from bot.structs import Frozen, Struct, field, replace

log = logging.getLogger(__name__)

_EVERY = 5.0  # seconds between looks for what is to be done
_BROKEN = 300.0  # seconds until a place in which we made a mistake is tried again
_AT_ONCE = 10  # places, and as many that nobody waits for: posts find room beside them
_IN_LINE = 500  # places that wait for that: more than have their turn between two looks
_PATIENT = 3  # attempts without an answer until an errand lets the others of its place go first


class Task(Frozen):
    """What an errand comes to now: `deed` is a value that the courier knows how to carry out.

    `then` is promised in the same transaction in which it is settled. `content` is what all its
    attempts are to have in common, remembered before the first (None: as it is). `repeatable`:
    done twice is as good as once, so there is nothing to look for. `done` is told what the courier
    returned, `refused` when Discord will not have it.
    """

    deed: Any
    then: Sequence[Wanted] = ()
    content: Mapping[str, Any] | None = None
    repeatable: bool = False
    done: Callable[[int | None], Awaitable[object]] | None = None
    refused: Callable[[PostRefused], Awaitable[object]] | None = None


class Courier(Protocol):
    """Carries errands out in Discord.

    Raises ChannelClosed, PostRefused or FateUnknown, or LoginError once the token is no good.
    """

    async def carry_out(self, errand: Errand, deed: Any, within: timedelta) -> int | None:
        """Do it; return the message that it made or changed, if any.

        No attempt may leave after `within`. A message goes out under the errand's nonce; None also
        if it was there and someone deleted it.
        """

    async def find(self, errand: Errand, deed: Any) -> int | None:
        """Look for the message of an errand of unknown fate; None if it certainly is not there."""


# What an errand of some kind comes to now, None: nothing any more. May raise as a courier does.
Kind = Callable[[Errand], Awaitable[Task | None]]


class Errands(Struct):
    """Does the errands of each place one after the other, those of different places side by side.

    Of many places the one that has waited longest is next; nothing waits for members' digests, nor
    for what failed before. `grace` is how long, in seconds, what is on its way may take once the
    end is near.
    """

    database: Database
    courier: Courier
    kinds: Mapping[str, Kind]
    clock: Callable[[], datetime]
    grace: float = 30.0
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _changed: set[int] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _aside: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _stopping: bool = False

    @asynccontextmanager
    async def working(self, turned_away: Callable[[LoginError], object]) -> AsyncIterator[None]:
        """Do what is to be done, at once and from then on; at the end let it arrive.

        `turned_away` is told once the token is no good any more.
        """
        watch = asyncio.create_task(self._watch(turned_away))
        watch.add_done_callback(_tell_failure)
        try:
            yield
        finally:
            self._stopping = True
            watch.cancel()
            await asyncio.wait([watch])
            await ended(self._busy.values(), self.grace)

    def ring(self, channel_ids: Iterable[int]) -> None:
        """Tell that something has changed in these channels: what waits there is tried again."""
        self._changed.update(channel_ids)

    async def run(self) -> None:
        """Do once what is to be done now, in all places; not while it is `working`."""
        for place in await errands.open_places(self.database, self.clock()):
            await self._run_in(place)

    async def _run_in(self, place: int) -> None:
        """Do what is to be done now in a place, until there is nothing or it takes nothing."""
        while first := await errands.next_in(self.database, place, self.clock()):
            # For each anew: a place with much to do takes turns.
            async with self._aside if first.kind == PERSONAL or first.failures else self._slots:
                if self._stopping:  # it may have come while this place waited
                    return
                # It may have been promised anew meanwhile.
                first = await errands.next_in(self.database, place, self.clock())
                if first is None or not await self._do(first):
                    return

    async def _watch(self, turned_away: Callable[[LoginError], object]) -> None:
        while True:
            try:
                if changed := frozenset(self._changed):
                    await errands.hurry(self.database, changed)
                    self._changed -= changed
                places = await errands.open_places(self.database, self.clock())
            except StoreError as error:
                log.warning("errands not read reason=%s", error)
                places = ()
            room = _IN_LINE - sum(not task.done() for task in self._busy.values())
            idle = (place for place in places if place not in self._busy)
            for place in islice(idle, room):
                self._busy[place] = task = asyncio.create_task(self._run_in(place))
                task.add_done_callback(partial(self._ended, place, turned_away))
            await asyncio.sleep(_EVERY)

    def _ended(
        self, place: int, turned_away: Callable[[LoginError], object], task: asyncio.Task[None]
    ) -> None:
        """What breaks in one place is told, and taken up again later."""
        del self._busy[place]
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, LoginError):
            turned_away(error)
        elif isinstance(error, StoreError):
            log.warning("errands cut short place=%d reason=%s", place, error)
        else:
            log.error("errands broken off place=%d", place, exc_info=error)
            self._busy[place] = task  # left alone for a while
            asyncio.get_running_loop().call_later(_BROKEN, self._busy.pop, place, None)

    async def _do(self, errand: Errand) -> bool:
        """Take one errand as far as it goes now; return whether others of its place may follow."""
        try:
            task = await self.kinds[errand.kind](errand)
            if task is None:
                await errands.give_up(self.database, errand, errands.NEEDLESS, self.clock())
                return True
            if is_absent(errand):
                return await self._attempt(errand, task)
            if task.repeatable or not must_look(errand, self.clock(), nonces=True):
                return await self._attempt(errand, task, since=errand.claimed_at)
            return await self._look(errand, task)
        except (ChannelClosed, FateUnknown, PostRefused) as error:  # a question's: nothing was done
            return await self._wait(errand, errand.fate, error)

    async def _look(self, errand: Errand, task: Task) -> bool:
        """Find out what became of an errand; do it anew once it certainly is not there."""
        found = await self.courier.find(errand, task.deed)
        now = self.clock()
        if found is not None:
            await errands.settle(self.database, errand, found, now, task.then)
            return True
        if has_lapsed(errand, now):
            return await self._attempt(errand, task)
        later = errand.tried_at + NONCE_HOLDS  # a look after that is the last word
        reason = errand.reason or "not answered, and not there yet"
        await errands.wait(self.database, errand, Fate.UNKNOWN, reason, later, together=True)
        return False

    async def _attempt(self, errand: Errand, task: Task, *, since: datetime | None = None) -> bool:
        now = self.clock()
        errand = await errands.attempt(
            self.database, errand, now, since=since, content=task.content
        )
        left = NONCE_HOLDS - (now - errand.claimed_at)
        within = NONCE_HOLDS if task.repeatable else left
        try:
            message_id = await self.courier.carry_out(errand, task.deed, within)
        except FateUnknown as error:
            return await self._wait(errand, Fate.UNKNOWN, error)
        except ChannelClosed as error:
            return await self._wait(errand, _not_done(since), error)
        except PostRefused as error:
            # A refusal says nothing of the attempts before it.
            if error.final and (since is None or task.repeatable):
                return await self._refused(errand, task, error)
            return await self._wait(errand, _not_done(since), error)
        if task.done is not None:  # first: should the process die now, it is done again
            await task.done(message_id)
        made = None if task.repeatable else message_id
        await errands.settle(self.database, errand, made, self.clock(), task.then)
        return True

    async def _refused(self, errand: Errand, task: Task, error: PostRefused) -> bool:
        log.warning(
            "given up errand=%s of=%s place=%d reason=%s",
            *(errand.kind, errand.subject, errand.place, error),
        )
        if task.refused is not None:  # first: should the process die now, it is refused again
            await task.refused(error)
        await errands.give_up(self.database, errand, str(error), self.clock())
        return True

    async def _wait(
        self, errand: Errand, fate: Fate, error: ChannelClosed | FateUnknown | PostRefused
    ) -> bool:
        """Put an errand off; return whether others of its place need not wait with it."""
        failures = errand.failures + 1
        aside = isinstance(error, PostRefused) or (
            isinstance(error, FateUnknown) and failures >= _PATIENT
        )
        retry_at = self.clock() + pause_after(failures, random.random(), error.wait)
        log.warning(
            "put off errand=%s of=%s place=%d retry_at=%s reason=%s",
            *(errand.kind, errand.subject, errand.place, retry_at, error),
        )
        counted = replace(errand, failures=failures)
        await errands.wait(self.database, counted, fate, str(error), retry_at, together=not aside)
        return aside


def _not_done(since: datetime | None) -> Fate:
    """Return what is known once an attempt did nothing: an earlier one may have."""
    return Fate.REJECTED if since is None else Fate.UNKNOWN


def _tell_failure(watch: asyncio.Task[None]) -> None:
    """Log why no errand is done any more: a bot that lives but does nothing must say so."""
    if not watch.cancelled() and (error := watch.exception()) is not None:
        log.error("broken off: no errand is done until a restart", exc_info=error)
