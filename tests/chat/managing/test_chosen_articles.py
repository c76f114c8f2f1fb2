"""/publish article: one article into one channel, once."""

import aiohttp
import pytest

from bot.chat.wording import texts
from bot.news.post import Fate
from bot.store import outbox
from tests.chat.dispatches import SEND
from tests.chat.people import link, publish
from tests.newsroom import answer, newsroom

SPACE = {"channel": "space", "topics": ["Space"]}


async def test_a_chosen_article_is_posted_here_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, gull={"topics": ["Harbour"]})
        offered = await room.staff.autocomplete(
            room.channels["space"], "publish article", "title", "gu"
        )
        assert [choice["name"] for choice in offered] == ["Gull"]
        said = await publish(room, "article", "space", title=offered[0]["value"])
        assert said == f"Posted: {link(room)}"
        said = await publish(room, "article", "space", title="gull")
        assert said == f"That article is here already: {link(room)}"
        assert [post.embeds[0].title for post in room.posts("space")] == ["Gull"]
        await room.publish()
        assert [post.embeds[0].title for post in room.posts("space")] == ["Gull", "Comet"]


async def test_what_the_schedule_posted_is_here_already(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        said = await publish(room, "article", "space", title="comet")
        address = f"https://discord.com/channels/{room.guild.id}/{thread.id}"
        assert said == f"That article is here already: {address}"
        assert len(room.channels["space"].threads) == 1


async def test_a_chosen_article_looks_as_its_channel_has_it_but_pings_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread", "silent": True}) as room:
        room.subscriptions[0]["mention"] = room.guild.create_role("readers", mentionable=True).id
        await room.start()
        await room.fill(comet={})
        await publish(room, "article", "space", title="comet")
        (body,) = room.requests("POST", "/channels/*/messages")
        assert (body["content"], body["flags"]) == (None, 1 << 12)
        assert [thread.name for thread in room.channels["space"].threads] == ["Comet"]


async def test_an_article_can_be_posted_where_no_subscription_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert await publish(room, "article", title="comet") == f"Posted: {link(room, 'lobby')}"
        assert room.channels["lobby"].threads == []


async def test_staff_can_post_what_is_held_for_review(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(draft={"published": False})
        assert await publish(room, "due") == texts.NOTHING_DUE
        offered = await room.staff.autocomplete(
            room.channels["space"], "publish article", "title", "dra"
        )
        assert [choice["name"] for choice in offered] == ["Draft"]
        said = await publish(room, "article", "space", title="draft")
        assert said == f"Posted: {link(room)}"


async def test_a_withdrawn_article_is_not_posted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        await room.withdraw("comet")
        assert await publish(room, "article", "space", title=str(key)) == texts.WITHDRAWN
        assert await publish(room, "due") == texts.NOTHING_DUE
        assert room.posts("space") == []


@pytest.mark.parametrize("typed", ["tea", "?!", "42"])
async def test_what_nobody_chose_is_not_posted(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert await publish(room, "article", "space", title=typed) == texts.NO_ARTICLE
        assert room.posts("space") == []


async def test_a_chosen_article_that_cannot_be_posted_is_told_with_the_reason(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.forbid("space", "send_messages")
        said = await publish(room, "article", "space", title="comet")
        assert said == "Not posted: #space: give the bot the permission Send Messages"
        await room.forbid("space")
        said = await publish(room, "article", "space", title="comet")
        assert said == f"Posted: {link(room)}"


async def test_a_refused_article_is_told_with_the_reason_and_tried_again_when_asked_for(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        for _ in range(2):
            room.upset(SEND, answer(403, 200000, "Blocked by AutoMod"))
            said = await publish(room, "article", "space", title="comet")
            assert said == "Not posted: #space: Blocked by AutoMod (code 200000)"
            await room.publish()
            assert room.posts("space") == []
        said = await publish(room, "article", "space", title="comet")
        assert said == f"Posted: {link(room)}"


async def test_an_article_whose_answer_was_lost_is_found_when_asked_for_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        said = await publish(room, "article", "space", title="comet")
        assert said.startswith("Not posted: #space: no answer from Discord")
        await room.env.advance_time(100)  # seconds: its nonce may have lapsed
        said = await publish(room, "article", "space", title="comet")
        assert said in (f"Posted: {link(room)}", f"That article is here already: {link(room)}")
        assert len(room.posts("space")) == 1


async def test_a_thread_takes_no_chosen_article(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        await room.publish()
        (room.channels["thread"],) = room.channels["space"].threads
        said = await publish(room, "article", "thread", title="comet")
        assert "is no text, announcement, forum or media channel" in said


async def test_nothing_new_is_posted_once_the_end_is_near(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        async with room.desk.publisher.working():
            pass
        assert await publish(room, "article", "space", title="comet") == texts.STOPPING
        await publish(room, "due")
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        assert await outbox.find(room.desk.database, room.channels["space"].id, key) is None


async def test_a_chosen_article_is_settled_in_the_same_outbox(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await publish(room, "article", "space", title="comet")
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        post = await outbox.find(room.desk.database, room.channels["space"].id, key)
        assert (post.fate, post.subscription) == (Fate.POSTED, "by hand")
        assert post.message_id == room.posts("space")[0].id
