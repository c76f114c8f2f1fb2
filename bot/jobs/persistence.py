"""Work that Discord or the network cut short, taken up again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from bot.errors import ChannelClosed, FateUnknown
from bot.news.runs import pause_after

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


async def until_done(
    work: Callable[[], Awaitable[object]], name: str, sleep: Sleep = asyncio.sleep
) -> None:
    """Do `work`; while a channel takes nothing, try again after growing pauses.

    A daily schedule must not lose a day to a minute without a network, and a channel without
    permission must not be tried every second. `name` is for the log.
    """
    told = ""
    failures = 0
    while True:
        try:
            await work()
            return
        except (ChannelClosed, FateUnknown) as error:
            failures += 1
            pause = pause_after(failures, random.random())
            # The same trouble is told once, not at every try.
            level = logging.DEBUG if str(error) == told else logging.WARNING
            told = str(error)
            seconds = pause.total_seconds()
            log.log(level, "cut short name=%s retry_in=%ds reason=%s", name, seconds, error)
        await sleep(pause.total_seconds())
