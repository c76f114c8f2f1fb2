"""Answers that never come, lived through in virtual time until the bot's patience ends."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord import app_commands

from bot.chat.client import Client
from bot.chat.link.clock import Clock
from bot.chat.link.connection import log_in
from bot.desk import utc_now
from bot.errors import FateUnknown
from bot.store.database import open_database
from tests.delivery.cases import HANG, PLACES, CasePlan, cases, names
from tests.delivery.living import living
from tests.delivery.rig import EXACTLY_ONCE, Tally
from tests.delivery.virtual_time import run_virtually
from tests.wire.client import pointed_at
from tests.wire.faults import Fault
from tests.wire.server import serve
from tests.wire.world import World

HANGING = cases(HANG, PLACES)
ARTICLES = 4
ONE_ANSWER = 61.0  # seconds within which the bot waits for none any more
A_GLANCE = 6.0  # seconds for which no news waits until the commands are published
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


async def _log_in(folder: Path) -> tuple[float, float, int]:
    """Wait for an answer to a login, then for one to the commands.

    Returns for how long each was waited for, and how many commands there are in the end.
    """
    world, loop = World(datetime.now(UTC)), asyncio.get_running_loop()
    async with serve(world) as wire, open_database(folder / "broadsheet.db") as database:
        wire.faults.next(Fault("hang"), "GET", "/users/@me")
        wire.faults.next(Fault("hang"), "PUT", "/applications/{application_id}/commands")
        with pointed_at(wire):
            async with Client(database, Clock(utc_now)) as client:
                client.offer(app_commands.Group(name="news", description="News"))
                began = loop.time()
                with pytest.raises(FateUnknown):
                    await log_in(client, world.token, wire.api_url)
                given_up = loop.time()
                await log_in(client, world.token, wire.api_url)
                logged_in = loop.time()
                await asyncio.sleep(PATIENCE)
                found = len(world.commands[None])
                return given_up - began, logged_in - given_up, found


def test_a_login_is_waited_for_like_any_answer_and_commands_hold_nothing_up(tmp_path: Path) -> None:
    login, publishing, published = run_virtually(_log_in(tmp_path))
    assert 0 < login < ONE_ANSWER
    assert 0 < publishing < A_GLANCE
    assert published == 1
