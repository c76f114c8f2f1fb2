"""What earlier tries left open, taken up again for as long as the bot runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

from bot.errors import StoreError
from bot.jobs.persistence import Bell
from bot.store import outbox
from bot.store.database import Database

log = logging.getLogger(__name__)

_EVERY = 60.0  # seconds between looks, while nothing changes in any channel


async def take_up(
    database: Database,
    bell: Bell,
    clock: Callable[[], datetime],
    catch_up: Callable[[int], Coroutine[Any, Any, None]],
) -> None:
    """Let `catch_up` work on every channel with something left open, at once and from then on.

    A channel in which someone pauses, or that is still at work, is left to them. Never returns.
    """
    busy: dict[int, asyncio.Task[None]] = {}
    try:
        while True:
            for channel_id in await _open_channels(database, clock()):
                if channel_id not in busy and not bell.is_pausing(channel_id):
                    busy[channel_id] = task = asyncio.create_task(catch_up(channel_id))
                    task.add_done_callback(partial(_ended, busy, channel_id))
            changed = await bell.heard(within=_EVERY)
            await _hurry(database, changed)
    finally:
        for task in busy.values():
            task.cancel()
        await asyncio.gather(*busy.values(), return_exceptions=True)


def _ended(busy: dict[int, asyncio.Task[None]], channel_id: int, task: asyncio.Task[None]) -> None:
    """What breaks in one channel is told, and taken up again with the next look."""
    del busy[channel_id]
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("broken off channel=%d", channel_id, exc_info=error)


async def _open_channels(database: Database, now: datetime) -> tuple[int, ...]:
    try:
        return await outbox.open_channels(database, now)
    except StoreError as error:
        log.warning("leftovers not read reason=%s", error)
        return ()


async def _hurry(database: Database, channel_ids: frozenset[int]) -> None:
    if not channel_ids:
        return
    try:
        await outbox.hurry(database, channel_ids)
    except StoreError as error:
        log.warning("leftovers not hurried reason=%s", error)
