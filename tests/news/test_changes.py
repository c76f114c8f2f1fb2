"""What freshly read articles mean for those already known."""

from hypothesis import given
from hypothesis import strategies as st

from bot.news.article import fingerprint
from bot.news.changes import Change, Known, reconcile
from bot.structs import replace
from tests.news.strategies import examples
from tests.samples import article


def told(slug, story=None, **fields):
    """Return the article of the file `slug` that tells the story at the address `story`."""
    url = f"https://gazette.example.org/{story or slug}"
    return article(slug, url=url, canonical_url=url, **fields)


def known(number, slug, story=None, *, withdrawn=False, source="seeds", **fields):
    """Return what is remembered of `told(slug, story)`."""
    news = told(slug or "", story or slug, **fields)
    return Known(number, source, slug, news.canonical_url, fingerprint(news), withdrawn)


def changes(articles, *rows):
    """Return what is done, in short: the change, whose row is written, and whose slug is taken."""
    return [(i.change, i.id, i.displaced) for i in reconcile(articles, rows)]


def test_a_new_file_is_added():
    assert changes([told("comet")]) == [(Change.ADDED, None, None)]


def test_a_file_read_again_is_unchanged():
    assert changes([told("comet")], known(7, "comet")) == [(Change.UNCHANGED, 7, None)]


def test_what_a_post_does_not_show_leaves_an_article_unchanged():
    news = told("comet", quality=1, heat=9, published=False, extra={"secured": "aGVsbG8="})
    assert changes([news], known(7, "comet")) == [(Change.UNCHANGED, 7, None)]


def test_what_a_post_shows_updates_an_article():
    news = told("comet", title="Comet lost")
    assert changes([news], known(7, "comet")) == [(Change.UPDATED, 7, None)]


def test_a_file_that_comes_back_restores_its_article():
    row = known(7, "comet", withdrawn=True)
    assert changes([told("comet")], row) == [(Change.RESTORED, 7, None)]
    assert changes([told("comet", title="Comet lost")], row) == [(Change.RESTORED, 7, None)]


def test_a_second_file_of_a_batch_with_the_same_story_is_a_copy():
    first, second = reconcile([told("comet"), told("copy", "comet")], [])
    assert (first.change, second.change) == (Change.ADDED, Change.DUPLICATE)
    assert second.original == "seeds/comet"


def test_a_file_with_a_story_that_is_known_is_a_copy():
    (intent,) = reconcile([told("copy", "comet")], [known(7, "comet", source="elsewhere")])
    assert (intent.change, intent.id) == (Change.DUPLICATE, None)
    assert intent.original == "elsewhere/comet"


def test_a_copy_read_again_is_still_a_copy():
    articles = [told("comet"), told("copy", "comet")]
    assert [change for change, _, _ in changes(articles, known(7, "comet"))] == [
        Change.UNCHANGED,
        Change.DUPLICATE,
    ]


def test_a_file_that_was_moved_keeps_its_article():
    row = known(7, "comet", withdrawn=True)
    assert changes([told("moved", "comet")], row) == [(Change.RESTORED, 7, None)]


def test_a_file_that_was_moved_leaves_its_old_name_to_another_story():
    row = known(7, "comet", withdrawn=True)
    moved, new = told("moved", "comet"), told("comet", "asteroid")
    assert changes([moved, new], row) == [(Change.RESTORED, 7, None), (Change.ADDED, None, None)]


def test_a_story_that_moved_while_its_file_tells_another_is_no_copy():
    moved, new = told("moved", "comet"), told("comet", "asteroid")
    assert changes([moved, new], known(7, "comet")) == [
        (Change.UNCHANGED, 7, None),
        (Change.ADDED, None, None),
    ]
    assert changes([new, moved], known(7, "comet")) == [
        (Change.ADDED, None, 7),
        (Change.RESTORED, 7, None),
    ]


def test_two_files_that_change_places_keep_their_articles():
    rows = known(1, "comet"), known(2, "asteroid")
    assert changes([told("comet", "asteroid"), told("asteroid", "comet")], *rows) == [
        (Change.UNCHANGED, 2, 1),
        (Change.RESTORED, 1, None),
    ]


def test_an_address_that_is_put_right_updates_the_article():
    assert changes([told("comet", "comet-2")], known(7, "comet")) == [(Change.UPDATED, 7, None)]


def test_an_address_that_was_put_right_no_longer_belongs_to_the_article():
    articles = [told("comet", "comet-2"), told("new", "asteroid"), told("newer", "asteroid")]
    assert changes(articles, known(7, "comet")) == [
        (Change.UPDATED, 7, None),
        (Change.ADDED, None, None),
        (Change.DUPLICATE, None, None),
    ]


def test_a_file_that_now_tells_a_withdrawn_story_displaces_its_own():
    rows = known(1, "comet"), known(2, None, "asteroid", withdrawn=True)
    assert changes([told("comet", "asteroid")], *rows) == [(Change.RESTORED, 2, 1)]


def test_a_file_that_becomes_a_copy_displaces_its_own_story():
    rows = known(1, "comet"), known(2, "asteroid")
    (intent,) = reconcile([told("comet", "asteroid")], rows)
    assert (intent.change, intent.displaced) == (Change.DUPLICATE, 1)
    assert intent.original == "seeds/asteroid"


def test_a_displaced_story_is_restored_by_another_file():
    rows = known(1, "comet"), known(2, "asteroid")
    articles = [told("comet", "asteroid"), told("later", "comet")]
    assert changes(articles, *rows) == [
        (Change.DUPLICATE, None, 1),
        (Change.RESTORED, 1, None),
    ]


stories = st.sampled_from("abcd")
archives = st.dictionaries(stories, st.tuples(st.sampled_from((*"wxyz", None)), st.booleans())).map(
    lambda rows: tuple(
        known(number, slug, story, withdrawn=withdrawn or slug is None)
        for number, (story, (slug, withdrawn)) in enumerate(rows.items(), 1)
        if slug not in [other for other, _ in list(rows.values())[: number - 1] if other]
    )
)
batches = st.lists(st.tuples(st.sampled_from("wxyz"), stories), unique_by=lambda pair: pair[0]).map(
    lambda pairs: [told(slug, story) for slug, story in pairs]
)


def saved(intents, rows):
    """Return the archive after the intents, as (address, slug) of what is not withdrawn, by id."""
    archive = {row.id: row for row in rows}
    for intent in intents:
        if intent.displaced is not None:
            archive[intent.displaced] = replace(
                archive[intent.displaced], slug=None, withdrawn=True
            )
    kept = [intent for intent in intents if intent.change is not Change.DUPLICATE]
    assert len({i.id for i in kept if i.id}) == len([i for i in kept if i.id])
    for number, intent in enumerate(sorted(kept, key=lambda i: i.id is None), 100):
        news, key = intent.article, intent.id or number
        archive[key] = Known(key, news.source, news.slug, news.canonical_url, b"")
        assert len({row.canonical_url for row in archive.values()}) == len(archive)
        slugs = [row.slug for row in archive.values() if row.slug]
        assert len(set(slugs)) == len(slugs)
    return {key: (r.canonical_url, r.slug) for key, r in archive.items() if not r.withdrawn}


@examples
@given(batches, archives)
def test_every_story_of_a_batch_is_told_by_one_article_and_none_becomes_another(articles, rows):
    intents = reconcile(articles, rows)
    archive = saved(intents, rows)
    for intent in intents:
        news = intent.article
        (teller,) = [slug for url, slug in archive.values() if url == news.canonical_url]
        if intent.change is Change.DUPLICATE:
            assert intent.original == f"{news.source}/{teller}"
        else:
            assert teller == news.slug
    retold = {news.canonical_url for news in articles}
    for row in rows:
        if row.canonical_url in retold and row.id in archive:
            assert archive[row.id][0] == row.canonical_url
