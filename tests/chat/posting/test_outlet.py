"""Posts on their way into channels: what goes over the wire, and what comes of it."""

import discord
import pytest

from bot.errors import ChannelClosed
from bot.news.post import Fate, Sent
from tests.chat.dispatches import BAD_PICTURE, SEND, dispatch, only_post
from tests.newsroom import answer, newsroom
from tests.samples import article

SPACE = {"channel": "space"}


async def test_a_post_goes_out_under_its_nonce_and_pings_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "@everyone <@1> <@&2>"})
        await room.publish()
        post = await only_post(room)
        (body,) = room.requests("POST", "/channels/*/messages")
        assert (body["nonce"], body["enforce_nonce"]) == (post.nonce, True)
        assert (body["content"], body["allowed_mentions"]) == (None, {"parse": []})
        assert "flags" not in body
        assert body["components"][0]["components"][0]["url"] == "https://gazette.example.org/comet"
        (shown,) = room.posts("space")
        assert (shown.id, shown.mention_everyone, shown.mentions) == (post.message_id, False, [])


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_silent_post_notifies_nobody(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE | {"silent": True}, forums=forums) as room:
        await room.fill(comet={})
        await room.publish()
        (body,) = room.requests("POST", "/channels/*")
        assert body.get("message", body)["flags"] == 1 << 12


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_only_the_named_role_is_pinged(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        readers = room.guild.create_role("readers", mentionable=True)
        others = room.guild.create_role("others", mentionable=True)
        room.subscriptions[0]["mention"] = readers.id
        await room.start()
        await room.fill(comet={"title": f"@everyone {others.mention}"})
        await room.publish()
        (body,) = room.requests("POST", "/channels/*")
        body = body.get("message", body)
        assert body["content"] == readers.mention
        assert body["allowed_mentions"] == {"parse": [], "roles": [readers.id]}


async def test_a_role_that_was_deleted_is_not_named(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"mention": 77}) as room:
        await room.fill(comet={})
        await room.publish()
        (body,) = room.requests("POST", "/channels/*")
        assert body["content"] is None


async def test_a_picture_that_discord_refuses_is_left_out(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.upset(SEND, answer(400, 50035, "Invalid Form Body", BAD_PICTURE))
        await room.publish()
        (shown,) = room.posts("space")
        assert (shown.embeds[0].title, shown.embeds[0].image.url) == ("Comet", None)
        assert (await only_post(room)).fate is Fate.POSTED


async def test_a_post_that_discord_refuses_is_parked_with_the_reason(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.upset(SEND, answer(400, 240000, "Message blocked by harmful links filter"))
        assert await room.publish() == ()
        parked = await only_post(room)
        assert (parked.fate, room.posts("space")) == (Fate.PARKED, [])
        assert parked.reason == "#space: Message blocked by harmful links filter (code 240000)"


async def test_a_post_that_someone_deleted_meanwhile_is_done(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.fill(comet={})
        room.upset(SEND, answer(404, 10008, "Unknown Message"))
        await room.publish()
        post = await only_post(room)
        assert (post.fate, post.message_id) == (Fate.POSTED, None)
        assert await room.publish() == ()
        assert room.channels["space"].history() == []


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_what_a_channel_does_not_take_now_stays_due(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await room.forbid("space", "send_messages")
        with pytest.raises(ChannelClosed, match="#space"):
            await room.publish()
        waiting = await only_post(room)
        assert waiting.fate is Fate.REJECTED
        assert waiting.reason == "#space: give the bot the permission Send Messages"
        await room.forbid("space")
        await room.publish()
        assert (await only_post(room)).fate is Fate.POSTED


async def test_a_channel_that_the_bot_cannot_see_is_closed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.forbid("space", "view_channel")
        with pytest.raises(ChannelClosed, match="#space: give the bot the permission View Channel"):
            await room.publish()
        assert (await only_post(room)).fate is Fate.REJECTED


async def test_a_channel_that_is_gone_is_closed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        outlet = room.desk.publisher.outlet
        with pytest.raises(ChannelClosed, match="channel 12: there is no such channel"):
            await outlet.send(dispatch(room, "12"))
        await outlet.send(dispatch(room))
        with room.arranging():
            await room.desk.client.get_channel(room.channels["space"].id).delete()
            await room.env.settle()
        with pytest.raises(ChannelClosed, match="there is no such channel"):
            await outlet.send(dispatch(room))


async def test_a_voice_channel_takes_no_news(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.channels["talk"] = room.guild.create_voice_channel("talk")
        with pytest.raises(ChannelClosed, match="no text, announcement, forum or media channel"):
            await room.desk.publisher.outlet.send(dispatch(room, "talk"))


async def test_an_announcement_channel_takes_news_and_threads(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.channels["bulletin"] = room.guild.create_news_channel("bulletin")
        outlet = room.desk.publisher.outlet
        going = dispatch(room, "bulletin")
        sent = await outlet.send(going)
        assert await outlet.find(going) == sent
        assert await outlet.discuss(going, sent.message_id) == sent.message_id


async def test_a_channel_is_asked_for_once_while_the_gateway_is_down(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.desk.client._connection._guilds.clear()
        outlet = room.desk.publisher.outlet
        for number in (1, 2):
            assert isinstance(await outlet.send(dispatch(room, number=number)), Sent)
        assert len(room.requests("GET", "/channels/*")) == 1
        assert isinstance(await outlet.find(dispatch(room)), Sent)


async def test_a_forum_post_gets_the_tags_that_are_called_like_its_topics(tmp_path):
    names = ("Harbour", "SPACE", "Weather", "tea", "Boats", "Night sky", "Comets")
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        forum = room.desk.client.get_channel(room.channels["space"].id)
        tags = [discord.ForumTag(name=name, moderated=name == "Comets") for name in names]
        with room.arranging():
            await forum.edit(available_tags=tags)
            await room.env.settle()
        topics = ("Space", "Comets", "nightsky", "Fog")
        await room.desk.publisher.outlet.send(dispatch(room, article=article(topics=topics)))
        ids = {str(tag.id): tag.name for tag in forum.available_tags}
        (body,) = room.requests("POST", "/channels/*")
        assert [ids[tag] for tag in body["applied_tags"]] == ["SPACE", "Night sky"]
        many = article("many", topics=names)
        await room.desk.publisher.outlet.send(dispatch(room, number=2, article=many))
        five = room.requests("POST", "/channels/*")[1]["applied_tags"]
        assert [ids[tag] for tag in five] == list(names[:5])
