from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.news.article import Picture, Provider
from bot.store import articles, labels, outbox
from bot.store.articles import Title
from tests.samples import CHANNEL, EVER, NOW, article
from tests.store.archive import aged, keep, latest, withdraw
from tests.store.strategies import quickly, typed

_KNOWN = {
    "comet": "Comet seen over Puddle Bay",
    "census": "The census of puddles: 400 & counting",
    "komet": "Komet über der Pfützenbucht",
    "name": "Why snake_case won't go away",
    "fog": "雾 over the harbour 🌫️",
}


async def known_titles(database, typed, count=25):
    return [found.title for found in await articles.titles(database, EVER, typed, count)]


async def hidden_titles(database, typed, count=25, now=EVER):
    return [c.article.title for c in await articles.hidden(database, now, typed, count)]


async def filled(database):
    """Save an article for each of the known titles, the first of them the oldest."""
    await keep(
        database,
        *(
            article(slug, title=title, published_at=NOW - timedelta(days=9 - day))
            for day, (slug, title) in enumerate(_KNOWN.items())
        ),
    )


async def slugs(database, **asked):
    return [found.article.slug for found in await latest(database, EVER, **asked)]


async def test_what_lies_ahead_is_nowhere_to_be_seen_until_its_time(database):
    tomorrow = NOW + timedelta(days=1)
    ahead = article("ahead", title="Moon landing", topics=("Moon",), published_at=tomorrow)
    await keep(database, ahead)
    for now, seen in ((NOW, 0), (tomorrow, 1)):
        assert len(await latest(database, now)) == seen
        assert len(await articles.titles(database, now, "moon")) == seen
        assert len(await articles.titles(database, now, "")) == seen
        assert len(await labels.topic_counts(database, now)) == seen
        assert len(await labels.topics_like(database, now, "mo", 25)) == seen
    assert await hidden_titles(database, "moon", now=NOW) == ["Moon landing"]
    assert await hidden_titles(database, "moon", now=tomorrow) == []


async def test_ids_sort_by_time_whatever_order_articles_arrive_in(database):
    await keep(database, aged("middle", 2), aged("newest", 1))
    ancient = article("ancient", published_at=datetime(1, 1, 1, tzinfo=UTC))
    await keep(database, aged("oldest", 40), ancient)
    rows = await database.read("SELECT slug FROM article ORDER BY id")
    assert [slug for (slug,) in rows] == ["ancient", "oldest", "middle", "newest"]


async def test_articles_of_the_same_second_get_ids_of_their_own_and_stay_between_others(database):
    await keep(database, aged("before", 2), aged("after", 0), aged("first", 1), aged("second", 1))
    await keep(database, aged("third", 1))
    rows = await database.read("SELECT id, slug FROM article ORDER BY id")
    assert [slug for _, slug in rows] == ["before", "first", "second", "third", "after"]
    ids = [key for key, _ in rows]
    assert ids[2:4] == [ids[1] + 1, ids[1] + 2]


async def test_an_article_from_before_1970_has_an_id_too(database):
    await keep(database, article("moon", published_at=datetime(1969, 7, 20, 20, 17, tzinfo=UTC)))
    ((key,),) = await database.read("SELECT id FROM article")
    assert key < 0


async def test_an_article_is_found_by_id_with_what_became_of_it_in_a_channel(database):
    await keep(database, article("comet"))
    (only,) = await latest(database, EVER)
    await outbox.claim(database, CHANNEL, only.id, "space", NOW)
    here = await articles.article(database, only.id, CHANNEL)
    elsewhere = await articles.article(database, only.id, CHANNEL + 1)
    assert here is not None
    assert elsewhere is not None
    assert here.article == article("comet")
    assert (here.post_state, elsewhere.post_state) == ("sending", None)
    assert await articles.article(database, only.id + 1) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("comet", ["comet"]),
        ("pud", ["census", "comet"]),
        ("BAY pud", ["comet"]),
        ("over", ["fog", "comet"]),
        ("pfutzen", ["komet"]),
        ("ÜBER", ["komet"]),
        ("u\u0308ber pfu\u0308tz", ["komet"]),
        ("400", ["census"]),
        ("snake_case", ["name"]),
        ("雾", ["fog"]),
        ("uddle", []),
        ("comet census", []),
        ("comet OR census", []),
    ],
)
async def test_titles_are_found_by_the_beginnings_of_their_words(database, typed, found):
    await filled(database)
    assert await known_titles(database, typed) == [_KNOWN[slug] for slug in found]


@pytest.mark.parametrize("typed", ["", "  ", "!?", '"', "_", "🌫️"])
async def test_where_no_word_is_typed_the_newest_titles_are_offered(database, typed):
    await filled(database)
    assert await known_titles(database, typed, 2) == [_KNOWN["fog"], _KNOWN["name"]]


@quickly
@given(typed=typed())
async def test_nothing_that_can_be_typed_breaks_a_lookup(database, typed):
    if not await latest(database, EVER):
        await filled(database)
    assert set(await known_titles(database, typed)) <= set(_KNOWN.values())
    assert set(await labels.topics_like(database, EVER, typed, 25)) <= {"Space"}
    assert await latest(database, EVER, topic=typed) in (
        (),
        await latest(database, EVER),
    )


async def test_at_most_25_titles_are_offered_the_newest_first(database):
    await keep(database, *(aged(f"a{n}", n, title=f"Article {n}") for n in range(40)))
    assert await known_titles(database, "art") == [f"Article {n}" for n in range(25)]
    assert await known_titles(database, "") == [f"Article {n}" for n in range(25)]


async def test_titles_that_are_held_or_withdrawn_are_found_only_among_what_is_hidden(database):
    titles = [aged(slug, 1, title=f"Tide {slug}") for slug in ("fine", "gone")]
    await keep(database, *titles, aged("held", 0, title="Tide held", published=False))
    await withdraw(database, "seeds", "gone")
    for start in ("tide", ""):
        assert await known_titles(database, start) == ["Tide fine"]
        assert await hidden_titles(database, start) == ["Tide held", "Tide gone"]
        assert await hidden_titles(database, start, count=1) == ["Tide held"]
        assert await hidden_titles(database, "comet") == []


async def test_a_title_that_is_edited_is_found_by_its_new_words_alone(database):
    await keep(database, article("comet", title="Comet seen"))
    await keep(database, article("comet", title="Meteor seen"))
    assert await known_titles(database, "comet") == []
    (found,) = await articles.titles(database, EVER, "meteor")
    (stored,) = await latest(database, EVER)
    assert found == Title(stored.id, "Meteor seen")


async def test_the_newest_come_first_and_only_as_many_as_asked_for(database):
    await keep(database, *(aged(f"a{n}", n) for n in range(7)))
    assert await slugs(database) == ["a0", "a1", "a2", "a3", "a4"]
    assert await slugs(database, count=2) == ["a0", "a1"]


async def test_the_newest_of_a_topic_are_found_by_any_spelling_of_it(database):
    await keep(
        database,
        aged("gulls", 2, topics=("Computer Vision", "AI")),
        aged("mitten", 1, topics=("computervision",)),
        aged("comet", 0, topics=("Space",)),
    )
    for spelling in ("Computer Vision", "COMPUTER  vision", "computervision"):
        assert await slugs(database, topic=spelling) == ["mitten", "gulls"]
    assert await slugs(database, topic="ai") == ["gulls"]
    assert await slugs(database, topic="Knitting") == []


async def test_what_members_may_not_see_is_not_among_the_newest(database):
    await keep(database, aged("fine", 3), aged("held", 2, published=False), aged("gone", 1))
    await withdraw(database, "seeds", "gone")
    assert await slugs(database) == ["fine"]


async def test_a_picture_is_the_sites_own_once_three_articles_of_its_provider_show_it(database):
    logo = Picture("https://gazette.example.org/logo.png", 600, 600)
    own = Picture("https://gazette.example.org/comet.jpg", 800, 600)
    shown = article("a", pictures=(own, logo))
    await keep(database, shown, article("b", pictures=(logo,)))
    assert await articles.shared_pictures(database, shown) == frozenset()
    await keep(database, article("c", pictures=(logo,)))
    assert await articles.shared_pictures(database, shown) == {logo.url}


async def test_a_picture_that_other_providers_show_too_is_not_the_sites_own(database):
    picture = Picture("https://photos.example.net/moon.jpg", 800, 600)
    shown = [
        article(name, provider=Provider(name, f"{name}.example.org"), pictures=(picture,))
        for name in ("a", "b", "c")
    ]
    await keep(database, *shown)
    assert await articles.shared_pictures(database, shown[0]) == frozenset()
