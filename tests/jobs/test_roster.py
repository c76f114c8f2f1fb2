"""Subscriptions that change while the bot runs, with their jobs."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.errors import ChannelClosed, StoreError
from bot.jobs import schedule
from bot.jobs.persistence import until_done
from bot.jobs.roster import Roster
from bot.news.runs import Count
from bot.news.subscription import Quiet
from bot.settings import subscription_settings
from bot.store import made, subscriptions
from bot.store.made import Draft, Made
from bot.structs import replace
from tests.publishing import run
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
    versions = {each.id: each.version for each in await made.made(press.database)}
    version = versions.get(changes, 1)
    found = Made(HERE, name, WRITTEN | fields, made_by=1, made_at=NOW, version=version)
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
        assert await subscriptions.counted(press.database, f"discord:{found.id}") is not None


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


async def begun(press, *file):
    """Start with these in the file, at the time of the test."""
    desk = Roster(press.publisher(), file, "UTC")
    await desk.begin(Diary(), until_done)
    return desk


async def test_one_whose_name_alone_has_changed_in_the_file_goes_on_where_it_was(press):
    weekly = {"post": "digest", "every": "7d", "backlog": "24h"}
    press.now = datetime.now(UTC) - timedelta(days=9)
    desk = await begun(press, *of_file("weekly", **weekly))
    await run(desk.publisher, *desk.publisher.subscriptions)
    press.now += timedelta(days=3)
    await published(press, "a")
    press.outlet.fail("send", ChannelClosed("#space: closed"))
    with pytest.raises(ChannelClosed):
        await run(desk.publisher, *desk.publisher.subscriptions)
    await published(press, "b")
    press.now += timedelta(days=4)
    before = await subscriptions.counted(press.database, "weekly")
    desk = await begun(press, *of_file("best of the week", **weekly))
    assert [entry.subscription.name for entry in desk.entries] == ["best of the week"]
    assert await subscriptions.counted(press.database, "best of the week") == before
    await run(desk.publisher, *desk.publisher.subscriptions)
    told = [[s.article.slug for s in d.subject.stories] for d in press.outlet.dispatches]
    assert told == [["a"], ["a"], ["b"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (of_file("a"), of_file("b", limit=1)),
        (of_file("a", "b"), of_file("c")),
        (of_file("a"), of_file("b", "c")),
        (of_file("a"), of_file("a", "b")),
    ],
    ids=["edited", "which one it was", "which one it is", "still there"],
)
async def test_one_of_another_name_is_another_if_anything_speaks_against_it(press, before, after):
    press.now = datetime.now(UTC)
    await begun(press, *before)
    press.now += timedelta(hours=1)
    desk = await begun(press, *after)
    vanished = {entry.subscription.name for entry in desk.entries if entry.vanished}
    assert vanished == {s.name for s in before} - {s.name for s in after}
    new = await subscriptions.counted(press.database, after[-1].name)
    assert new.since == press.now - timedelta(days=1)


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
    await press.keep("a", "b", "c")
    await add(press, limit=3, hourly=2)
    desk = roster(press)
    desk.sleep = passing(press)
    began = press.now
    async with working(desk) as runs:
        await runs(1)
    assert press.outlet.sent == ["a", "b", "c"]
    assert press.now == began + timedelta(hours=1)
    assert (await subscriptions.counted(press.database, "discord:1")).since == press.now


async def test_a_clock_that_is_set_back_makes_no_wait_longer(press):
    await add(press, limit=3, hourly=2)
    desk = roster(press)
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        press.now -= timedelta(days=0.5)

    desk.sleep = sleep
    await press.keep("a", "b", "c", published_at=press.now - timedelta(days=2))
    async with working(desk) as runs:
        await runs(1)
    assert (press.outlet.sent, slept) == (["a", "b", "c"], [60.0])


async def test_a_run_that_comes_late_into_quiet_hours_is_made_up_for_after_them(press):
    await press.keep("a")
    found = (await add(press, every="2d", quiet="22:00-07:00"),)
    desk = roster(press)
    await desk.refresh()
    (wanted,) = desk.publisher.subscriptions
    assert wanted == replace(wanted, quiet=Quiet(time(22), time(7)), id=found[0].id)
    press.now = NOW
    desk.sleep = passing(press)
    await desk._run(wanted, press.now)
    assert (press.outlet.sent, press.now) == (["a"], NOW + timedelta(hours=7))


def daily(hour):
    """Return what is written of a run once a day, so many hours from now."""
    return {"every": None, "schedule": f"{(datetime.now(UTC) + timedelta(hours=hour)):%M %H} * * *"}


@dataclass
class Diary:
    """Stands for the schedule: keeps when each job would run first, and runs none."""

    first: dict[str, datetime] = field(default_factory=dict)

    def add(self, name, job, upcoming, *, since):
        """Write down a job."""
        self.first[name] = upcoming(since)
        return lambda: self.first.pop(name)


async def planned(press, hours=0.0):
    """Return what a bot plans that starts so many hours from now."""
    desk = roster(press)
    press.now += timedelta(hours=hours)
    await desk.begin(diary := Diary(), until_done)
    return desk, diary


async def test_a_first_run_that_falls_into_a_time_away_is_made_up_for(press):
    await press.keep("a")
    await add(press, **daily(-1))
    _, diary = await planned(press, hours=-2)
    assert diary.first["space"] > press.now
    _, again = await planned(press)
    assert again.first == diary.first
    async with working(roster(press)) as runs:
        await runs(1)
    assert press.outlet.sent == ["a"]


async def test_a_schedule_that_is_edited_runs_at_its_next_time_and_not_at_once(press):
    found = await add(press, **daily(-3))
    desk, diary = await planned(press, hours=-4)
    press.now += timedelta(hours=4)
    await add(press, changes=found.id, **daily(-1))
    await desk.refresh()
    hours = (diary.first["space"] - press.now) / timedelta(hours=1)
    assert 22.9 < hours < 23.1
    await add(press, changes=found.id, every="6h")
    await desk.refresh()
    assert diary.first["space"] == press.now + timedelta(hours=6)


async def test_one_of_the_file_that_was_edited_while_the_bot_was_away_misses_nothing(press):
    one, other = (of_file("space", **daily(hour)) for hour in (-3, -1))
    press.now = datetime.now(UTC) - timedelta(hours=4)
    await Roster(press.publisher(), one, "UTC").begin(Diary(), until_done)
    press.now += timedelta(hours=4)
    await Roster(press.publisher(), other, "UTC").begin(diary := Diary(), until_done)
    assert diary.first["space"] > press.now


async def test_an_edit_of_anything_else_loses_no_run_that_was_missed(press):
    await press.keep("a")
    found = await add(press, **daily(-1))
    desk = roster(press)
    async with working(desk) as runs:
        day = timedelta(days=1)
        count = await subscriptions.counted(press.database, "discord:1")
        earlier = replace(count, since=press.now - day)
        await subscriptions.count_from(press.database, "discord:1", earlier)
        await add(press, changes=found.id, limit=7, **daily(-1))
        await desk.refresh()
        await runs(1)
    assert press.outlet.sent == ["a"]


async def test_a_run_that_is_tried_again_is_for_the_same_time_on_the_schedule(press):
    await add(press, post="digest", nothing_new="tell")
    desk = roster(press)

    def tick():
        press.now += timedelta(milliseconds=1)
        return press.now

    async def twice(work, channel_id, name):
        await work()
        press.now += timedelta(minutes=5)
        await work()
        done.set()

    desk.publisher.clock = tick
    done = asyncio.Event()
    async with schedule.running() as jobs, asyncio.timeout(LONG):
        await desk.begin(jobs, twice)
        await done.wait()
    assert len(press.outlet.sent) == 1


async def test_a_last_run_by_a_clock_that_was_wrong_stops_no_subscription(press):
    await press.keep("a")
    await add(press, every="1s")
    desk = roster(press)
    ahead = Count(press.now + timedelta(days=30))
    await subscriptions.count_from(press.database, "discord:1", ahead)
    async with working(desk) as runs:
        assert (await subscriptions.counted(press.database, "discord:1")).since == press.now
        await runs(1)
    assert press.outlet.sent == ["a"]


async def test_a_refresh_that_fails_changes_nothing(press, monkeypatch):
    await add(press, "space")
    await add(press, "sea")
    desk = roster(press)
    async with working(desk) as runs:
        await runs(2)
        before = (desk.entries, desk.publisher.subscriptions, dict(desk._jobs))
        await add(press, "space", changes=1, limit=7)
        await add(press, "sea", changes=2, limit=7)
        counts = subscriptions.counted

        async def failing(database, key):
            if key == "discord:2":
                raise StoreError("disk I/O error")
            return await counts(database, key)

        monkeypatch.setattr(subscriptions, "counted", failing)
        with pytest.raises(StoreError):
            await desk.refresh()
        assert (desk.entries, desk.publisher.subscriptions, desk._jobs) == before
        monkeypatch.undo()
        await desk.refresh()
        assert [each.limit for each in desk.publisher.subscriptions] == [7, 7]
        assert [each.limit for each, _ in desk._jobs.values()] == [7, 7]


async def published(press, *slugs, **fields):
    """Publish articles at this moment."""
    await press.keep(*slugs, published_at=press.now, **fields)


async def test_an_edit_that_lets_in_more_pours_out_nothing_old_and_loses_nothing(press):
    found = await add(press, min_quality=50, limit=1)
    desk, _ = await planned(press, hours=-9)
    await published(press, "poor", quality=10)
    await published(press, "good", "fine", quality=90)
    await run(desk.publisher, *desk.publisher.subscriptions)
    press.now += timedelta(hours=1)
    await add(press, changes=found.id, limit=9)
    await desk.refresh()
    press.now += timedelta(hours=1)
    await published(press, "cheap", quality=10)
    await run(desk.publisher, *desk.publisher.subscriptions)
    assert press.outlet.sent == ["good", "fine", "cheap"]


async def test_what_is_edited_while_it_is_paused_counts_from_then_on(press):
    found = await add(press, min_quality=50)
    desk, _ = await planned(press, hours=-9)
    await made.pause(press.database, found.id, HERE, paused=True)
    await desk.refresh()
    await published(press, "before", quality=10)
    press.now += timedelta(hours=1)
    await add(press, changes=found.id)
    await desk.refresh()
    press.now += timedelta(hours=1)
    await published(press, "after", quality=10)
    press.now += timedelta(hours=1)
    await made.pause(press.database, found.id, HERE, paused=False)
    await desk.refresh()
    await run(desk.publisher, *desk.publisher.subscriptions)
    assert press.outlet.sent == ["after"]


async def test_a_digest_that_is_to_repeat_from_now_on_repeats_nothing_older(press):
    await add(press, "each")
    found = await add(press, "best", post="digest")
    desk, _ = await planned(press, hours=-9)
    each, _ = sorted(desk.publisher.subscriptions, key=lambda s: s.name == "best")
    await published(press, "before")
    await run(desk.publisher, each)
    await add(press, "best", changes=found.id, post="digest", repeat=True)
    await desk.refresh()
    press.now += timedelta(hours=1)
    await published(press, "after")
    await run(desk.publisher, each)
    (best,) = (s for s in desk.publisher.subscriptions if s.name == "best")
    await run(desk.publisher, best)
    (story,) = press.outlet.dispatches[-1].subject.stories
    assert story.article.slug == "after"


async def test_an_edit_of_the_file_counts_from_the_next_start(press):
    strict, wide = (of_file("space", min_quality=quality) for quality in (50, 0))
    press.now = datetime.now(UTC) - timedelta(hours=9)
    await Roster(press.publisher(), strict, "UTC").begin(Diary(), until_done)
    await published(press, "before", quality=10)
    press.now += timedelta(hours=1)
    desk = Roster(press.publisher(), wide, "UTC")
    await desk.begin(Diary(), until_done)
    press.now += timedelta(hours=1)
    await published(press, "after", quality=10)
    await run(desk.publisher, *desk.publisher.subscriptions)
    assert press.outlet.sent == ["after"]
