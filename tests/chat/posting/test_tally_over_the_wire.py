"""What members do with posts, heard over a real gateway and asked for after a time away."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.posting.observer import DiscordObserver
from bot.config import fitted
from bot.desk import open_desk
from bot.news.activity import Activity
from bot.store import activity
from tests.samples import article
from tests.store.archive import keep
from tests.wire import messages, threads
from tests.wire.client import logged_in
from tests.wire.faults import Fault
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

KINDS = pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM])
ACTIVE = ("GET", "/guilds/{guild_id}/threads/active")


@dataclass
class Square:
    """A channel with a post, its members, and the bot when it is there."""

    world: World
    wire: Any
    channel: Any
    settings: Any
    desk: Any = None
    later: timedelta = timedelta()

    def clock(self):
        return datetime.now(UTC) + self.later

    @property
    def thread(self):
        (thread,) = self.world.threads_of(self.channel)
        return thread

    @property
    def post(self):
        place = self.thread if self.channel.kind is ChannelKind.FORUM else self.channel
        return next(m for m in place.messages.values() if m.embeds)

    def say(self, person, text="Well"):
        body = {"content": text}
        return messages.post(self.world, self.thread, person, body, self.clock())

    @asynccontextmanager
    async def bot(self):
        """Let the bot be there for a while; it counts what it missed."""
        async with open_desk(self.settings, self.clock) as desk:
            self.desk = desk
            await keep(desk.database, article())
            async with logged_in(self.wire, desk.client):
                await desk.publisher.run(desk.publisher.subscriptions[0])
                await self.settle()
                yield

    async def settle(self):
        await self.desk.tally.settle(DiscordObserver(self.desk.client))

    async def hear(self, event, happen):
        """Let something happen, wait until the bot has heard of it, and write it down."""
        client = self.desk.client
        told = asyncio.create_task(client.wait_for(event, timeout=5))
        await asyncio.sleep(0)
        happen()
        await told
        await self.settle()

    async def done(self):
        ((key,),) = await self.desk.database.read("SELECT id FROM article")
        guild = self.channel.guild.id
        return (await activity.of(self.desk.database, guild, [key])).get(key, Activity())


@asynccontextmanager
async def square(tmp_path, kind=ChannelKind.TEXT):
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Puddle Bay"), "space", kind)
    followed = {"name": "space", "channel": channel.id, "every": "10m", "backlog": "all"}
    database = str(tmp_path / "broadsheet.db")
    settings, wrong = fitted(
        {"database": database, "subscriptions": [followed | {"discuss": "thread"}]}
    )
    assert not wrong
    here = Square(world, None, channel, settings)
    async with serve(world, clock=here.clock) as here.wire:
        yield here
        assert here.wire.unknown == []


@KINDS
async def test_what_was_missed_is_counted_once_also_in_what_was_put_away(tmp_path, kind):
    async with square(tmp_path, kind) as here:
        ana = here.world.add_user("Ana")
        async with here.bot():
            assert await here.done() == Activity()
        for number in range(3):
            here.say(ana, f"{number}")
        here.world.react(here.post, ana, "👍")
        threads.shelve(here.world, here.thread, here.clock())
        async with here.bot():
            assert await here.done() == Activity(3, 1)
        async with here.bot():
            assert await here.done() == Activity(3, 1)


async def test_what_was_put_away_before_is_not_looked_through_again(tmp_path):
    async with square(tmp_path) as here:
        async with here.bot():
            here.say(here.world.add_user("Ana"))
            threads.shelve(here.world, here.thread, here.clock())
        here.later = timedelta(days=40)
        async with here.bot():
            assert await here.done() == Activity(1, 0)
        before = len(here.wire.sent_to("GET", "/channels/{channel_id}/messages"))
        here.later = timedelta(days=41)
        async with here.bot():
            after = len(here.wire.sent_to("GET", "/channels/{channel_id}/messages"))
        assert after == before


async def test_after_trouble_it_is_asked_again_later_and_what_was_heard_stays_heard(tmp_path):
    async with square(tmp_path) as here:
        ana = here.world.add_user("Ana")
        async with here.bot():
            pass
        here.say(ana)
        here.wire.faults.next(Fault("status", status=503), *ACTIVE)
        async with here.bot():
            assert await here.done() == Activity()
            await here.settle()
            assert await here.done() == Activity()
            here.later = timedelta(minutes=1)
            await here.settle()
            assert await here.done() == Activity(1, 0)


async def test_a_channel_that_is_gone_holds_up_no_other(tmp_path):
    async with square(tmp_path) as here:
        async with here.bot():
            here.say(here.world.add_user("Ana"))
        here.world.remove_channel(here.channel)
        async with here.bot():
            assert await here.done() == Activity()
            assert await activity.counted(here.desk.database) is not None


async def test_what_the_gateway_tells_is_counted_and_doubts_are_asked_about(tmp_path):
    async with square(tmp_path) as here:
        ana, ben = here.world.add_user("Ana"), here.world.add_user("Ben")
        async with here.bot():
            asked = len(here.wire.requests)
            await here.hear("message", lambda: here.say(ana))
            await here.hear("raw_reaction_add", lambda: here.world.react(here.post, ana, "👍"))
            await here.hear("raw_reaction_add", lambda: here.world.react(here.post, ben, "👍"))
            await here.hear(
                "raw_reaction_remove", lambda: here.world.react(here.post, ana, "👍", back=True)
            )
            assert await here.done() == Activity(1, 1)
            assert len(here.wire.requests) == asked
            await here.hear("raw_reaction_clear", lambda: here.world.clear_reactions(here.post))
            assert await here.done() == Activity(1, 0)
            assert len(here.wire.requests) == asked + 1
