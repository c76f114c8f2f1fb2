"""Errands: each is done exactly once, whatever Discord answers and wherever the process ends."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import ChannelClosed, FateUnknown, LoginError, PostRefused, StoreError
from bot.jobs.errands import Errands, Task
from bot.news.errand import Wanted
from bot.news.follow import PERSONAL
from bot.news.post import Fate
from bot.store import errands
from bot.store.database import open_database
from tests.jobs.discord_model import LATENESS, NONCE_WINDOW, Answer
from tests.jobs.mortal import Died, Mortal
from tests.samples import NOW

PLACE, OTHER = 77, 78
ANSWERS = (Answer.FINE, Answer.LOST_AFTER, Answer.LOST_BEFORE, Answer.LATE, Answer.CLOSED)


@dataclass
class Said:
    """A message that Discord took."""

    what: str
    place: int
    nonce: str
    taken_at: datetime
    visible_at: datetime


@dataclass
class Post:
    """A courier on a model of Discord: it answers as scripted, then well."""

    clock: Callable[[], datetime]
    said: list[Said] = field(default_factory=list)
    script: list[Answer | Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    looks: int = 0

    async def carry_out(self, errand, deed, within):
        """Say it, once for each nonce that is remembered."""
        self.asked.append(deed)
        answer = self.script.pop(0) if self.script else Answer.FINE
        if isinstance(answer, Exception):
            raise answer
        if answer is Answer.CLOSED:
            raise ChannelClosed("closed")
        if answer is Answer.LOST_BEFORE or within <= timedelta():
            raise FateUnknown("never arrived")
        number = self._taken(errand, deed, late=answer is Answer.LATE)
        if answer is not Answer.FINE:
            raise FateUnknown("no answer")
        return number

    async def find(self, errand, deed):
        """Look for it."""
        self.looks += 1
        since = errand.claimed_at - timedelta(minutes=1)
        for number, each in enumerate(self.said, start=1):
            if each.nonce == errand.nonce and since <= each.taken_at and self._shown(each):
                return number
        return None

    def _shown(self, message):
        return message.visible_at <= self.clock()

    def _taken(self, errand, deed, *, late):
        now = self.clock()
        for number, each in enumerate(self.said, start=1):
            if each.nonce == errand.nonce and now - each.taken_at < NONCE_WINDOW:
                return number
        visible = now + LATENESS if late else now
        self.said.append(Said(deed, errand.place, errand.nonce, now, visible))
        return len(self.said)


class MortalPost(Mortal):
    """A process that may die around each request of a courier, too."""

    async def carry_out(self, errand, deed, within):
        self.step()
        try:
            return await self.discord.carry_out(errand, deed, within)
        finally:
            self.step()

    async def find(self, errand, deed):
        self.step()
        return await self.discord.find(errand, deed)


@dataclass
class Office:
    """A database, a courier and a clock."""

    database: object
    now: datetime = NOW
    tasks: dict[str, Task | Exception | None] = field(default_factory=dict)
    post: Post = field(init=False)

    def __post_init__(self):
        self.post = Post(lambda: self.now)

    def errands(self, database=None, courier=None):
        return Errands(
            database or self.database,
            courier or self.post,
            {"note": self.task, PERSONAL: self.task},
            lambda: self.now,
            grace=0.2,
        )

    async def task(self, errand):
        task = self.tasks.get(errand.subject, Task(errand.subject))
        if isinstance(task, Exception):
            raise task
        return task

    async def want(self, *subjects, place=PLACE):
        wanted = [Wanted("note", subject, place) for subject in subjects]
        await errands.add(self.database, wanted, self.now)

    async def run(self, *, later=0):
        self.now += timedelta(seconds=later)
        await self.errands().run()

    async def fate(self, subject):
        return (await errands.find(self.database, "note", subject)).fate

    @property
    def told(self):
        return [each.what for each in self.post.said]


@pytest.fixture
def office(database):
    return Office(database)


async def test_an_errand_is_done_once_however_often_it_is_promised(office):
    await office.want("a", "b")
    await office.run()
    await office.want("b", "c")
    await office.run()
    assert office.told == ["a", "b", "c"]
    done = await errands.find(office.database, "note", "a")
    assert (done.fate, done.message_id, done.settled) == (Fate.POSTED, 1, True)


async def test_without_an_answer_it_goes_out_again_under_the_same_nonce(office):
    office.post.script = [Answer.LOST_AFTER, Answer.LOST_BEFORE]
    await office.want("a", "b")
    await office.run()
    assert office.post.asked == ["a"]  # what comes after it waits with it
    await office.run(later=5)
    await office.run(later=9)
    assert (office.post.asked, office.told) == (["a", "a", "a", "b"], ["a", "b"])
    assert office.post.looks == 0


@pytest.mark.parametrize("answer", [Answer.LOST_AFTER, Answer.LOST_BEFORE, Answer.LATE])
async def test_after_its_nonce_it_is_looked_for_before_it_is_done_again(office, answer):
    office.post.script = [answer]
    await office.want("a")
    await office.run()
    await office.run(later=70)
    assert office.post.asked == ["a"]
    await office.run(later=60)
    assert office.told == ["a"]
    assert await office.fate("a") is Fate.POSTED


async def test_a_closed_place_is_tried_again_after_growing_pauses_and_no_other_waits(office):
    office.post.script = [ChannelClosed("no permission")] * 2
    await office.want("a", "b")
    await office.run()
    assert (await office.fate("a"), await office.fate("b")) == (Fate.REJECTED, Fate.PLANNED)
    await office.run(later=4)
    await office.run(later=3)
    await office.want("elsewhere", place=OTHER)
    await office.run()
    assert office.told == ["elsewhere"]
    await office.run(later=6)
    assert office.told == ["elsewhere", "a", "b"]


async def test_a_place_is_left_alone_for_as_long_as_discord_asks(office):
    office.post.script = [ChannelClosed("wait", passing=True, wait=timedelta(seconds=280))]
    await office.want("a", "b")
    await office.run()
    await office.run(later=270)
    assert office.post.asked == ["a"]
    await office.run(later=10)
    assert office.told == ["a", "b"]


async def test_what_changes_in_a_place_ends_the_pause(office):
    office.post.script = [ChannelClosed("no permission")]
    await office.want("a")
    await office.run()
    working = office.errands()
    working.ring([PLACE])
    async with working.working(lambda _: None):
        await until(lambda: office.told == ["a"])


async def test_what_is_refused_is_given_up_and_the_rest_goes_on(office):
    told = []

    async def refused(error):
        told.append(str(error))

    office.tasks["a"] = Task("a", refused=refused)
    office.post.script = [PostRefused("closed direct messages")]
    await office.want("a", "b")
    await office.run()
    await office.run(later=4000)
    assert (office.post.asked, told) == (["a", "b"], ["closed direct messages"])
    given_up = await errands.find(office.database, "note", "a")
    assert (given_up.fate, given_up.reason) == (Fate.PARKED, "closed direct messages")


async def test_what_may_be_mended_is_tried_again_while_others_go_first(office):
    office.post.script = [PostRefused("not now", final=False)]
    await office.want("a", "b")
    await office.run()
    assert office.told == ["b"]
    await office.run(later=4)
    assert office.told == ["b", "a"]


async def test_a_refusal_says_nothing_of_an_attempt_before_it(office):
    office.post.script = [Answer.LOST_AFTER, PostRefused("said before")]
    await office.want("a")
    await office.run()
    await office.run(later=4)
    assert await office.fate("a") is Fate.UNKNOWN
    await office.run(later=130)
    assert (await office.fate("a"), office.told) == (Fate.POSTED, ["a"])


async def test_one_that_is_never_answered_lets_others_go_first(office):
    office.post.script = [Answer.LOST_BEFORE] * 3
    await office.want("a", "b")
    for later in (0, 4, 8):
        await office.run(later=later)
    assert office.told == ["b"]


async def test_what_there_is_nothing_more_to_be_done_about_is_dropped(office):
    office.tasks["a"] = None
    await office.want("a")
    await office.run()
    assert (office.post.asked, await office.fate("a")) == ([], Fate.PARKED)


async def test_what_is_as_good_twice_is_repeated_without_a_look(office):
    office.tasks["a"] = Task("a", repeatable=True)
    office.post.script = [Answer.LOST_AFTER]
    await office.want("a")
    await office.run()
    await office.run(later=600)
    assert (office.post.asked, office.post.looks) == (["a", "a"], 0)
    assert await office.fate("a") is Fate.POSTED


async def test_what_comes_after_it_is_promised_with_its_end(office):
    office.tasks["a"] = Task("a", then=[Wanted("note", "b", PLACE)])
    await office.want("a")
    await office.run()
    assert office.told == ["a", "b"]


async def test_what_all_attempts_have_in_common_is_remembered_and_then_forgotten(office):
    office.tasks["a"] = Task("a", content={"members": [1, 2]})
    office.post.script = [Answer.LOST_AFTER]
    await office.want("a")
    await office.run()
    assert (await errands.find(office.database, "note", "a")).content == {"members": [1, 2]}
    await office.run(later=5)
    assert (await errands.find(office.database, "note", "a")).content == {}


async def again(office, subject, later=0):
    """Promise an errand once more, from some seconds on."""
    async with office.database.transaction() as transaction:
        begin = office.now + timedelta(seconds=later)
        wanted = Wanted("note", subject, PLACE)
        await errands.promise_anew(transaction, wanted, office.now, begin)


async def test_what_may_come_again_is_done_as_often_as_it_is_promised(office):
    office.tasks["a"] = Task("a", repeatable=True)
    await again(office, "a")
    await office.run()
    await again(office, "a")
    await again(office, "a")  # twice before it is done: once is enough
    await office.run()
    await office.run()
    assert office.post.asked == ["a", "a"]


async def test_before_its_time_it_is_not_done_whatever_changes_in_its_place(office):
    await again(office, "a", later=100)
    await errands.hurry(office.database, [PLACE])
    await office.run(later=99)
    assert office.post.asked == []
    await office.run(later=1)
    assert office.post.asked == ["a"]


@pytest.mark.parametrize("answer", [Answer.FINE, Answer.LOST_AFTER, PostRefused("no")])
async def test_what_is_promised_while_it_is_done_is_done_again_after_it(office, answer):
    through, office.post.script = office.post.carry_out, [answer]

    async def meanwhile(errand, deed, within):
        office.post.carry_out = through
        await again(office, "a")
        return await through(errand, deed, within)

    office.tasks["a"] = Task("a", repeatable=True)
    office.post.carry_out = meanwhile
    await again(office, "a")
    await office.errands()._do(await errands.next_in(office.database, PLACE, office.now))
    assert await office.fate("a") in (Fate.PLANNED, Fate.UNKNOWN)
    await office.run(later=10)
    assert office.post.asked == ["a", "a"]
    assert await office.fate("a") is Fate.POSTED


async def test_what_is_to_be_known_of_its_end_is_told_before_it_counts_as_done(office):
    told = []

    async def done(number):
        told.append((number, await office.fate("a")))

    office.tasks["a"] = Task("a", repeatable=True, done=done)
    await office.want("a")
    await office.run()
    assert told == [(1, Fate.SENDING)]
    assert (await errands.find(office.database, "note", "a")).message_id is None


async def test_a_question_without_an_answer_puts_it_off(office):
    office.tasks["a"] = ChannelClosed("who knows")
    await office.want("a")
    await office.run()
    office.tasks.clear()
    await office.run()
    assert office.told == []
    await office.run(later=5)
    assert office.told == ["a"]


async def test_places_are_worked_on_side_by_side_and_a_bad_token_is_told(office, caplog):
    office.tasks["a"] = RuntimeError("a mistake of ours")
    office.tasks["b"] = LoginError("no token")
    await office.want("a")
    await office.want("b", place=OTHER)
    await office.want("c", place=OTHER + 1)
    told = []
    async with office.errands().working(told.append):
        await until(lambda: office.told == ["c"] and bool(told))
    assert [str(error) for error in told] == ["no token"]
    assert f"errands broken off place={PLACE}" in caplog.text


async def test_should_the_watch_itself_break_the_log_says_so(office, caplog):
    async with Errands(None, office.post, {}, lambda: office.now).working(lambda _: None):
        await until(lambda: "broken off: no errand is done until a restart" in caplog.text)


def held_up(office):
    """Hold up every errand; return what has begun, and what lets it go on."""
    begun, go_on = [], asyncio.Event()
    through = office.post.carry_out

    async def slow(errand, deed, within):
        begun.append(deed)
        await go_on.wait()
        return await through(errand, deed, within)

    office.post.carry_out = slow
    return begun, go_on


async def test_of_many_places_ten_have_their_turn_and_the_oldest_first(office):
    begun, go_on = held_up(office)
    wanted = [Wanted("note", f"{number:02}", 1000 - number) for number in range(30)]
    await errands.add(office.database, wanted, office.now)
    async with office.errands().working(lambda _: None):
        await until(lambda: len(begun) == 10)
        for _ in range(20):  # more than enough for another one to begin
            await errands.open_places(office.database, office.now)
        assert sorted(begun) == [f"{number:02}" for number in range(10)]
        go_on.set()
        await until(lambda: len(office.told) == len(wanted))


async def test_digests_of_members_let_all_else_go_before_them(office):
    wanted = [Wanted(PERSONAL, "1 today", 1), Wanted("note", "a", PLACE), Wanted("note", "b", 1)]
    for later, each in enumerate(wanted):
        await errands.add(office.database, [each], NOW + timedelta(seconds=later))
    await errands.add(office.database, [Wanted(PERSONAL, "3 today", 3)], NOW)
    later = NOW + timedelta(minutes=1)
    assert await errands.open_places(office.database, later) == (1, PLACE, 3)
    await errands.add(office.database, [Wanted("note", "c", 2)], NOW)
    assert await errands.open_places(office.database, later) == (1, PLACE, 2, 3)


async def test_nothing_waits_for_digests_of_members_that_are_on_their_way(office):
    wanted = [Wanted(PERSONAL, f"{member}", member) for member in range(1, 31)]
    await errands.add(office.database, wanted, office.now)
    begun, go_on = held_up(office)
    async with office.errands().working(lambda _: None):
        await until(lambda: begun)
        await office.want("a")
        await until(lambda: "a" in begun)
        go_on.set()


async def test_nothing_waits_for_places_that_do_not_answer_again(office):
    office.post.script = [FateUnknown("no answer")] * 30
    wanted = [Wanted("note", f"{number}", number) for number in range(1, 31)]
    await errands.add(office.database, wanted, office.now)
    await office.run()
    office.now += timedelta(seconds=10)
    begun, go_on = held_up(office)
    async with office.errands().working(lambda _: None):
        await until(lambda: begun)
        await office.want("a")
        await until(lambda: "a" in begun)
        go_on.set()


async def test_at_the_end_what_is_on_its_way_arrives_and_nothing_new_begins(office):
    begun, go_on = held_up(office)
    await office.want("a", "b")
    async with office.errands().working(lambda _: None):
        await until(lambda: begun)
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert office.told == ["a"]
    assert (await office.fate("a"), await office.fate("b")) == (Fate.POSTED, Fate.PLANNED)


async def test_at_the_end_places_that_wait_for_their_turn_get_none(office):
    begun, go_on = held_up(office)
    await errands.add(
        office.database, [Wanted("note", f"{place}", place) for place in range(1, 31)], office.now
    )
    async with office.errands().working(lambda _: None):
        await until(lambda: len(begun) == 10)
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert (len(begun), len(office.told)) == (10, 10)


async def test_however_many_places_wait_few_of_them_stand_in_line(office, monkeypatch):
    monkeypatch.setattr("bot.jobs.errands._IN_LINE", 12)
    monkeypatch.setattr("bot.jobs.errands._EVERY", 0.01)
    in_line = []
    through = office.post.carry_out

    async def counted(errand, deed, within):
        in_line.append(sum("_run_in" in str(task.get_coro()) for task in asyncio.all_tasks()))
        return await through(errand, deed, within)

    office.post.carry_out = counted
    wanted = [Wanted("note", f"{place}", place) for place in range(1, 51)]
    await errands.add(office.database, wanted, office.now)
    async with office.errands().working(lambda _: None):
        await until(lambda: len(office.told) == len(wanted))
    assert 10 < max(in_line) <= 12


async def until(holds):
    """Wait until something holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # what it waits for knows no event
            await asyncio.sleep(0.01)


TURNS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 25),  # steps until the process dies
        st.none() | st.integers(0, 3),  # transactions until the disk is full
        st.lists(st.sampled_from(ANSWERS), max_size=3),
        st.integers(0, 200),  # seconds until the next turn
    ),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TURNS)
@example([(7, None, [Answer.LATE], 100), (None, None, [Answer.LOST_BEFORE], 59)])
def test_each_is_done_exactly_once_wherever_the_process_ends(turns):
    with TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder), turns))


async def live_through(folder, turns):
    """Live through deaths, silence and full disks; then through a calm hour."""
    async with open_database(folder / "broadsheet.db") as database:
        office = Office(database)
        await office.want("a", "b")
        await office.want("c", place=OTHER)
        for steps, room, script, later in turns:
            office.post.script = list(script)
            mortal = MortalPost(database, office.post, steps, room)
            with suppress(Died, StoreError):
                await office.errands(mortal, mortal).run()
            office.now += timedelta(seconds=later)
        office.post.script = []
        for _ in range(8):
            await office.run(later=1800)
        assert Counter(office.told) == {"a": 1, "b": 1, "c": 1}
        assert {await office.fate(each) for each in "abc"} == {Fate.POSTED}
