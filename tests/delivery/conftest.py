"""How often the program is killed, how long the soak lasts, and a rig for each test."""

from pathlib import Path

import pytest

from tests.delivery.rig import Building, build


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread the rounds over runs of at most ten, each with a seed of its own."""
    if "kills" not in metafunc.fixturenames:
        return
    left = metafunc.config.getoption("kill_rounds")
    runs = [min(10, left - done) for done in range(0, left, 10)]
    ids = [f"seed {seed}: {kills} kills" for seed, kills in enumerate(runs)]
    metafunc.parametrize(("seed", "kills"), list(enumerate(runs)), ids=ids)


@pytest.fixture
def building(tmp_path: Path) -> Building:
    """What makes a rig in this test's folder."""
    return lambda *channels, **options: build(tmp_path, channels, **options)


@pytest.fixture(scope="session")
def soak_minutes(request: pytest.FixtureRequest) -> int:
    """How long the soak lasts before it becomes calm."""
    return int(request.config.getoption("soak_minutes"))
