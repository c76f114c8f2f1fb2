"""The daily rounds: everyone's personal digest, in the morning, and who has left is forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.jobs.roster import Do
from bot.jobs.schedule import Schedule
from bot.jobs.telling import Telling
from bot.news.runs import next_run
from bot.news.subscription import Subscription
from bot.store.settings import remember, remembered
from bot.structs import Frozen

_AT = "0 8 * * *"
_DIGESTS, _ROLL = "personal digests", "roll call"
_LAST = {_DIGESTS: "last_round", _ROLL: "last_roll_call"}  # settings


class Rounds(Frozen):
    """Goes round once a day, by the clock on the wall in a time zone.

    Digests do not wait until Discord has said of everyone whether they are still there.
    """

    telling: Telling
    timezone: str

    async def begin(self, schedule: Schedule, do: Do) -> None:
        """Go round on a schedule from now on; one that was missed is made up for at once.

        `do` works until it succeeds. Raises StoreError, and has scheduled nothing, if the database
        cannot be read or written.
        """
        rounds = {_DIGESTS: self.promise, _ROLL: self.call_roll}
        since = {name: await self._counts_from(name) for name in rounds}
        for name, work in rounds.items():
            daily = Subscription(name=name, channel_id=0, crontab=_AT, timezone=self.timezone)
            schedule.add(
                name,
                partial(self._keep_appointment, do, name, work),
                partial(next_run, daily),
                since=since[name],
            )

    async def promise(self, appointed: datetime) -> None:
        """Promise everyone's digest of the day that it was then."""
        await self.telling.promise(appointed.astimezone(ZoneInfo(self.timezone)).date())
        await self._went(_DIGESTS, appointed)

    async def call_roll(self, appointed: datetime) -> None:
        """Forget who has left. Raises OutletError if Discord could not be asked about someone."""
        await self.telling.forget_leavers()
        await self._went(_ROLL, appointed)

    async def _keep_appointment(
        self, do: Do, name: str, work: Callable[[datetime], Awaitable[None]]
    ) -> None:
        """Go round until it succeeds, however often it is tried: for one and the same day."""
        await do(partial(work, self.telling.clock()), 0, name)

    async def _counts_from(self, name: str) -> datetime:
        """Return from when on rounds are counted, and remember it: no stop makes one be missed."""
        if last := await remembered(self.telling.database, _LAST[name]):
            return datetime.fromisoformat(last)
        now = self.telling.clock()
        await self._went(name, now)
        return now

    async def _went(self, name: str, when: datetime) -> None:
        await remember(self.telling.database, _LAST[name], when.isoformat())
