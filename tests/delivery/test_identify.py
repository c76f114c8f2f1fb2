"""A gateway that forgets every session at once: Discord resets a token after too many."""

import asyncio
from contextlib import suppress
from pathlib import Path

from tests.delivery.living import living
from tests.delivery.virtual_time import run_virtually
from tests.delivery.wanted import Wanted
from tests.wire.gateway import Gateway

HOUR = 3600.0
HOURS = 5  # the first apart: what was saved up is spent then
A_DAY = 1000  # identifies in 24 hours after which Discord resets the token


async def forgetting(gateway: Gateway, seconds: float) -> int:
    """End every session as soon as it begins; return how often clients identified meanwhile."""
    before = gateway.identifies
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while gateway.identifies - before < A_DAY:
                ended = gateway.readies
                gateway.invalidate()
                await gateway.ready(ended + 1, seconds)
    return gateway.identifies - before


async def identifies(folder: Path) -> tuple[int, float]:
    """Return how often the bot identifies in the first hour, and in each of those after it."""
    async with living(folder, [Wanted("news")], every="12h", watch=False) as life:
        first = 1 + await forgetting(life.wire.gateway, HOUR)
        others = await forgetting(life.wire.gateway, HOUR * (HOURS - 1))
    return first, others / (HOURS - 1)


def test_a_gateway_that_forgets_every_session_is_not_asked_a_thousand_times_a_day(
    tmp_path: Path,
) -> None:
    first, each_later = run_virtually(identifies(tmp_path))
    assert each_later > 0
    assert first + 23 * each_later < A_DAY
