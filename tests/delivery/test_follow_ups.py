"""Every accident, and sudden death, while further reports go into the discussions of stories."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.delivery.cases import ENDING, HANG, Case, CasePlan, Place, cases, names
from tests.delivery.deaths import HISTORY, DeadlyPlan, live_and_die
from tests.delivery.rig import (
    EXACTLY_ONCE,
    LAST_WORD,
    Building,
    Rig,
    Tally,
    Wanted,
    addresses,
    begins,
    build,
    posts,
)
from tests.wire.limits import MESSAGES
from tests.wire.records import Channel, Thread
from tests.wire.world import World

LOOK = ("GET", "/channels/{channel_id}")
ARTICLES = 4  # two stories, with a further report of each
MANY = 40
CHANNELS = tuple(Wanted(name, discuss=True, opening=True) for name in ("north", "south", "west"))
BEGUN = 30.0  # seconds; what waits for its nonce to lapse is looked for after two minutes


PLACES = [
    Place(endpoint, replace(channel, name=f"{channel.name}-{what}"))
    for channel in (Wanted("thread", discuss=True), Wanted("forum", forum=True))
    for what, endpoint in (("send", MESSAGES), ("look", LOOK))
]
LIVED_THROUGH, DIED_OF = cases(ENDING, PLACES), cases(HANG, PLACES)


@dataclass(slots=True)
class Outcome:
    """What is in the channels at the end, how many reports are astray, and what struck."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    astray: dict[str, int] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)


def astray(world: World, channel: Channel) -> int:
    """Count the further reports that are not in the discussion of their story."""
    found = {url: message for message in posts(world, channel) for url in addresses(message)}
    return sum(
        not isinstance(report.place, Thread) or _told_in(report.place) != _story(url)
        for url, report in found.items()
        if _number(url) % 2
    )


def _told_in(thread: Thread) -> str:
    """Return which story a discussion is of, by its name."""
    return thread.name.rpartition("story-")[2]


def _story(url: str) -> str:
    return str(_number(url) - 1)


def _number(url: str) -> int:
    return int(url.rpartition("-")[2])


def played(folder: Path, among: list[Case], *, kill: bool = False) -> Outcome:
    """Let one program live through all cases at once, each in a channel of its own.

    With `kill` it dies once every fault has struck, and is started again.
    """
    channels = [each.wanted for each in among]
    with build(folder, channels, articles=ARTICLES, reports=True) as rig:
        world = rig.background.wire.world
        plan = rig.background.wire.faults = CasePlan(world, inside=True)
        plan.begin(among, rig.channels)
        rig.start()
        assert rig.wait(plan.all_struck), rig.log
        if kill:
            rig.kill()
            rig.leap(LAST_WORD)
            rig.start()
        return Outcome(
            rig.finish(),
            {name: astray(world, channel) for name, channel in rig.channels.items()},
            plan.times(),
        )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that met every fault but those that never end."""
    return played(tmp_path_factory.mktemp("lived"), LIVED_THROUGH)


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that was killed while it waited for answers that never come."""
    return played(tmp_path_factory.mktemp("died"), DIED_OF, kill=True)


@pytest.mark.parametrize("case", names(LIVED_THROUGH))
def test_whatever_befalls_a_report_it_is_once_in_the_discussion_of_its_story(
    lived: Outcome, case: str
) -> None:
    assert lived.struck[case] == 1
    assert (lived.tallies[case], lived.astray[case]) == (EXACTLY_ONCE, 0)


@pytest.mark.parametrize("case", names(DIED_OF))
def test_a_death_while_no_answer_comes_leaves_the_report_there_once(
    died: Outcome, case: str
) -> None:
    assert died.struck[case] == 1
    assert (died.tallies[case], died.astray[case]) == (EXACTLY_ONCE, 0)


@contextmanager
def shaken(building: Building, seed: int, kills: int) -> Iterator[Rig]:
    """Kill the program again and again among faults, then let it finish in peace."""
    dice, plan = random.Random(seed), DeadlyPlan(seed, looks=(HISTORY, LOOK))
    with building(*CHANNELS, articles=MANY, faults=plan, reports=True) as rig:
        for _ in range(kills):
            live_and_die(rig, plan, dice, 2 * MANY * len(CHANNELS) // kills)
        rig.background.call(lambda _: plan.clear())
        rig.start()
        yield rig


def openings(rig: Rig) -> list[int]:
    """Count in each discussion the messages that begin it."""
    world = rig.background.wire.world
    return [
        sum(begins(each) for each in thread.messages.values())
        for channel in rig.channels.values()
        for thread in world.threads_of(channel)
    ]


def test_sudden_deaths_among_faults_lose_no_report_and_no_opening_and_repeat_none(
    building: Building, seed: int, kills: int
) -> None:
    with shaken(building, seed, kills) as rig:
        assert rig.wait_until_complete(60), rig.log
        assert rig.wait_until_looked(lambda _: all(openings(rig)), BEGUN), rig.log
        tallies = rig.finish(within=60)
        assert tallies == dict.fromkeys(tallies, EXACTLY_ONCE), rig.log
        assert set(openings(rig)) == {1}
        assert rig.fates() == {"posted": MANY * len(CHANNELS)}
        world = rig.background.wire.world
        # Where a discussion was late, the report did not wait for it.
        late = [astray(world, channel) for channel in rig.channels.values()]
        assert sum(late) < MANY // 2 * len(CHANNELS) // 2
    assert rig.tally() == tallies  # whatever was still on its way has arrived
