"""Topics, providers and languages: found, counted, and hidden with their articles."""

from datetime import timedelta

import pytest
from hypothesis import given

from bot.news.article import Provider
from bot.store import files, labels
from bot.store.labels import Label, TopicCount
from tests.samples import EVER, NOW
from tests.store.archive import aged, keep, withdraw
from tests.store.strategies import quickly, typed


def by(slug, name, days=1, **fields):
    return aged(slug, days, provider=Provider(name, "example.org"), **fields)


async def test_topics_are_counted_the_fullest_first_and_dated_by_their_newest(database):
    await keep(
        database,
        aged("a", 3, topics=("Space", "AI")),
        aged("b", 2, topics=("Space",)),
        aged("c", 1, topics=("Climate",)),
        aged("d", 0, topics=("Secret",), published=False),
    )
    days = [NOW - timedelta(days=days) for days in range(4)]
    ids = [(await labels.topic(database, EVER, name)).id for name in ("Space", "AI", "Climate")]
    assert await labels.topic_counts(database, EVER) == (
        TopicCount(ids[0], "Space", 2, days[2]),
        TopicCount(ids[1], "AI", 1, days[3]),
        TopicCount(ids[2], "Climate", 1, days[1]),
    )


async def test_a_topic_counts_what_lies_ahead_only_in_its_time(database):
    await keep(database, aged("a", 1, topics=("AI",)), aged("b", -1, topics=("AI",)))
    counted = [(await labels.topic_counts(database, now))[0].articles for now in (NOW, EVER)]
    assert counted == [1, 2]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sp", ["Outer Space", "Space"]),
        ("SPA out", ["Outer Space"]),
        ("ace", []),
        ("", ["Aerospace", "Outer Space", "Space"]),
        ("éner", ["Énergie"]),
        ("ener", ["Énergie"]),
        ("100%", []),
        ("?!", []),
    ],
)
async def test_topics_are_offered_by_the_beginnings_of_their_words_the_latest_first(
    database, typed, offered
):
    await keep(
        database,
        aged("a", 5, topics=("Space",)),
        aged("b", 4, topics=("Outer Space",)),
        aged("c", 3, topics=("Aerospace",)),
        aged("d", 6, topics=("Énergie",)),
        aged("e", 1, topics=("Spy",), published=False),
    )
    assert list(await labels.topics_like(database, EVER, typed, 3)) == offered


async def test_providers_are_offered_by_the_beginnings_of_their_words_the_latest_first(database):
    await keep(
        database,
        by("a", "Puddle Bay Gazette", 3),
        by("b", "Gazette of Gulls", 2),
        by("c", "The Lantern", 1),
        by("d", "Gazette of Secrets", 0, published=False),
    )
    assert await labels.providers_like(database, EVER, "gaz", 25) == (
        "Gazette of Gulls",
        "Puddle Bay Gazette",
    )
    assert await labels.providers_like(database, EVER, "", 1) == ("The Lantern",)


async def test_a_label_that_no_listed_article_carries_is_not_offered(database):
    await keep(database, by("a", "Lantern", topics=("Space",)))
    await keep(database, by("a", "Gazette", topics=("Climate",)))
    assert await labels.topics_like(database, EVER, "", 25) == ("Climate",)
    assert await labels.providers_like(database, EVER, "", 25) == ("Gazette",)
    assert [topic.name for topic in await labels.topic_counts(database, EVER)] == ["Climate"]
    await withdraw(database, "seeds", "a")
    assert await labels.topics_like(database, EVER, "", 25) == ()
    assert await labels.providers_like(database, EVER, "", 25) == ()
    assert await labels.topic_counts(database, EVER) == ()


async def say_for(database, source, language):
    await files.open_source(
        database, source, NOW, unpublished="review", reader_version=1, language=language
    )


async def test_languages_are_those_that_visible_articles_say_and_those_of_sources(database):
    assert await labels.languages(database, NOW) == ()
    await keep(
        database,
        *(aged(f"{n}", n + 1, language=tag) for n, tag in enumerate(["en", "pt-BR", "en-GB", ""])),
        *(aged(f"more{n}", n + 1, language="en") for n in range(3)),
        aged("held", 1, language="de", published=False),
        aged("ahead", -1, language="fr"),
        aged("gone", 1, language="it"),
    )
    await withdraw(database, "seeds", "gone")
    assert await labels.languages(database, NOW) == ("en", "en-GB", "pt-BR")
    await say_for(database, "seeds", "nb")
    await say_for(database, "other", "en")
    assert await labels.languages(database, NOW) == ("en", "en-GB", "nb", "pt-BR")
    assert await labels.languages(database, EVER) == ("en", "en-GB", "fr", "nb", "pt-BR")


async def test_languages_are_found_by_steps_in_their_index_however_many_articles(database):
    steps = []

    class Explaining:
        async def read(self, sql, parameters):
            plan = await database.read(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps.extend(row["detail"] for row in plan if "article" in row["detail"])
            return []

    await labels.languages(Explaining(), NOW)
    assert len(steps) == 3
    assert all(step.startswith("SEARCH") and "article_language" in step for step in steps)


async def test_of_very_many_languages_some_are_found(database):
    tags = [f"en-x-{number:04}" for number in range(300)]
    await keep(database, *(aged(tag, 1, language=tag) for tag in tags))
    assert await labels.languages(database, NOW) == tuple(tags[:200])


async def test_a_label_is_known_by_its_name_however_it_is_spelt(database):
    await keep(database, by("a", "Puddle Bay Gazette", topics=("Computer Vision",)))
    topic = await labels.topic(database, EVER, " computervision ")
    assert await labels.topic_named(database, topic.id) == topic.name == "Computer Vision"
    provider = await labels.provider(database, EVER, "PUDDLE bay gazette")
    assert await labels.provider_named(database, provider.id) == "Puddle Bay Gazette"
    assert await labels.topic(database, EVER, "Knitting") is None
    assert await labels.topic_named(database, 99) == ""
    assert provider == Label(provider.id, "Puddle Bay Gazette")


@quickly
@given(typed=typed())
async def test_nothing_that_can_be_typed_breaks_an_offer(database, typed):
    await keep(database, by("a", "Gazette", topics=("Space",)))
    assert set(await labels.topics_like(database, EVER, typed, 25)) <= {"Space"}
    assert set(await labels.providers_like(database, EVER, typed, 25)) <= {"Gazette"}
    assert await labels.topic(database, EVER, typed) in (
        None,
        await labels.topic(database, EVER, "space"),
    )
