"""The gateway of the stand-in, as unmodified discord.py meets it."""

import asyncio
import zlib
from collections.abc import Callable

import aiohttp
import discord
import pytest

from tests.wire import messages
from tests.wire.client import QuickClient, logged_in, pointed_at, text_channel
from tests.wire.permissions import Permission
from tests.wire.records import Channel, Guild
from tests.wire.server import Wire
from tests.wire.sessions import ENCODERS


async def test_a_dropped_connection_is_resumed_and_missed_events_are_replayed(
    client: QuickClient, wire: Wire, guild: Guild
) -> None:
    wire.gateway.drop()
    wire.world.add_channel(guild, "added meanwhile")
    await client.heard("RESUMED")
    assert wire.gateway.resumes == 1
    assert {each.name for each in client.guilds[0].channels} >= {"added meanwhile"}
    assert wire.gateway.identifies == 1


@pytest.mark.parametrize("how", ["close", "reconnect", "invalidate"])
async def test_a_resumable_end_of_the_connection_costs_no_identify(
    client: QuickClient, wire: Wire, how: str
) -> None:
    ends: dict[str, Callable[[], None]] = {
        "close": lambda: wire.gateway.close(4000),
        "reconnect": wire.gateway.reconnect,
        "invalidate": lambda: wire.gateway.invalidate(resumable=True),
    }
    ends[how]()
    await wire.gateway.resumed()
    assert wire.gateway.identifies == 1
    assert not client.is_closed()


class Impatient(QuickClient):
    """A client that does not wait five seconds before it identifies again."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Go on at once."""


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_lost_session_is_answered_by_a_new_identify(wire: Wire, noticed: bool) -> None:
    client = Impatient()
    async with logged_in(wire, client):
        if noticed:
            wire.gateway.invalidate()
        else:
            wire.gateway.forget()
            wire.gateway.drop()
        await wire.gateway.ready(2)
    assert wire.gateway.identifies == 2
    assert wire.gateway.resumes == 0


async def test_a_flapping_gateway_loses_no_session(
    client: QuickClient, wire: Wire, news: Channel
) -> None:
    async with wire.gateway.flapping(every=0.02):
        await wire.gateway.resumed(5)
    await text_channel(client, news).send("still here")
    await client.heard("MESSAGE_CREATE")
    assert wire.gateway.identifies == 1


async def test_a_refusing_gateway_turns_the_first_connection_away(wire: Wire) -> None:
    wire.gateway.refusing = True
    async with QuickClient() as client:
        with pointed_at(wire):
            await client.login(wire.world.token)
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.connect(reconnect=False)
    assert refused.value.status == 503
    assert wire.gateway.identifies == 0


async def test_a_silent_gateway_never_says_hello(wire: Wire) -> None:
    wire.gateway.silent = True
    async with QuickClient() as client:
        with pointed_at(wire):
            await client.login(wire.world.token)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.connect(), 0.1)
    assert (wire.gateway.connects, wire.gateway.identifies) == (1, 0)


async def test_heartbeats_go_without_an_answer_when_told(wire: Wire) -> None:
    wire.gateway.heartbeat_interval = 0.02
    wire.gateway.acking = False
    async with logged_in(wire, QuickClient()) as client:
        await wire.gateway.beaten(3)
        assert client.latency == float("inf")


async def test_a_privileged_intent_is_refused(wire: Wire) -> None:
    client = QuickClient(intents=discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with logged_in(wire, client):
            pytest.fail("the client became ready")


async def test_events_need_their_intent_and_sight_of_the_channel(
    wire: Wire, guild: Guild, news: Channel
) -> None:
    hidden = wire.world.add_channel(guild, "hidden")
    wire.world.permit(hidden, deny=Permission.VIEW_CHANNEL)
    blind = QuickClient(intents=discord.Intents(guilds=True))
    async with logged_in(wire, QuickClient()) as reader, logged_in(wire, blind):
        ana = wire.world.add_user("Ana")
        messages.post(wire.world, hidden, ana, {"content": "unseen"}, wire.clock())
        messages.post(wire.world, news, ana, {"content": "seen"}, wire.clock())
        wire.world.permit(news, allow=news.allow)
        await blind.heard("CHANNEL_UPDATE")
        await reader.heard("CHANNEL_UPDATE")
    assert reader.events.count("MESSAGE_CREATE") == 1
    assert blind.events.count("MESSAGE_CREATE") == 0


async def test_a_zlib_stream_can_be_read_message_by_message() -> None:
    encode, reader = ENCODERS["zlib-stream"](), zlib.decompressobj()
    for text in ("one", "two"):
        encoded = encode(text)
        assert isinstance(encoded, bytes)
        assert encoded.endswith(b"\x00\x00\xff\xff")
        assert reader.decompress(encoded).decode() == text
