"""What staff decides about held articles: once, for good, whatever happens to their files."""

from datetime import timedelta

import pytest

from bot.news.errand import Wanted
from bot.news.query import Query, Scope
from bot.news.review import Decision
from bot.store import articles, files, outbox, reviews
from bot.store import search as index
from bot.store.errands import add
from tests.samples import EVER, NOW, article
from tests.store.archive import keep, latest, withdraw

HELD = {"published": False}
YES, NO = Decision(True, 7, NOW), Decision(False, 8, NOW + timedelta(minutes=1))
LATER = NOW + timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=30)


async def key(database, slug="a"):
    """Return an article's id."""
    ((found,),) = await database.read("SELECT id FROM article WHERE slug = ?", (slug,))
    return found


async def decide(database, article_id, decided):
    """Decide about an article as it is now."""
    version = await reviews.version(database, article_id)
    return await reviews.decide(database, article_id, version, decided)


async def seen(database):
    """Return the slugs of what members see, and of what the full text knows."""
    told = [each.article.slug for each in await latest(database, EVER, count=50)]
    matches = await index.newest(database, Query(), Scope(), EVER, 50)
    assert sorted(match.id for match in matches) == sorted(
        [await key(database, slug) for slug in told]
    )
    return told


async def waiting(database, channel_id=5, since=LONG_AGO):
    """Return the addresses of what is held for review, in short; it is since a time."""
    await reviews.begin(database, since)
    found = await reviews.held(database, "review", channel_id, 50)
    return [each.canonical_url.rpartition("/")[2] for each in found]


async def test_held_articles_wait_until_they_are_decided_about_or_shown_to_staff(database):
    stories = [article(slug, **HELD) for slug in "abc"]
    await keep(database, *stories, article("d"))
    assert await waiting(database) == ["a", "b", "c"]
    await decide(database, await key(database, "a"), NO)
    shown = reviews.card_of(5, stories[1].canonical_url)
    await add(database, [Wanted("review", shown, 5)], NOW)
    await withdraw(database, "seeds", "c")
    assert (await waiting(database), await waiting(database, 6)) == ([], ["b"])


async def test_a_source_is_reviewed_from_when_it_first_was(database):
    await keep(database, article("a", **HELD))
    assert await waiting(database, since=NOW) == []
    assert await waiting(database, since=LONG_AGO) == []
    for policy in ("skip", "review"):
        await files.open_source(database, "seeds", NOW, unpublished=policy, reader_version=1)
    assert await waiting(database, since=LONG_AGO) == ["a"]


async def test_sources_that_skip_or_post_what_is_unpublished_have_nothing_to_review(database):
    await keep(database, article("a", source="s", **HELD), unpublished="skip")
    await keep(database, article("b", source="p", **HELD), unpublished="post")
    assert await waiting(database) == []


@pytest.mark.parametrize(("first", "second", "listed"), [(YES, NO, ["a"]), (NO, YES, [])])
async def test_the_first_decision_stands(database, first, second, listed):
    await keep(database, article("a", **HELD))
    assert await decide(database, await key(database), first)
    assert not await decide(database, await key(database), second)
    assert await reviews.decision(database, await key(database)) == first
    assert await seen(database) == listed


async def test_what_is_published_or_gone_is_not_decided_about(database):
    await keep(database, article("a"), article("b", **HELD))
    await withdraw(database, "seeds", "b")
    for slug in "ab":
        assert not await decide(database, await key(database, slug), NO)
        assert await reviews.decision(database, await key(database, slug)) is None
    assert not await decide(database, 12, YES)


async def test_what_is_approved_stays_listed_and_what_is_rejected_stays_held(database):
    await keep(database, article("a", **HELD), article("b", **HELD))
    await decide(database, await key(database, "a"), YES)
    await decide(database, await key(database, "b"), NO)
    for title in ("Comet seen over Puddle Bay", "Comet gone again"):
        again = [article(slug, title=title, **HELD) for slug in "ab"]
        await keep(database, *again, now=LATER)
        assert await seen(database) == ["a"]
    for unpublished in ("skip", "review", "post", "review"):
        await files.open_source(database, "seeds", NOW, unpublished=unpublished, reader_version=1)
        assert sorted(await seen(database)) == (["a", "b"] if unpublished == "post" else ["a"])
    await withdraw(database, "seeds", "a")
    assert await seen(database) == []
    await keep(database, article("a", **HELD), now=LATER)
    assert await seen(database) == ["a"]


async def test_a_file_that_publishes_its_article_has_the_last_word(database):
    await keep(database, article("a", **HELD))
    await decide(database, await key(database), NO)
    await keep(database, article("a"), now=LATER)
    assert await seen(database) == ["a"]


async def test_a_decision_follows_an_article_whose_date_is_corrected(database):
    await keep(database, article("a", **HELD))
    before = await key(database)
    await decide(database, before, YES)
    corrected = article("a", published_at=NOW - timedelta(days=2), **HELD)
    await keep(database, corrected, now=LATER)
    assert await key(database) != before
    assert await reviews.decision(database, await key(database)) == YES
    assert await seen(database) == ["a"]


async def test_what_is_approved_is_waiting_to_be_posted(database):
    await keep(database, article("a", **HELD))
    await decide(database, await key(database), YES)
    (page,) = [page async for page in articles.waiting(database, 5, (), LONG_AGO, min_quality=0)]
    assert [each.article.slug for each in page] == ["a"]
    assert await outbox.claim(database, 5, page[0].id, "space", NOW) is not None


async def test_what_has_changed_since_it_was_seen_is_not_decided_about(database):
    await keep(database, article("a", **HELD))
    before = await reviews.version(database, await key(database))
    await keep(database, article("a", excerpt="Quite another thing", **HELD), now=LATER)
    assert not await reviews.decide(database, await key(database), before, YES)
    assert await decide(database, await key(database), YES)
