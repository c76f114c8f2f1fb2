"""Every accident, and sudden death, while posts are corrected, retracted and published."""

import random
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.cases import ENDING, HANG, Case, CasePlan, Place, cases, names
from tests.delivery.deaths import LONGEST_LIFE, DeadlyPlan
from tests.delivery.rig import PATIENCE, SITE, Building, Rig, Wanted, build, posts, rows
from tests.samples import write
from tests.wire.limits import MESSAGES
from tests.wire.permissions import MODERATOR
from tests.wire.records import Channel, ChannelKind, MessageFlag, Thread

MESSAGE = "/channels/{channel_id}/messages/{message_id}"
EDIT, DELETE, PUBLISH = ("PATCH", MESSAGE), ("DELETE", MESSAGE), ("POST", MESSAGE + "/crosspost")
CHANNEL = ("PATCH", "/channels/{channel_id}")  # a discussion is locked and named with it
CHANGES = (EDIT, DELETE, PUBLISH, CHANNEL, MESSAGES)
STRUCK = frozenset({1})  # the number of the story that is withdrawn
MANY, WITHDRAWN = 8, frozenset({1, 4, 6})
MINUTE = timedelta(seconds=70)  # after so long what is withdrawn is retracted
ROUNDS = 20  # leaps by a minute until all is right


PLACES = (
    Place(EDIT, Wanted("edit")),
    Place(EDIT, Wanted("edit-forum", forum=True)),
    Place(DELETE, Wanted("delete", retractions="delete")),
    Place(MESSAGES, Wanted("notice", discuss=True)),
    Place(CHANNEL, Wanted("lock", discuss=True)),
    Place(CHANNEL, Wanted("name", forum=True)),
    Place(PUBLISH, Wanted("publish", news=True)),
)
LIVED_THROUGH, DIED_OF = cases(ENDING, PLACES), cases(HANG, PLACES)


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
    ((count,),) = rows(rig.folder, "SELECT count(*) FROM errand WHERE settled_at IS NULL")
    return int(count)


def posted(rig: Rig) -> None:
    """Let the program post everything, and let the bot lock threads from then on."""
    for guild in rig.background.wire.world.guilds.values():
        guild.bot_role.permissions = MODERATOR
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
    with build(folder, [each.wanted for each in among], articles=2) as rig:
        plan = rig.background.wire.faults = CasePlan(rig.background.wire.world)
        # A post is published at once; all else befalls what is posted.
        plan.begin([each for each in among if each.place.endpoint == PUBLISH], rig.channels)
        posted(rig)
        plan.begin([each for each in among if each.place.endpoint != PUBLISH], rig.channels)
        rewrite(rig, STRUCK)
        rig.start()
        for _ in range(ROUNDS):
            everything = rig.wait(plan.all_struck, 3 if kill else 6)
            rig.leap(MINUTE)
            if kill:
                rig.kill()
                rig.start()
            if everything:
                break
        return Outcome(finish(rig, STRUCK), plan.times())


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


@pytest.mark.parametrize("case", names(LIVED_THROUGH))
def test_whatever_befalls_a_request_posts_and_discussions_end_as_they_should(
    lived: Outcome, case: str
) -> None:
    assert lived.struck[case] == 1
    assert lived.wrong[case] == []


@pytest.mark.parametrize("case", names(DIED_OF))
def test_a_death_while_no_answer_comes_leaves_them_as_they_should_be(
    died: Outcome, case: str
) -> None:
    assert died.struck[case] == 1
    assert died.wrong[case] == []


CHANNELS = (
    Wanted("threads", discuss=True),
    Wanted("forum", forum=True),
    Wanted("news", news=True, discuss=True),
    Wanted("deleting", discuss=True, retractions="delete"),
)


def test_sudden_deaths_among_faults_leave_no_post_uncorrected(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed, CHANGES, looks=())
    with building(*CHANNELS, articles=MANY) as rig:
        posted(rig)
        rewrite(rig, WITHDRAWN)
        rig.background.wire.faults = plan
        for _ in range(kills):
            plan.arm(dice.randint(1, 60 // kills + 3), lambda: rig.process.kill())
            rig.leap(timedelta(seconds=dice.randint(1, 90)))
            rig.start()
            rig.wait(lambda _: not plan.left, LONGEST_LIFE, may_end=True)
            rig.kill()
        rig.background.call(lambda _: plan.clear())
        rig.start()
        assert finish(rig, WITHDRAWN) == {name: [] for name in rig.channels}, rig.log
        assert unsettled(rig) == 0
