"""A long life in virtual time, in which everything goes wrong now and then."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.delivery.gateway_trouble import troubled
from tests.delivery.keeping import Kept, kept_by
from tests.delivery.living import Life, close_forgotten, living
from tests.delivery.rig import EXACTLY_ONCE, Tally
from tests.delivery.virtual_time import run_virtually, wall_clock
from tests.delivery.wanted import Wanted
from tests.wire import threads
from tests.wire.faults import BROKEN, CUT, STAGES, Fault, Rule

CHANNELS = (
    Wanted("north"),
    Wanted("south"),
    Wanted("talk", discuss=True),
    Wanted("forum", forum=True),
)
SEED = 5
EACH = 0.01  # probability of each fault at each request
BETWEEN = 15.0  # seconds between two articles, on average
CALM = 900.0  # seconds without trouble after which all has to be there
SETTLING = 30.0  # seconds in which what is under way comes to rest
LOOKS = 4  # at a rest, of which the least counts: what is just under way is not kept
# What differs between two rests: how many connections are open, and what the last runs returned.
# One object kept for each post would be more: there are two hundred and above between the rests.
MORE_BYTES, MORE_INSTANCES, MORE_TASKS = 48 * 1024, 60, 8

# A hang is longer than the bot waits for an answer, a delay shorter.
KINDS = (
    *(BROKEN | CUT).values(),
    Fault("hang", seconds=300.0),
    Fault("delay", seconds=20.0),
)
FAULTS = tuple(replace(kind, stage=stage) for kind in KINDS for stage in STAGES)
TOO_MANY = Fault("status", status=429, seconds=3.0)  # says that nothing was done, so never after


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left after a long life, and what it took."""

    articles: int
    tallies: dict[str, Tally]
    fates: Counter[str]
    struck: frozenset[tuple[str, str]]
    early: Kept
    late: Kept


async def suffer(life: Life, dice: random.Random, minutes: float) -> None:
    """Let articles arrive while everything goes wrong, then let it be calm until all is there."""
    end = asyncio.get_running_loop().time() + minutes * 60
    life.wire.faults.rules += [Rule(fault, probability=EACH) for fault in (*FAULTS, TOO_MANY)]
    async with troubled(life.wire.gateway, dice):
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(dice.expovariate(1 / BETWEEN))
            life.write()
    life.wire.faults.clear()
    await life.wait_until_complete(CALM)
    assert await life.wait(lambda: life.wire.gateway.served > 0, CALM)


async def measured(life: Life) -> Kept:
    """Measure the bot at rest, once no thread is active: discord.py keeps those in memory.

    A last article lets it know each channel anew, in place of what it knew before the gateway
    forgot it.
    """
    life.write()
    await life.wait_until_complete(CALM)
    now = wall_clock()
    for thread in life.wire.world.threads.values():
        if not thread.archived:
            threads.shelve(life.wire.world, thread, now)
    await close_forgotten(life)
    looks = []
    for _ in range(LOOKS):
        await asyncio.sleep(SETTLING)
        looks.append(kept_by(life.desk))
    return Kept(
        bytes=min(each.bytes for each in looks),
        instances=min(each.instances for each in looks),
        tasks=min(each.tasks for each in looks),
    )


async def soaked(folder: Path, minutes: int) -> Outcome:
    """Let the bot live through so many minutes of trouble; a third of them before a first rest."""
    dice = random.Random(SEED)
    async with living(folder, CHANNELS, every="10s") as life:
        await suffer(life, dice, minutes / 3)
        early = await measured(life)
        await suffer(life, dice, minutes * 2 / 3)
        late = await measured(life)
    return Outcome(
        articles=len(life.articles),
        tallies=life.tally(),
        fates=life.fates(),
        struck=frozenset(life.wire.faults.struck),
        early=early,
        late=late,
    )


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let the dice of the bot itself, which spread its pauses, fall the same way every time."""
    kept = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(kept)


@contextmanager
def silent() -> Iterator[None]:
    """Log nothing: pytest would keep every record, and all that the errors in it refer to."""
    kept = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(kept)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, soak_minutes: int) -> Outcome:
    """The end of a long life."""
    with seeded(SEED), silent():
        return run_virtually(soaked(tmp_path_factory.mktemp("soak"), soak_minutes))


@pytest.mark.parametrize("channel", [each.name for each in CHANNELS])
def test_after_a_long_life_each_article_is_there_once(outcome: Outcome, channel: str) -> None:
    assert outcome.tallies[channel] == EXACTLY_ONCE


def test_a_long_life_leaves_no_post_open(outcome: Outcome) -> None:
    assert outcome.articles > 0
    assert outcome.fates == {"posted": outcome.articles * len(CHANNELS)}


def test_a_long_life_knows_every_accident(outcome: Outcome) -> None:
    every = {(fault.kind, fault.stage) for fault in FAULTS}
    assert len(outcome.struck & every) > len(every) / 2


def test_memory_stays_flat_over_a_long_life(outcome: Outcome) -> None:
    early, late = outcome.early, outcome.late
    assert late.bytes - early.bytes < MORE_BYTES
    assert late.instances - early.instances < MORE_INSTANCES
    assert late.tasks - early.tasks < MORE_TASKS
