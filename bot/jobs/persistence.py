"""Work that Discord, the network or the disk cut short, taken up again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.errors import ChannelClosed, FateUnknown, OutletError, StoreError
from bot.news.runs import pause_after
from bot.structs import Struct, field

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[object]]


async def until_done(
    work: Callable[[], Awaitable[object]],
    name: str,
    sleep: Sleep = asyncio.sleep,
    arrived: Callable[[], int] = lambda: 0,
) -> None:
    """Do `work`; while a channel or the database takes nothing, try again after growing pauses.

    A daily schedule must not lose a day to a minute without a network, and a channel without
    permission must not be tried every second. `name` is for the log. `arrived` counts what the
    work has done: pauses grow only while that is nothing.
    """
    told = ""
    failures = 0
    before = arrived()
    while True:
        try:
            await work()
            return
        except (ChannelClosed, FateUnknown, StoreError) as error:
            failures = failures + 1 if arrived() == before else 1
            before = arrived()
            asked = error.wait if isinstance(error, OutletError) else timedelta()
            pause = pause_after(failures, random.random(), asked)
            # The same trouble is told once, not at every try.
            level = logging.DEBUG if str(error) == told else logging.WARNING
            told = str(error)
            seconds = pause.total_seconds()
            log.log(level, "cut short name=%s retry_in=%ds reason=%s", name, seconds, error)
        await sleep(pause.total_seconds())


async def ended(tasks: Iterable[asyncio.Task[Any]], grace: float) -> None:
    """Let tasks come to their end, in so many seconds; then cancel those that are late."""
    waiting = tuple(tasks)
    if waiting:
        log.info("finishing runs=%d grace=%ds", len(waiting), grace)
        _, late = await asyncio.wait(waiting, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


class Bell(Struct):
    """Ends the pauses of channels in which something has changed: it may work there now.

    `at_least` is how many seconds lie between two tries, however often something changes.
    """

    at_least: float = 5.0
    _pauses: dict[int, list[asyncio.Event]] = field(default_factory=dict)
    _rung: set[int] = field(default_factory=set)
    _any: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self, channel_ids: Iterable[int]) -> None:
        """Tell that something has changed in these channels."""
        for channel_id in channel_ids:
            self._rung.add(channel_id)
            self._any.set()
            for pause in self._pauses.get(channel_id, ()):
                pause.set()

    def is_pausing(self, channel_id: int) -> bool:
        """Whether someone waits until a channel is tried again."""
        return channel_id in self._pauses

    async def pause(self, channel_id: int, seconds: float) -> None:
        """Wait until a channel is to be tried again: so long, or less if its bell rings."""
        event = asyncio.Event()
        self._pauses.setdefault(channel_id, []).append(event)
        try:
            at_least = min(seconds, self.at_least)
            await asyncio.sleep(at_least)
            with suppress(TimeoutError):
                # Not wait_for: in Python 3.11 that may swallow a cancellation.
                async with asyncio.timeout(seconds - at_least):
                    await event.wait()
        finally:
            self._pauses[channel_id].remove(event)
            if not self._pauses[channel_id]:
                del self._pauses[channel_id]

    async def heard(self, within: float) -> frozenset[int]:
        """Wait so many seconds, or less if any bell rings; return the channels it rang for."""
        await asyncio.sleep(self.at_least)
        with suppress(TimeoutError):
            async with asyncio.timeout(within - self.at_least):
                await self._any.wait()
        rung = frozenset(self._rung)
        self._rung.clear()
        self._any.clear()
        return rung
