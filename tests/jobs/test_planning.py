from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs import planning
from bot.news.article import Provider
from bot.news.plan import Baselines, Hold, verdicts
from bot.news.subscription import Backlog, Filters
from bot.store import articles, outbox, subscriptions
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw
from tests.store.strategies import Archive, archives, baselines_of
from tests.store.strategies import subscriptions as any_subscription

BEGINNING = datetime.min.replace(tzinfo=UTC)
ALL = Baselines({"": BEGINNING})


@settings(max_examples=60)
@given(archives(), any_subscription(), st.data())
async def test_what_is_due_is_what_the_planner_says_of_the_whole_archive(stored, wanted, data):
    baselines = data.draw(baselines_of(wanted))
    async with Archive(stored) as database:
        everything = await articles.in_channel(database, CHANNEL)
        due = await planning.due(database, wanted, baselines, NOW)
    decided = verdicts(everything, wanted, baselines, NOW)
    wanted_now = [verdict for verdict in decided if verdict.hold is None]
    assert [c.id for c in due.single] == [v.candidate.id for v in wanted_now if not v.digest]
    assert [c.id for c in due.digest] == [v.candidate.id for v in wanted_now if v.digest]


async def test_what_is_due_is_found_behind_pages_of_what_is_not(database):
    dull, bright = Provider("Dull", "dull.example"), Provider("Bright", "bright.example")
    await keep(
        database,
        *(
            article(
                f"a{number:03}",
                provider=bright if number in (5, 399, 400, 449) else dull,
                published_at=NOW - timedelta(minutes=500 - number),
            )
            for number in range(450)
        ),
    )
    wanted = subscription(filters=Filters(providers=("bright.example",)), limit=10)
    found = await planning.due(database, wanted, ALL, NOW)
    assert [c.article.slug for c in found.single] == ["a005", "a399", "a400", "a449"]
    fewer = subscription(filters=Filters(providers=("bright.example",)), limit=3)
    found = await planning.due(database, fewer, ALL, NOW)
    assert [c.article.slug for c in found.single] == ["a005", "a399", "a400"]


async def test_every_article_of_the_archive_is_explained_and_nothing_is_changed(database):
    await keep(
        database,
        article("due"),
        article("over-the-limit"),
        article("posted"),
        article("gone"),
        article("held", published=False),
        article("other", topics=("AI",)),
        article("poor", quality=1),
        article("old", published_at=NOW - timedelta(days=9)),
        article("tomorrow", published_at=NOW + timedelta(days=1)),
    )
    await withdraw(database, "seeds", "gone")
    for candidate in await articles.in_channel(database, CHANNEL):
        if candidate.article.slug == "posted":
            await outbox.claim(database, CHANNEL, candidate.id, "space", NOW)
    day = Backlog(age=timedelta(days=1))
    wanted = subscription(topics=("Space",), limit=1, backlog=day, filters=Filters(min_quality=50))
    before = [tuple(row) for row in await database.read("SELECT * FROM post")]
    explained = await planning.explain(database, wanted, NOW)
    assert {verdict.candidate.article.slug: verdict.hold for verdict in explained} == {
        "due": None,
        "over-the-limit": Hold.LIMIT,
        "posted": Hold.UNDERWAY,
        "gone": Hold.WITHDRAWN,
        "held": Hold.UNPUBLISHED,
        "other": Hold.TOPIC,
        "poor": Hold.FILTER,
        "old": Hold.BASELINE,
        "tomorrow": Hold.FUTURE,
    }
    assert await subscriptions.baselines(database, "space", CHANNEL) == Baselines({})
    assert [tuple(row) for row in await database.read("SELECT * FROM post")] == before


async def test_a_settled_start_does_not_move_as_time_goes_on(database):
    day = subscription(backlog=Backlog(age=timedelta(days=1)), topics=("Space", "AI"))
    settled = await planning.settle_starts(database, day, NOW)
    assert settled == Baselines(dict.fromkeys(("space", "ai"), NOW - timedelta(days=1)))
    later = NOW + timedelta(days=30)
    assert await planning.settle_starts(database, day, later) == settled
    assert await planning.starts(database, day, later) == settled
