"""A run that Discord or the network cut short, taken up again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from bot.errors import ChannelClosed, FateUnknown
from bot.jobs.publish import Publisher
from bot.news.runs import pause_after
from bot.news.subscription import Subscription

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


async def run_until_done(
    publisher: Publisher, subscription: Subscription, sleep: Sleep = asyncio.sleep
) -> None:
    """Run a subscription; while its channel takes nothing, try again after growing pauses.

    A daily schedule must not lose a day to a minute without a network, and a channel without
    permission must not be tried every second.
    """
    told = ""
    failures = 0
    while True:
        try:
            await publisher.run(subscription)
            return
        except (ChannelClosed, FateUnknown) as error:
            failures += 1
            pause = pause_after(failures, random.random())
            # The same trouble is told once, not at every try.
            level = logging.DEBUG if str(error) == told else logging.WARNING
            told = str(error)
            log.log(
                level,
                "cut short subscription=%s retry_in=%ds reason=%s",
                subscription.name,
                pause.total_seconds(),
                error,
            )
        await sleep(pause.total_seconds())
