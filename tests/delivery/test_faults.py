"""Every accident that can befall a request, at every endpoint to which articles go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.rig import EXACTLY_ONCE, Tally, Wanted, build
from tests.wire.faults import Fault, FaultPlan, Rule, Stage
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.server import Wire

SEND = MESSAGES
THREAD = ("POST", "/channels/{channel_id}/messages/{message_id}/threads")
FORUM_POST = ("POST", "/channels/{channel_id}/threads")
PLACES: dict[str, Endpoint] = {"send": SEND, "thread": THREAD, "forum": FORUM_POST}
ARTICLES = 4
LONG = timedelta(minutes=2)  # so long after a try nobody is still making a forum post

ANSWERED = {str(code): Fault("status", status=code) for code in (500, 502, 503, 504, 520)}
ANSWERED["429"] = Fault("status", status=429, seconds=0.05)
CUT = {"drop": Fault("drop"), "reset": Fault("reset")}
HANG = {"hang": Fault("hang")}
STAGES: tuple[Stage, Stage] = ("before", "after")
# A 429 says that nothing was done. Where a nonce or an id keeps doubles away, a false one does no
# harm; in a forum nothing could tell it from a true one.
IMPOSSIBLE = ("forum-429-after",)


@dataclass(frozen=True, slots=True)
class Case:
    """One fault on the second request to one endpoint, in a channel of its own."""

    name: str
    endpoint: Endpoint
    fault: Fault

    @property
    def wanted(self) -> Wanted:
        """The channel in which it happens."""
        return Wanted(self.name, self.endpoint == FORUM_POST, self.endpoint == THREAD)

    def rule(self, channel_id: int) -> Rule:
        """Return the fault as the stand-in's plan has it."""
        return Rule(self.fault, *self.endpoint, major=str(channel_id), nth=frozenset({2}))


def cases(faults: dict[str, Fault]) -> list[Case]:
    """Return each of the faults at each place, before and after it is done."""
    among = [
        Case(f"{place}-{kind}-{stage}", endpoint, replace(fault, stage=stage))
        for place, endpoint in PLACES.items()
        for kind, fault in faults.items()
        for stage in STAGES
    ]
    return [each for each in among if each.name not in IMPOSSIBLE]


LIVED_THROUGH = cases(ANSWERED | CUT)
DIED_OF = cases(HANG)


def names(among: Iterable[Case]) -> list[str]:
    """Return what the cases are called."""
    return [each.name for each in among]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is in the channels at the end, and how often each case's fault struck."""

    tallies: dict[str, Tally]
    struck: dict[str, int]


def played(folder: Path, among: list[Case], *, kill: bool = False) -> Outcome:
    """Let one program live through all cases at once, each in a channel of its own.

    With `kill` it dies once every fault has struck, and is started again.
    """
    plan = FaultPlan()
    channels = [each.wanted for each in among]
    with build(folder, channels, articles=ARTICLES, faults=plan) as rig:
        rules = {each.name: plan.add(each.rule(rig.channels[each.name].id)) for each in among}

        def all_struck(wire: Wire) -> bool:
            return all(rule.struck for rule in rules.values())

        def all_but_forums(wire: Wire) -> bool:
            tallies = rig.tally()
            return all(tallies[each.name].complete for each in among if not each.wanted.forum)

        rig.start()
        assert rig.wait(all_struck), rig.log
        if kill:
            rig.kill()
            rig.start()
        assert rig.wait(all_but_forums), rig.log
        rig.leap(LONG)
        return Outcome(rig.finish(), {name: rule.struck for name, rule in rules.items()})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that met every fault but those that never end."""
    return played(tmp_path_factory.mktemp("lived"), LIVED_THROUGH)


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that was killed while it waited for answers that never come."""
    return played(tmp_path_factory.mktemp("died"), DIED_OF, kill=True)


@pytest.mark.parametrize("case", names(LIVED_THROUGH))
def test_whatever_befalls_a_request_each_article_is_there_once(lived: Outcome, case: str) -> None:
    assert lived.struck[case] == 1
    assert lived.tallies[case] == EXACTLY_ONCE


@pytest.mark.parametrize("case", names(DIED_OF))
def test_a_death_while_no_answer_comes_leaves_each_article_there_once(
    died: Outcome, case: str
) -> None:
    assert died.struck[case] == 1
    assert died.tallies[case] == EXACTLY_ONCE
