"""How often the program is killed, and a rig for each test."""

from pathlib import Path

import pytest

from tests.delivery.rig import Building, build

KILL_ROUNDS = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--kill-rounds N`; it is known where this folder is named on the command line."""
    parser.addoption(
        "--kill-rounds",
        type=int,
        default=KILL_ROUNDS,
        metavar="N",
        help=f"how often to kill the program with SIGKILL (default: {KILL_ROUNDS})",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread the rounds over runs of at most ten, each with a seed of its own."""
    if "kills" not in metafunc.fixturenames:
        return
    left = metafunc.config.getoption("kill_rounds", KILL_ROUNDS)
    runs = [min(10, left - done) for done in range(0, left, 10)]
    ids = [f"seed {seed}: {kills} kills" for seed, kills in enumerate(runs)]
    metafunc.parametrize(("seed", "kills"), list(enumerate(runs)), ids=ids)


@pytest.fixture
def building(tmp_path: Path) -> Building:
    """What makes a rig in this test's folder."""
    return lambda *channels, **options: build(tmp_path, channels, **options)
