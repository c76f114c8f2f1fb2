"""Answers that never come, lived through in virtual time until the bot's patience ends."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.delivery.cases import HANG, PLACES, CasePlan, cases, names
from tests.delivery.living import living
from tests.delivery.rig import EXACTLY_ONCE, Tally
from tests.delivery.virtual_time import run_virtually

HANGING = cases(HANG, PLACES)
ARTICLES = 4
PATIENCE = 200.0  # seconds within which all has to be there: what hangs is given up after 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is in the channels at the end, how often each fault struck, and every post's fate."""

    tallies: dict[str, Tally]
    struck: dict[str, int]
    fates: dict[str, int]


async def _live(folder: Path) -> Outcome:
    async with living(folder, [each.wanted for each in HANGING]) as life:
        plan = life.wire.faults = CasePlan(life.wire.world)
        plan.begin(HANGING, life.channels)
        life.write(ARTICLES)
        await life.wait_until_complete(PATIENCE)
    return Outcome(life.tally(), plan.times(), dict(life.fates()))


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The end of a bot that waited in vain at every endpoint, before and after it was done."""
    return run_virtually(_live(tmp_path_factory.mktemp("hanging")))


@pytest.mark.parametrize("case", names(HANGING))
def test_an_answer_that_never_comes_leaves_each_article_there_once(
    outcome: Outcome, case: str
) -> None:
    assert outcome.struck[case] == 1
    assert outcome.tallies[case] == EXACTLY_ONCE


def test_no_answer_that_never_came_is_left_open(outcome: Outcome) -> None:
    posts = sum(1 if each.wanted.digest else ARTICLES for each in HANGING)
    assert outcome.fates == {"posted": posts}
