"""Whatever Discord answers and wherever the process dies, each article is posted exactly once."""

import asyncio
import itertools
import sqlite3
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.errors import OutletError, StoreError
from bot.jobs.publish import Publisher
from bot.news.article import Related
from bot.news.post import BY_HAND
from bot.news.subscription import Subscription
from bot.store import outbox
from bot.store.database import open_database
from bot.structs import replace
from tests.jobs.discord_model import Answer, DiscordModel
from tests.jobs.mortal import Died, Mortal
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

OTHER, FORUM, DIGEST, FORUM_OF_DIGESTS, SLOW, BOTH = (CHANNEL + number for number in range(1, 7))
FEW = {"limit": 2}
SPACE = subscription(name="space", topics=("Space",), **FEW)
HARBOUR = subscription(name="harbour", topics=("Harbour",), discuss="thread", **FEW)
ALL = subscription(name="all", channel_id=OTHER, **FEW)
ALSO = replace(ALL, name="also")
FORUMS = subscription(name="forum", channel_id=FORUM, topics=("Space",), **FEW)
DAILY = subscription(
    name="daily", channel_id=DIGEST, post="digest", discuss="thread", nothing_new="tell", **FEW
)
LONG_READS = subscription(name="long", channel_id=FORUM_OF_DIGESTS, post="digest", **FEW)
PACED = subscription(name="paced", channel_id=SLOW, hourly=1, **FEW)  # over the limit: a digest
SINGLY = subscription(name="singly", channel_id=BOTH, topics=("Space", "Weather"), **FEW)
WEEKLY = subscription(name="weekly", channel_id=BOTH, post="digest", discuss="thread", **FEW)
SUBSCRIPTIONS = (SPACE, HARBOUR, ALL, ALSO, FORUMS, DAILY, LONG_READS, PACED, SINGLY, WEEKLY)
MENTIONS = {each.name: number for number, each in enumerate(SUBSCRIPTIONS)}
TOPICS = (("Space",), ("Harbour",), ("Space", "Harbour"), ("Weather",))

AS_THEY_WERE = {each.name: replace(each, mention=MENTIONS[each.name]) for each in SUBSCRIPTIONS}

# Where each article is, or will be: by itself, or in a message of a digest; those let go by a
# digest that was refused come first, for they may be by themselves by now. Stuck is what such a
# digest did not let go.
PLACES = """SELECT d.channel_id, slug, message_id,
    iif(fate = 'parked' AND settled_at IS NOT NULL, 'stuck', ifnull(fate, 'let go')) AS fate
    FROM digest_article d JOIN article a ON a.id = d.article_id LEFT JOIN post p ON p.id = d.post_id
    WHERE d.post_id IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM post WHERE channel_id = d.channel_id AND article_id = d.article_id)
    UNION ALL SELECT channel_id, slug, message_id, fate
    FROM post JOIN article ON article.id = article_id"""

# A process that dies does so within the first few posts of what it does; None: it lives on.
DEATHS = st.none() | st.integers(0, 50)
# The transactions until the disk is full; None: it has room.
ROOMS = st.none() | st.none() | st.integers(0, 6)
ANSWERS = st.lists(st.sampled_from(Answer), max_size=4)
RUNS = st.sampled_from(
    (
        *((SPACE,), (HARBOUR, SPACE), (ALL, ALSO), (FORUMS,), (DAILY,), (LONG_READS,)),
        *((PACED,), (SINGLY,), (WEEKLY,), (SINGLY, WEEKLY)),
    )
)
# What may become of a subscription at any moment: paused or removed, edited, or as it was.
EDITS = (
    None,
    {"topics": ("Weather",)},
    {"post": "digest"},
    {"post": "each"},
    {"channel_id": OTHER, "limit": 1},
    {},
)
# What someone does after so many steps of a run; None: nothing.
MEDDLING = st.none() | st.tuples(
    st.integers(0, 30), st.sampled_from(("edit", "file")), st.integers(0, 99)
)


class OutboxMachine(RuleBasedStateMachine):
    """The real publisher on a real file, as processes that come and go, and Discord as a model."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.now = NOW
        self.due: set[tuple[int, str]] = set()
        self.topics: dict[str, tuple[str, ...]] = {}
        self.gone: set[str] = set()  # articles whose files are gone
        self.subscriptions = dict(AS_THEY_WERE)
        self.discord = DiscordModel(lambda: self.now, frozenset({FORUM, FORUM_OF_DIGESTS}))
        self.runner = asyncio.Runner()
        self.process: AsyncExitStack | None = None
        self.runner.run(self._boot())
        self.eye = sqlite3.connect(path)  # sees what is committed, as a person with a shell would

    @initialize(topics=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3))
    def some_articles_are_there(self, topics):
        for each in topics:
            self.an_article_arrives(each)

    @precondition(lambda self: self.process)
    @rule(topics=st.sampled_from(TOPICS))
    def an_article_arrives(self, topics):
        slug = f"a{len(self.topics)}"
        self.topics[slug] = topics
        self.runner.run(self._file_comes(slug))
        for each in SUBSCRIPTIONS:
            if not each.topics or set(each.topics) & set(topics):
                self.due.add((each.channel_id, slug))

    @precondition(lambda self: self.process)
    @rule(which=RUNS, answers=ANSWERS, death=DEATHS, room=ROOMS, meddling=MEDDLING)
    def subscriptions_run(self, which, answers=(), death=None, room=None, meddling=None):
        self._run(which, answers, death, room, meddling)

    @precondition(lambda self: self.process)
    @rule(which=st.sampled_from(SUBSCRIPTIONS), number=st.integers(0, 99))
    def a_subscription_is_paused_edited_or_as_it_was(self, which, number):
        self.runner.run(self._edit(which, number))

    @precondition(lambda self: self.process and self.topics)
    @rule(number=st.integers(0, 99))
    def a_file_goes_or_comes_with_a_date_of_now(self, number):
        self.runner.run(self._touch(number))

    @precondition(lambda self: self.process and self.topics)
    @rule(data=st.data(), to=st.sampled_from(SUBSCRIPTIONS), answers=ANSWERS, death=DEATHS)
    def staff_posts_by_hand(self, data, to, answers, death):
        self.discord.script = answers
        slug = data.draw(st.sampled_from(sorted(self.topics)))
        if slug in self.gone:
            return
        query = "SELECT id FROM article WHERE slug = ?"
        (number,) = self.eye.execute(query, (slug,)).fetchone()
        self._live(death, self.publisher.post(number, to))

    @rule(seconds=st.sampled_from((1, 40, 70, 200)))
    def time_moves(self, seconds):
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: any(map(self.discord.shown, self.discord.messages)))
    @rule(data=st.data())
    def a_person_deletes_a_message(self, data):
        shown = [m for m in self.discord.messages if self.discord.shown(m)]
        message = data.draw(st.sampled_from(shown))
        message.deleted = True
        # Nothing ever tells of a message that was gone before it was known: it may come again.
        query = "SELECT message_id FROM post WHERE fate = 'posted'"
        message.missed = (message.id,) not in self.eye.execute(query).fetchall()

    @precondition(lambda self: self.process)
    @rule()
    def the_process_is_killed(self):
        self._bury()

    @precondition(lambda self: not self.process)
    @rule(answers=ANSWERS, death=DEATHS)
    def a_process_starts(self, answers, death):
        self.discord.script = answers
        self.runner.run(self._boot())
        channels = self.runner.run(outbox.open_channels(self.mortal.database, self.now))
        for number, channel_id in enumerate(channels):
            if self.process is not None:
                last = number == len(channels) - 1
                self._live(death if last else None, self.publisher.catch_up(channel_id))

    @invariant()
    def no_article_is_in_a_channel_twice(self):
        there = [m for m in self.discord.messages if not m.missed]
        times = Counter((m.channel_id, slug) for m in there for slug in m.slugs)
        assert all(count == 1 for count in times.values()), times
        times = Counter((m.channel_id, m.shows) for m in there)
        assert all(count == 1 for count in times.values()), times

    @invariant()
    def nothing_is_said_to_be_posted_that_never_was(self):
        query = f"SELECT channel_id, slug, message_id FROM ({PLACES}) WHERE fate = 'posted'"
        for channel_id, slug, message_id in self.eye.execute(query):
            assert any(
                message.id == message_id or (message_id is None and message.deleted)
                for message in self.discord.of(channel_id, slug)
            ), (channel_id, slug, message_id)

    @invariant()
    def nothing_is_in_discord_that_the_outbox_does_not_remember(self):
        there = {
            (m.channel_id, slug) for m in self.discord.messages if not m.missed for slug in m.slugs
        }
        assert there <= self._fates().keys()

    def teardown(self):
        try:
            self._calm_down()
            self.no_article_is_in_a_channel_twice()
            self.nothing_is_said_to_be_posted_that_never_was()
            self._everything_is_there()
        finally:
            self.close()

    def close(self) -> None:
        """Leave nothing open."""
        self._bury()
        self.eye.close()
        self.runner.close()

    def _calm_down(self) -> None:
        """Let Discord be well and the process live, for as many runs as there can be work for."""
        self._bury()
        self.subscriptions = dict(AS_THEY_WERE)
        self.a_process_starts([], None)
        for slug in sorted(self.gone):
            self.runner.run(self._file_comes(slug))
        for _ in range(len(self.topics) + 3):  # a budget of one an hour takes the longest
            self.now += timedelta(hours=1)  # nothing is put aside for longer than half of that
            self._live(None, *(run(self.publisher, each) for each in AS_THEY_WERE.values()))

    def _everything_is_there(self) -> None:
        fates = self._fates()
        for key in self.due | fates.keys():
            if key in self.discord.refused and fates[key] == "parked":
                continue
            assert fates[key] == "posted", (key, fates[key])
            assert self.discord.of(*key), key
        wanted = "SELECT count(*) FROM post WHERE discussion = 'wanted'"
        assert self.eye.execute(wanted).fetchone() == (0,)

    async def _boot(self) -> None:
        self.process = AsyncExitStack()
        database = await self.process.enter_async_context(open_database(self.path))
        self.mortal = Mortal(database, self.discord)
        self.publisher = Publisher(self.mortal, self.mortal, (), lambda: self.now)
        self._tell_publisher()

    def _tell_publisher(self) -> None:
        self.publisher.subscriptions = tuple(self.subscriptions.values())

    async def _edit(self, which: Subscription, number: int) -> None:
        """Pause, edit or resume a subscription."""
        how = EDITS[number % len(EDITS)]
        self.subscriptions.pop(which.name, None)
        if how is not None:
            self.subscriptions[which.name] = replace(AS_THEY_WERE[which.name], **how)
        self._tell_publisher()

    async def _touch(self, number: int) -> None:
        """Withdraw an article, or restore or re-date it."""
        slug = sorted(self.topics)[number % len(self.topics)]
        if slug in self.gone or number % 3 == 0:
            await self._file_comes(slug)
        else:
            await withdraw(self.mortal.database, "seeds", slug, now=self.now)
            self.gone.add(slug)

    async def _file_comes(self, slug: str) -> None:
        # Every second one is a further report of the one before it.
        number = int(slug[1:])
        before = (Related("x", article(f"a{number - 1}").url),) if number % 2 else ()
        topics = self.topics[slug]
        told = article(slug, topics=topics, published_at=self.now, related=before)
        await keep(self.mortal.database, told, now=self.now)
        self.gone.discard(slug)

    def _run(self, which, answers, death, room, meddling) -> None:
        """Let subscriptions run, with these answers, until death or a full disk."""
        self.discord.script = list(answers)
        self.mortal.writes = room
        if meddling is not None and self.topics:
            steps, what, number = meddling
            edit, touch = partial(self._edit, which[number % len(which)]), self._touch
            self.mortal.meddle = steps, partial(edit if what == "edit" else touch, number)
        now = (self.subscriptions.get(each.name) for each in which)
        self._live(death, *(run(self.publisher, each) for each in now if each is not None))

    def _live(self, death: int | None, *work: Awaitable[object]) -> None:
        """Do some work, which fails as it may, or is cut short by death."""

        async def go() -> None:
            ends = await asyncio.gather(*work, return_exceptions=True)
            for end in ends:
                expected = isinstance(end, OutletError | StoreError | Died)
                if isinstance(end, BaseException) and not expected:
                    raise end

        self.mortal.steps = death
        before, gone, there = len(self.discord.messages), set(self.gone), set(self.subscriptions)
        self.runner.run(go())
        for message in self.discord.messages[before:]:
            assert not gone & self.gone & set(message.slugs), "told though it was withdrawn"
            assert message.by in there | {*self.subscriptions, BY_HAND}, "sent though it is paused"
            assert message.mention in (None, MENTIONS.get(message.by)), "pings for another"
        if self.mortal.dead:
            self._bury()
            return
        self.mortal.steps = self.mortal.writes = self.mortal.meddle = None

    def _bury(self) -> None:
        """Free what the system frees when a process is gone: its locks and its open files."""
        if self.process is not None:
            self.runner.run(self.process.aclose())
            self.process = None

    def _fates(self) -> dict[tuple[int, str], str]:
        query = f"SELECT channel_id, slug, fate FROM ({PLACES})"
        return {(channel_id, slug): fate for channel_id, slug, fate in self.eye.execute(query)}


class DigestMachine(OutboxMachine):
    """The same, with nothing posted but digests, which Discord refuses more often."""

    @precondition(lambda self: self.process)
    @rule(
        which=st.sampled_from(((DAILY,), (LONG_READS,), (PACED,))),
        answers=st.lists(st.sampled_from([*Answer, Answer.REFUSED]), max_size=4),
        death=DEATHS,
        room=ROOMS,
        meddling=MEDDLING,
    )
    def subscriptions_run(self, which, answers=(), death=None, room=None, meddling=None):
        self._run(which, answers, death, room, meddling)


def test_a_report_that_shows_late_is_no_post_though_its_discussion_is_closed_meanwhile(tmp_path):
    machine = OutboxMachine(tmp_path / "broadsheet.db")
    try:
        for _ in range(2):
            machine.an_article_arrives(("Harbour",))
            machine.time_moves(1)
        machine.subscriptions_run((HARBOUR,), [Answer.FINE, Answer.FINE, Answer.LATE])
        for seconds in (40, 200):
            machine.time_moves(seconds)
            machine.subscriptions_run((HARBOUR,), [Answer.SHUT])
            machine.no_article_is_in_a_channel_twice()
        first, report = machine.discord.messages
        assert report.place_id == first.thread_id
        machine.teardown()
    finally:
        machine.close()


def test_a_message_that_two_looks_apart_shows_late_is_found_by_the_second_look(tmp_path):
    machine = OutboxMachine(tmp_path / "broadsheet.db")
    try:
        machine.an_article_arrives(("Space",))
        machine.subscriptions_run((SPACE,), [Answer.LATE])
        machine.time_moves(70)
        machine.subscriptions_run((SPACE,), [Answer.FINE, Answer.LOST_BEFORE])
        machine.time_moves(200)
        machine.subscriptions_run((SPACE,))
        machine.no_article_is_in_a_channel_twice()
    finally:
        machine.close()


def test_what_a_paused_subscription_left_open_is_sent_by_another_only_as_its_own(tmp_path):
    machine = OutboxMachine(tmp_path / "broadsheet.db")
    try:
        machine.an_article_arrives(("Space",))
        machine.subscriptions_run((ALL,), [Answer.CLOSED])
        machine.a_subscription_is_paused_edited_or_as_it_was(ALL, EDITS.index(None))
        machine.subscriptions_run((ALSO,))
        assert [message.by for message in machine.discord.messages] == ["also"]
    finally:
        machine.close()


@pytest.mark.parametrize("machine", [OutboxMachine, DigestMachine])
def test_whatever_happens_each_article_is_in_each_of_its_channels_exactly_once(tmp_path, machine):
    numbers = itertools.count()
    run_state_machine_as_test(
        lambda: machine(tmp_path / f"{next(numbers)}.db"),
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
