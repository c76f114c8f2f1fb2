"""Sends that are slow to arrive, to do something in the midst of them."""

from collections.abc import Callable

from tests.wire.faults import Fault, FaultPlan, Rule
from tests.wire.limits import MESSAGES
from tests.wire.server import Wire


def slow(seconds: float, *numbers: int) -> FaultPlan:
    """Return a plan by which sends are slow to arrive: all of them, or those so numbered."""
    delay, probability = Fault("delay", seconds=seconds), 0.0 if numbers else 1.0
    return FaultPlan([Rule(delay, *MESSAGES, nth=frozenset(numbers), probability=probability)])


def begun(count: int) -> Callable[[Wire], bool]:
    """Tell of a stand-in whether so many sends have reached it, answered or not."""

    def met(wire: Wire) -> bool:
        return len(wire.sent_to(*MESSAGES)) >= count

    return met
