"""Every accident that can befall a request, at every endpoint to which articles go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.rig import EXACTLY_ONCE, Tally, Wanted, build, posts
from tests.wire.faults import Fault, FaultPlan, Rule, Stage
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.server import Wire
from tests.wire.world import World

SEND = MESSAGES
THREAD = ("POST", "/channels/{channel_id}/messages/{message_id}/threads")
FORUM_POST = ("POST", "/channels/{channel_id}/threads")
ARTICLES = 4
MANY = 60  # more than one message of a digest holds
LONG = timedelta(minutes=2)  # so long after a try nobody is still making a forum post

ANSWERED = {str(code): Fault("status", status=code) for code in (500, 502, 503, 504, 520)}
ANSWERED["429"] = Fault("status", status=429, seconds=0.05)
CUT = {"drop": Fault("drop"), "reset": Fault("reset")}
HANG = {"hang": Fault("hang")}
STAGES: tuple[Stage, Stage] = ("before", "after")
# A 429 says that nothing was done. Where a nonce or an id keeps doubles away, a false one does no
# harm; in a forum nothing could tell it from a true one.
IMPOSSIBLE = ("forum-429-after", "digest-forum-429-after")


@dataclass(frozen=True, slots=True)
class Place:
    """What a fault befalls: the so-manieth request to an endpoint in a channel of its own."""

    endpoint: Endpoint
    nth: int = 2
    digest: bool = False
    forum: bool = False


PLACES = {
    "send": Place(SEND),
    "thread": Place(THREAD),
    "forum": Place(FORUM_POST, forum=True),
    "digest": Place(SEND, 1, digest=True),
    "digest-thread": Place(THREAD, 1, digest=True),
    "digest-forum": Place(FORUM_POST, 1, digest=True, forum=True),
}
SECOND_MESSAGE = {
    "digest-list": Place(SEND, 2, digest=True),
    "digest-forum-list": Place(SEND, 1, digest=True, forum=True),  # in the thread of the first
}


@dataclass(frozen=True, slots=True)
class Case:
    """One fault on one request to one endpoint, in a channel of its own."""

    name: str
    place: Place
    fault: Fault

    @property
    def wanted(self) -> Wanted:
        """The channel in which it happens."""
        place = self.place
        return Wanted(self.name, place.forum, place.endpoint == THREAD, place.digest)

    def rule(self, channel_id: int) -> Rule:
        """Return the fault as the stand-in's plan has it."""
        nth = frozenset({self.place.nth})
        return Rule(self.fault, *self.place.endpoint, major=str(channel_id), nth=nth)


def cases(faults: dict[str, Fault], places: dict[str, Place] = PLACES) -> list[Case]:
    """Return each of the faults at each place, before and after it is done."""
    among = [
        Case(f"{name}-{kind}-{stage}", place, replace(fault, stage=stage))
        for name, place in places.items()
        for kind, fault in faults.items()
        for stage in STAGES
    ]
    return [each for each in among if each.name not in IMPOSSIBLE]


class ByChannel(FaultPlan):
    """A plan in which what is written in a forum's thread is written in the forum."""

    parents: Callable[[str], str] = str

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, if any."""
        return super().pick(endpoint, self.parents(major))


def parents_in(world: World) -> Callable[[str], str]:
    """Return what tells the id of a thread's channel; of anything else it is its own."""

    def parent(major: str) -> str:
        thread = world.threads.get(int(major)) if major.isdecimal() else None
        return str(thread.parent.id) if thread else major

    return parent


LIVED_THROUGH = cases(ANSWERED | CUT)
DIED_OF = cases(HANG)
LONG_DIGESTS = cases(ANSWERED | CUT, SECOND_MESSAGE)
DIED_OF_LONG = cases(HANG, SECOND_MESSAGE)


def names(among: Iterable[Case]) -> list[str]:
    """Return what the cases are called."""
    return [each.name for each in among]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is in the channels at the end, in how many messages, and how often each fault struck."""

    tallies: dict[str, Tally]
    messages: dict[str, int]
    struck: dict[str, int]


def played(
    folder: Path, among: list[Case], *, articles: int = ARTICLES, kill: bool = False
) -> Outcome:
    """Let one program live through all cases at once, each in a channel of its own.

    With `kill` it dies once every fault has struck, and is started again.
    """
    plan = ByChannel()
    channels = [each.wanted for each in among]
    with build(folder, channels, articles=articles, faults=plan) as rig:
        plan.parents = parents_in(rig.background.wire.world)
        rules = {each.name: plan.add(each.rule(rig.channels[each.name].id)) for each in among}

        def all_struck(wire: Wire) -> bool:
            return all(rule.struck for rule in rules.values())

        def all_but_forums(wire: Wire) -> bool:
            # What is there may still be unknown to the program. It could not know either that
            # Discord's clock leaps just then, and its nonces with it: forum posts have none.
            tallies, open_posts = rig.tally(), rig.on_their_way()
            forums = {rig.channels[each.name].id for each in among if each.wanted.forum}
            return all(channel in forums and part == 1 for channel, part in open_posts) and all(
                tallies[each.name].complete for each in among if not each.wanted.forum
            )

        rig.start()
        assert rig.wait(all_struck), rig.log
        if kill:
            rig.kill()
            rig.start()
        assert rig.wait(all_but_forums), rig.log
        rig.leap(LONG)
        tallies = rig.finish()
        there = {name: len(posts(rig.background.wire.world, c)) for name, c in rig.channels.items()}
        return Outcome(tallies, there, {name: rule.struck for name, rule in rules.items()})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that met every fault but those that never end."""
    return played(tmp_path_factory.mktemp("lived"), LIVED_THROUGH)


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program that was killed while it waited for answers that never come."""
    return played(tmp_path_factory.mktemp("died"), DIED_OF, kill=True)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a program whose digests took two messages each."""
    return played(tmp_path_factory.mktemp("listed"), LONG_DIGESTS, articles=MANY)


@pytest.fixture(scope="module")
def listed_died(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of such a program that was killed while it waited for an answer."""
    return played(tmp_path_factory.mktemp("listed_died"), DIED_OF_LONG, articles=MANY, kill=True)


@pytest.mark.parametrize("case", names(LIVED_THROUGH))
def test_whatever_befalls_a_request_each_article_is_there_once(lived: Outcome, case: str) -> None:
    assert lived.struck[case] == 1
    assert lived.tallies[case] == EXACTLY_ONCE
    assert lived.messages[case] == (1 if case.startswith("digest") else ARTICLES)


@pytest.mark.parametrize("case", names(DIED_OF))
def test_a_death_while_no_answer_comes_leaves_each_article_there_once(
    died: Outcome, case: str
) -> None:
    assert died.struck[case] == 1
    assert died.tallies[case] == EXACTLY_ONCE
    assert died.messages[case] == (1 if case.startswith("digest") else ARTICLES)


@pytest.mark.parametrize("case", names(LONG_DIGESTS))
def test_whatever_befalls_its_second_message_a_digest_has_each_article_once(
    listed: Outcome, case: str
) -> None:
    assert listed.struck[case] == 1
    assert listed.tallies[case] == EXACTLY_ONCE
    assert listed.messages[case] == 2


@pytest.mark.parametrize("case", names(DIED_OF_LONG))
def test_a_death_while_the_second_message_has_no_answer_leaves_each_article_there_once(
    listed_died: Outcome, case: str
) -> None:
    assert listed_died.struck[case] == 1
    assert listed_died.tallies[case] == EXACTLY_ONCE
    assert listed_died.messages[case] == 2
