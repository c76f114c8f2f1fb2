"""Every accident that can befall a request, at every endpoint to which articles go."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.delivery.cases import (
    ENDING,
    HANG,
    PLACES,
    Case,
    CasePlan,
    Place,
    cases,
    names,
)
from tests.delivery.rig import EXACTLY_ONCE, LONG, Tally, Wanted, build, posts
from tests.wire.limits import MESSAGES
from tests.wire.server import Wire

ARTICLES = 4
MANY = 60  # more than one message of a digest holds

SECOND_MESSAGE = (
    Place(MESSAGES, Wanted("digest-list", digest=True), 2),
    # In the thread of the first.
    Place(MESSAGES, Wanted("digest-forum-list", forum=True, digest=True)),
)

LIVED_THROUGH, DIED_OF = cases(ENDING, PLACES), cases(HANG, PLACES)
LONG_DIGESTS, DIED_OF_LONG = cases(ENDING, SECOND_MESSAGE), cases(HANG, SECOND_MESSAGE)


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
    channels = [each.wanted for each in among]
    with build(folder, channels, articles=articles) as rig:
        plan = rig.background.wire.faults = CasePlan(rig.background.wire.world)
        plan.begin(among, rig.channels)

        def all_but_forums(wire: Wire) -> bool:
            # What is there may still be unknown to the program. It could not know either that
            # Discord's clock leaps just then, and its nonces with it: forum posts have none.
            tallies, open_posts = rig.tally(), rig.on_their_way()
            forums = {rig.channels[each.name].id for each in among if each.wanted.forum}
            return all(channel in forums and part == 1 for channel, part in open_posts) and all(
                tallies[each.name].complete for each in among if not each.wanted.forum
            )

        rig.start()
        assert rig.wait(plan.all_struck), rig.log
        if kill:
            rig.kill()
            rig.start()
        assert rig.wait(all_but_forums), rig.log
        rig.leap(LONG)
        tallies = rig.finish()
        there = {name: len(posts(rig.background.wire.world, c)) for name, c in rig.channels.items()}
        return Outcome(tallies, there, plan.times())


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
