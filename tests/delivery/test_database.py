"""A database that is damaged, or that another program keeps locked, under the real program."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.delivery.rig import EXACTLY_ONCE, PATIENCE, SITE, Building, Rig
from tests.delivery.slowly import begun, slow
from tests.delivery.wanted import DATABASE, Wanted
from tests.samples import write
from tests.wire.limits import MESSAGES

NEWS = Wanted("news", discuss=True)
LATE = Wanted("late")
PAGE = 4096  # bytes


def overwritten(path: Path) -> None:
    """Put garbage where all but the first page was."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(random.Random(0).randbytes(size - PAGE))


def in_the_middle(path: Path) -> None:
    """Put garbage where a few pages in the middle were."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // PAGE * PAGE)
        file.write(random.Random(0).randbytes(3 * PAGE))


def headless(path: Path) -> None:
    """Put garbage where the first page was."""
    with path.open("r+b") as file:
        file.write(random.Random(0).randbytes(PAGE))


def cut_short(path: Path) -> None:
    """Take the second half away, as a copy that broke off."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def add(rig: Rig, *names: str) -> None:
    """Put more articles into the folder."""
    for name in names:
        write(rig.folder / "seeds", name, title=f"What happened in {name}")
    rig.articles += tuple(SITE + name for name in names)


def sends(rig: Rig) -> int:
    """Return how many posts the stand-in was asked for so far."""
    return rig.background.call(lambda wire: len(wire.sent_to(*MESSAGES)))


@contextmanager
def locked(rig: Rig) -> Iterator[None]:
    """Keep the database to ourselves until the block ends."""
    with closing(sqlite3.connect(rig.folder / DATABASE, timeout=PATIENCE)) as foreign:
        foreign.execute("BEGIN EXCLUSIVE")
        yield
        foreign.rollback()


@pytest.mark.parametrize("damage", [overwritten, headless, cut_short])
def test_a_damaged_database_ends_the_program_with_one_line_and_nothing_sent(
    building: Building, damage: Callable[[Path], None]
) -> None:
    with building(NEWS, articles=30) as rig:
        rig.start()
        assert rig.finish() == {"news": EXACTLY_ONCE}
        damage(rig.folder / DATABASE)
        add(rig, "fresh")
        sent = sends(rig)
        assert DATABASE in rig.refused()
        assert sends(rig) == sent


def test_damage_that_only_shows_at_work_is_told_and_nothing_is_sent(building: Building) -> None:
    with building(NEWS, articles=30) as rig:
        rig.start()
        assert rig.finish() == {"news": EXACTLY_ONCE}
        in_the_middle(rig.folder / DATABASE)
        add(rig, "fresh")
        sent = sends(rig)
        rig.start()
        # What lies in the middle decides which words SQLite has for it, and whether the bot ends.
        rig.wait(lambda _: "put back a copy" in rig.log, may_end=True)
        assert f"{DATABASE}: " in rig.log
        assert "Traceback" not in rig.log
        assert sends(rig) == sent


def test_a_database_that_is_locked_at_the_start_is_waited_for(building: Building) -> None:
    with building(NEWS, articles=3) as rig:
        rig.start()
        assert rig.finish() == {"news": EXACTLY_ONCE}
        add(rig, "fresh", "fresher")
        sent = sends(rig)
        with locked(rig):
            rig.start()
            assert rig.wait(lambda _: "database is locked" in rig.log), rig.log
            assert sends(rig) == sent
        assert rig.finish() == {"news": EXACTLY_ONCE}
        assert "Traceback" not in rig.log


def test_a_database_that_is_locked_for_a_while_stops_the_news_for_no_longer(
    building: Building,
) -> None:
    with building(NEWS, LATE, articles=20, faults=slow(0.1)) as rig:
        rig.start()
        assert rig.wait(begun(4))
        with locked(rig):
            assert rig.wait(lambda _: "database is locked" in rig.log), rig.log
            assert sends(rig) <= rig.fates().total()  # nothing went out without its claim
        rig.background.call(lambda wire: wire.faults.clear())
        assert rig.finish() == {"news": EXACTLY_ONCE, "late": EXACTLY_ONCE}
        assert rig.fates() == {"posted": 40}
        assert "Traceback" not in rig.log
