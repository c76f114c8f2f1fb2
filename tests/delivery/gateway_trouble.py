"""Trouble with the gateway: lost connections, invalid sessions and outages, at random instants."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from tests.wire.gateway import Gateway

PEACE = 30.0  # seconds between two troubles, on average
OUTAGE = (10.0, 180.0)  # seconds that an outage lasts
OUTAGES = 0.1  # share of the troubles


@asynccontextmanager
async def troubled(gateway: Gateway, dice: random.Random) -> AsyncIterator[None]:
    """Give the clients of `gateway` trouble until the block ends; then all is well again."""
    trouble = asyncio.create_task(_trouble(gateway, dice))
    try:
        yield
    finally:
        trouble.cancel()
        with suppress(asyncio.CancelledError):
            await trouble


async def _trouble(gateway: Gateway, dice: random.Random) -> None:
    sudden: tuple[Callable[[], None], ...] = (
        gateway.drop,
        gateway.close,
        gateway.reconnect,
        gateway.invalidate,
        lambda: gateway.invalidate(resumable=True),
        lambda: _forget_all(gateway),
    )
    while True:
        await asyncio.sleep(dice.expovariate(1 / PEACE))
        if dice.random() < OUTAGES:
            await _be_away(gateway, dice)
        else:
            dice.choice(sudden)()


def _forget_all(gateway: Gateway) -> None:
    """Lose all connections and all sessions, as after a crash."""
    gateway.forget()
    gateway.drop()


async def _be_away(gateway: Gateway, dice: random.Random) -> None:
    """Turn connections away for a while, or take them and say nothing."""
    mute = dice.random() < 0.5
    gateway.silent, gateway.refusing = mute, not mute
    gateway.drop()
    try:
        await asyncio.sleep(dice.uniform(*OUTAGE))
    finally:
        gateway.silent = gateway.refusing = False
