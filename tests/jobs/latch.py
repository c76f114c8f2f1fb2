"""Holding a post on its way, to look at what happens meanwhile."""

import asyncio

from bot.jobs.outlet import Dispatch

_LONG = 10.0  # seconds after which a test that hangs is given up


class Latch:
    """Holds the first post that is sent until it is released."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    async def __call__(self, dispatch: Dispatch) -> None:
        """Tell that a post is on its way, and hold it there."""
        self._reached.set()
        await asyncio.wait_for(self._released.wait(), _LONG)

    async def reached(self) -> None:
        """Wait until a post is on its way."""
        await asyncio.wait_for(self._reached.wait(), _LONG)

    def release(self) -> None:
        """Let it, and all after it, go on."""
        self._released.set()
