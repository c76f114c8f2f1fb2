"""A small guild behind a stand-in, for the tests of the stand-in itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.wire.client import QuickClient, logged_in
from tests.wire.records import Channel, ChannelKind, Guild
from tests.wire.server import Wire, serve
from tests.wire.world import World


@pytest.fixture
def world() -> World:
    """A world born now."""
    return World(datetime.now(UTC))


@pytest.fixture
def guild(world: World) -> Guild:
    """A guild with the bot in it."""
    return world.add_guild("Newsroom")


@pytest.fixture
def news(world: World, guild: Guild) -> Channel:
    """A text channel."""
    return world.add_channel(guild, "news")


@pytest.fixture
def forum(world: World, guild: Guild) -> Channel:
    """A forum channel with two tags."""
    return world.add_channel(guild, "forum", ChannelKind.FORUM, tags=("Science", "Law"))


@pytest.fixture
async def wire(world: World, news: Channel, forum: Channel) -> AsyncIterator[Wire]:
    """The stand-in, serving both channels."""
    async with serve(world) as running:
        yield running


@pytest.fixture
async def client(wire: Wire) -> AsyncIterator[QuickClient]:
    """Unmodified discord.py, logged in and ready."""
    quick = QuickClient()
    async with logged_in(wire, quick):
        yield quick
