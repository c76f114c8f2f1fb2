"""Subscriptions that change while the bot runs, with their jobs."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.jobs import schedule
from bot.jobs.roster import Roster
from bot.news.subscription import Quiet
from bot.settings import subscription_settings
from bot.store import made, subscriptions
from bot.store.made import Draft, Made
from tests.samples import CHANNEL, NOW

HERE = 7
WRITTEN = {"channel": CHANNEL, "every": "1d", "backlog": "all"}
LONG = 10.0  # seconds after which a test that hangs is given up


def of_file(*names, **fields):
    return tuple(subscription_settings({"name": name, **WRITTEN, **fields})[0] for name in names)


def roster(press, *file):
    press.now = datetime.now(UTC)  # the schedule has no other clock
    return Roster(press.publisher(), file, "UTC")


async def add(press, name="space", changes=None, **fields):
    found = Made(HERE, name, WRITTEN | fields, made_by=1, made_at=NOW)
    draft_id = await made.keep(press.database, Draft(found, changes))
    return await made.save(press.database, draft_id, HERE, 50)


@asynccontextmanager
async def working(roster):
    """Run the roster's jobs; what is yielded tells when so many runs have come to their end."""
    ended = asyncio.Semaphore(0)

    async def do(work, channel_id, name):
        await work()
        ended.release()

    async def runs(count):
        async with asyncio.timeout(LONG):
            for _ in range(count):
                await ended.acquire()

    async with schedule.running() as jobs:
        await roster.begin(jobs, do)
        yield runs


def passing(press):
    """Return a sleep in which the time of the test passes, and no other."""

    async def sleep(seconds):
        press.now += timedelta(seconds=seconds)

    return sleep


def running(roster):
    return sorted(each.name for each in roster.publisher.subscriptions)


async def test_those_of_the_file_and_those_of_discord_run_side_by_side(press):
    await press.keep("a", topics=("Space",))
    await press.keep("b", topics=("Sea",))
    await add(press, "sea", topics=["Sea"], channel=CHANNEL + 1)
    desk = roster(press, *of_file("space", topics=["Space"]))
    async with working(desk) as runs:
        await runs(2)
        assert running(desk) == ["sea", "space"]
    assert sorted(press.outlet.sent) == ["a", "b"]


async def test_what_is_added_runs_at_once_without_a_restart(press):
    await press.keep("a")
    desk = roster(press)
    async with working(desk) as runs:
        found = await add(press)
        await desk.refresh()
        await runs(1)
        assert press.outlet.sent == ["a"]
        assert (await press.post("a")).subscription == f"discord:{found.id}"
        await desk.refresh()  # nothing has changed: its job stays as it is
        assert len(desk._jobs) == 1
        assert await subscriptions.last_run(press.database, f"discord:{found.id}") is not None


async def test_what_is_paused_or_removed_does_not_run_and_what_is_resumed_does(press):
    found = await add(press)
    await made.pause(press.database, found.id, HERE, paused=True)
    await press.keep("a")
    desk = roster(press)
    async with working(desk) as runs:
        assert (running(desk), desk._jobs) == ([], {})
        assert [(entry.paused, entry.runs) for entry in desk.entries] == [(True, False)]
        await made.pause(press.database, found.id, HERE, paused=False)
        await desk.refresh()
        await runs(1)
        assert press.outlet.sent == ["a"]
        await made.remove(press.database, found.id, HERE)
        await desk.refresh()
        assert (running(desk), desk._jobs, desk.entries) == ([], {}, ())


async def test_a_change_takes_effect_at_once_and_nothing_is_posted_twice(press):
    await press.keep("a")
    found = await add(press)
    desk = roster(press)
    async with working(desk) as runs:
        await runs(1)
        await press.keep("b")
        await add(press, "sea", changes=found.id, every="1s")
        await desk.refresh()
        assert running(desk) == ["sea"]
        await runs(1)
    assert press.outlet.sent == ["a", "b"]


async def test_one_that_vanished_from_the_file_is_paused_and_comes_back_as_it_was(press):
    await press.keep("a")
    async with working(roster(press, *of_file("space"))) as runs:
        await runs(1)
    gone = roster(press)
    async with working(gone):
        assert running(gone) == []
        (entry,) = gone.entries
        assert (entry.vanished, entry.runs, entry.subscription.name) == (True, False, "space")
        assert entry.subscription.channel_id == CHANNEL
    back = roster(press, *of_file("space"))
    async with working(back):
        assert running(back) == ["space"]
        assert not back.entries[0].vanished
    assert press.outlet.sent == ["a"]


async def test_one_that_is_paused_in_the_file_does_not_run(press):
    desk = roster(press, *of_file("space", paused=True))
    async with working(desk):
        assert running(desk) == []
        assert desk.entries[0].paused


async def test_one_that_cannot_be_read_any_more_stops_no_other(press, caplog):
    await add(press, "broken", every="never")
    await add(press, "space")
    desk = roster(press)
    await desk.refresh()
    assert running(desk) == ["space"]
    assert "subscription left out name=broken reason=not a duration" in caplog.text


async def test_what_a_budget_holds_back_of_a_daily_run_is_posted_in_the_hours_after_it(press):
    await press.keep("a", "b", "c", "d")
    await add(press, limit=3, hourly=2)
    desk = roster(press)
    desk.sleep = passing(press)
    began = press.now
    async with working(desk) as runs:
        await runs(1)
    assert press.outlet.sent == ["a", "b", "c"]
    assert press.now == began + timedelta(hours=1)
    assert await subscriptions.last_run(press.database, "discord:1") == press.now


async def test_a_run_that_comes_late_into_quiet_hours_is_made_up_for_after_them(press):
    await press.keep("a")
    found = (await add(press, every="2d", quiet="22:00-07:00"),)
    desk = roster(press)
    await desk.refresh()
    (wanted,) = desk.publisher.subscriptions
    assert wanted == replace(wanted, quiet=Quiet(time(22), time(7)), id=found[0].id)
    press.now = NOW
    desk.sleep = passing(press)
    await desk._run(wanted)
    assert (press.outlet.sent, press.now) == (["a"], NOW + timedelta(hours=7))
