"""Connecting to the gateway: where its address is not told, or the bot is turned away."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.client import Client
from bot.chat.link.clock import Clock
from bot.chat.link.connection import log_in, stay_connected
from bot.desk import utc_now
from bot.errors import LoginError
from bot.store.database import open_database
from tests.delivery.virtual_time import run_virtually
from tests.wire.client import pointed_at
from tests.wire.faults import Fault
from tests.wire.server import serve
from tests.wire.world import World

ENOUGH = 400.0  # seconds: more than one pause, and an answer that never comes
ADDRESS = ("GET", "/gateway/bot")


async def _connect(folder: Path, fault: Fault, seconds: float) -> int:
    """Return how often the bot connected within so many seconds, with a fault at the beginning."""
    world = World(datetime.now(UTC))
    async with serve(world) as wire, open_database(folder / "broadsheet.db") as database:
        wire.faults.next(fault, *ADDRESS)
        with pointed_at(wire):
            async with Client(database, Clock(utc_now)) as client:
                await log_in(client, world.token, wire.api_url)
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await stay_connected(client, None)
                return wire.gateway.connects


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=503),
        Fault("status", status=429, seconds=200),
        Fault("status", status=200),  # an answer, but not one of Discord's
        Fault("hang"),
        Fault("drop"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_an_address_that_is_not_told_is_asked_for_again(tmp_path: Path, fault: Fault) -> None:
    assert run_virtually(_connect(tmp_path, fault, ENOUGH)) > 0


def test_it_is_not_asked_for_again_before_discord_lets_it(tmp_path: Path) -> None:
    fault = Fault("status", status=429, seconds=3600)
    assert run_virtually(_connect(tmp_path, fault, 3500)) == 0


async def _turned_away(folder: Path) -> str:
    """Return what is said when the token is taken away after the login."""
    world = World(datetime.now(UTC))
    async with serve(world) as wire, open_database(folder / "broadsheet.db") as database:
        with pointed_at(wire):
            async with Client(database, Clock(utc_now)) as client:
                await log_in(client, world.token, wire.api_url)
                world.token = "another"
                with pytest.raises(LoginError) as refused:
                    await stay_connected(client, wire.gateway.url)
                return str(refused.value)


def test_a_token_that_the_gateway_does_not_accept_is_told_with_the_mend(tmp_path: Path) -> None:
    assert "set a new DISCORD_TOKEN" in run_virtually(_turned_away(tmp_path))
