"""Deaths: SIGKILL at a random instant of the program's life, with faults on top."""

import random
from collections.abc import Callable

from tests.delivery.cases import SENDS
from tests.delivery.rig import Rig
from tests.wire.faults import Fault, FaultPlan, Rule
from tests.wire.limits import Endpoint

HISTORY: Endpoint = ("GET", "/channels/{channel_id}/messages")
EACH = 0.005  # probability of each fault at each request
AT_LEAST, AT_MOST = 0.0, 0.03  # seconds from a request to the death
LONGEST_LIFE = 3.0  # seconds: it may be pausing after a fault, and dies of that too
STARTING = 0.2  # share of the deaths that come while the program starts

ACCIDENTS = (
    Fault("status", status=500),
    Fault("status", status=503),
    Fault("status", status=429, seconds=0.05),
    Fault("drop"),
    Fault("reset"),
    Fault("hang", seconds=0.5),
    Fault("delay", seconds=0.3),
    Fault("status", "after", status=502),
    Fault("status", "after", status=520),
    Fault("drop", "after"),
    Fault("reset", "after"),
    Fault("hang", "after", seconds=0.5),
)


class DeadlyPlan(FaultPlan):
    """A plan of faults; the program dies at one of the requests that change something, unanswered.

    What only looks meets faults, and no death.
    """

    def __init__(
        self,
        seed: int,
        changes: tuple[Endpoint, ...] = SENDS,
        looks: tuple[Endpoint, ...] = (HISTORY,),
    ) -> None:
        endpoints = (*changes, *looks)
        rules = [Rule(fault, *at, probability=EACH) for fault in ACCIDENTS for at in endpoints]
        super().__init__(rules, seed)
        self.changes = changes
        self.left: int | None = None
        self.strike: Callable[[], None] = lambda: None

    def arm(self, requests: int, strike: Callable[[], None]) -> None:
        """Call `strike` at the so-manieth request from now (from 1) that changes something."""
        self.left, self.strike = requests, strike

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, and count it."""
        if self.left and endpoint in self.changes:
            self.left -= 1
            if not self.left:
                self.strike()
        return super().pick(endpoint, major)


def complete(rig: Rig) -> bool:
    """Tell whether every channel has everything, and the program could live for ever."""
    return all(each.complete for each in rig.tally().values())


def live_and_die(
    rig: Rig,
    plan: DeadlyPlan,
    dice: random.Random,
    requests: int,
    done: Callable[[Rig], bool] = complete,
) -> None:
    """Start the program and kill it at a random instant.

    Either while it starts, or at one of so many requests, at once or a moment later, or once all
    is `done`.
    """
    starting = dice.random() < STARTING
    when, moment = dice.randint(1, requests), dice.uniform(AT_LEAST, AT_MOST)
    at_once, early = dice.random() < 0.5, dice.uniform(0.0, 0.8)
    rig.start()
    if starting:
        assert not rig.ended(early), rig.log
        rig.kill()
        return
    process, reached = rig.process, list[int]()

    def strike() -> None:
        reached.append(when)
        if at_once:
            process.kill()

    rig.background.call(lambda _: plan.arm(when, strike))
    rig.wait(lambda _: bool(reached) or done(rig), LONGEST_LIFE, may_end=True)
    if not at_once:
        rig.ended(moment)
    rig.kill()
