import asyncio
import logging
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.errors import ChannelClosed
from bot.jobs.schedule import _Trigger, running
from bot.news.runs import next_run
from tests.samples import NOW, subscription

SOON = timedelta(milliseconds=10)
HOUR = timedelta(hours=1)
LONG = 10.0  # seconds after which a test that hangs is given up


def hourly(after):
    return after.replace(minute=0, second=0, microsecond=0) + HOUR


def each_moment(after):
    return after + SOON


class Job:
    """Counts its runs, and tells when there have been so many."""

    def __init__(self, *failures, until=1):
        self.runs = 0
        self._failures = list(failures)
        self._until = until
        self._enough = asyncio.Event()

    async def __call__(self):
        self.runs += 1
        if self.runs >= self._until:
            self._enough.set()
        if self._failures and (error := self._failures.pop(0)):
            raise error

    async def done(self):
        await asyncio.wait_for(self._enough.wait(), LONG)


def test_without_an_earlier_run_the_first_is_the_next_by_the_clock():
    trigger = _Trigger(hourly, None)
    assert trigger.get_next_fire_time(None, NOW + timedelta(minutes=5)) == NOW + HOUR


def test_a_run_that_was_missed_since_an_earlier_process_is_due_at_once():
    trigger = _Trigger(hourly, NOW)
    assert trigger.get_next_fire_time(None, NOW + 5 * HOUR) == NOW + HOUR


def test_a_run_that_is_not_due_yet_since_an_earlier_process_is_waited_for():
    trigger = _Trigger(hourly, NOW)
    assert trigger.get_next_fire_time(None, NOW + timedelta(minutes=5)) == NOW + HOUR


def test_the_next_run_counts_from_the_one_before_so_that_intervals_do_not_drift():
    trigger = _Trigger(lambda after: after + HOUR, None)
    a_little_late = NOW + timedelta(seconds=3)
    assert trigger.get_next_fire_time(NOW, a_little_late) == NOW + HOUR


@pytest.mark.parametrize("rhythm", [{"every": timedelta(seconds=1)}, {"crontab": "* * * * *"}])
def test_after_a_long_sleep_the_next_run_lies_ahead_not_a_year_of_runs_behind(rhythm):
    wanted = subscription(**{"every": None} | rhythm)
    now = NOW + timedelta(days=365, seconds=30)
    asked = []

    def upcoming(after):
        asked.append(after)
        return next_run(wanted, after)

    following = _Trigger(upcoming, None).get_next_fire_time(NOW, now)
    assert now < following <= now + timedelta(minutes=1)
    assert len(asked) <= 2


async def test_many_missed_runs_happen_once():
    missed, barrier = Job(), Job(until=3)
    async with running() as schedule:
        schedule.add("missed", missed, hourly, since=datetime.now(UTC) - 50 * HOUR)
        await missed.done()
        schedule.add("barrier", barrier, each_moment, since=None)
        await barrier.done()
    assert missed.runs == 1


async def test_an_interval_runs_now_and_again():
    job = Job(until=3)
    async with running() as schedule:
        schedule.add("job", job, lambda after: after + SOON, since=datetime.now(UTC) - SOON)
        await job.done()
    assert job.runs >= 3


async def test_a_crontab_that_has_never_run_waits_for_its_time():
    waiting, barrier = Job(), Job(until=2)
    yearly = subscription(every=None, crontab="0 0 1 1 *")
    async with running() as schedule:
        schedule.add("waiting", waiting, partial(next_run, yearly), since=None)
        schedule.add("barrier", barrier, each_moment, since=None)
        await barrier.done()
    assert waiting.runs == 0


async def test_a_job_that_fails_is_logged_and_runs_again(caplog):
    job = Job(ChannelClosed("#space: no such channel"), until=2)
    async with running() as schedule:
        schedule.add("space", job, each_moment, since=None)
        await job.done()
    (record,) = caplog.records
    assert record.getMessage() == "job failed name=space reason=#space: no such channel"
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)


async def test_the_same_trouble_is_told_once_until_it_is_over(caplog):
    trouble, other = ChannelClosed("no such channel"), ChannelClosed("no permission")
    job = Job(trouble, trouble, trouble, other, other, None, other, until=8)
    async with running() as schedule:
        schedule.add("space", job, each_moment, since=None)
        await job.done()
    told = [record.getMessage().partition("reason=")[2] for record in caplog.records]
    assert told == ["no such channel", "no permission", "no permission"]


async def test_one_job_that_hangs_does_not_hold_up_another():
    async def hang():
        await asyncio.Event().wait()

    job = Job(until=2)
    async with running() as schedule:
        schedule.add("hanging", hang, each_moment, since=datetime.now(UTC) - HOUR)
        schedule.add("job", job, each_moment, since=None)
        await job.done()
    assert job.runs >= 2


class Hanging:
    """A job that never ends by itself."""

    def __init__(self):
        self.started, self.stopped = asyncio.Event(), asyncio.Event()

    async def __call__(self):
        self.started.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()


async def test_leaving_stops_a_running_job_and_is_no_error(caplog):
    hanging = Hanging()
    async with running() as schedule:
        schedule.add("hanging", hanging, hourly, since=datetime.now(UTC) - 2 * HOUR)
        await asyncio.wait_for(hanging.started.wait(), LONG)
    assert hanging.stopped.is_set()
    assert caplog.records == []


async def test_a_job_that_is_taken_off_is_cancelled_and_does_not_come_round_again(caplog):
    hanging = Hanging()
    once, other = Job(), Job(until=3)
    async with running() as schedule:
        take_off = schedule.add("hanging", hanging, each_moment, since=None)
        await asyncio.wait_for(hanging.started.wait(), LONG)
        take_off()
        await asyncio.wait_for(hanging.stopped.wait(), LONG)
        hanging.started.clear()
        take_off_once = schedule.add("once", once, each_moment, since=None)
        await once.done()
        take_off_once()
        runs = once.runs
        schedule.add("other", other, each_moment, since=None)
        await other.done()
        assert (once.runs, hanging.started.is_set()) == (runs, False)
        take_off()
    assert caplog.records == []


async def test_a_clock_that_is_set_back_while_it_runs_stops_no_job():
    job, other = Job(), Job()
    async with running(glance=0.01) as schedule:
        schedule.add("planned by a clock ahead", job, each_moment, since=datetime.now(UTC) + HOUR)
        schedule.add("far", other, lambda after: after + HOUR, since=None)
        await job.done()
    assert other.runs == 0
