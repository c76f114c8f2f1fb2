"""The first message of a discussion over real HTTP: there once, whatever befalls it."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import fitted
from bot.desk import open_desk
from tests.samples import article
from tests.store.archive import keep
from tests.wire.client import logged_in
from tests.wire.faults import Fault
from tests.wire.limits import MESSAGES
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

QUESTION = "What do you make of it?"
FAULTS = [
    (kind, stage, status)
    for kind, status in (
        *(("status", code) for code in (500, 502, 503, 504, 520)),
        *(("drop", 0), ("reset", 0)),
    )
    for stage in ("before", "after")
]


@asynccontextmanager
async def discussed(tmp_path, kind=ChannelKind.TEXT):
    """Post an article whose discussion is to be begun; yield what lets time pass, and a count."""
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Puddle Bay"), "space", kind)
    followed = {"name": "space", "channel": channel.id, "every": "10m", "backlog": "all"}
    values = {
        "database": str(tmp_path / "broadsheet.db"),
        "subscriptions": [followed | {"discuss": "thread", "opening": True}],
        "questions": [QUESTION],
    }
    settings, wrong = fitted(values)
    assert not wrong
    passed = timedelta()

    def clock():
        return datetime.now(UTC) + passed

    async def start(later=timedelta()):
        """Let a new process do its errands, later."""
        nonlocal passed
        passed += later
        async with open_desk(settings, clock) as desk, logged_in(wire, desk.client):
            await desk.errands.run()

    def said():
        """Count the messages that begin the discussion."""
        (thread,) = world.threads_of(channel)
        return [m.content for m in thread.messages.values()].count(QUESTION)

    async with serve(world, clock=clock) as wire:
        async with open_desk(settings, clock) as desk:
            await keep(desk.database, article())
            async with logged_in(wire, desk.client):
                await desk.publisher.run(desk.publisher.subscriptions[0])
        yield wire, start, said
        assert wire.unknown == []


@pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM])
@pytest.mark.parametrize("later", [timedelta(seconds=20), timedelta(minutes=10)])
@pytest.mark.parametrize(("fault", "stage", "status"), FAULTS)
async def test_it_is_there_once_whatever_happens_and_after_restarts(
    tmp_path, kind, fault, stage, status, later
):
    async with discussed(tmp_path, kind) as (wire, start, said):
        wire.faults.next(Fault(fault, stage, status=status), *MESSAGES)
        await start()
        for _ in range(3):
            await start(later)
        assert sum(wire.faults.struck.values()) == 1
        assert said() == 1
