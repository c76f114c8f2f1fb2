"""When things run, on the event loop. Only this module knows APScheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.errors import BroadsheetError

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]
Next = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A running schedule that jobs can be added to."""

    _scheduler: AsyncIOScheduler
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    def add(self, name: str, job: Job, upcoming: Next, *, since: datetime | None) -> None:
        """Run `job` whenever `upcoming` says; it gets the time of one run and returns the next.

        `since` is the last run there was, also one of an earlier process: a run that was missed
        after it happens once, now. Without any, the first run is the first after now.
        """

        told = ""

        async def run() -> None:
            nonlocal told
            try:
                with self._known_to_run():
                    await job()
                told = ""
            except BroadsheetError as error:
                # The same trouble every few seconds is told once.
                level = logging.DEBUG if str(error) == told else logging.WARNING
                log.log(level, "job failed name=%s reason=%s", name, error)
                told = str(error)
            except asyncio.CancelledError:
                log.debug("job stopped name=%s", name)  # to APScheduler it would be a failure

        self._scheduler.add_job(run, _Trigger(upcoming, since), name=name)

    async def stopped(self) -> None:
        """Wait until no job is running any more."""
        await asyncio.gather(*self._running)

    @contextmanager
    def _known_to_run(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)


@asynccontextmanager
async def running() -> AsyncIterator[Schedule]:
    """Run jobs until the block is left; a job that is running then is cancelled and waited for."""
    scheduler = AsyncIOScheduler(
        # What a sleep of the machine made late runs once, however late, and never beside itself.
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        timezone=UTC,
    )
    scheduler.start()
    schedule = Schedule(scheduler)
    try:
        yield schedule
    finally:
        scheduler.shutdown(wait=False)
        await schedule.stopped()


class _Trigger(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """Asks a function for the next run."""

    def __init__(self, upcoming: Next, since: datetime | None) -> None:
        self._upcoming = upcoming
        self._since = since

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        following = self._upcoming(previous or self._since or now)
        # What a long sleep missed is one run, however many: those between are not even looked at.
        return self._upcoming(now) if previous and following <= now else following
