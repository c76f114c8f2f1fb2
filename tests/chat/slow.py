"""An archive that is slow to answer, in no time at all."""

import asyncio
import threading
from contextlib import asynccontextmanager

_PATIENT = 500  # hundredths of a second until the wait is given up, and the test fails


@asynccontextmanager
async def slow(room, seconds=2, *, writing=False):
    """Let the next read or write last until the bot sends something; the clock goes on at once."""
    env, loop, tick = room.env, asyncio.get_running_loop(), threading.Event()
    before = len(env.http_requests)
    waited = iter(range(_PATIENT))

    def step():
        if next(waited, None) == 0:
            loop.call_soon_threadsafe(env._move_clock, env._virtual_time + seconds)
        while len(env.http_requests) == before and next(waited, None) is not None:
            tick.wait(0.01)
        return 0

    desk = room.desk
    connection = desk.database._writer if writing else desk.lookups._reader
    await connection.set_progress_handler(step, 1)
    try:
        yield
    finally:
        await connection.set_progress_handler(None, 1)
