"""What the tests of the news share."""

import signal
from collections.abc import Iterator

import pytest

SECONDS = 6  # of work, not on the clock: four times what the slowest input takes


@pytest.fixture
def watchdog() -> Iterator[None]:
    """Fail a test that runs away, rather than hang."""

    def bark(number, frame):
        raise TimeoutError(f"still busy after {SECONDS} seconds of work")

    before = signal.signal(signal.SIGPROF, bark)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)
