from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.news.article import Picture
from bot.news.changes import Change
from bot.store import articles, files, outbox
from bot.store.intake import FileRead, Problem, save
from tests.samples import CHANNEL, EVER, NOW, article
from tests.store.archive import keep, latest, refuse, withdraw

LATER = NOW + timedelta(hours=1)


async def changes(database, *kept, **options):
    return [saved.change for saved in await keep(database, *kept, **options)]


async def times(database, slug):
    ((added, updated),) = await database.read(
        "SELECT added_at, updated_at FROM article WHERE slug = ?", (slug,)
    )
    return added - NOW.timestamp(), updated - NOW.timestamp()


async def test_an_article_is_added_once_and_then_unchanged(database):
    assert await changes(database, article("a"), article("b")) == [Change.ADDED, Change.ADDED]
    assert await changes(database, article("a"), now=LATER) == [Change.UNCHANGED]
    assert await times(database, "a") == (0, 0)


async def test_an_article_that_shows_something_else_is_updated_under_its_id(database):
    await keep(database, article("a"))
    (before,) = await latest(database, EVER)
    edited = article("a", excerpt="It was as bright as two harbour lamps.", topics=("AI",))
    assert await changes(database, edited, now=LATER) == [Change.UPDATED]
    (after,) = await latest(database, EVER, topic="AI")
    assert (after.id, after.article) == (before.id, edited)
    assert await latest(database, EVER, topic="Space") == ()
    assert await times(database, "a") == (0, 3600)


async def test_a_corrected_date_moves_an_article_to_its_place_and_its_posts_with_it(database):
    mistyped = article("a", published_at=NOW + timedelta(days=9_000), topics=("Space",))
    await keep(database, mistyped, article("b", published_at=NOW - timedelta(hours=2)))
    (wrong, _) = await latest(database, EVER)
    post = await outbox.claim(database, CHANNEL, wrong.id, "space", NOW)
    corrected = article("a", published_at=NOW - timedelta(hours=3), topics=("Space",))
    assert await changes(database, corrected, now=LATER) == [Change.UPDATED]
    found = await latest(database, EVER, topic="Space")
    assert [each.article.slug for each in found] == ["b", "a"]
    moved = await outbox.find(database, CHANNEL, found[1].id)
    assert (moved.id, moved.nonce) == (post.id, post.nonce)
    assert await articles.titles(database, EVER, "comet") != ()


async def test_a_new_secured_value_is_no_change_but_is_kept(database):
    await keep(database, article("a", extra={"secured": "U2FsdGVkX18="}))
    ciphered_anew = article("a", extra={"secured": "U2FsdGVkX19="})
    assert await changes(database, ciphered_anew, now=LATER) == [Change.UNCHANGED]
    (found,) = await latest(database, EVER)
    assert found.article.extra == {"secured": "U2FsdGVkX19="}
    assert await times(database, "a") == (0, 0)


async def test_quality_and_heat_change_the_ranking_not_the_post(database):
    await keep(database, article("a", quality=80, heat=None))
    assert await changes(database, article("a", quality=40, heat=7), now=LATER) == [
        Change.UNCHANGED
    ]
    (found,) = await latest(database, EVER)
    assert (found.article.quality, found.article.heat) == (40, 7)
    assert await times(database, "a") == (0, 0)


async def test_a_second_file_with_the_same_address_is_a_copy_and_says_of_what(database):
    first, second = article("a"), article("b", canonical_url=article("a").canonical_url)
    _, copy = await keep(database, first, second)
    assert copy.change is Change.DUPLICATE
    assert copy.problems == (Problem(0, "webUrl", "tells the same story as seeds/a"),)
    assert [found.article.slug for found in await latest(database, EVER)] == ["a"]
    assert await changes(database, second, now=LATER) == [Change.DUPLICATE]


async def test_a_copy_in_another_source_is_a_copy(database):
    await keep(database, article("a"))
    other = article("a", source="other")
    (copy,) = await keep(database, other)
    assert copy.change is Change.DUPLICATE
    assert copy.problems[0].reason == "tells the same story as seeds/a"


async def test_the_same_name_in_another_source_is_another_article(database):
    other = article("a", source="other", canonical_url="https://other.example.org/a")
    assert await changes(database, article("a"), other) == [Change.ADDED, Change.ADDED]


async def test_a_withdrawn_article_is_kept_hidden_and_comes_back_under_its_id(database):
    await keep(database, article("a"))
    (before,) = await latest(database, EVER)
    assert await withdraw(database, "seeds", "a", now=LATER) == 1
    assert await withdraw(database, "seeds", "a", now=LATER) == 0
    gone = await articles.article(database, before.id)
    assert gone is not None
    assert (gone.withdrawn, gone.listed, gone.article) == (True, False, article("a"))
    assert await changes(database, article("a"), now=LATER) == [Change.RESTORED]
    assert await latest(database, EVER) == (before,)


async def test_a_file_that_tells_another_known_story_gives_up_its_own(database):
    await keep(database, article("a"), article("b"))
    told = {found.article.slug: found.id for found in await latest(database, EVER)}
    turned = article("a", canonical_url=article("b").canonical_url)
    assert await changes(database, turned) == [Change.DUPLICATE]
    former = await articles.article(database, told["a"])
    assert former is not None
    assert (former.withdrawn, former.article.slug) == (True, "")
    moved = article("c", canonical_url=article("a").canonical_url)
    assert await changes(database, moved) == [Change.RESTORED]
    found = await articles.article(database, told["a"])
    assert found is not None
    assert found.article.slug == "c"


async def test_a_batch_is_saved_whole_or_not_at_all(database):
    await files.open_source(database, "seeds", NOW, unpublished="review", reader_version=1)
    broken = article("b", kind=None)
    batch = [FileRead(f"{a.slug}.md", 1, 1, a) for a in (article("a"), broken)]
    with pytest.raises(StoreError, match="NOT NULL"):
        await save(database, "seeds", batch, NOW)
    assert await latest(database, EVER) == ()
    assert await files.known_files(database, "seeds") == {}


async def test_a_refused_file_is_remembered_with_its_reason_and_harms_nothing(database):
    await keep(database, article("a"))
    await refuse(database, "seeds", "a", "missing")
    await refuse(database, "seeds", "new", "missing")
    problem = (Problem(3, "title", "missing"),)
    assert await files.known_problems(database, "seeds") == [
        ("a.md", "refused", problem),
        ("new.md", "refused", problem),
    ]
    assert await files.known_files(database, "seeds") == {"a.md": (2, 2), "new.md": (2, 2)}
    assert len(await latest(database, EVER)) == 1
    await keep(database, article("a"))
    assert [path for path, *_ in await files.known_problems(database, "seeds")] == ["new.md"]


async def test_a_new_version_of_the_reader_makes_every_file_count_as_changed(database):
    await keep(database, article("a"), article("a2", source="other"))
    await files.open_source(database, "seeds", NOW, unpublished="review", reader_version=1)
    assert await files.known_files(database, "seeds") == {"a.md": (1, 1)}
    await files.open_source(database, "seeds", NOW, unpublished="review", reader_version=2)
    assert await files.known_files(database, "seeds") == {"a.md": (1, -2)}
    assert await files.known_files(database, "other") == {"a2.md": (1, -2)}


async def test_unpublished_articles_are_seen_only_where_the_source_says_so(database):
    held = article("held", published=False)
    for policy, seen in (("review", 0), ("post", 1), ("skip", 0), ("post", 1)):
        await keep(database, held, unpublished=policy)
        assert len(await latest(database, EVER)) == seen


async def test_a_new_policy_counts_for_what_is_known_but_brings_nothing_back(database):
    await keep(database, article("held", published=False), article("gone", published=False))
    await withdraw(database, "seeds", "gone")
    await files.open_source(database, "seeds", NOW, unpublished="post", reader_version=1)
    assert [found.article.slug for found in await latest(database, EVER)] == ["held"]
    await files.open_source(database, "seeds", NOW, unpublished="review", reader_version=1)
    assert await latest(database, EVER) == ()


async def test_a_picture_listed_twice_is_counted_once(database):
    logo = Picture("https://gazette.example.org/logo.png", 600, 600)
    shown = article("a", pictures=(logo, logo, logo))
    await keep(database, shown)
    assert await articles.shared_pictures(database, shown) == frozenset()
