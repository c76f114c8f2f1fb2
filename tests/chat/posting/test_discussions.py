"""Discussions: one under every post that wants one, whatever happens on the way."""

import aiohttp
import discord
import pytest

from bot.errors import PostRefused
from bot.news.post import Fate
from tests.chat.dispatches import OPEN, dispatch, only_post
from tests.newsroom import answer, newsroom
from tests.samples import article, write

SPACE = {"channel": "space"}
LATER = 10  # seconds: longer than the first pause after a failure


async def test_a_thread_is_opened_once_and_found_afterwards(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        room.upset(OPEN, aiohttp.ServerDisconnectedError(), done=True)
        await room.publish()
        post = await only_post(room)
        assert (post.thread_id, post.wants_discussion) == (None, True)
        await room.env.advance_time(LATER)
        room.upset(OPEN, answer(400, 160004, "A thread has already been created"))
        await room.publish()
        opened = await only_post(room)
        assert (opened.thread_id, opened.wants_discussion) == (post.message_id, False)
        (thread,) = room.channels["space"].threads
        assert (thread.id, thread.name) == (post.message_id, "Comet")


async def test_a_thread_waits_for_the_permission_to_open_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        await room.forbid("space", "create_public_threads")
        await room.publish()
        post = await only_post(room)
        assert (post.fate, room.channels["space"].threads) == (Fate.POSTED, [])
        assert "Create Public Threads" in post.reason
        await room.forbid("space")
        await room.env.advance_time(LATER)
        await room.publish()
        assert [thread.id for thread in room.channels["space"].threads] == [post.message_id]
        assert len(room.posts("space")) == 1


async def test_where_discord_asks_to_wait_long_no_thread_is_asked_for_until_then(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        room.upset(OPEN, discord.RateLimited(280))
        await room.publish()
        await room.env.advance_time(270)
        await room.publish()
        assert room.channels["space"].threads == []
        await room.env.advance_time(10)
        await room.publish()
        assert len(room.channels["space"].threads) == 1


async def test_of_a_story_that_is_retracted_by_then_no_thread_is_opened_until_it_is_back(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        room.upset(OPEN, discord.RateLimited(280))
        await room.publish()
        kept = (room.folder / "comet.md").read_bytes()
        (room.folder / "comet.md").unlink()
        await room.ingest()
        await room.later(400)
        await room.publish()
        assert room.channels["space"].threads == []
        (room.folder / "comet.md").write_bytes(kept)
        await room.ingest()
        await room.later(400)
        await room.publish()
        assert len(room.channels["space"].threads) == 1


async def test_a_post_that_is_gone_stays_without_a_thread(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        outlet = room.desk.publisher.outlet
        sent = await outlet.send(dispatch(room))
        with room.arranging():
            await room.posts("space")[0].delete()
        with pytest.raises(PostRefused, match="the post was deleted"):
            await outlet.discuss(dispatch(room), sent.message_id)


async def test_a_post_that_is_found_to_be_gone_while_its_thread_waits_holds_nothing_up(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        await room.forbid("space", "create_public_threads")
        await room.publish()
        with room.arranging():
            await room.posts("space")[0].delete()
        write(room.folder, "comet", title="Comet, really")
        await room.ingest()
        await room.desk.errands.run()
        await room.forbid("space")
        await room.fill(moon={})
        await room.later(LATER)
        await room.publish()
        assert [post.embeds[0].title for post in room.posts("space")] == ["Moon"]


async def test_a_forum_post_is_its_own_discussion(tmp_path):
    subscription = SPACE | {"discuss": "thread"}
    async with newsroom(tmp_path / "seeds", subscription, forums=("space",)) as room:
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        assert thread.name == "Comet"
        assert (await only_post(room)).thread_id == thread.id
        assert [m.embeds[0].url for m in thread.history()] == [article().url]
        assert await room.desk.publisher.outlet.discuss(dispatch(room), thread.id) == thread.id
        (body,) = room.requests("POST", "/channels/*")
        assert "nonce" not in body["message"]


async def test_a_discussion_is_put_away_as_the_subscription_says(tmp_path):
    subscription = SPACE | {"discuss": "thread", "archive_after": "3d"}
    async with newsroom(tmp_path / "seeds", subscription) as room:
        await room.fill(comet={})
        await room.publish()
        (body,) = room.requests("POST", "/channels/*/threads")
        assert body["auto_archive_duration"] == 3 * 24 * 60
