"""Personal digests: each article is read once and none is lost, whatever happens in between."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.errors import ChannelClosed, FateUnknown
from bot.jobs.errands import Errands
from bot.jobs.telling import Telling
from bot.news.post import Sent
from bot.store import follows, outbox
from bot.store.database import open_database
from tests.samples import NOW, article
from tests.store.archive import keep

READER = 7
SERVERS = {101: 1, 102: 1, 201: 2}  # by channel
TOPICS = ("Space", "Tea")
NONCES = timedelta(minutes=4)  # that Discord remembers them

MOVES = st.one_of(
    st.tuples(st.just("post"), st.sampled_from(sorted(SERVERS)), st.integers(0, 2)),
    st.tuples(st.just("choose"), st.sampled_from([1, 2]), st.sampled_from(TOPICS)),
    st.tuples(st.just("answer"), st.sampled_from(["fine", "silent", "lost", "shut"])),
    st.tuples(st.just("morning")),
    st.tuples(st.just("work")),
)
TURNS = st.lists(
    st.tuples(st.sampled_from([1, 30, 100, 400, 3_600, 20_000]), MOVES), min_size=20, max_size=60
)


@dataclass
class Life:
    """A reader of two servers, and Discord as it answers at the moment."""

    database: object
    now: datetime = NOW
    answer: str = "fine"
    ids: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    following: set[tuple[int, str]] = field(default_factory=set)
    chosen: dict[tuple[int, str], datetime] = field(default_factory=dict)  # last, also if left
    posted: list[tuple[str, int, str, datetime]] = field(default_factory=list)
    read: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    taken: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    async def joined(self, _):
        return True

    async def visible(self, guild_id, _):
        self._fail("silent")
        return frozenset(channel for channel, server in SERVERS.items() if server == guild_id)

    async def carry_out(self, errand, deed, _):
        self._fail("silent")
        self._fail("shut")
        at, number = self.taken.get(errand.nonce, (NOW, 0))
        if not number or self.now - at > NONCES:
            number = len(self.taken) + 1
            self.taken[errand.nonce] = (self.now, number)
            slugs = [story.article.slug for story in deed.page.stories]
            self.read.update((slug, self.counts_from(slug)) for slug in slugs)
        self._fail("lost")
        return number

    async def find(self, errand, _):
        at, number = self.taken.get(errand.nonce, (NOW, 0))
        return number if number and at >= errand.claimed_at - timedelta(minutes=1) else None

    def _fail(self, answer):
        if self.answer == answer:
            raise ChannelClosed(answer) if answer == "shut" else FateUnknown(answer)

    async def begin(self):
        """Let there be articles of each topic, and the reader follow one."""
        stories = [article(f"{topic} {n}", topics=(topic,)) for n in range(60) for topic in TOPICS]
        await keep(self.database, *stories)
        self.ids = dict(await self.database.read("SELECT slug, id FROM article"))
        self.topics = dict(await self.database.read("SELECT name, id FROM topic"))
        await self.choose(1, "Space")

    async def post(self, channel, number):
        """Post the next article of a topic, or one before it once more, perhaps elsewhere."""
        topic = TOPICS[number % 2]
        slug = f"{topic} {max(len(self.posted) - number, 0)}"
        claimed = await outbox.claim(self.database, channel, self.ids[slug], "news", self.now)
        if claimed is not None:
            await outbox.settle(self.database, claimed, Sent(channel), self.now)
            self.posted.append((slug, SERVERS[channel], topic, self.now))

    async def choose(self, server, topic):
        """Follow a topic, or do so no more."""
        if (server, topic) in self.following:
            self.following.remove((server, topic))
            await follows.leave(self.database, server, READER, self.topics[topic])
            return
        chosen = (server, READER, self.topics[topic], "digest", self.now)
        assert await follows.choose(self.database, *chosen)
        self.following.add((server, topic))
        self.chosen[server, topic] = self.now

    async def morning(self):
        """Go round, and do what comes of it."""
        await Telling(self.database, self, lambda: self.now).promise(self.now.date())
        await self.work()

    async def work(self):
        """Do what is to be done, as a process that has just begun."""
        kinds = Telling(self.database, self, lambda: self.now).kinds
        await Errands(self.database, self, kinds, lambda: self.now).run()

    def counts_from(self, slug):
        """When an article was first posted where it counts, as the reader follows topics now.

        It counts anew for who leaves where that was: nothing is kept of what they had chosen.
        """
        return min(
            at
            for posted, server, topic, at in self.posted
            if posted == slug and (server, topic) in self.following
        )

    @property
    def due(self):
        """What is to be read by now: all its posts, where that was ever chosen, came after that."""
        old = {
            slug
            for slug, server, topic, at in self.posted
            if (server, topic) in self.chosen and at <= self.chosen[server, topic]
        }
        return {slug for slug, *place, _ in self.posted if tuple(place) in self.following} - old


POSTED_AGAIN = [
    (1, ("post", 101, 0)),
    (90_000, ("morning",)),
    (1, ("post", 102, 2)),
]
SILENT_FOR_DAYS = [
    (1, ("post", 101, 0)),
    (1, ("answer", "silent")),
    (90_000, ("morning",)),
    (90_000, ("morning",)),
]
LEFT_AFTER_READING = [  # and posted once more in the other server
    (1, ("choose", 2, "Space")),
    (1, ("post", 201, 0)),
    (90_000, ("morning",)),
    (1, ("choose", 2, "Space")),
    (1, ("post", 101, 2)),
]
OLD_THAT_MORNING = [  # for who had come back to where it was; they leave that only afterwards
    (1, ("post", 101, 0)),
    (1, ("choose", 1, "Space")),
    (1, ("choose", 1, "Space")),
    (1, ("choose", 2, "Space")),
    (1, ("post", 201, 2)),
    (90_000, ("morning",)),
    (1, ("choose", 1, "Space")),
]


# Not shrunk: an example takes too long for a few thousand of them.
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@example(POSTED_AGAIN)
@example(SILENT_FOR_DAYS)
@example(LEFT_AFTER_READING)
@example(OLD_THAT_MORNING)
@given(TURNS)
def test_each_article_is_read_once_and_none_is_lost(turns):
    with TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder), turns))


async def live_through(folder, turns):
    """Live through them; then through calm days."""
    async with open_database(folder / "broadsheet.db") as database:
        life = Life(database)
        await life.begin()
        for later, (move, *about) in turns:
            life.now += timedelta(seconds=later)
            if move == "answer":
                life.answer = about[0]
            else:
                await getattr(life, move)(*about)
        life.answer = "fine"
        for _ in range(3):
            for _ in range(4):
                life.now += timedelta(hours=6)
                await life.work()
            await life.morning()
        assert max(life.read.values(), default=1) == 1, life.read
        never = life.due - {slug for slug, _ in life.read}
        assert not never, never
