"""What members do with posts, heard over a real gateway and asked for after a time away."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.chat.posting.observer import DiscordObserver
from bot.errors import FateUnknown
from bot.news.activity import Activity
from bot.store import activity
from tests.chat.wired import place
from tests.samples import article
from tests.wire import messages, threads
from tests.wire.faults import Fault, Rule
from tests.wire.records import ChannelKind

KINDS = pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM])
PUT_AWAY = ("GET", "/channels/{channel_id}/threads/archived/public")
ACTIVE = ("GET", "/guilds/{guild_id}/threads/active")


@asynccontextmanager
async def bot(here):
    """Let the bot be there for a while; it counts what it missed."""
    async with here.bot(article()):
        await here.publish()
        await settle(here)
        yield


async def settle(here):
    """Write down what was heard, and ask for what was missed."""
    await here.desk.tally.settle(DiscordObserver(here.desk.client))


async def hear(here, event, happen):
    """Let something happen, wait until the bot has heard of it, and write it down."""
    told = asyncio.create_task(here.desk.client.wait_for(event, timeout=5))
    await asyncio.sleep(0)
    happen()
    await told
    await settle(here)


def say(here, person, text="Well"):
    """Let somebody reply in the discussion."""
    return messages.post(here.world, here.thread, person, {"content": text}, here.clock())


def post(here):
    """The message that shows the article."""
    channel = here.thread if here.channel.kind is ChannelKind.FORUM else here.channel
    return next(m for m in channel.messages.values() if m.embeds)


async def done(here):
    """What members have made of the article."""
    ((key,),) = await here.desk.database.read("SELECT id FROM article")
    found = await activity.of(here.desk.database, here.channel.guild.id, [key])
    return found.get(key, Activity())


@KINDS
async def test_what_was_missed_is_counted_once_also_in_what_was_put_away(tmp_path, kind):
    async with place(tmp_path, kind, discuss="thread") as here:
        ana = here.world.add_user("Ana")
        async with bot(here):
            assert await done(here) == Activity()
        for number in range(3):
            say(here, ana, f"{number}")
        here.world.react(post(here), ana, "👍")
        threads.shelve(here.world, here.thread, here.clock())
        async with bot(here):
            assert await done(here) == Activity(3, 1)
        async with bot(here):
            assert await done(here) == Activity(3, 1)


async def test_a_channel_that_does_not_answer_is_passed_over_once_patience_is_over(tmp_path):
    async with place(tmp_path, discuss="thread") as here:
        silent = here.world.add_channel(here.channel.guild, "silent").id
        away = Fault("status", status=503)
        here.wire.faults.add(Rule(away, *PUT_AWAY, str(silent), probability=1.0))
        async with bot(here):
            observer = DiscordObserver(here.desk.client)
            asked = [silent, here.channel.id]
            with pytest.raises(FateUnknown):
                await observer.discussions(asked, here.clock(), patient=True)
            found = await observer.discussions(asked, here.clock(), patient=False)
            assert list(found) == [here.thread.id]


async def test_what_was_put_away_before_is_not_looked_through_again(tmp_path):
    async with place(tmp_path, discuss="thread") as here:
        async with bot(here):
            say(here, here.world.add_user("Ana"))
            threads.shelve(here.world, here.thread, here.clock())
        here.later = timedelta(days=40)
        async with bot(here):
            assert await done(here) == Activity(1, 0)
        before = len(here.wire.sent_to("GET", "/channels/{channel_id}/messages"))
        here.later = timedelta(days=41)
        async with bot(here):
            after = len(here.wire.sent_to("GET", "/channels/{channel_id}/messages"))
        assert after == before


async def test_after_trouble_it_is_asked_again_later_and_what_was_heard_stays_heard(tmp_path):
    async with place(tmp_path, discuss="thread") as here:
        ana = here.world.add_user("Ana")
        async with bot(here):
            pass
        say(here, ana)
        here.wire.faults.next(Fault("status", status=503), *ACTIVE)
        async with bot(here):
            assert await done(here) == Activity()
            await settle(here)
            assert await done(here) == Activity()
            here.later = timedelta(minutes=1)
            await settle(here)
            assert await done(here) == Activity(1, 0)


async def test_a_channel_that_is_gone_holds_up_no_other(tmp_path):
    async with place(tmp_path, discuss="thread") as here:
        async with bot(here):
            say(here, here.world.add_user("Ana"))
        here.world.remove_channel(here.channel)
        async with bot(here):
            assert await done(here) == Activity()
            assert await activity.counted(here.desk.database) is not None


async def test_what_the_gateway_tells_is_counted_and_doubts_are_asked_about(tmp_path):
    async with place(tmp_path, discuss="thread") as here:
        ana, ben = here.world.add_user("Ana"), here.world.add_user("Ben")
        async with bot(here):
            asked = len(here.wire.requests)
            await hear(here, "message", lambda: say(here, ana))
            await hear(here, "raw_reaction_add", lambda: here.world.react(post(here), ana, "👍"))
            await hear(here, "raw_reaction_add", lambda: here.world.react(post(here), ben, "👍"))
            await hear(
                here,
                "raw_reaction_remove",
                lambda: here.world.react(post(here), ana, "👍", back=True),
            )
            assert await done(here) == Activity(1, 1)
            assert len(here.wire.requests) == asked
            await hear(here, "raw_reaction_clear", lambda: here.world.clear_reactions(post(here)))
            assert await done(here) == Activity(1, 0)
            assert len(here.wire.requests) == asked + 1
