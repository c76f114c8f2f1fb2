"""/news: what members look up, and who sees the answer."""

import pytest

from bot.chat import texts
from tests.chat.asking import ask, choices, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
HOSTILE = (
    "' OR 1=1 --",
    '" OR "a"*',
    "title : comet AND NEAR(x)",
    "%_*?^()[]{}",
    "🚀\u202e\u0000漢",
    "comet " * 900,
    "-" * 90,
    "9" * 99,
)


async def test_the_latest_are_listed_newest_first(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(12)})
        reply = await ask(room, "latest")
        assert titles(reply) == ["Story0", "Story1", "Story2", "Story3", "Story4"]
        assert reply.ephemeral
        assert titles(await ask(room, "latest", count=2)) == ["Story0", "Story1"]
        assert len(titles(await ask(room, "latest", count=10))) == 10


async def test_the_latest_of_a_topic_are_asked_for_without_care_for_spelling(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            robot={"topics": ["Computer Vision", "AI"]},
            comet={"topics": ["Space"]},
            gull={"topics": ["COMPUTER VISION"]},
        )
        for spelling in ("Computer Vision", "computervision", " COMPUTER  vision "):
            reply = await ask(room, "latest", topic=spelling)
            assert titles(reply) == ["Robot", "Gull"]
        assert titles(await ask(room, "latest", topic="AI", count=1)) == ["Robot"]


async def test_an_unknown_topic_is_said_to_have_no_news(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await ask(room, "latest", topic="Tea", share=True)
        assert reply.content == "There is no news of Tea yet. `/news topics` shows what there is."
        assert reply.ephemeral
        reply = await ask(room, "latest", topic="@everyone **tea**")
        assert reply.content.startswith("There is no news of @\u200beveryone \\*\\*tea\\*\\* yet.")


async def test_an_empty_archive_says_so(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        assert (await ask(room, "latest")).content == texts.NO_NEWS
        assert (await ask(room, "article", title="comet")).content == texts.NO_ARTICLE
        assert (await ask(room, "topics")).content == texts.NO_TOPICS
        assert await choices(room, "latest", "topic", "") == {}
        assert await choices(room, "article", "title", "") == {}


async def test_an_article_is_shown_in_full_by_choice(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "Comet seen"}, gull={"title": "Gull counted"})
        offered = await choices(room, "article", "title", "seen com")
        assert list(offered) == ["Comet seen"]
        reply = await ask(room, "article", title=offered["Comet seen"])
        (embed,) = reply.embeds
        assert (embed.title, embed.author.name) == ("Comet seen", "Puddle Bay Gazette")
        assert reply.components[0]["components"][0]["label"] == "Read the article"
        assert reply.ephemeral


async def test_of_two_articles_of_one_title_the_chosen_one_is_shown(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(new={"title": "Weather"}, old={"title": "Weather"})
        offered = await room.member.autocomplete(
            room.channels["lobby"], "news article", "title", "weather"
        )
        assert [choice["name"] for choice in offered] == ["Weather", "Weather"]
        shown = [await ask(room, "article", title=choice["value"]) for choice in offered]
        addresses = [reply.embeds[0].url.rpartition("/")[2] for reply in shown]
        assert addresses == ["new", "old"]


@pytest.mark.parametrize("typed", ["Gull counted", "gull", "COUNT", "gull, counted!"])
async def test_an_article_is_found_by_typed_words(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "Comet seen"}, gull={"title": "Gull counted"})
        assert titles(await ask(room, "article", title=typed)) == ["Gull counted"]


async def test_a_title_that_is_a_number_is_found_by_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, book={"title": "1984"}, year={"title": "Looking back at 2025"})
        assert titles(await ask(room, "article", title="1984")) == ["1984"]
        assert titles(await ask(room, "article", title="2025")) == ["Looking back at 2025"]


@pytest.mark.parametrize("typed", ["tea", "comet tea", "?!", " ", "12345", "🚀"])
async def test_an_article_that_does_not_exist_is_not_replaced_by_another(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert (await ask(room, "article", title=typed)).content == texts.NO_ARTICLE


async def test_topics_are_counted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(a={"topics": ["Space", "Tea"]}, b={"topics": ["Space"]})
        reply = await ask(room, "topics")
        assert reply.ephemeral
        lines = reply.embeds[0].description.split("\n")
        assert [line.split(" · last")[0] for line in lines] == [
            "**Space** · 2 articles",
            "**Tea** · 1 article",
        ]


async def test_topics_are_offered_while_typing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(a={"topics": ["Deep Space", "Tea"]}, b={"topics": ["Space"]})
        assert list(await choices(room, "latest", "topic", "sPA")) == ["Deep Space", "Space"]
        assert set(await choices(room, "latest", "topic", "")) == {"Deep Space", "Space", "Tea"}


async def test_no_more_is_offered_than_discord_takes(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        long = {f"story{n}": {"title": f"{n} 🚀" + "🚀" * 100} for n in range(30)}
        await room.fill(**long, many={"topics": [f"Topic {n}" for n in range(30)]})
        offered = await choices(room, "article", "title", "")
        assert len(offered) == 25
        assert max(len(name.encode("utf-16-le")) // 2 for name in offered) <= 100
        assert len(await choices(room, "latest", "topic", "topic")) == 25


async def test_a_topic_too_long_to_be_chosen_is_not_offered(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"topics": ["Tea " + "🚀" * 60, "Tea time"]})
        assert await choices(room, "latest", "topic", "tea") == {"Tea time": "Tea time"}


@pytest.mark.parametrize("typed", HOSTILE)
async def test_whatever_is_typed_finds_nothing_it_should_not(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(gull={"title": "Gull counted", "topics": ["Harbour"]})
        assert set(await choices(room, "article", "title", typed)) <= {"Gull counted"}
        assert await choices(room, "latest", "topic", typed) == {}
        reply = await ask(room, "article", title=typed[:100])
        assert reply.content == texts.NO_ARTICLE
        reply = await ask(room, "latest", topic=typed[:100])
        assert reply.content.startswith("There is no news of ")


async def test_held_back_and_withdrawn_articles_are_invisible(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            draft={"published": False, "topics": ["Secrets"]},
            gone={"topics": ["Past"]},
            comet={},
        )
        known = await choices(room, "article", "title", "gone")
        (room.folder / "gone.md").unlink()
        await room.ingest()
        rows = await room.desk.database.read("SELECT id FROM article WHERE title = 'Draft'")
        assert titles(await ask(room, "latest", count=10)) == ["Comet"]
        for typed in ("draft", "gone", known["Gone"], str(rows[0]["id"])):
            assert (await ask(room, "article", title=typed)).content == texts.NO_ARTICLE
        assert list(await choices(room, "article", "title", "")) == ["Comet"]
        assert list(await choices(room, "latest", "topic", "")) == ["Space"]
        for topic in ("Secrets", "Past"):
            assert "no news" in (await ask(room, "latest", topic=topic)).content
        assert "Secrets" not in (await ask(room, "topics")).embeds[0].description


async def test_colours_and_shared_pictures_are_those_of_posts(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.colours["Space"] = "#112233"
        await room.start()
        logo = {"url": "https://gazette.example.org/logo.jpg", "width": 900, "height": 600}
        await room.fill(**{name: {"images": [logo]} for name in ("comet", "gull", "tide")})
        (embed,) = (await ask(room, "article", title="comet")).embeds
        assert embed.colour.value == 0x112233
        assert (embed.image.url, embed.thumbnail.url) == (None, logo["url"])
