"""Unmodified discord.py against the stand-in: login, sending, threads, the history."""

import io
from datetime import UTC, datetime

import discord
import pytest

from tests.wire.client import QuickClient, forum_channel, logged_in, pointed_at, text_channel
from tests.wire.limits import Limits
from tests.wire.permissions import NEWS_BOT, Permission
from tests.wire.records import Channel, ChannelKind, Guild
from tests.wire.server import Wire, serve
from tests.wire.world import World


async def test_discord_py_logs_in_and_sees_the_guild_with_its_permissions(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    assert wire.gateway.identifies == 1
    assert client.user is not None
    assert client.user.id == wire.world.bot.id
    [guild] = client.guilds
    assert {each.name for each in guild.channels} == {"news", "forum"}
    assert text_channel(client, news).permissions_for(guild.me).value == int(NEWS_BOT)
    assert wire.unknown == []


async def test_a_wrong_token_is_refused_by_the_api(wire: Wire) -> None:
    async with QuickClient() as client:
        with pointed_at(wire), pytest.raises(discord.LoginFailure):
            await client.login("revoked")
    assert [each.status for each in wire.requests] == [401]


async def test_the_api_says_where_the_gateway_is(client: QuickClient, wire: Wire) -> None:
    shards, url, start = await client.http.get_bot_gateway()
    assert url.startswith(wire.gateway.url)
    assert shards == 1
    assert start["remaining"] == 999


async def test_the_same_nonce_twice_makes_one_message(client: QuickClient, news: Channel) -> None:
    channel = text_channel(client, news)
    first = await channel.send("once", nonce="news-1")
    second = await channel.send("changed", nonce="news-1")
    assert second.id == first.id
    assert second.content == "once"
    assert len(news.messages) == 1


async def test_a_nonce_whose_message_was_deleted_answers_unknown_message(
    client: QuickClient, world: World, news: Channel
) -> None:
    channel = text_channel(client, news)
    sent = await channel.send("once", nonce="news-1")
    world.remove_message(news.messages[sent.id])
    with pytest.raises(discord.NotFound) as refused:
        await channel.send("once", nonce="news-1")
    assert refused.value.code == 10008
    assert news.messages == {}


async def test_the_clock_of_the_caller_dates_messages_and_nonces(
    world: World, news: Channel
) -> None:
    now = [datetime(2030, 1, 1, tzinfo=UTC)]
    async with (
        serve(world, clock=lambda: now[0]) as wire,
        logged_in(wire, QuickClient()) as client,
    ):
        channel = text_channel(client, news)
        first = await channel.send("one", nonce="n")
        assert first.created_at == now[0]
        now[0] += world.rules.nonce_window
        assert (await channel.send("two", nonce="n")).id != first.id


async def test_a_forum_post_has_the_id_of_its_first_message(
    client: QuickClient, forum: Channel
) -> None:
    channel = forum_channel(client, forum)
    tag = channel.available_tags[0]
    embed = discord.Embed(title="Post")
    made = await channel.create_thread(name="Post", embed=embed, applied_tags=[tag])
    assert made.thread.id == made.message.id
    assert [each.name for each in made.thread.applied_tags] == ["Science"]
    assert [each.id async for each in made.thread.history()] == [made.thread.id]


async def test_a_message_gets_one_thread_under_its_own_id(
    client: QuickClient, news: Channel
) -> None:
    message = await text_channel(client, news).send("talk about this")
    thread = await message.create_thread(name="Talk")
    assert thread.id == message.id
    with pytest.raises(discord.HTTPException) as refused:
        await message.create_thread(name="Talk again")
    assert refused.value.code == 160004


async def test_threads_are_found_while_active_and_when_archived(
    client: QuickClient, forum: Channel
) -> None:
    channel = forum_channel(client, forum)
    for name in ("one", "two", "three"):
        made = await channel.create_thread(name=name, content=name)
        if name != "three":
            await made.thread.edit(archived=True)
    active = await channel.guild.active_threads()
    assert [each.name for each in active] == ["three"]
    assert [each.name async for each in channel.archived_threads()] == ["two", "one"]


async def test_history_pages_through_more_than_a_hundred_messages(
    world: World, news: Channel
) -> None:
    async with (
        serve(world, limits=Limits({}, None)) as wire,
        logged_in(wire, QuickClient()) as client,
    ):
        channel = text_channel(client, news)
        sent = [await channel.send(str(number)) for number in range(150)]
        oldest_first = [each.id async for each in channel.history(limit=None, oldest_first=True)]
        after = [each.id async for each in channel.history(after=sent[9], limit=5)]
        before = [each.id async for each in channel.history(before=sent[9], limit=2)]
        around = [each.id async for each in channel.history(around=sent[50], limit=5)]
    ids = [each.id for each in sent]
    assert oldest_first == ids
    assert after == ids[10:15]
    assert before == [ids[8], ids[7]]
    assert sorted(around) == ids[48:53]


async def test_without_read_message_history_the_history_is_empty_not_refused(
    client: QuickClient, world: World, news: Channel
) -> None:
    channel = text_channel(client, news)
    await channel.send("there")
    world.permit(news, deny=Permission.READ_MESSAGE_HISTORY)
    assert [each async for each in channel.history()] == []


async def test_the_history_does_not_tell_the_nonce_but_the_gateway_does(
    client: QuickClient, news: Channel
) -> None:
    channel = text_channel(client, news)
    await channel.send("mine", nonce="n1")
    await client.heard("MESSAGE_CREATE")
    assert [each.nonce for each in client.cached_messages] == ["n1"]
    assert [each.nonce async for each in channel.history()] == [None]


async def test_a_changed_overwrite_reaches_the_client_and_its_sends(
    client: QuickClient, world: World, news: Channel
) -> None:
    world.permit(news, deny=Permission.SEND_MESSAGES)
    await client.heard("CHANNEL_UPDATE")
    channel = text_channel(client, news)
    assert not channel.permissions_for(channel.guild.me).send_messages
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("no")
    assert refused.value.code == 50013


async def test_publishing_twice_is_refused_as_done(
    client: QuickClient, world: World, guild: Guild
) -> None:
    official = world.add_channel(guild, "official", ChannelKind.ANNOUNCEMENT)
    message = await client.get_partial_messageable(official.id).send("hear, hear")
    await message.publish()
    with pytest.raises(discord.HTTPException) as refused:
        await message.publish()
    assert refused.value.code == 40033


async def test_a_file_is_sent_as_an_attachment(
    client: QuickClient, world: World, news: Channel
) -> None:
    world.permit(news, allow=Permission.ATTACH_FILES)
    picture = discord.File(io.BytesIO(b"not really a picture"), filename="picture.png")
    sent = await text_channel(client, news).send(file=picture)
    assert [each.filename for each in sent.attachments] == ["picture.png"]


async def test_a_path_that_is_not_modelled_is_told_apart(client: QuickClient, wire: Wire) -> None:
    with pytest.raises(discord.NotFound):
        await client.fetch_sticker(1)
    assert [each.path for each in wire.unknown] == ["/api/v10/stickers/1"]
