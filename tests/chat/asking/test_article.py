"""/news article: one article in full, by its title."""

import pytest

from bot.chat.wording import texts
from tests.chat.people import ask, choices, controls, press, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}


async def test_an_article_is_shown_in_full_by_choice(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "Comet seen"}, gull={"title": "Gull counted"})
        offered = await choices(room, "article", "title", "seen com")
        assert list(offered) == ["Comet seen"]
        reply = await ask(room, "article", title=offered["Comet seen"])
        (embed,) = reply.embeds
        assert (embed.title, embed.author.name) == ("Comet seen", "Puddle Bay Gazette")
        assert list(controls(reply)) == ["Read the article", "Related news", "Share"]
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


@pytest.mark.parametrize("command", ["article", "related"])
@pytest.mark.parametrize("typed", ["tea", "comet tea", "?!", " ", "12345", "🚀"])
async def test_an_article_that_does_not_exist_is_not_replaced_by_another(tmp_path, command, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert (await ask(room, command, title=typed)).content == texts.NO_ARTICLE


async def test_what_is_related_to_an_article_is_a_press_away(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(new={"title": "Comet near"}, old={"title": "Comet far"})
        reply = await ask(room, "article", title="near")
        found = await press(reply, "Related news", room.member)
        assert found.embeds[0].title == "Related to: Comet near"
        assert titles(found) == ["Comet far"]


async def test_colours_and_shared_pictures_are_those_of_posts(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.colours["Space"] = "#112233"
        await room.start()
        logo = {"url": "https://gazette.example.org/logo.jpg", "width": 900, "height": 600}
        await room.fill(**{name: {"images": [logo]} for name in ("comet", "gull", "tide")})
        (embed,) = (await ask(room, "article", title="comet")).embeds
        assert embed.colour.value == 0x112233
        assert (embed.image.url, embed.thumbnail.url) == (None, logo["url"])
