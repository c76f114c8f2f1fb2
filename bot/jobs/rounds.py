"""The daily round: everyone's personal digest, in the morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.jobs.roster import Do
from bot.jobs.schedule import Schedule
from bot.jobs.telling import Telling
from bot.news.runs import next_run
from bot.news.subscription import Subscription
from bot.store.settings import remember, remembered

_NAME = "personal digests"
_AT = "0 8 * * *"
_LAST = "last_round"


@dataclass(frozen=True, slots=True)
class Rounds:
    """Goes round once a day, by the clock on the wall in a time zone."""

    telling: Telling
    timezone: str

    async def begin(self, schedule: Schedule, do: Do) -> None:
        """Go round on a schedule from now on; one that was missed is made up for at once.

        `do` works until it succeeds. Raises StoreError if the database cannot be read.
        """
        daily = Subscription(name=_NAME, channel_id=0, crontab=_AT, timezone=self.timezone)
        last = await remembered(self.telling.database, _LAST)
        schedule.add(
            _NAME,
            partial(do, self.go, 0, _NAME),
            partial(next_run, daily),
            since=datetime.fromisoformat(last) if last else None,
        )

    async def go(self) -> None:
        """Go round now. Raises OutletError if Discord could not be asked about someone."""
        began = self.telling.clock()
        await self.telling.round(began.astimezone(ZoneInfo(self.timezone)).date())
        await remember(self.telling.database, _LAST, began.isoformat())
