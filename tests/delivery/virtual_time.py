"""Virtual time: an event loop whose clock jumps to the next timer once nothing else is left to do.

Sockets and threads are real and are waited for in real time, in which the clock stands still. So
an hour of waiting takes no longer than the work in it.
"""

import asyncio
import selectors
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, TypeVar

from apscheduler.schedulers import base
from discord import backoff, gateway

from tests.samples import NOW

T = TypeVar("T")

GRACE = 0.001  # seconds of real time in which what was sent over loopback arrives
STUCK = 60.0  # seconds of real time without any news: nothing will ever happen again
IN_THREADS = ("aiosqlite.core",)  # modules whose futures are answered by a thread of their own


class _Selector(selectors.DefaultSelector):
    """Calls `leap` instead of waiting for a timer; `busy` tells whether a thread is at work."""

    leap: Callable[[float], None]
    busy: Callable[[], bool]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, or nothing after a leap of `timeout` seconds."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        if timeout is None or self.busy():
            ready = super().select(STUCK)
            assert ready, "nothing happens any more, and nothing is waited for"
            return ready
        ready = super().select(GRACE)
        if not ready:
            self.leap(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at zero."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.leap, selector.busy = self._leap, self._is_busy
        self._moment = 0.0
        self._away = 0
        super().__init__(selector)

    def time(self) -> float:
        """Return the seconds since the beginning."""
        return self._moment

    def create_future(self) -> "asyncio.Future[Any]":
        """Make a future, and wait for it in real time if a thread will answer it."""
        future = super().create_future()
        if sys._getframe(1).f_globals.get("__name__") in IN_THREADS:
            self._wait_for(future)
        return future

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Run `func` in a thread, and wait for it in real time."""
        future = super().run_in_executor(executor, func, *args)
        self._wait_for(future)
        return future

    def _wait_for(self, future: "asyncio.Future[Any]") -> None:
        self._away += 1
        future.add_done_callback(self._come_back)

    def _come_back(self, _: "asyncio.Future[Any]") -> None:
        self._away -= 1

    def _is_busy(self) -> bool:
        return self._away > 0

    def _leap(self, seconds: float) -> None:
        self._moment += seconds


def wall_clock() -> datetime:
    """Return the time of day in the running loop's virtual time."""
    return NOW + timedelta(seconds=asyncio.get_running_loop().time())


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, _told_by(runner.get_loop()):
        return runner.run(main)


class _TimeOfDay(datetime):
    """A datetime that is asked for the present in virtual time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return wall_clock().astimezone(tz)


@contextmanager
def _told_by(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Tell the time to libraries that ask the system, and offer no other way.

    APScheduler would wake up after the leap, see that its time has not come, and go to sleep
    again; to discord.py all that it sends to the gateway would seem to be sent within seconds.
    """
    watch = SimpleNamespace(monotonic=loop.time, time=loop.time, perf_counter=loop.time)
    told = ((base, "datetime", _TimeOfDay), (backoff, "time", watch), (gateway, "time", watch))
    kept = [getattr(module, name) for module, name, _ in told]
    for module, name, teller in told:
        setattr(module, name, teller)
    try:
        yield
    finally:
        for (module, name, _), real in zip(told, kept, strict=True):
            setattr(module, name, real)
