"""What a subscription would have posted, tried on the archive."""

import asyncio
from datetime import timedelta

from bot.jobs.rehearsing import rehearsal
from bot.news.subscription import Filters
from tests.samples import NOW, article, subscription
from tests.store.archive import keep


async def test_a_rehearsal_tries_a_page_at_a_time_and_says_when_there_is_more(database):
    week = timedelta(days=7)
    await keep(
        database,
        *(article(f"a{n:03}", published_at=NOW - timedelta(minutes=n)) for n in range(399)),
        article("old", published_at=NOW - week - timedelta(seconds=1)),
        article("ahead", published_at=NOW + timedelta(seconds=1)),
    )
    found = await rehearsal(database, subscription(limit=1), NOW, most=400)
    slugs = [verdict.candidate.article.slug for verdict in found.posted]
    assert (slugs, found.more) == ([f"a{n:03}" for n in range(399)], False)
    await keep(database, article("first", published_at=NOW - week))
    found = await rehearsal(database, subscription(), NOW, most=400)
    assert (len(found.posted), found.posted[-1].candidate.article.slug) == (400, "first")
    assert not found.more
    await keep(database, article("one-too-many", published_at=NOW - week))
    assert (await rehearsal(database, subscription(), NOW, most=400)).more


async def test_others_go_on_while_a_rehearsal_looks_at_much_text(database):
    text = "gull " * 20_000
    await keep(database, *(article(f"a{n:03}", body=text) for n in range(100)))
    wanted = subscription(filters=Filters(words=tuple(f"word{n}" for n in range(50))))
    rehearsing = asyncio.ensure_future(rehearsal(database, wanted, NOW))
    turns = 0
    while not rehearsing.done():
        await database.read("SELECT 1")
        turns += 1
    assert len((await rehearsing).left_out) == 100
    assert turns > 10
