"""Stopping in the middle: what is on its way arrives, nothing new sets out."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import FateUnknown
from bot.news.post import Fate
from bot.store import subscriptions
from tests.jobs.latch import Latch
from tests.publishing import run
from tests.samples import CHANNEL, NOW, subscription

SPACE = subscription()
OTHER = subscription(name="other", channel_id=CHANNEL + 1)


@pytest.fixture
def latch(press):
    """Holds every post on its way until it is released."""
    press.outlet.before_sending = Latch()
    return press.outlet.before_sending


async def underway(publisher, latch):
    """Begin a run; return it once its first post is on its way."""
    running = asyncio.create_task(run(publisher, SPACE))
    await latch.reached()
    return running


def let_go_once_stopping(latch):
    """Release what is on its way after the caller has left `working`, which it does next."""
    asyncio.get_running_loop().call_soon(latch.release)


async def test_a_post_on_its_way_is_settled_and_nothing_new_is_claimed(press, latch):
    await press.keep("a", "b", "c")
    publisher = press.publisher(SPACE)
    async with publisher.working():
        running = await underway(publisher, latch)
        let_go_once_stopping(latch)
    assert await press.fates() == {"a": "posted"}
    assert [post.article_id for post in await running] == [(await press.find("a")).id]
    assert press.outlet.sent == ["a"]


async def test_a_run_that_was_cut_short_is_due_again_at_the_next_start(press, latch):
    await press.keep("a", "b")
    publisher = press.publisher(SPACE)
    async with publisher.working():
        running = await underway(publisher, latch)
        let_go_once_stopping(latch)
    await running
    assert await subscriptions.counted(press.database, "space") is None
    again = press.publisher(SPACE)
    async with again.working():
        await run(again, SPACE)
    assert press.outlet.sent == ["a", "b"]
    assert (await subscriptions.counted(press.database, "space")).since == NOW


async def test_a_run_that_waits_for_its_channel_does_nothing_when_the_end_comes(press, latch):
    await press.keep("a", "b")
    publisher = press.publisher(SPACE)
    chosen = (await press.find("b")).id
    async with publisher.working():
        first = await underway(publisher, latch)
        second = asyncio.create_task(run(publisher, SPACE))
        third = asyncio.create_task(publisher.post(chosen, SPACE))
        let_go_once_stopping(latch)
    assert len(await first) == 1
    assert await second == ()
    assert await third is None
    assert press.outlet.sent == ["a"]


async def test_who_stops_waiting_for_a_run_does_not_stop_the_run(press, latch):
    await press.keep("a", "b")
    publisher = press.publisher(SPACE)
    async with publisher.working():
        waiter = await underway(publisher, latch)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        assert await press.fates() == {"a": "sending"}
        latch.release()
        await run(publisher, SPACE)
    assert await press.fates() == {"a": "posted", "b": "posted"}
    assert press.outlet.sent == ["a", "b"]


async def test_a_channel_sends_one_post_at_a_time_and_channels_do_not_wait_for_each_other(press):
    await press.keep("a", "b")
    latch = Latch()

    def here():
        posts = [d for d in press.outlet.dispatches if d.post.channel_id == CHANNEL]
        return [dispatch.name for dispatch in posts]

    async def hold_one_channel(dispatch):
        if dispatch.post.channel_id == CHANNEL:
            await latch(dispatch)

    press.outlet.before_sending = hold_one_channel
    one = subscription(limit=1)
    publisher = press.publisher(one, OTHER)
    async with publisher.working():
        runs = [asyncio.create_task(run(publisher, one)) for _ in range(2)]
        await latch.reached()
        assert len(await run(publisher, OTHER)) == 2
        assert here() == ["a"]
        latch.release()
        assert [len(posts) for posts in await asyncio.gather(*runs)] == [1, 1]
    assert here() == ["a", "b"]


async def test_a_post_that_takes_too_long_is_left_and_found_by_the_next_process(press, latch):
    await press.keep("a", "b")
    publisher = press.publisher(SPACE, grace=0.05)
    async with publisher.working():
        running = await underway(publisher, latch)
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await press.post("a")).fate is Fate.SENDING
    latch.release()
    again = press.publisher(SPACE)
    press.now += timedelta(minutes=3)
    async with again.working():
        await run(again, SPACE)
    assert press.outlet.calls == [("send", "a"), ("find", "a"), ("send", "a"), ("send", "b")]
    assert await press.fates() == {"a": "posted", "b": "posted"}


async def test_a_failure_while_stopping_is_remembered_and_stops_nothing(press, latch):
    await press.keep("a")
    press.outlet.fail("send", FateUnknown("no answer"))
    publisher = press.publisher(SPACE)
    async with publisher.working():
        running = await underway(publisher, latch)
        let_go_once_stopping(latch)
    with pytest.raises(FateUnknown):
        await running
    assert await press.fates() == {"a": "unknown"}
