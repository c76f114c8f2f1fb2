"""The traffic to Discord, by unmodified discord.py over a real wire to a stand-in."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.chat.client import Client
from bot.chat.link.clock import Clock
from bot.chat.link.preflight import look, preflight
from bot.chat.link.slots import Slots
from bot.chat.link.strain import Strain
from bot.chat.link.traffic import call, traced
from bot.chat.posting.observer import DiscordObserver
from bot.chat.posting.outlet import DiscordOutlet
from bot.desk import utc_now
from bot.errors import ChannelClosed, FateUnknown
from bot.jobs.outlet import Dispatch
from bot.news.post import Fate, Post, nonce
from bot.store.activity import Place
from bot.structs import replace
from tests.samples import article, subscription
from tests.wire.actor import enter
from tests.wire.client import QuickClient, logged_in, text_channel
from tests.wire.faults import Fault
from tests.wire.limits import MESSAGES, Limits, Quota
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

FORUM_POST = ("POST", "/channels/{channel_id}/threads")
BAD_GATEWAY = Fault("status", "after", status=502)
FORBIDDEN = Fault("status", status=403, code=50013)
WAIT = Fault("status", status=429, seconds=0.3)
WAIT_AN_HOUR = Fault("status", status=429, seconds=3600.0)


@pytest.fixture
def world():
    return World(datetime.now(UTC))


@pytest.fixture
def guild(world):
    return world.add_guild("Newsroom")


@pytest.fixture
def news(world, guild):
    return world.add_channel(guild, "news")


@pytest.fixture
def forum(world, guild):
    return world.add_channel(guild, "forum", ChannelKind.FORUM)


@asynccontextmanager
async def online(world, limits=None, **pace):
    """A stand-in, and a client of the given pace that is logged in to it."""
    async with (
        serve(world, limits=limits or Limits({})) as wire,
        logged_in(wire, QuickClient(http_trace=traced(**pace))) as client,
    ):
        yield wire, client


def rooms(world, guild, count):
    """Add so many channels: discord.py sends into each of them at once."""
    return [world.add_channel(guild, f"news-{number}") for number in range(count)]


def sending(client, channels):
    """Start to send into channels."""
    return [asyncio.create_task(text_channel(client, each).send("news")) for each in channels]


def dispatch(channel):
    """Return a post on its way."""
    mark = nonce(channel.id, 1)
    claimed = datetime.now(UTC)
    post = Post(
        *(1, channel.id, 1, "space", mark, Fate.SENDING, claimed, claimed), urls=(article().url,)
    )
    return Dispatch(post, article())


async def cancelled(*tasks):
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def test_no_window_of_time_sees_more_requests_than_there_are_slots(world, guild):
    limits = Limits({}, Quota(5, 0.2))
    channels = rooms(world, guild, 20)
    async with online(world, limits, slots=5, hold=0.205) as (wire, client):
        began = time.perf_counter()
        await asyncio.gather(*sending(client, channels))
        took = time.perf_counter() - began
        times = [each.at.timestamp() for each in wire.requests]
    assert limits.refused == {}
    assert all(later - earlier > 0.2 for earlier, later in zip(times, times[5:], strict=False))
    assert [len(each.messages) for each in channels] == [1] * 20
    assert 0.6 < took < 2  # four waves, and no idle time between them


async def test_the_bot_itself_keeps_to_fifty_requests_a_second(world, guild, database):
    limits = Limits({})
    channels = rooms(world, guild, 60)
    async with (
        serve(world, limits=limits) as wire,
        logged_in(wire, Client(database, Clock(utc_now), guild_ready_timeout=0.01)) as client,
    ):
        await asyncio.gather(*sending(client, channels))
    assert limits.refused == {}
    assert [len(each.messages) for each in channels] == [1] * 60


async def test_a_member_is_answered_while_every_slot_is_taken(world, guild):
    channels = rooms(world, guild, 9)

    @app_commands.command()
    async def slow(interaction: discord.Interaction) -> None:
        """Answer in two steps."""
        await interaction.response.defer()
        await interaction.followup.send("here")

    async with serve(world) as wire:
        client = QuickClient(http_trace=traced(slots=8, hold=60))
        tree = app_commands.CommandTree(client)
        tree.add_command(slow)
        async with logged_in(wire, client):
            await tree.sync()
            _, waiting = await asyncio.wait(sending(client, channels), timeout=0.2)
            answer = await enter(wire, channels[0]).slash("slow")
            await cancelled(*waiting)
    assert waiting
    assert [each["content"] for each in (answer.message, *answer.follow_ups)] == ["here"]


async def test_those_who_give_up_leave_no_slot_taken(world, guild):
    channels = rooms(world, guild, 8)
    async with online(world, slots=2, hold=0.01) as (wire, client):
        wire.faults.next(Fault("hang"), *MESSAGES, times=2)
        tasks = sending(client, channels)
        done, _ = await asyncio.wait(tasks, timeout=0.2)
        assert not done
        assert len(wire.sent_to(*MESSAGES)) == 2
        await cancelled(*tasks[2:])
        await cancelled(*tasks[:2])
        async with asyncio.timeout(2):
            await asyncio.gather(*sending(client, channels))
    assert [len(each.messages) for each in channels] == [1] * 8


async def test_what_members_did_with_posts_is_asked_once_no_post_waits(world, guild, news):
    channels = rooms(world, guild, 3)
    async with online(world, slots=1, hold=0.05) as (wire, client):
        post = await text_channel(client, news).send("an earlier post")
        place = Place(post.id, news.id, post.id, None, 0)
        counted = asyncio.create_task(DiscordObserver(client).reactions(place))
        await asyncio.sleep(0)  # it waits first
        await asyncio.gather(*sending(client, channels))
        assert await counted == (guild.id, 0)
        methods = [each.method for each in wire.requests if each.endpoint][-5:]
    assert methods == ["POST", "POST", "POST", "POST", "GET"]


async def test_slots_go_to_none_of_those_who_gave_up_waiting():
    slots = Slots(1)
    await slots.take()
    early, late, behind = (
        asyncio.create_task(slots.take(behind=each)) for each in (False, False, True)
    )
    await asyncio.sleep(0)
    slots.give_back()
    await cancelled(early)  # though the slot was given to it already
    await late
    slots.give_back()
    await behind
    assert slots.free == 0
    slots.give_back()
    assert slots.free == 1


async def test_who_lets_others_go_first_has_a_turn_after_fifty_of_them():
    slots, turns = Slots(1), []
    await slots.take()

    async def taken(*, behind):
        await slots.take(behind=behind)
        turns.append(behind)
        slots.give_back()

    waiting = [asyncio.create_task(taken(behind=n < 2)) for n in range(122)]
    await asyncio.sleep(0)
    slots.give_back()
    await asyncio.gather(*waiting)
    assert [n for n, behind in enumerate(turns) if behind] == [50, 101]


async def test_what_waits_when_the_client_closes_is_never_sent(world, guild):
    channels = rooms(world, guild, 2)
    async with online(world, slots=1, hold=0.3) as (wire, client):
        await text_channel(client, channels[0]).send("first")
        (waiting,) = sending(client, channels[1:])
        await asyncio.wait([waiting], timeout=0.05)
        async with asyncio.timeout(0.2):
            await client.close()
        with pytest.raises(aiohttp.ClientConnectionError, match="the client was closed"):
            await waiting
        assert len(wire.sent_to(*MESSAGES)) == 1


async def test_a_forum_post_is_never_repeated_when_its_answer_is_lost(world, forum):
    async with online(world) as (wire, client):
        outlet = DiscordOutlet(client, {})
        wire.faults.next(Fault("status", "after", status=500), *FORUM_POST)
        with pytest.raises(FateUnknown, match="#forum: Discord answered 500"):
            await outlet.send(dispatch(forum))
        assert len(wire.sent_to(*FORUM_POST)) == 1
        (thread,) = world.threads.values()
        assert (await outlet.find(dispatch(forum))).thread_id == thread.id


async def test_a_forum_post_goes_out_once_discord_has_waited_enough(world, forum):
    async with online(world) as (wire, client):
        wire.faults.next(WAIT, *FORUM_POST, times=2)
        sent = await DiscordOutlet(client, {}).send(dispatch(forum))
        assert [each.status for each in wire.sent_to(*FORUM_POST)] == [429, 429, 201]
    assert list(world.threads) == [sent.thread_id]


async def test_a_refusal_is_not_believed_after_an_attempt_that_may_have_succeeded(world, news):
    async with online(world) as (wire, client):
        wire.faults.next(BAD_GATEWAY, *MESSAGES)
        wire.faults.next(FORBIDDEN, *MESSAGES)
        with pytest.raises(FateUnknown, match=r"#news: .* \(code 50013\), after an attempt"):
            await DiscordOutlet(client, {}).send(dispatch(news))
        assert [each.status for each in wire.sent_to(*MESSAGES)] == [502, 403]
    assert len(news.messages) == 1


async def test_a_post_with_a_nonce_is_repeated_until_its_fate_is_known(world, news):
    async with online(world) as (wire, client):
        wire.faults.next(BAD_GATEWAY, *MESSAGES)
        sent = await DiscordOutlet(client, {}).send(dispatch(news))
        assert [each.status for each in wire.sent_to(*MESSAGES)] == [502, 200]
    assert list(news.messages) == [sent.message_id]


async def test_nobody_waits_for_an_hour_and_the_post_is_certainly_not_there(world, news, database):
    async with (
        serve(world, limits=Limits({})) as wire,
        logged_in(wire, Client(database, Clock(utc_now), guild_ready_timeout=0.01)) as client,
    ):
        wire.faults.next(WAIT_AN_HOUR, *MESSAGES)
        async with asyncio.timeout(5):
            with pytest.raises(ChannelClosed, match="asks to wait 3600 s") as caught:
                await DiscordOutlet(client, {}).send(dispatch(news))
            assert caught.value.passing
            assert caught.value.wait == timedelta(hours=1)
            await DiscordOutlet(client, {}).send(dispatch(news))
    assert len(news.messages) == 1


async def test_a_refusal_after_a_rate_limit_is_believed(world, news):
    async with online(world) as (wire, client):
        wire.faults.next(WAIT, *MESSAGES)
        wire.faults.next(FORBIDDEN, *MESSAGES)
        with pytest.raises(ChannelClosed):
            await DiscordOutlet(client, {}).send(dispatch(news))


async def test_an_answer_that_does_not_come_in_time_leaves_the_fate_unknown(world, news):
    async with online(world) as (wire, client):
        wire.faults.next(Fault("hang", "after"), *MESSAGES)
        async with asyncio.timeout(2):
            with pytest.raises(FateUnknown, match=r"#news: no answer .* \(TimeoutError\)"):
                async with call("#news", patience=0.1):
                    await text_channel(client, news).send("there")
    assert len(news.messages) == 1


async def test_waiting_for_a_slot_or_a_rate_limit_is_not_cut_short(world, news):
    async with online(world, slots=1, hold=0.3) as (wire, client):
        channel = text_channel(client, news)
        wire.faults.next(WAIT, *MESSAGES)
        began = time.perf_counter()
        async with call("#news", patience=0.2):
            await channel.send("first")
            await channel.send("second")
        assert time.perf_counter() - began > 0.6
    assert len(news.messages) == 2


async def test_no_attempt_leaves_once_its_nonce_may_have_lapsed(world, news):
    async with online(world) as (wire, client):
        late = replace(dispatch(news), within=timedelta(seconds=-1))
        with pytest.raises(FateUnknown, match="did not take it in time"):
            await DiscordOutlet(client, {}).send(late)
        assert wire.sent_to(*MESSAGES) == []


async def test_after_many_refusals_nothing_is_asked_and_the_post_is_certainly_not_there(
    world, guild
):
    first, second = rooms(world, guild, 2)
    async with online(world, strain=Strain(3)) as (wire, client):
        outlet = DiscordOutlet(client, {})
        wire.faults.next(FORBIDDEN, *MESSAGES, times=3)
        for _ in range(3):
            with pytest.raises(ChannelClosed, match="code 50013"):
                await outlet.send(dispatch(first))
        with pytest.raises(ChannelClosed, match=r"#news-1: .* I ask no more for 600 s") as refused:
            await outlet.send(dispatch(second))
        assert refused.value.passing
        assert refused.value.wait > timedelta(seconds=590)
        with pytest.raises(aiohttp.ClientConnectionError, match="I ask no more"):
            await text_channel(client, second).send("news")
        assert len(wire.sent_to(*MESSAGES)) == 3


async def test_what_only_someone_wants_to_see_is_asked_no_more_while_posts_go_out(world, news):
    async with online(world, strain=Strain(10)) as (wire, client):
        wire.faults.next(FORBIDDEN, "GET", "/channels/{channel_id}", times=2)
        for _ in range(2):
            with pytest.raises(ChannelClosed, match="code 50013"):
                await look(client, news.id, optional=True)
        with pytest.raises(FateUnknown, match="I ask no more"):
            await preflight(client, [subscription(channel_id=news.id)])
        assert len(wire.sent_to("GET", "/channels/{channel_id}")) == 2
        assert await DiscordOutlet(client, {}).send(dispatch(news)) is not None
        assert news.id in await look(client, news.id)


async def test_members_are_answered_however_much_was_refused(world, guild):
    (channel,) = rooms(world, guild, 1)

    @app_commands.command()
    async def ask(interaction: discord.Interaction) -> None:
        """Answer."""
        await interaction.response.send_message("here")

    strain = Strain(1)
    async with serve(world) as wire:
        client = QuickClient(http_trace=traced(strain=strain))
        tree = app_commands.CommandTree(client)
        tree.add_command(ask)
        async with logged_in(wire, client):
            await tree.sync()
            strain.note(403, {}, asyncio.get_running_loop().time())
            answer = await enter(wire, channel).slash("ask")
    assert answer.message["content"] == "here"


async def test_an_attempt_that_may_have_succeeded_is_not_forgotten_when_no_other_may_follow(
    world, news
):
    strain = Strain(1)
    async with online(world, strain=strain) as (wire, client):
        wire.faults.next(BAD_GATEWAY, *MESSAGES)
        sending = asyncio.create_task(DiscordOutlet(client, {}).send(dispatch(news)))
        while not wire.sent_to(*MESSAGES):
            await asyncio.wait([sending], timeout=0.01)
        strain.note(403, {}, asyncio.get_running_loop().time())
        with pytest.raises(FateUnknown, match="after an attempt of which nothing is known"):
            await sending
        assert len(wire.sent_to(*MESSAGES)) == 1
    assert len(news.messages) == 1
