"""SIGKILL at random instants, with faults on top: nothing is lost, nothing is there twice."""

import random

from tests.delivery.cases import FORUM_POST
from tests.delivery.deaths import DeadlyPlan, live_and_die
from tests.delivery.rig import EXACTLY_ONCE, LONG, Building, Wanted
from tests.wire.faults import Fault, Rule
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
BOUND = 2 * ARTICLES * len(CHANNELS)  # requests that a run takes: each post and its thread


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
