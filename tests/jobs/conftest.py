"""What the tests of the work share."""

from pathlib import Path

import pytest

from bot.store.database import Database
from tests.jobs.desk import Desk
from tests.jobs.press import Press
from tests.jobs.recording import RecordingOutlet


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """An empty folder and an empty archive."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    return Desk(database, folder)


@pytest.fixture
def press(database: Database) -> Press:
    """An empty archive and an outlet that nothing has gone to."""
    return Press(database, RecordingOutlet())
