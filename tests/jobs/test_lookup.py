"""What members get for their questions to the archive."""

from datetime import timedelta

import pytest
from hypothesis import given

from bot.jobs import lookup
from bot.jobs.lookup import LISTED, Found
from bot.news.article import Provider, Related
from bot.news.query import Scope
from bot.store import articles, labels
from tests.samples import EVER, NOW, article
from tests.store.archive import keep, withdraw
from tests.store.strategies import quickly, typed

ANY = Scope()
GAZETTE, LANTERN = Provider("Puddle Bay Gazette", "g.example"), Provider("The Lantern", "l.example")


async def archive(database, **kept):
    """Keep articles by slug, titled like it unless told otherwise, each a day older."""
    made = [
        article(
            slug,
            **{
                "title": slug.title(),
                "excerpt": "",
                "provider": GAZETTE,
                "topics": (),
                "published_at": NOW - timedelta(days=day),
            }
            | fields,
        )
        for day, (slug, fields) in enumerate(kept.items(), start=1)
    ]
    await keep(database, *made)


async def slugs(database, found):
    return [each.article.slug for each in await articles.several(database, found.ids, EVER)]


async def search(database, words, scope=ANY, **options):
    return await slugs(database, await lookup.search(database, words, scope, NOW, **options))


async def scope(database, *, topic="", provider="", since=None):
    """Return the part of the archive that names stand for."""
    of_topic = await labels.topic(database, EVER, topic)
    of_provider = await labels.provider(database, EVER, provider)
    return Scope(of_topic.id if of_topic else 0, of_provider.id if of_provider else 0, since)


WHERE = [
    ("title", {"title": "The heron returns"}),
    ("excerpt", {"excerpt": "A heron, at last."}),
    ("body", {"body": "Below the front matter\n\nstands a heron."}),
    ("provider", {"provider": Provider("Heron Weekly", "")}),
    ("topics", {"topics": ("Heron",)}),
    ("related titles", {"related": (Related("How herons fish", "https://h.example/"),)}),
]


@pytest.mark.parametrize(("place", "fields"), WHERE, ids=[place for place, _ in WHERE])
async def test_a_word_is_found_wherever_it_stands(database, place, fields):
    await archive(database, gull={}, found={"title": "News"} | fields)
    assert await search(database, "heron") == ["found"], place


RELEVANCE = [
    ("the title before the body", "comet", {"body": "A comet."}, {"title": "Comet seen"}),
    ("a phrase before scattered words", "harbour lamp", "Lamp of the harbour", "The harbour lamp"),
    ("another form of the word", "counting robots", "counting", "A robot counts"),
    ("accents in the article", "uber kometen", "Kometen", "Über den Kometen"),
    ("accents in the question", "ÜBER KOMÉTEN", "Kometen", "Uber den Kometen"),
    ("the beginning of the last word", "comet harb", "Comet", "Comet over the harbour"),
    ("a phrase as it stands", '"harbour lamp"', "Lamp of the harbour", "The harbour lamp"),
    ("what is left out", "comet -harbour", "Comet over the harbour", "Comet over the bay"),
    ("a phrase left out", 'comet -"the bay"', "Comet over the bay", "Comet: a bay, the sea"),
]


@pytest.mark.parametrize(
    ("why", "words", "other", "best"), RELEVANCE, ids=[row[0] for row in RELEVANCE]
)
async def test_what_fits_best_comes_first(database, why, words, other, best):
    wrong, right = [{"title": each} if isinstance(each, str) else each for each in (other, best)]
    await archive(database, other=wrong, best=right)
    assert (await search(database, words))[:1] == ["best"], why


async def test_every_word_has_to_be_there(database):
    await archive(database, comet={}, both={"title": "Comet", "body": "harbour"}, harbour={})
    assert await search(database, "comet harbour") == ["both"]


async def test_only_what_is_left_out_may_be_asked_for(database):
    await archive(database, comet={}, gull={}, lamp={})
    assert await search(database, "-gull") == ["comet", "lamp"]


async def test_newest_first_is_newest_first(database):
    await archive(database, body={"title": "News", "body": "comet"}, comet={})
    assert await search(database, "comet") == ["comet", "body"]
    assert await search(database, "comet", newest=True) == ["body", "comet"]


async def test_topic_provider_and_time_narrow_what_is_found(database):
    await archive(
        database,
        a={"title": "Comet one", "topics": ("Space",)},
        b={"title": "Comet two", "topics": ("Space", "AI"), "provider": LANTERN},
        c={"title": "Comet three", "topics": ("AI",), "provider": LANTERN},
    )
    for asked, expected in (
        ({"topic": "space"}, ["a", "b"]),
        ({"provider": "The Lantern"}, ["b", "c"]),
        ({"topic": "AI", "provider": "The Lantern"}, ["b", "c"]),
        ({"topic": "Space", "provider": "The Lantern"}, ["b"]),
        ({"since": NOW - timedelta(days=2)}, ["a", "b"]),
        ({"topic": "AI", "since": NOW - timedelta(days=2)}, ["b"]),
    ):
        part = await scope(database, **asked)
        assert await search(database, "comet", part) == expected
        assert await slugs(database, await lookup.latest(database, part, NOW)) == expected


async def test_only_what_members_may_see_is_found(database):
    await archive(
        database,
        fine={"title": "Comet"},
        held={"title": "Comet", "published": False},
        gone={"title": "Comet"},
        ahead={"title": "Comet", "published_at": NOW + timedelta(days=1)},
    )
    await withdraw(database, "seeds", "gone")
    (fine,) = (await lookup.search(database, "comet", ANY, NOW)).ids
    assert (await lookup.latest(database, ANY, NOW)).ids == (fine,)
    assert (await lookup.related(database, fine, NOW)).ids == ()
    urls = [article(slug).url for slug in ("fine", "held", "gone", "ahead")]
    assert (await lookup.about(database, "comet", urls, NOW)).ids == (fine,)
    assert (await lookup.search(database, "comit", ANY, NOW)).nearest == "comet"
    await withdraw(database, "seeds", "fine")
    assert await lookup.search(database, "comet", ANY, NOW) == Found(())
    assert await lookup.search(database, "comit", ANY, NOW) == Found(())


async def test_a_list_ends_somewhere_and_says_that_there_is_more(database):
    await archive(database, **{f"comet{n:02}": {"title": "Comet"} for n in range(LISTED)})
    found = await lookup.search(database, "comet", ANY, NOW)
    assert (len(found.ids), found.more) == (LISTED, False)
    await archive(database, one_more={"title": "Comet"})
    for found in (
        await lookup.search(database, "comet", ANY, NOW),
        await lookup.search(database, "comet", ANY, NOW, newest=True),
        await lookup.latest(database, ANY, NOW),
    ):
        assert (len(found.ids), found.more) == (LISTED, True)


async def test_an_old_title_comes_before_more_new_articles_than_a_list_holds(database):
    recent = {f"n{n:02}": {"title": "Weather", "body": "comet"} for n in range(LISTED + 10)}
    await archive(database, **recent, old={"title": "Comet of the century", "topics": ("Space",)})
    assert (await search(database, "comet"))[0] == "old"
    part = await scope(database, topic="space")
    assert await search(database, "comet", part) == ["old"]


MENTIONS = {f"n{n:02}": {"title": "Weather", "body": "comet tide"} for n in range(LISTED + 9)}


@pytest.mark.parametrize(
    ("words", "title", "is_found"),
    [
        ("comets", "Comet of the century", True),
        ("comet", "Comets of the century", True),
        ("com", "Comets of the century", True),
        ("tide comet", "Comet and tide", True),
        ("tide comet", "Cometographers and tides", True),
        ("tide come", "Cometographers and tides", True),
        ('"comet of"', "Comet of the century", True),
        ("comet -century", "Comet of the century", False),
        ("comet -lamp", "Comet of the century", True),
        ("comet tide", "Comet of the century", False),
    ],
)
async def test_behind_many_mentions_an_old_title_is_found_in_any_form(
    database, words, title, is_found
):
    await archive(database, **MENTIONS, old={"title": title})
    found = await search(database, words)
    assert ("old" in found, found[:1] == ["old"]) == (is_found, is_found)


@pytest.mark.parametrize(
    "hidden",
    [
        {"published": False},
        {"published_at": NOW + timedelta(days=1)},
        {"topics": ("Sea",)},
        {"provider": LANTERN, "topics": ("Space",)},
        {"topics": ("Space",), "published_at": NOW - timedelta(days=900)},
    ],
)
async def test_behind_many_mentions_no_title_is_found_that_is_not_asked_for(database, hidden):
    there = {"topics": ("Space",)}
    mentions = {slug: fields | there for slug, fields in MENTIONS.items()}
    titled = {f"t{n}": {"title": "Comet"} | there | hidden for n in range(LISTED + 2)}
    await archive(database, **mentions, **titled, old={"title": "Comet of old"} | there)
    part = await scope(
        database,
        topic="space",
        provider="puddle bay gazette",
        since=NOW - timedelta(days=600),
    )
    found = await search(database, "comet", part)
    assert not [slug for slug in found if slug.startswith("t")]


async def test_titles_that_nobody_may_see_push_out_none(database):
    held = {f"t{n}": {"title": "Comet", "published": False} for n in range(LISTED + 2)}
    await archive(database, **MENTIONS, **held, old={"title": "Comet of old"})
    assert (await search(database, "comet"))[0] == "old"


async def test_a_phrase_does_not_go_from_one_name_into_the_next(database):
    daily = {"provider": Provider("Daily Star", ""), "topics": ("Trek", "Harbour lamp")}
    await archive(database, near={"title": "News"} | daily)
    assert await search(database, '"star trek"') == []
    assert await search(database, '"daily star"') == ["near"]
    assert await search(database, '"harbour lamp"') == ["near"]


async def test_what_lies_ahead_neither_shows_nor_stands_in_the_way(database):
    ahead = {"published_at": NOW + timedelta(days=1), "topics": ("Merger",), "provider": LANTERN}
    await archive(database, a={"title": "Harbour opens"}, b={"title": "Harbouns merge"} | ahead)
    assert (await lookup.search(database, "harbouns", ANY, NOW)).nearest == "harbour"
    assert await labels.topic(database, NOW, "merger") is None
    assert await labels.provider(database, NOW, "the lantern") is None
    assert await labels.topic(database, EVER, "merger") is not None


async def test_providers_are_offered_by_what_is_to_be_seen_of_them(database):
    await archive(
        database,
        a={"provider": LANTERN},
        b={"provider": GAZETTE},
        c={"provider": GAZETTE, "published_at": NOW + timedelta(days=1)},
    )
    offered = [await labels.providers_like(database, now, "", 25) for now in (NOW, EVER)]
    assert offered == [("The Lantern", "Puddle Bay Gazette"), ("Puddle Bay Gazette", "The Lantern")]


async def test_the_words_of_excerpts_are_known_too(database):
    await archive(database, a={"title": "News", "excerpt": "An interferometer was built."})
    assert (await lookup.search(database, "interferometr", ANY, NOW)).nearest == "interferometer"
    assert await search(database, "interf") == ["a"]


async def test_a_mistyped_word_is_told_with_what_it_was_meant_to_be(database):
    await archive(database, a={"title": "Harbour robots"}, b={"title": "Harbour census"})
    for words, meant in (
        ("harbuor", "harbour"),
        ("Harbuor rbots", "harbour robots"),
        ('"harbuor robots" -gull', '"harbour robots" -gull'),
        ("abrhour", ""),
        ("xyzzy", ""),
        ("robots census", ""),
        ("robts census", ""),
    ):
        found = await lookup.search(database, words, ANY, NOW)
        assert found == Found((), nearest=meant), words


async def test_related_is_what_an_article_lists_before_what_is_near(database):
    await archive(
        database,
        new={
            "title": "Comet over the harbour",
            "topics": ("Space",),
            "related": (Related("x", article("listed").url + "?utm_source=feed"),),
        },
        near={"title": "Harbour comet again"},
        less={"title": "A comet", "topics": ("Space",)},
        far={"title": "Bread and bearings"},
        listed={"title": "Something else altogether"},
    )
    (new, *_) = (await lookup.latest(database, ANY, NOW)).ids
    found = await lookup.related(database, new, NOW)
    assert await slugs(database, found) == ["listed", "near", "less"]


async def test_an_article_is_not_related_to_itself_by_what_it_was_called_before(database):
    comet = {"title": "Comet seen", "topics": ("Space",)}
    await archive(database, comet=comet, again={"title": "Comet"}, far=comet | {"title": "Moon"})
    (former, *_) = (await lookup.latest(database, ANY, NOW)).ids
    corrected = NOW - timedelta(hours=1)
    await archive(database, comet=comet | {"published_at": corrected})
    (current, *_) = (await lookup.latest(database, ANY, NOW)).ids
    assert current != former
    found = await lookup.related(database, current, NOW)
    assert (await slugs(database, found))[0] == "again"
    assert await lookup.related(database, former, NOW) == found


async def test_nothing_is_related_to_what_is_not_there(database):
    assert await lookup.related(database, 12, NOW) == Found(())


async def test_a_text_is_answered_with_its_addresses_before_its_words(database):
    await archive(database, robots={}, comet={"title": "Comet seen"}, tea={"title": "Tea time"})
    urls = [article("tea").url, "javascript:alert(1)", "http://[", "not an address"]
    found = await lookup.about(database, "Did you see the comet?", urls, NOW)
    assert await slugs(database, found) == ["tea", "comet"]
    assert await lookup.about(database, "", (), NOW) == Found(())


@quickly
@given(words=typed())
async def test_whatever_is_typed_is_answered(database, words):
    if not (await lookup.latest(database, ANY, NOW)).ids:
        await archive(database, comet={}, gull={"title": "Gull counted", "topics": ("Harbour",)})
    everything = set((await lookup.latest(database, ANY, NOW)).ids)
    for found in (
        await lookup.search(database, words, ANY, NOW),
        await lookup.search(database, words, Scope(1, 1, NOW), NOW, newest=True),
        await lookup.about(database, words, [words], NOW),
    ):
        assert set(found.ids) <= everything
        assert len(set(found.ids)) == len(found.ids)
