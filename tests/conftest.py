"""What the tests share: the moment at which they happen, and a database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.database import Database, open_database

# The same examples on every run, so that a red test stays red until the code is mended. Others, and
# ever others, with `--hypothesis-profile random`.
settings.register_profile("seeded", derandomize=True, deadline=None, database=None)
settings.register_profile("random", deadline=None, database=None, print_blob=True)
settings.load_profile("seeded")

KILL_ROUNDS = 3
SOAK_MINUTES = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what makes the proof of delivery longer; only here is it known in every run."""
    parser.addoption(
        "--kill-rounds",
        type=int,
        default=KILL_ROUNDS,
        metavar="N",
        help=f"how often to kill the program with SIGKILL (default: {KILL_ROUNDS})",
    )
    parser.addoption(
        "--soak-minutes",
        type=int,
        default=SOAK_MINUTES,
        metavar="N",
        help=f"minutes of virtual time in which all goes wrong (default: {SOAK_MINUTES})",
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database on disk."""
    async with open_database(tmp_path / "broadsheet.db") as opened:
        yield opened
