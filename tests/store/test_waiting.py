from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.news.plan import followed, verdicts
from bot.store import articles, outbox
from tests.samples import CHANNEL, EVER, NOW, article
from tests.store.archive import keep, latest, withdraw
from tests.store.strategies import Archive, archives, baselines_of, subscriptions

BEGINNING = datetime.min.replace(tzinfo=UTC)


async def waiting(database, topics=(), since=BEGINNING, **options):
    return [slug for page in await pages(database, topics, since, **options) for slug in page]


async def pages(database, topics=(), since=BEGINNING, **options):
    found = articles.waiting(database, CHANNEL, topics, since, **{"min_quality": 0} | options)
    return [[candidate.article.slug for candidate in page] async for page in found]


@settings(max_examples=60)
@given(archives(), subscriptions(), st.data())
async def test_whatever_the_planner_calls_due_is_among_what_waits(stored, wanted, data):
    baselines = data.draw(baselines_of(wanted))
    since = min(baselines.by_topic.values())
    async with Archive(stored) as database:
        everything = await articles.in_channel(database, CHANNEL)
        step = data.draw(st.integers(1, 4))
        pages = articles.waiting(
            database,
            CHANNEL,
            followed(wanted),
            since,
            min_quality=wanted.filters.min_quality,
            repeat=wanted.repeat,
            step=step,
        )
        found = [candidate async for page in pages for candidate in page]
    due = [v.candidate for v in verdicts(everything, wanted, baselines, NOW) if v.hold is None]
    assert len(everything) == len(stored)
    assert {c.id for c in due} <= {c.id for c in found}
    assert all(c in everything for c in found)
    assert [c.id for c in found] == sorted({c.id for c in found})


async def test_what_can_never_be_due_does_not_wait(database):
    await keep(
        database,
        article("fine", quality=50),
        article("unknown", quality=None),
        article("poor", quality=49),
        article("held", published=False),
        article("old", published_at=NOW - timedelta(days=9)),
        article("other", topics=("Knitting",)),
        article("gone"),
        article("posted"),
    )
    await withdraw(database, "seeds", "gone")
    for candidate in await articles.in_channel(database, CHANNEL):
        if candidate.article.slug == "posted":
            await outbox.claim(database, CHANNEL, candidate.id, "space", NOW)
    since = NOW - timedelta(days=1)
    assert await waiting(database, ("space",), since, min_quality=50) == ["fine", "unknown"]


async def test_pages_follow_each_other_without_gap_or_repetition(database):
    hours = [5, 3, 3, 3, 2, 1, 1]
    await keep(
        database,
        *(article(f"a{n}", published_at=NOW - timedelta(hours=h)) for n, h in enumerate(hours)),
    )
    assert await pages(database, step=2) == [["a0", "a1"], ["a2", "a3"], ["a4", "a5"], ["a6"]]


async def test_a_page_goes_as_far_as_the_next_step_of_each_topic(database):
    topics = [("Space",), ("Space", "AI"), ("Knitting",), ("AI",), ("Space",), ("Space",)]
    await keep(
        database,
        *(
            article(f"a{n}", topics=each, published_at=NOW - timedelta(hours=9 - n))
            for n, each in enumerate(topics)
        ),
    )
    found = await pages(database, ("space", "ai", "unknown"), step=2)
    assert found == [["a0", "a1"], ["a3", "a4", "a5"], []]
    assert await pages(database, ("unknown",)) == [[]]


async def test_a_post_in_another_channel_does_not_keep_an_article_from_waiting(database):
    await keep(database, article("comet"))
    (comet,) = await latest(database, EVER)
    await outbox.claim(database, CHANNEL + 1, comet.id, "space", NOW)
    assert await waiting(database) == ["comet"]
