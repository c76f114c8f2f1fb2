"""Every accident, and sudden death, while posts are corrected, retracted and published."""

import random
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.rig import PATIENCE, SITE, Building, Rig, Wanted, build, posts
from tests.delivery.test_faults import ANSWERED, CUT, HANG, STAGES
from tests.delivery.test_kill import ACCIDENTS, EACH, LONGEST_LIFE
from tests.delivery.wanted import DATABASE
from tests.samples import write
from tests.wire.faults import Fault, FaultPlan, Rule
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.permissions import NEWS_BOT, Permission
from tests.wire.records import Channel, ChannelKind, MessageFlag, Thread
from tests.wire.server import Wire
from tests.wire.world import World

MESSAGE = "/channels/{channel_id}/messages/{message_id}"
EDIT, DELETE, PUBLISH = ("PATCH", MESSAGE), ("DELETE", MESSAGE), ("POST", MESSAGE + "/crosspost")
THREAD = ("PATCH", "/channels/{channel_id}")
STRUCK = frozenset({1})  # the number of the story that is withdrawn
MANY, WITHDRAWN = 8, frozenset({1, 4, 6})
MINUTE = timedelta(seconds=70)  # after so long what is withdrawn is retracted
ROUNDS = 20  # leaps by a minute until all is right


@dataclass(frozen=True, slots=True)
class Place:
    """What a fault befalls: the first request to an endpoint in a channel of its own."""

    endpoint: Endpoint
    forum: bool = False
    discuss: bool = False
    news: bool = False
    retractions: str = "mark"


PLACES = {
    "edit": Place(EDIT),
    "edit-forum": Place(EDIT, forum=True),
    "delete": Place(DELETE, retractions="delete"),
    "notice": Place(MESSAGES, discuss=True),
    "lock": Place(THREAD, discuss=True),
    "name": Place(THREAD, forum=True),
    "publish": Place(PUBLISH, news=True),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one place."""

    name: str
    place: Place
    fault: Fault

    @property
    def wanted(self) -> Wanted:
        """The channel in which it happens."""
        place = self.place
        return Wanted(
            self.name,
            place.forum,
            place.discuss,
            news=place.news,
            retractions=place.retractions,
        )


def cases(faults: dict[str, Fault]) -> list[Case]:
    """Return each of the faults at each place, before and after it is done."""
    return [
        Case(f"{name}-{kind}-{stage}", place, replace(fault, stage=stage))
        for name, place in PLACES.items()
        for kind, fault in faults.items()
        for stage in STAGES
    ]


LIVED_THROUGH, DIED_OF = cases(ANSWERED | CUT), cases(HANG)


class Plan(FaultPlan):
    """A plan by channels, their threads included, in force once everything is posted."""

    world: World | None = None

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, if any."""
        if self.world is None and endpoint != PUBLISH:
            return None
        thread = self.world.threads.get(int(major or 0)) if self.world else None
        return super().pick(endpoint, str(thread.parent.id) if thread else major)


def rewrite(rig: Rig, withdrawn: Iterable[int]) -> None:
    """Withdraw some stories, and change all others."""
    for number in range(len(rig.articles)):
        name = f"story-{number}"
        if number in withdrawn:
            (rig.folder / "seeds" / f"{name}.md").unlink()
        else:
            write(rig.folder / "seeds", name, title=f"What happened after {name}")


def wrong(rig: Rig, name: str, withdrawn: Iterable[int]) -> list[str]:
    """Return what is not as it should be in a channel; to be called where the stand-in is."""
    world, channel, wanted = rig.background.wire.world, rig.channels[name], rig.wanted[name]
    there = {each.embeds[0]["url"]: each for each in posts(world, channel)}
    threads = {_number(thread.name): thread for thread in world.threads_of(channel)}
    found: list[str] = []
    for number in range(len(rig.articles)):
        message, thread = there.get(f"{SITE}story-{number}"), threads.get(number)
        gone = number in withdrawn
        title = message.embeds[0]["title"] if message else "nothing"
        begins = "~~What happened in" if gone else "What happened after"
        if gone and wanted.retractions == "delete":
            begins = "nothing"
        if not title.startswith(begins):
            found.append(f"{number}: {title}")
        published = message and message.flags & MessageFlag.CROSSPOSTED
        if wanted.news and not gone and not published:
            found.append(f"{number}: not published")
        if thread is not None:
            found += [f"{number}: {each}" for each in _astray(thread, channel, gone=gone)]
    return found


def _astray(thread: Thread, channel: Channel, *, gone: bool) -> list[str]:
    notices = sum("-# Notice" in each.content for each in thread.messages.values())
    found = [] if notices == gone else [f"{notices} notices"]
    if thread.locked is not gone:
        found.append("locked" if thread.locked else "not locked")
    begins = "Retracted: " if gone else "What happened after"
    if channel.kind is ChannelKind.FORUM and not thread.name.startswith(begins):
        found.append(f"called {thread.name}")
    return found


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def is_right(rig: Rig, withdrawn: Iterable[int]) -> bool:
    """Tell whether all is as it should be in all channels."""
    return not any(wrong(rig, name, withdrawn) for name in rig.channels)


def finish(rig: Rig, withdrawn: Iterable[int]) -> dict[str, list[str]]:
    """Let time pass until all is right, or for long; return what is wrong where, at the end."""
    for _ in range(ROUNDS):
        if rig.wait(lambda _: is_right(rig, withdrawn), 6):
            break
        rig.leap(MINUTE)
    rig.wait(lambda _: not unsettled(rig), 10)
    assert rig.stop() == 0, rig.log
    return rig.background.call(
        lambda _: {name: wrong(rig, name, withdrawn) for name in rig.channels}
    )


def unsettled(rig: Rig) -> int:
    """Count the errands that are not done."""
    with closing(sqlite3.connect(rig.folder / DATABASE, timeout=5)) as database:
        ((count,),) = database.execute("SELECT count(*) FROM errand WHERE settled_at IS NULL")
    return int(count)


def posted(rig: Rig) -> None:
    """Let the program post everything, and let the bot lock threads from then on."""
    for guild in rig.background.wire.world.guilds.values():
        guild.bot_role.permissions = NEWS_BOT | Permission.MANAGE_THREADS
    rig.start()
    tallies = rig.finish(3 * PATIENCE)
    assert all(each.complete for each in tallies.values()), rig.log


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is wrong in the channels at the end, and how often each fault struck."""

    wrong: dict[str, list[str]]
    struck: dict[str, int]


def played(folder: Path, among: list[Case], *, kill: bool = False) -> Outcome:
    """Let one program live through all cases at once, each in a channel of its own.

    With `kill` it dies again and again until every fault has struck, and is started again.
    """
    plan = Plan()
    with build(folder, [each.wanted for each in among], articles=2, faults=plan) as rig:
        rules = {
            each.name: plan.add(
                Rule(
                    each.fault,
                    *each.place.endpoint,
                    major=str(rig.channels[each.name].id),
                    nth=frozenset({1}),
                )
            )
            for each in among
        }

        def all_struck(wire: Wire) -> bool:
            return all(rule.struck for rule in rules.values())

        posted(rig)
        plan.world = rig.background.wire.world
        rewrite(rig, STRUCK)
        rig.start()
        for _ in range(ROUNDS):
            everything = rig.wait(all_struck, 3 if kill else 6)
            rig.leap(MINUTE)
            if kill:
                rig.kill()
                rig.start()
            if everything:
                break
        ended = finish(rig, STRUCK)
        return Outcome(ended, {name: rule.struck for name, rule in rules.items()})


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """Both programs side by side: each spends most of its time between two looks."""
    folder = tmp_path_factory.mktemp
    with ThreadPoolExecutor(2) as pool:
        yield {
            "lived": pool.submit(played, folder("lived"), LIVED_THROUGH),
            "died": pool.submit(played, folder("died"), DIED_OF, kill=True),
        }


@pytest.fixture(scope="module")
def lived(lives: dict[str, Future[Outcome]]) -> Outcome:
    """The end of a program that met every fault but those that never end."""
    return lives["lived"].result()


@pytest.fixture(scope="module")
def died(lives: dict[str, Future[Outcome]]) -> Outcome:
    """The end of a program that was killed while it waited for answers that never come."""
    return lives["died"].result()


@pytest.mark.parametrize("case", [each.name for each in LIVED_THROUGH])
def test_whatever_befalls_a_request_posts_and_discussions_end_as_they_should(
    lived: Outcome, case: str
) -> None:
    assert lived.struck[case] == 1
    assert lived.wrong[case] == []


@pytest.mark.parametrize("case", [each.name for each in DIED_OF])
def test_a_death_while_no_answer_comes_leaves_them_as_they_should_be(
    died: Outcome, case: str
) -> None:
    assert died.struck[case] == 1
    assert died.wrong[case] == []


class DeadlyPlan(FaultPlan):
    """A plan of faults at one of whose requests the program dies, before it is answered."""

    def __init__(self, seed: int) -> None:
        rules = [Rule(f, *at, probability=EACH) for f in ACCIDENTS for at in self.changes]
        super().__init__(rules, seed)
        self.left = 0
        self.rig: Rig | None = None

    @property
    def changes(self) -> tuple[Endpoint, ...]:
        """The requests that change something."""
        return (EDIT, DELETE, PUBLISH, THREAD, MESSAGES)

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, and count it."""
        if self.left and self.rig and endpoint in self.changes:
            self.left -= 1
            if not self.left:
                self.rig.process.kill()
        return super().pick(endpoint, major)


CHANNELS = (
    Wanted("threads", discuss=True),
    Wanted("forum", forum=True),
    Wanted("news", news=True, discuss=True),
    Wanted("deleting", discuss=True, retractions="delete"),
)


def test_sudden_deaths_among_faults_leave_no_post_uncorrected(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with building(*CHANNELS, articles=MANY) as rig:
        posted(rig)
        rewrite(rig, WITHDRAWN)
        rig.background.wire.faults = plan
        for _ in range(kills):
            plan.rig, plan.left = rig, dice.randint(1, 60 // kills + 3)
            rig.leap(timedelta(seconds=dice.randint(1, 90)))
            rig.start()
            rig.wait(lambda _: not plan.left, LONGEST_LIFE, may_end=True)
            rig.kill()
        rig.background.call(lambda _: plan.clear())
        plan.left = 0
        rig.start()
        assert finish(rig, WITHDRAWN) == {name: [] for name in rig.channels}, rig.log
        assert unsettled(rig) == 0
