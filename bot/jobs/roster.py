"""The subscriptions of the moment, of the file and of Discord, each with its job."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.jobs.planning import settle_starts
from bot.jobs.publish import Publisher
from bot.jobs.schedule import Schedule, TakeOff
from bot.news.runs import counted, next_run
from bot.news.subscription import Subscription, Terms
from bot.settings import SubscriptionSettings, subscription_settings, written
from bot.store import made, subscriptions
from bot.store.database import Database
from bot.store.made import Made
from bot.structs import Frozen, Struct, field, replace

log = logging.getLogger(__name__)

_GLANCE = 60.0  # seconds; a sleep of the machine must not make a run later by all its length

Do = Callable[[Callable[[], Awaitable[object]], int, str], Awaitable[None]]


class Entry(Frozen):
    """A subscription as people know it; `written` is what a file says of it.

    `made` is set for one made in Discord, which alone can be changed there. One that `vanished`
    from the file is not running, but remembered. `broken` is why one made in Discord can be read no
    more; its subscription is a stand-in then, with its name and channel alone.
    """

    subscription: Subscription
    written: Mapping[str, Any]
    paused: bool = False
    vanished: bool = False
    made: Made | None = None
    broken: str = ""

    @property
    def runs(self) -> bool:
        """Whether it posts."""
        return not (self.paused or self.vanished or self.broken)


async def entries(
    database: Database, file: Sequence[SubscriptionSettings], timezone: str
) -> tuple[Entry, ...]:
    """Return all subscriptions there are: those in the file, those that were, those of Discord."""
    known = await made.remembered_file(database)
    there = {settings.name for settings in file}
    vanished = {name: values for name, values in known.items() if name not in there}
    return (
        *(_of_file(settings, timezone) for settings in file),
        *(entry for values in vanished.values() for entry in _vanished(values, timezone)),
        *(entry for each in await made.made(database) for entry in _of_discord(each, timezone)),
    )


def _of_file(settings: SubscriptionSettings, timezone: str) -> Entry:
    return Entry(settings.subscription(timezone), written(settings), paused=settings.paused)


def _vanished(values: Mapping[str, Any], timezone: str) -> Iterator[Entry]:
    settings, _ = _read(values)
    if settings is not None:
        yield Entry(settings.subscription(timezone), values, vanished=True)


def _of_discord(found: Made, timezone: str) -> Iterator[Entry]:
    values = {"name": found.name, **found.written}
    settings, broken = _read(values)
    if settings is None:
        stand_in = {"name": found.name, "channel": found.written.get("channel"), "every": "1d"}
        settings, _ = _read(stand_in)
    if settings is not None:
        plain = settings.subscription(timezone)
        subscription = replace(plain, id=found.id, guild_id=found.guild_id)
        yield Entry(subscription, values, paused=settings.paused, made=found, broken=broken)


def _read(values: Mapping[str, Any]) -> tuple[SubscriptionSettings | None, str]:
    """Return what is remembered of a subscription, or None and why it can be read no more."""
    settings, misfits = subscription_settings(values)
    if settings is not None and not misfits:
        return settings, ""
    reasons = "; ".join(misfit.reason for misfit in misfits)
    log.error("subscription left out name=%s reason=%s", values.get("name"), reasons)
    return None, reasons


def renamed(
    known: Mapping[str, Mapping[str, Any]], there: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Return what those of the file are called by now whose name alone has changed, by old name."""
    gone, new = (_alike(known, there), _alike(there, known))
    return {old: new[rest] for rest, old in gone.items() if old and new.get(rest)}


def _alike(these: Mapping[str, Mapping[str, Any]], others: Mapping[str, object]) -> dict[str, str]:
    """Return the names that the others do not have by all else; "" where several are alike."""
    found: dict[str, str] = {}
    for name in these.keys() - others.keys():
        rest = json.dumps({**these[name], "name": ""}, sort_keys=True)
        found[rest] = "" if rest in found else name
    return found


class Roster(Struct):
    """Keeps the publisher's subscriptions, and their jobs, as the file and the database have them.

    Both are only read: whoever changes the database calls `refresh` after it. `timezone` is for
    those that name none.
    """

    publisher: Publisher
    file: tuple[SubscriptionSettings, ...]
    timezone: str
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    entries: tuple[Entry, ...] = ()
    _schedule: Schedule | None = None
    _do: Do | None = None
    _noted: dict[str, Terms] = field(default_factory=dict)
    _jobs: dict[str, tuple[Subscription, TakeOff]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Read what there is now; jobs are added, replaced and taken off accordingly.

        Raises StoreError if the database cannot be read or written.
        """
        async with self._turn:
            found = await entries(self.publisher.database, self.file, self.timezone)
            legible = [e.subscription for e in found if not (e.vanished or e.broken)]
            await self._note_edits(legible)
            wanted = {e.subscription.key: e.subscription for e in found if e.runs}
            new = {
                key: await self._counts_from(each)
                for key, each in wanted.items()
                if self._schedule is not None and self._is_new(each)
            }
            self.entries, self.publisher.subscriptions = found, tuple(wanted.values())
            self._arrange(wanted, new)

    async def begin(self, schedule: Schedule, do: Do) -> None:
        """Run them all on a schedule from now on; `do` does a run in a channel until it succeeds.

        Raises StoreError if the database cannot be read or written; it can be called again then.
        """
        database = self.publisher.database
        there = {settings.name: written(settings) for settings in self.file}
        for old, new in renamed(await made.remembered_file(database), there).items():
            log.info("subscription renamed name=%s before=%s", new, old)
            await made.rename_file(database, old, new)
        await made.remember_file(database, there)
        self._schedule, self._do = schedule, do
        await self.refresh()

    async def _note_edits(self, there: Sequence[Subscription]) -> None:
        """Remember what each takes from now on: an edit lets nothing in that is older than it."""
        if self._schedule is None:
            return
        for each in there:
            if self._noted.get(each.key) != each.terms:
                await subscriptions.note_terms(
                    self.publisher.database, each, self.publisher.clock()
                )
                self._noted[each.key] = each.terms

    def _is_new(self, subscription: Subscription) -> bool:
        known, _ = self._jobs.get(subscription.key, (None, None))
        return known != subscription

    def _arrange(self, wanted: Mapping[str, Subscription], new: Mapping[str, datetime]) -> None:
        """Bring the jobs into line; nothing here can fail half-way."""
        for key, (subscription, take_off) in tuple(self._jobs.items()):
            if wanted.get(key) != subscription:
                take_off()
                del self._jobs[key]
        for key, since in new.items():
            self._jobs[key] = (wanted[key], self._add(wanted[key], since))

    async def _counts_from(self, subscription: Subscription) -> datetime:
        """Return from when on runs are counted, and remember it: no stop makes one be missed."""
        database, now = self.publisher.database, self.publisher.clock()
        await settle_starts(database, subscription, now)
        before = await subscriptions.counted(database, subscription.key)
        count = counted(subscription, before, now)
        if count != before:
            await subscriptions.count_from(database, subscription.key, count)
        return count.since

    def _add(self, subscription: Subscription, since: datetime) -> TakeOff:
        assert self._schedule is not None
        return self._schedule.add(
            subscription.name,
            partial(self._keep_appointment, subscription),
            partial(next_run, subscription),
            since=since,
        )

    async def _keep_appointment(self, subscription: Subscription) -> None:
        """Do a run until it succeeds, however often it is tried: for one time on the schedule."""
        assert self._do is not None
        run = partial(self._run, subscription, self.publisher.clock())
        await self._do(run, subscription.channel_id, subscription.name)

    async def _run(self, subscription: Subscription, appointed: datetime) -> None:
        """Run once, and again for what had to be held back, unless the next run comes first."""
        most = None
        while True:
            run = await self.publisher.session(subscription, appointed=appointed, most=most)
            now = self.publisher.clock()
            if run.again is None or next_run(subscription, now) <= run.again:
                return
            await self._wait(run.again)
            most = most if run.quiet else run.held

    async def _wait(self, until: datetime) -> None:
        began = now = self.publisher.clock()
        while began <= now < until:  # a clock that was set back makes no wait longer
            await self.sleep(min((until - now).total_seconds(), _GLANCE))
            now = self.publisher.clock()
