"""What the tests share: the moment at which they happen, and a database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import Database, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database on disk."""
    async with open_database(tmp_path / "broadsheet.db") as opened:
        yield opened
