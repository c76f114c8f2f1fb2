"""SIGKILL at random instants, with faults on top: nothing is lost, nothing is there twice."""

import random
from collections.abc import Callable
from datetime import timedelta

from tests.delivery.rig import EXACTLY_ONCE, Building, Rig, Wanted
from tests.wire.faults import Fault, FaultPlan, Rule
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.server import Wire

ARTICLES = 60
CHANNELS = tuple(Wanted(name, discuss=True) for name in ("north", "south", "west"))
DIGESTS = (
    *(Wanted(name, discuss=name < "d", digest=True) for name in ("a", "b", "c", "d", "e", "f")),
    Wanted("g", both=True),
)
FORUMS = tuple(Wanted(name, forum=True, digest=True) for name in "hijklm")
MANY, MORE = 60, 11  # articles that take two messages of a digest, and one with a list
SENT = 3 * len(DIGESTS)  # requests that a round of digests takes: two messages and a thread
HISTORY = ("GET", "/channels/{channel_id}/messages")
THREAD = ("POST", "/channels/{channel_id}/messages/{message_id}/threads")
FORUM_POST = ("POST", "/channels/{channel_id}/threads")
LONG = timedelta(minutes=2)  # so long after a try nobody is still making a forum post
EACH = 0.005  # probability of each fault at each request
AT_LEAST, AT_MOST = 0.0, 0.03  # seconds from a request to the death
BOUND = 2 * ARTICLES * len(CHANNELS)  # requests that a run takes: each post and its thread
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
    """A plan of faults at one of whose requests the program dies, before it is answered."""

    def __init__(self, seed: int) -> None:
        endpoints = (MESSAGES, THREAD, FORUM_POST, HISTORY)
        rules = [Rule(fault, *at, probability=EACH) for fault in ACCIDENTS for at in endpoints]
        super().__init__(rules, seed)
        self.left: int | None = None
        self.strike: Callable[[], None] = lambda: None

    def arm(self, requests: int, strike: Callable[[], None]) -> None:
        """Call `strike` at the so-manieth request from now (from 1) that sends something."""
        self.left, self.strike = requests, strike

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, and count it."""
        if self.left and endpoint in (MESSAGES, THREAD, FORUM_POST):
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


def test_sudden_deaths_among_faults_lose_nothing_and_repeat_nothing(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with building(*CHANNELS, articles=ARTICLES, faults=plan) as rig:
        for _ in range(kills):
            live_and_die(rig, plan, dice, BOUND // kills)
        rig.background.call(lambda _: plan.clear())
        rig.start()
        tallies = rig.finish(within=60)
        assert tallies == dict.fromkeys(tallies, EXACTLY_ONCE), rig.log
        assert rig.fates() == {"posted": ARTICLES * len(CHANNELS)}
    assert rig.tally() == tallies  # whatever was still on its way has arrived


def test_sudden_deaths_among_faults_lose_nothing_of_a_digest_and_repeat_nothing(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with building(*DIGESTS, articles=MANY, faults=plan) as rig:
        for _ in range(kills):
            live_and_die(rig, plan, dice, SENT)
            rig.write(MORE)
        rig.background.call(lambda _: plan.clear())
        rig.start()
        tallies = rig.finish(within=60)
        assert tallies == dict.fromkeys(tallies, EXACTLY_ONCE), rig.log
        assert rig.fates().keys() == {"posted"}
        assert rig.fates().total() >= 3 * len(DIGESTS)
    assert rig.tally() == tallies  # whatever was still on its way has arrived


def test_sudden_deaths_among_faults_lose_nothing_of_a_digest_in_a_forum_and_repeat_nothing(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    # All are promised first: when a new subscription runs is for this machine's clock to say.
    nowhere = Rule(Fault("status", status=502), *FORUM_POST, probability=1, most=len(FORUMS))
    plan.rules.insert(0, nowhere)
    with building(*FORUMS, articles=MANY, faults=plan) as rig:
        rig.start()
        assert rig.wait(lambda _: nowhere.struck == len(FORUMS)), rig.log
        rig.kill()
        rig.leap(LONG)
        for _ in range(kills):
            live_and_die(rig, plan, dice, len(FORUMS))
            rig.leap(LONG)
        rig.background.call(lambda _: plan.clear())
        rig.start()
        assert rig.wait(lambda _: rig.fates() == {"posted": 2 * len(FORUMS)}), rig.log
        tallies = rig.finish()
        assert tallies == dict.fromkeys(tallies, EXACTLY_ONCE), rig.log
    assert rig.tally() == tallies  # whatever was still on its way has arrived


def test_the_count_of_what_is_where_sees_what_is_lost_and_what_is_there_twice(
    building: Building,
) -> None:
    with building(*CHANNELS, articles=3) as rig:
        rig.start()
        assert set(rig.finish().values()) == {EXACTLY_ONCE}
        north = rig.channels["north"]

        def meddle(wire: Wire) -> None:
            first, second, third = north.messages.values()
            north.messages[1], second.thread = first, None
            wire.world.remove_message(third)

        rig.background.call(meddle)
        told = rig.tally()["north"]
        assert (len(told.lost), len(told.repeated), len(told.undiscussed)) == (1, 1, 2)
        assert rig.tally()["south"] == EXACTLY_ONCE
