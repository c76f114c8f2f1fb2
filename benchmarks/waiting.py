"""How long a member waits: from a command to its answer, over a local wire to the real program."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.archive import Archive
from benchmarks.questions import Words
from tests.wire.actor import Actor, Answer, enter
from tests.wire.limits import Limits
from tests.wire.server import Wire, serve
from tests.wire.world import World

_STARTING = 60.0  # seconds until the program has to answer

Ask = Callable[[], Awaitable[Answer]]


async def waits(database: Path, archive: Archive, rounds: int) -> dict[str, list[float]]:
    """Return how long answers to each kind of command took, in ms."""
    world = World(datetime.now(UTC))
    guild = world.add_guild("Newsroom")
    place = world.add_channel(guild, "lobby")
    async with serve(world, limits=Limits({}, None)) as wire, _program(database, wire):
        member = enter(wire, place)
        await _until_it_answers(member)
        kinds = _kinds(member, Words(archive, random.Random(8)))
        took: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds + 3):
            for name, ask in kinds.items():
                began = time.perf_counter()
                await ask()
                if number >= 3:  # the first ones do not count
                    took[name].append((time.perf_counter() - began) * 1_000)
    return took


def _kinds(member: Actor, words: Words) -> dict[str, Ask]:
    async def turn_a_page() -> Answer:
        listed = await member.slash("news latest")
        assert listed.message is not None
        return await member.click(listed.message, "Next")

    return {
        "/news search": lambda: member.slash("news search", words=" ".join(words.some(2))),
        "/news latest": lambda: member.slash("news latest"),
        "/news latest, and its next page": turn_a_page,
        "/news article": lambda: member.slash("news article", title=" ".join(words.some(2))),
        "/news related": lambda: member.slash("news related", title=" ".join(words.some(2))),
        "/news topics": lambda: member.slash("news topics"),
        "a title while it is typed": lambda: member.complete(
            "news article", "title", words.some(1)[0][:3]
        ),
    }


@asynccontextmanager
async def _program(database: Path, wire: Wire) -> AsyncIterator[None]:
    """Run the real program on a database until the block ends."""
    config = database.with_name("broadsheet.yaml")
    settings = {"database": str(database), "discord": {"api_url": wire.api_url}}
    config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config), "--log-level", "warning"),
        env={**os.environ, "DISCORD_TOKEN": wire.world.token},
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _until_it_answers(member: Actor) -> None:
    patience, member.patience = member.patience, 1.0
    async with asyncio.timeout(_STARTING):
        while True:
            try:
                await member.slash("news topics")
                break
            except (LookupError, TimeoutError):  # not published yet; not connected yet
                await asyncio.sleep(0.1)
    member.patience = patience
