"""The background: the stand-in in a thread of its own, for callers without an event loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.wire.server import Wire, serve
from tests.wire.world import World

Result = TypeVar("Result")


class Background:
    """A wire that runs in another thread; touch its state only through `call`."""

    def __init__(self, wire: Wire, loop: asyncio.AbstractEventLoop) -> None:
        self.wire = wire
        self._loop = loop

    def call(self, function: Callable[[Wire], Result], timeout: float = 10.0) -> Result:
        """Run `function` with the wire in its thread and return what it returns."""

        async def run() -> Result:
            return function(self.wire)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout)

    def start(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        """Let something go on in the wire's thread until it is cancelled."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)


@contextmanager
def in_background(world: World, **options: Any) -> Iterator[Background]:
    """Serve `world` from a thread until the block ends; `options` are those of `serve`."""
    started: Future[tuple[Background, asyncio.Event]] = Future()

    async def run() -> None:
        over = asyncio.Event()
        async with serve(world, **options) as wire:
            started.set_result((Background(wire, asyncio.get_running_loop()), over))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="wire", daemon=True)
    thread.start()
    background, over = started.result(timeout=10)
    try:
        yield background
    finally:
        background.call(lambda wire: over.set())
        thread.join(timeout=10)
