"""The client: unmodified discord.py in this process, logged in to a stand-in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.wire.records import Channel
from tests.wire.server import Wire

AT_ONCE = 0.05  # seconds

Client = TypeVar("Client", bound=discord.Client)


@contextmanager
def pointed_at(wire: Wire) -> Iterator[None]:
    """Send all of discord.py's traffic to `wire` inside the block.

    `discord.Client` never asks the API for the gateway (only `AutoShardedClient` does), so its
    default address has to be set as well.
    """
    kept = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = wire.api_url, yarl.URL(wire.gateway.url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = kept


@asynccontextmanager
async def logged_in(wire: Wire, client: Client) -> AsyncIterator[Client]:
    """Log `client` in, wait until it is ready, and close it at the end of the block."""
    # discord.py reports ready only so many seconds after the last guild arrived: 2 by default.
    client._connection.guild_ready_timeout = AT_ONCE
    with pointed_at(wire):
        async with client:
            await client.login(wire.world.token)
            connection = asyncio.create_task(client.connect())
            ready = asyncio.create_task(client.wait_until_ready())
            await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            if connection.done():
                await connection
            try:
                yield client
            finally:
                await client.close()
                connection.cancel()
                with suppress(asyncio.CancelledError):
                    await connection


class QuickClient(discord.Client):
    """A client for tests: guilds and messages only, no pings, ready without waiting for more."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True)
        defaults = {"intents": intents, "guild_ready_timeout": 0.01}
        mentions = discord.AllowedMentions.none()
        super().__init__(**{**defaults, "allowed_mentions": mentions, **options})
        self.events: list[str] = []
        self._news = asyncio.Condition()

    async def on_socket_event_type(self, name: str) -> None:
        """Note an event of the gateway, which the caches know already."""
        async with self._news:
            self.events.append(name)
            self._news.notify_all()

    async def heard(self, name: str, count: int = 1, within: float = 2.0) -> None:
        """Wait until an event came `count` times in all; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: self.events.count(name) >= count)


def text_channel(client: discord.Client, channel: Channel) -> discord.TextChannel:
    """Return what the client knows of a text channel."""
    found = client.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


def forum_channel(client: discord.Client, channel: Channel) -> discord.ForumChannel:
    """Return what the client knows of a forum channel."""
    found = client.get_channel(channel.id)
    assert isinstance(found, discord.ForumChannel)
    return found
