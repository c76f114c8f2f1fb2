"""The heartbeat of the demo: moves the simulated clock with the real one and refreshes pages."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from simcord import Env, SetupError

from bot.demo.preview import push_clock
from bot.demo.window import Pages

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def real_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


async def catch_up(env: Env, now: datetime) -> None:
    """Move the simulated clock forward to `now`; it never moves back."""
    try:
        await env.advance_time(_behind(env, now))
    except TimeoutError as error:
        log.debug("demo.clock busy=%s", error)
        push_clock(env, _behind(env, now))


def _behind(env: Env, now: datetime) -> float:
    return max(0.0, (now - env.now()).total_seconds())


@contextmanager
def _patience(env: Env, seconds: float) -> Iterator[None]:
    """Wait no longer than this, in real time, for what the bot is doing."""
    usual, env.settle_timeout = env.settle_timeout, seconds
    try:
        yield
    finally:
        env.settle_timeout = usual


class Pump:
    """Keeps the simulated server at the real time and its pages at the latest state.

    `changed` gives the channels in which something happened since it was last called.
    """

    BEAT = 0.25
    PATIENCE = 0.25
    ALL_AGAIN = 20.0

    def __init__(
        self,
        env: Env,
        pages: Pages,
        changed: Callable[[], Iterable[int]],
        clock: Clock = real_now,
    ) -> None:
        self._env = env
        self._pages = pages
        self._changed = changed
        self._clock = clock
        self._refreshed_at = clock()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await asyncio.sleep(self.BEAT)
            await self.beat()

    async def beat(self) -> None:
        """Catch up with the clock, then show what changed.

        Now and then every page is shown afresh, so that "5 minutes ago" keeps true.
        """
        now = self._clock()
        stale = (now - self._refreshed_at).total_seconds() >= self.ALL_AGAIN
        async with self._pages.turn:
            try:
                with _patience(self._env, self.PATIENCE):
                    await catch_up(self._env, now)
                    await self._pages.refresh(None if stale else self._changed())
            except (TimeoutError, SetupError) as error:
                log.debug("demo.beat skipped=%s", error)
        if stale:
            self._refreshed_at = now
