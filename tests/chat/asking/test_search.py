"""/news search: its options, what stands above the list, and what is said when it is empty."""

from datetime import timedelta

import pytest

from bot.chat.wording import texts
from tests.chat.people import above, ask, controls, press, titles
from tests.newsroom import newsroom
from tests.samples import NOW

SPACE = {"channel": "space"}
LANTERN = {"name": "Lantern Street", "domain": "lantern.example.org"}


def days_ago(days):
    return (NOW - timedelta(days=days)).isoformat()


async def test_articles_with_all_words_are_found(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            harbour={"title": "Gull counted in the harbour"},
            bay={"title": "Gull seen over the bay"},
            comet={},
        )
        reply = await ask(room, "search", words="counted GULL")
        assert titles(reply) == ["Gull counted in the harbour"]
        assert above(reply) == ("News with: counted GULL", None, "page 1 of 1 · 1 article")
        assert reply.ephemeral


async def test_a_search_keeps_to_topic_provider_and_time(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            near={"title": "Comet near", "topics": ["Sea"], "publishedDateTime": days_ago(3)},
            far={"title": "Comet far", "provider": LANTERN, "publishedDateTime": days_ago(20)},
            old={"title": "Comet of old", "publishedDateTime": days_ago(300)},
        )
        for options, found, scope in (
            ({"topic": "sea"}, ["Comet near"], "Sea"),
            ({"provider": "lantern street"}, ["Comet far"], "Lantern Street"),
            ({"since": 7}, ["Comet near"], "Last 7 days"),
            ({"since": 365, "topic": "space"}, ["Comet far", "Comet of old"], None),
        ):
            reply = await ask(room, "search", words="comet", sort="newest", **options)
            assert titles(reply) == found
            assert scope is None or above(reply)[1] == f"{scope} · Newest first"


async def test_every_page_asks_the_same(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        story = {"provider": LANTERN, "topics": ["Sea"]}
        seen = [f"Comet seen {n}" for n in range(7)]
        stories = {f"c{n}": story | {"title": title} for n, title in enumerate(seen)}
        await room.fill(**stories, comet={}, gull=story)
        options = {"topic": "sea", "provider": "lantern street", "since": 30, "sort": "newest"}
        heading = ("News with: comet", "Sea · Lantern Street · Last 30 days · Newest first")
        reply = await ask(room, "search", words="comet", **options)
        assert titles(reply) == seen[:5]
        assert above(reply) == (*heading, "page 1 of 2 · 7 articles")
        reply = await press(reply, "Next", room.member)
        assert titles(reply) == seen[5:]
        assert above(reply) == (*heading, "page 2 of 2 · 7 articles")
        reply = await press(reply, "Previous", room.member)
        assert titles(reply) == seen[:5]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "I found nothing with zeppelin. Use fewer words, or try other ones."),
        (
            {"topic": "space", "since": 7},
            "I found nothing with zeppelin (Space · Last 7 days)."
            " Use fewer words, or leave out the topic, provider or time.",
        ),
    ],
)
async def test_where_nothing_is_found_the_answer_says_what_to_try(tmp_path, options, said):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await ask(room, "search", words="zeppelin", share=True, **options)
        assert (reply.content, reply.embeds, reply.ephemeral) == (said, [], True)
        assert controls(reply) == {}


async def test_the_nearest_words_are_offered_and_searched_within_the_same_scope(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, other={"title": "Comet elsewhere", "topics": ["Sea"]})
        reply = await ask(room, "search", words="comit", topic="space")
        assert list(controls(reply)) == ["Did you mean: comet"]
        found = await press(reply, "Did you mean: comet", room.member)
        assert (titles(found), found.ephemeral) == (["Comet"], True)
        assert above(found)[:2] == ("News with: comet", "Space")
        assert (found.id, found.content) == (reply.id, "")


@pytest.mark.parametrize(
    "words",
    [
        "' OR 1=1 --",
        '" OR "a"*',
        "title : gull AND NEAR(x)",
        "%_*?^()[]{}",
        "🚀\u202e\u0000漢",
        "-" * 60,
        "9" * 60,
        '"',
        "@everyone",
        "half a \ud83d",
    ],
)
async def test_whatever_is_searched_for_gets_an_answer(tmp_path, words):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "Comet"})
        reply = await ask(room, "search", words=words)
        words_in_it = any(character.isalnum() for character in words)
        said = "I found nothing with " if words_in_it else texts.NO_WORDS
        assert reply.content.startswith(said)
        assert "@everyone" not in reply.content
        reply.content.encode()


async def test_many_words_are_the_same_question_on_all_pages(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"comet{n}": {} for n in range(6)})
        reply = await ask(room, "search", words="comet " * 10)
        assert len(titles(reply)) == 5
        assert len(titles(await press(reply, "Next", room.member))) == 1
