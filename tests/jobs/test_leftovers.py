"""What was left open is taken up for as long as the bot runs, without any schedule."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import StoreError
from bot.jobs.leftovers import take_up
from bot.jobs.persistence import Bell
from bot.store import outbox
from bot.store.database import Database
from tests.samples import CHANNEL


@dataclass
class Unreadable:
    """A database whose first read fails."""

    database: Database
    failed: bool = False

    async def read(self, sql, parameters=()):
        if self.failed:
            return await self.database.read(sql, parameters)
        self.failed = True
        raise StoreError("disk I/O error")

    def transaction(self):
        return self.database.transaction()


@asynccontextmanager
async def taking_up(press, bell):
    """Take up leftovers; yields the channels that were worked on, as they come."""
    worked = asyncio.Queue()

    async def catch_up(channel_id):
        worked.put_nowait(channel_id)

    task = asyncio.create_task(take_up(press.database, bell, press.clock, catch_up))
    yield worked
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def upcoming(worked):
    """Return the next channel that is worked on."""
    return await asyncio.wait_for(worked.get(), 10)


async def test_what_is_open_is_taken_up_at_once(press):
    await press.keep("comet")
    await press.claimed("comet")
    async with taking_up(press, Bell()) as worked:
        assert await upcoming(worked) == CHANNEL


async def test_what_is_put_aside_is_taken_up_when_something_changes_in_its_channel(press):
    await press.keep("comet")
    post = await press.claimed("comet")
    await outbox.park(press.database, post, "no tag", press.now, press.now + timedelta(hours=1))
    bell = Bell(at_least=0.0)
    async with taking_up(press, bell) as worked:
        bell.ring([CHANNEL])
        assert await upcoming(worked) == CHANNEL


async def test_what_breaks_in_one_channel_is_told_and_the_others_go_on(press, caplog):
    await press.keep("a")
    await press.claimed("a")
    bell = Bell(at_least=0.0)
    worked = asyncio.Queue()

    async def catch_up(channel_id):
        worked.put_nowait(channel_id)
        raise AssertionError("a mistake of ours")

    task = asyncio.create_task(take_up(press.database, bell, press.clock, catch_up))
    for _ in range(2):
        assert await upcoming(worked) == CHANNEL
        bell.ring([CHANNEL])
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    assert f"broken off channel={CHANNEL}" in caplog.text


async def test_a_channel_that_pauses_after_a_failure_is_left_to_its_pause(press):
    await press.keep("a", "b")
    await press.claimed("a")
    await outbox.claim(press.database, CHANNEL + 1, (await press.find("b")).id, "b", press.now)
    bell = Bell()
    pausing = asyncio.create_task(bell.pause(CHANNEL, 1800))
    await asyncio.sleep(0)
    async with taking_up(press, bell) as worked:
        assert await upcoming(worked) == CHANNEL + 1
        assert worked.empty()
    pausing.cancel()


async def test_a_database_that_cannot_be_read_is_told_and_asked_again(press, caplog):
    await press.keep("comet")
    await press.claimed("comet")
    there, press.database = press.database, Unreadable(press.database)
    bell = Bell(at_least=0.0)
    async with taking_up(press, bell) as worked:
        bell.ring([CHANNEL])
        assert await upcoming(worked) == CHANNEL
    press.database = there
    assert "leftovers not read reason=disk I/O error" in caplog.text
