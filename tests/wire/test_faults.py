"""Faults and rate limits of the stand-in, as unmodified discord.py meets them."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.wire.client import QuickClient, forum_channel, logged_in, text_channel
from tests.wire.faults import Fault, FaultPlan, Kind, Rule
from tests.wire.limits import MESSAGES, Limits, Quota
from tests.wire.records import Channel, Guild
from tests.wire.server import Wire, serve
from tests.wire.world import World

FORUM_POST = ("POST", "/channels/{channel_id}/threads")


async def test_a_lost_answer_is_repeated_without_harm_only_where_there_is_a_nonce(
    client: QuickClient, wire: Wire, news: Channel, forum: Channel
) -> None:
    lost = Fault("status", "after", status=500)
    wire.faults.next(lost, *MESSAGES)
    wire.faults.next(lost, *FORUM_POST)
    await asyncio.gather(
        text_channel(client, news).send("once"),
        forum_channel(client, forum).create_thread(name="Twice", content="twice"),
    )
    assert len(wire.sent_to(*MESSAGES)) == 2
    assert len(news.messages) == 1
    assert [each.name for each in wire.world.threads.values()] == ["Twice", "Twice"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("drop", aiohttp.ServerDisconnectedError), ("reset", aiohttp.ClientOSError)],
)
async def test_a_connection_lost_after_the_commit_leaves_the_message(
    client: QuickClient, wire: Wire, news: Channel, kind: Kind, expected: type[Exception]
) -> None:
    wire.faults.next(Fault(kind, "after"), *MESSAGES)
    with pytest.raises(expected):
        await text_channel(client, news).send("there")
    assert [each.content for each in news.messages.values()] == ["there"]


async def test_a_connection_lost_before_the_commit_leaves_nothing(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("drop", "before"), *MESSAGES)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await text_channel(client, news).send("gone")
    assert news.messages == {}
    assert (wire.requests[-1].fault, wire.requests[-1].status) == ("drop before", None)
    assert wire.faults.struck == {("drop", "before"): 1}


async def test_a_503_is_raised_at_once_although_the_message_exists(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("status", "after", status=503), *MESSAGES)
    with pytest.raises(discord.DiscordServerError):
        await text_channel(client, news).send("there")
    assert len(wire.sent_to(*MESSAGES)) == 1
    assert len(news.messages) == 1


async def test_a_fault_with_a_code_looks_like_discord_refusing(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("status", status=400, code=240000), *MESSAGES)
    with pytest.raises(discord.HTTPException) as refused:
        await text_channel(client, news).send("no")
    assert refused.value.code == 240000


async def test_a_429_is_waited_for_and_without_via_it_is_an_error(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("status", status=429, seconds=0.05), *MESSAGES)
    await text_channel(client, news).send("later")
    wire.faults.next(Fault("status", status=429, seconds=0.05, via=False), *MESSAGES)
    with pytest.raises(discord.HTTPException) as banned:
        await text_channel(client, news).send("never")
    assert banned.value.status == 429
    assert [each.content for each in news.messages.values()] == ["later"]


async def test_a_request_that_hangs_ends_with_the_patience_of_the_client(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("hang", "after"), *MESSAGES)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(text_channel(client, news).send("there"), 0.3)
    assert len(news.messages) == 1


async def test_a_delayed_message_appears_after_its_sender_is_gone(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    wire.faults.next(Fault("delay", "before", seconds=0.3), *MESSAGES)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(text_channel(client, news).send("late"), 0.1)
    assert news.messages == {}
    await client.heard("MESSAGE_CREATE")
    assert [each.content for each in news.messages.values()] == ["late"]


async def test_a_fault_can_be_kept_to_one_channel_and_lifted(
    client: QuickClient, wire: Wire, guild: Guild, news: Channel
) -> None:
    other = wire.world.add_channel(guild, "other")
    wire.faults.add(Rule(Fault("status", status=503), major=str(other.id), probability=1.0))
    partial = client.get_partial_messageable(other.id)
    await text_channel(client, news).send("fine")
    with pytest.raises(discord.DiscordServerError):
        await partial.send("not fine")
    wire.faults.clear()
    await partial.send("fine again")
    assert (len(news.messages), len(other.messages)) == (1, 1)


def test_the_same_seed_strikes_the_same_requests() -> None:
    def struck(seed: int) -> list[bool]:
        plan = FaultPlan([Rule(Fault("drop"), probability=0.3)], seed)
        return [plan.pick(MESSAGES, "1") is not None for _ in range(50)]

    assert struck(7) == struck(7)
    assert struck(7) != struck(8)
    assert 5 < sum(struck(7)) < 25


def test_a_rule_can_name_which_requests_it_strikes() -> None:
    plan = FaultPlan([Rule(Fault("drop"), *MESSAGES, nth=frozenset({2, 4}))])
    struck = [number for number in range(1, 6) if plan.pick(MESSAGES, "1") is not None]
    assert struck == [2, 4]
    assert plan.pick(FORUM_POST, "1") is None


async def test_the_headers_keep_twelve_concurrent_sends_without_a_429(
    world: World, news: Channel
) -> None:
    limits = Limits({MESSAGES: Quota(5, 0.3)})
    async with serve(world, limits=limits) as wire, logged_in(wire, QuickClient()) as client:
        channel = text_channel(client, news)
        started = time.perf_counter()
        await asyncio.gather(*(channel.send(str(number)) for number in range(12)))
        took = time.perf_counter() - started
        assert len(wire.sent_to(*MESSAGES)) == 12
    assert limits.refused == {}
    assert len(news.messages) == 12
    assert took > 0.6


async def test_more_requests_than_the_overall_limit_are_refused_counted_and_waited_for(
    world: World, guild: Guild
) -> None:
    limits = Limits({}, Quota(10, 0.3))
    channels = [world.add_channel(guild, f"news-{number}") for number in range(15)]
    async with serve(world, limits=limits) as wire, logged_in(wire, QuickClient()) as client:
        await asyncio.gather(*(text_channel(client, each).send("now") for each in channels))
    assert limits.refused["global"] >= 1
    assert all(len(each.messages) == 1 for each in channels)


def test_a_bucket_forgets_at_the_end_of_its_window_and_knows_channels_apart() -> None:
    limits = Limits({MESSAGES: Quota(2, 5.0)}, None)

    def passed(major: str, now: float) -> bool:
        return limits.admit(MESSAGES, major, now, exempt=False).passed

    assert [passed("1", 0.0), passed("1", 4.0), passed("1", 4.9)] == [True, True, False]
    assert passed("2", 4.9)
    assert passed("1", 5.0)
    assert limits.refused == {"user": 1}


def test_the_overall_limit_holds_in_every_window_however_placed() -> None:
    limits = Limits({}, Quota(50, 1.0))
    times = [0.9] * 50 + [1.1]
    verdicts = [limits.admit(MESSAGES, "1", now, exempt=False) for now in times]
    assert [each.passed for each in verdicts] == [True] * 50 + [False]
    assert verdicts[-1].headers["X-RateLimit-Global"] == "true"
    assert verdicts[-1].body == {
        "message": "You are being rate limited.",
        "retry_after": 0.8,
        "global": True,
    }
    assert limits.admit(MESSAGES, "1", 1.1, exempt=True).passed
