"""When things run, on the event loop. Only this module knows APScheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.errors import BroadsheetError
from bot.structs import Frozen, field

log = logging.getLogger(__name__)

_GLANCE = 60.0

Job = Callable[[], Awaitable[object]]
Next = Callable[[datetime], datetime]
TakeOff = Callable[[], None]


class Schedule(Frozen):
    """A running schedule that jobs can be added to and taken off."""

    _scheduler: AsyncIOScheduler
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    def add(self, name: str, job: Job, upcoming: Next, *, since: datetime | None) -> TakeOff:
        """Run `job` whenever `upcoming` says; it gets the time of one run and returns the next.

        `since` is the last run there was, also one of an earlier process: a run that was missed
        after it happens once, now. Without any, the first run is the first after now. Returns what
        takes the job off the schedule and cancels a run of it.
        """

        told = ""
        runs: set[asyncio.Task[Any]] = set()

        async def run() -> None:
            nonlocal told
            try:
                with self._known_to_run(runs):
                    await job()
                told = ""
            except BroadsheetError as error:
                # The same trouble every few seconds is told once.
                level = logging.DEBUG if str(error) == told else logging.WARNING
                log.log(level, "job failed name=%s reason=%s", name, error)
                told = str(error)
            except asyncio.CancelledError:
                log.debug("job stopped name=%s", name)  # to APScheduler it would be a failure

        scheduled = self._scheduler.add_job(run, _Trigger(upcoming, since), name=name)

        def take_off() -> None:
            with suppress(JobLookupError):  # it will not come round again
                scheduled.remove()
            for task in runs:
                task.cancel()

        return take_off

    async def stopped(self) -> None:
        """Wait until no job is running any more."""
        await asyncio.gather(*self._running)

    @contextmanager
    def _known_to_run(self, runs: set[asyncio.Task[Any]]) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        runs.add(task)
        try:
            yield
        finally:
            self._running.discard(task)
            runs.discard(task)


@asynccontextmanager
async def running(glance: float = _GLANCE) -> AsyncIterator[Schedule]:
    """Run jobs until the block is left; a job that is running then is cancelled and waited for.

    `glance` is how many seconds lie between two looks at whether the clock was set back.
    """
    scheduler = AsyncIOScheduler(
        # What a sleep of the machine made late runs once, however late, and never beside itself.
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        timezone=UTC,
    )
    scheduler.start()
    schedule = Schedule(scheduler)
    minding = asyncio.create_task(_mind_the_clock(scheduler, glance))
    try:
        yield schedule
    finally:
        minding.cancel()
        scheduler.shutdown(wait=False)
        await schedule.stopped()


async def _mind_the_clock(scheduler: AsyncIOScheduler, glance: float) -> None:
    """Bring forward what is planned for later than it would be from now on: the clock went back."""
    while True:
        await asyncio.sleep(glance)
        for job in scheduler.get_jobs():
            following = job.trigger.upcoming(datetime.now(UTC))
            if job.next_run_time > following:
                log.debug("brought forward job=%s next_run=%s", job.name, following)
                job.modify(next_run_time=following)


class _Trigger(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """Asks a function for the next run."""

    def __init__(self, upcoming: Next, since: datetime | None) -> None:
        self.upcoming = upcoming
        self._since = since

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        following = self.upcoming(previous or self._since or now)
        # What a long sleep missed is one run, however many: those between are not even looked at.
        return self.upcoming(now) if previous and following <= now else following
