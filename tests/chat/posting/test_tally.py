"""What members do with posts is counted as it happens; nothing of it is kept but numbers."""

from contextlib import asynccontextmanager

import discord
import pytest

from bot.chat.posting.observer import DiscordObserver
from bot.news.activity import Activity
from bot.store import activity
from tests.newsroom import newsroom

DISCUSSED = {"channel": "space", "discuss": "thread"}


@asynccontextmanager
async def discussing(tmp_path):
    """A newsroom that has posted one article, and its discussion."""
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        yield room, thread


async def settle(room):
    """Write down what was heard."""
    await room.desk.tally.settle(DiscordObserver(room.desk.client))


async def done(room, slug="comet"):
    """Return what members of the server did with an article."""
    ((key,),) = await room.desk.database.read("SELECT id FROM article WHERE slug = ?", (slug,))
    return (await activity.of(room.desk.database, room.guild.id, [key])).get(key, Activity())


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_replies_and_reactions_of_members_are_counted(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", DISCUSSED, forums=forums) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        by_name = {thread.name: thread for thread in room.channels["space"].threads}
        thread = by_name["Comet"]
        post = thread.history()[0] if forums else first(room, "Comet")
        for text in ("What a tail!", "And what a queue."):
            await room.member.send(thread, text)
        await room.member.react(post, "👍")
        await room.staff.react(post, "👍")
        await room.staff.react(post, "🎉")
        await settle(room)
        assert (await done(room), await done(room, "gull")) == (Activity(2, 3), Activity())
        await room.staff.unreact(post, "🎉")
        await room.staff.send(thread, "It was cold.")
        await settle(room)
        assert await done(room) == Activity(3, 2)


def first(room, title):
    """Return the post with a title."""
    return next(post for post in room.posts("space") if post.embeds[0].title == title)


async def test_what_is_about_no_post_and_what_the_bot_does_is_not_counted(tmp_path):
    async with discussing(tmp_path) as (room, thread):
        said = await room.member.send(room.channels["space"], "Good evening")
        await room.member.react(said, "👍")
        own = room.desk.client.get_channel(thread.id)
        with room.arranging():
            await own.send("A word of the bot", nonce="x")
            await (await own.parent.fetch_message(thread.id)).add_reaction("👍")
            await room.env.settle()
        await settle(room)
        assert await done(room) == Activity()
        await room.start()
        await settle(room)
        assert await done(room) == Activity()


async def test_nothing_of_a_reply_is_kept_but_that_there_is_one(tmp_path):
    async with discussing(tmp_path) as (room, thread):
        await room.member.send(thread, "unmistakable")
        await settle(room)
        assert await done(room) == Activity(1, 0)
        columns = await room.desk.database.read("SELECT name FROM pragma_table_info('activity')")
        names = ["post_id", "guild_id", "replies", "reactions", "seen"]
        assert [row["name"] for row in columns] == names


async def test_what_moderators_delete_counts_no_more(tmp_path):
    async with discussing(tmp_path) as (room, thread):
        said = [await room.member.send(thread, f"spam {n}") for n in range(4)]
        await settle(room)
        await room.member.delete(said[0])
        there = room.desk.client.get_channel(thread.id)
        with room.arranging():
            await there.delete_messages([discord.Object(m.id) for m in said[1:3]])
            await room.env.settle()
        await settle(room)
        assert await done(room) == Activity(1, 0)
        with room.arranging():
            await there.delete()
            await room.env.settle()
        await settle(room)
        assert await done(room) == Activity()


async def test_what_happened_while_the_bot_was_away_is_counted_once(tmp_path):
    async with discussing(tmp_path) as (room, thread):
        await room.member.send(thread, "before")
        await settle(room)
        await room.member.send(thread, "heard, and not written down")
        await room.start()
        for _ in range(2):
            await settle(room)
            assert await done(room) == Activity(2, 0)
            await room.start()


async def test_counting_does_nothing_while_nothing_happens(tmp_path):
    async with discussing(tmp_path) as (room, _):
        await settle(room)
        before = len(room.env.http_requests)
        await settle(room)
        assert len(room.env.http_requests) == before
