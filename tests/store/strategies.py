"""Archives and subscriptions of every kind, for properties that hold whatever they are."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.news.article import Article, Provider
from bot.news.plan import Baselines, followed
from bot.news.post import Sent
from bot.news.runs import Count
from bot.news.subscription import Filters, Subscription
from bot.store import articles, digests, outbox
from bot.store.database import Database, open_database
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

quickly = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# The search language of SQLite, of SQL, and letters that Python and SQLite disagree about.
TROUBLE = (
    *("comet", '"', "'", "*", "^", "NEAR(", ")", "OR", "AND", "NOT", "title:", "-", "{", "+"),
    *(";", "--", "%", "_", "a_b", "\\", "\x00", "\ud800", "🌫️", "\u19b0", "a\u19b0b", "\ue000t1"),
)


def typed() -> st.SearchStrategy[str]:
    """Whatever a person can type."""
    return st.one_of(
        st.text(st.characters(codec=None), max_size=40),
        st.lists(st.sampled_from(TROUBLE)).map(" ".join),
    )


_TOPICS = ("Space", "Computer Vision", "AI")
_SPELLINGS = ("space", "SPACE", "ComputerVision", "computer  vision", "a i", "Knitting")
_PLACES = st.sampled_from(["", "", "", "", "claimed", "posted", "digest", "refused digest"])
_HOURS = st.integers(-3, 72).map(lambda hours: NOW - timedelta(hours=hours))


@dataclass(frozen=True, slots=True)
class Stored:
    """An article and what has happened to it since it was saved."""

    article: Article
    withdrawn: bool
    place: str


@st.composite
def archives(draw: st.DrawFn) -> list[Stored]:
    """Up to a dozen articles in every state."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        domain = draw(st.sampled_from(["a.example", "b.example", ""]))
        kept = article(
            f"a{number}",
            published_at=draw(_HOURS),
            topics=tuple(draw(st.lists(st.sampled_from(_TOPICS), unique=True))),
            quality=draw(st.sampled_from([None, 0, 49, 50, 90])),
            published=draw(st.integers(0, 4)) > 0,
            provider=Provider(domain.partition(".")[0], domain),
            language=draw(st.sampled_from(["", "en", "en-GB", "de"])),
        )
        withdrawn = draw(st.integers(0, 5)) == 0
        found.append(Stored(kept, withdrawn, draw(_PLACES)))
    return found


def subscriptions() -> st.SearchStrategy[Subscription]:
    """Subscriptions with all kinds of topics and filters."""
    return st.builds(
        subscription,
        topics=st.lists(st.sampled_from(_TOPICS + _SPELLINGS), max_size=3).map(tuple),
        match=st.sampled_from(["any", "all"]),
        limit=st.integers(1, 14),
        post=st.sampled_from(["each", "digest"]),
        repeat=st.booleans(),
        filters=st.builds(
            Filters,
            min_quality=st.sampled_from([0, 50, 91]),
            providers=st.sampled_from([(), ("a.example",)]),
            not_providers=st.sampled_from([(), ("b.example",)]),
            languages=st.sampled_from([(), (), ("en",), ("de", "en-GB")]),
        ),
    )


def baselines_of(wanted: Subscription) -> st.SearchStrategy[Baselines]:
    """A start for each of the topics that a subscription follows."""
    return st.fixed_dictionaries(dict.fromkeys(followed(wanted), _HOURS)).map(Baselines)


class Archive:
    """A database that holds these articles, for the time of one example."""

    def __init__(self, stored: list[Stored]) -> None:
        self._stored = stored
        self._folder = TemporaryDirectory()

    async def __aenter__(self) -> Database:
        self._opened = open_database(Path(self._folder.name) / "broadsheet.db")
        database = await self._opened.__aenter__()
        await keep(database, *(stored.article for stored in self._stored))
        for found in await articles.in_channel(database, CHANNEL):
            for stored in self._stored:
                if stored.article.slug == found.article.slug:
                    await _put(database, found.id, stored.place)
        gone = [stored.article.slug for stored in self._stored if stored.withdrawn]
        await withdraw(database, "seeds", *gone)
        return database

    async def __aexit__(self, *error: object) -> None:
        await self._opened.__aexit__(*error)
        self._folder.cleanup()


async def _put(database: Database, article_id: int, place: str) -> None:
    """Bring an article to where it is said to be."""
    if place in ("claimed", "posted"):
        post = await outbox.claim(database, CHANNEL, article_id, "space", NOW)
        assert post is not None
        if place == "posted":
            await outbox.settle(database, post, Sent(article_id), NOW)
    elif place:
        period, own = (NOW - timedelta(days=1), NOW), f"digest of {article_id}"
        stories = [[[article_id]]]
        (post,) = await digests.claim(database, CHANNEL, own, period, stories, Count(NOW), NOW)
        if place == "refused digest":
            await digests.refuse(database, post, "for what it says", NOW)
