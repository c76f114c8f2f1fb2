"""A run that was cut short is taken up again, sooner at first and later with more patience."""

import asyncio
import logging
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ChannelClosed, LoginError, StoreError
from bot.jobs.persistence import Bell, until_done
from bot.news.runs import pause_after
from tests.jobs.recording import CLOSED, NO_ANSWER
from tests.publishing import run
from tests.samples import subscription

SPACE = subscription()


async def test_a_run_is_taken_up_again_until_everything_due_is_posted(press):
    await press.keep("a", "b")
    press.outlet.fail("send", NO_ANSWER, arrives=True)
    press.outlet.fail("send", CLOSED, CLOSED)
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)
        press.now += timedelta(minutes=3)

    await until_done(partial(run, press.publisher(SPACE), SPACE), "space", sleep)
    assert await press.fates() == {"a": "posted", "b": "posted"}
    assert press.outlet.sent == ["a", "b", "b", "b"]
    assert len(pauses) == 3


async def test_a_database_that_takes_nothing_for_a_while_is_tried_again():
    pauses = []

    async def work():
        if len(pauses) < 2:
            raise StoreError("broadsheet.db: database is locked")

    async def sleep(seconds):
        pauses.append(seconds)

    await until_done(work, "start", sleep)
    assert len(pauses) == 2


async def test_pauses_do_not_grow_while_something_arrives():
    pauses, arrived = [], []

    async def work():
        if len(pauses) < 9:
            arrived.append("a post")
            raise NO_ANSWER

    async def sleep(seconds):
        pauses.append(seconds)

    await until_done(work, "space", sleep, lambda: len(arrived))
    assert max(pauses) <= 4


async def test_a_channel_is_left_alone_for_as_long_as_discord_asks():
    pauses = []

    async def work():
        if not pauses:
            raise ChannelClosed("Discord asks to wait 900 s", wait=timedelta(minutes=15))

    async def sleep(seconds):
        pauses.append(seconds)

    await until_done(work, "space", sleep)
    assert pauses == [900]


async def test_a_pause_ends_early_when_something_changes_in_its_channel():
    bell = Bell(at_least=0.0)
    pausing = asyncio.create_task(bell.pause(1, 1800))
    other = asyncio.create_task(bell.pause(2, 1800))
    await asyncio.sleep(0)
    assert (bell.is_pausing(1), bell.is_pausing(2), bell.is_pausing(3)) == (True, True, False)
    bell.ring([1, 3])
    await asyncio.wait_for(pausing, 10)
    assert (bell.is_pausing(1), bell.is_pausing(2)) == (False, True)
    assert await asyncio.wait_for(bell.heard(within=1800), 10) == {1, 3}
    assert await bell.heard(within=0.01) == frozenset()
    other.cancel()


async def test_however_often_something_changes_a_pause_has_its_least_length():
    bell = Bell(at_least=1800)
    pausing = asyncio.create_task(bell.pause(1, 3600))
    await asyncio.sleep(0)
    bell.ring([1])
    done, _ = await asyncio.wait([pausing], timeout=0.05)
    assert not done
    pausing.cancel()


async def test_the_same_trouble_is_told_once(press, caplog):
    await press.keep("a")
    press.outlet.fail("send", CLOSED, CLOSED, CLOSED)

    async def sleep(seconds):
        return None

    with caplog.at_level(logging.WARNING):
        await until_done(partial(run, press.publisher(SPACE), SPACE), "space", sleep)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert str(CLOSED) in told[0]


async def test_a_token_that_is_no_good_any_more_is_not_tried_again(press):
    await press.keep("a")
    press.outlet.fail("send", LoginError("set a new DISCORD_TOKEN"))

    async def sleep(seconds):
        raise AssertionError("it waited to try again")

    with pytest.raises(LoginError):
        await until_done(partial(run, press.publisher(SPACE), SPACE), "space", sleep)


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_pauses_grow_and_never_exceed_half_an_hour(failures, chance):
    pause = pause_after(failures, chance)
    assert timedelta(seconds=2) <= pause <= timedelta(minutes=30)
    assert pause_after(failures + 1, 0.0) >= pause_after(failures, 0.0)
    # What waits longer was put aside by a wrong clock.
    assert pause_after(failures, chance, timedelta(days=1)) == timedelta(hours=1)
