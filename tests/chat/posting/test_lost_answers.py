"""Posts of unknown fate: looked for before they are sent again, and not mistaken."""

import aiohttp
import discord
import pytest

from bot.errors import ChannelClosed, FateUnknown
from bot.news.post import Fate
from tests.chat.dispatches import dispatch, only_post, publish_unanswered
from tests.newsroom import answer, newsroom
from tests.samples import article

SPACE = {"channel": "space"}
LONG = 100  # seconds: a nonce may have lapsed, and no request is still being carried out


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        TimeoutError(),
        ConnectionResetError(104, "Connection reset by peer"),
        answer(500, 0),
        answer(503, 0),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_post_whose_answer_is_lost_is_found_and_not_repeated(tmp_path, error, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await publish_unanswered(room, error, arrives=True, forum=bool(forums))
        assert (await only_post(room)).fate is Fate.UNKNOWN
        await room.env.advance_time(LONG)
        await room.publish()
        found = await only_post(room)
        assert found.fate is Fate.POSTED
        assert len(room.requests("POST", "/channels/*")) == 1
        if forums:
            (thread,) = room.channels["space"].threads
            assert found.thread_id == thread.id
        else:
            (shown,) = room.posts("space")
            assert found.message_id == shown.id


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_post_that_never_arrived_is_sent_again(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=False, forum=bool(forums))
        await room.env.advance_time(LONG)
        await room.publish()
        assert (await only_post(room)).fate is Fate.POSTED
        assert len(room.requests("POST", "/channels/*")) == 1


async def test_an_answer_to_a_member_is_not_taken_for_the_lost_post(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=False)
        await room.member.slash(room.channels["space"], "news latest", share=True)
        await room.env.advance_time(LONG)
        await room.publish()
        assert len(room.requests("POST", "/channels/*/messages")) == 1


async def test_what_others_wrote_is_not_taken_for_the_lost_post(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        hook = room.guild.create_webhook(room.channels["space"])
        await hook.send(embed=discord.Embed(url=article().url, title="Comet seen"))
        await room.member.send(room.channels["space"], article().url)
        assert await room.desk.publisher.outlet.find(dispatch(room)) is None


async def test_what_was_posted_before_the_claim_is_not_taken_for_the_lost_post(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        outlet = room.desk.publisher.outlet
        sent = await outlet.send(dispatch(room))
        await room.env.advance_time(50)
        assert await outlet.find(dispatch(room)) == sent  # two clocks may differ by that much
        await room.env.advance_time(50)
        assert await outlet.find(dispatch(room)) is None


async def test_a_forum_post_of_the_same_name_is_not_taken_for_the_lost_one(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        outlet = room.desk.publisher.outlet
        await outlet.send(dispatch(room))
        copy = dispatch(room, number=2, article=article("comet-again"))
        assert await outlet.find(copy) is None
        assert await outlet.find(dispatch(room)) is not None


async def test_a_forum_is_not_believed_to_lack_a_post_that_may_still_be_made(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=False, forum=True)
        with pytest.raises(FateUnknown, match="may still be making the post"):
            await room.publish()
        assert room.requests("POST", "/channels/*") == []
        await room.env.advance_time(LONG)
        await room.publish()
        assert (await only_post(room)).fate is Fate.POSTED


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_lost_post_is_found_though_its_article_has_changed(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=True, forum=bool(forums))
        await room.fill(comet={"webUrl": "https://gazette.example.org/moved", "title": "Anew"})
        await room.env.advance_time(LONG)
        await room.publish()
        assert (await only_post(room)).fate is Fate.POSTED
        assert len(room.requests("POST", "/channels/*")) == 1


async def test_a_lost_forum_post_is_found_though_it_is_archived(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        outlet = room.desk.publisher.outlet
        sent = await outlet.send(dispatch(room))
        with room.arranging():
            await room.desk.client.get_channel(sent.thread_id).edit(archived=True)
            await room.env.settle()
        found = await outlet.find(dispatch(room))
        assert (found.message_id, found.thread_id) == (sent.thread_id, sent.thread_id)


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_an_empty_history_is_not_believed_without_the_permission_to_read_it(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=True, forum=bool(forums))
        await room.forbid("space", "read_message_history")
        await room.env.advance_time(LONG)
        with pytest.raises(ChannelClosed, match="give the bot the permission Read Message History"):
            await room.publish()
        assert (await only_post(room)).fate is Fate.UNKNOWN
        await room.forbid("space")
        await room.publish()
        assert (await only_post(room)).fate is Fate.POSTED
        assert len(room.requests("POST", "/channels/*")) == 1


async def test_a_permission_that_was_lost_while_the_gateway_was_away_is_seen(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=True)
        there = room.desk.client.get_channel(room.channels["space"].id)
        before = list(there._overwrites)
        await room.forbid("space", "read_message_history")
        there._overwrites = before  # nobody told this client
        await room.env.advance_time(LONG)
        with pytest.raises(ChannelClosed, match="give the bot the permission Read Message History"):
            await room.publish()
        assert len(room.requests("POST", "/channels/*/messages")) == 1
