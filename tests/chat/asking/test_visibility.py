"""Published news alone: what is held, withdrawn or still to come shows nowhere."""

from bot.chat.wording import texts
from tests.chat.people import ask, choices, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}


async def hide(room):
    """Fill the archive with one article to see and three to hide; return the ids of all."""
    provider = {"name": "Secret Gazette"}
    await room.fill(
        draft={"published": False, "topics": ["Secrets"], "provider": provider},
        gone={"topics": ["Past"], "provider": provider},
        soon={"publishedDateTime": "2026-06-01T00:00:00Z", "topics": ["To come"]},
        comet={},
    )
    await room.withdraw("gone")
    rows = await room.desk.database.read("SELECT title, id FROM article")
    return dict(map(tuple, rows))


async def test_hidden_articles_are_in_no_list(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await hide(room)
        assert titles(await ask(room, "latest")) == ["Comet"]
        for title in ("draft", "gone", "soon"):
            reply = await ask(room, "search", words=title)
            assert reply.content.startswith("I found nothing with ")
        for topic in ("Secrets", "Past", "To come"):
            assert "no news" in (await ask(room, "latest", topic=topic)).content
        assert "no news" in (await ask(room, "latest", provider="Secret Gazette")).content
        lines = (await ask(room, "topics")).embeds[0].description
        assert not [name for name in ("Secrets", "Past", "To come") if name in lines]


async def test_hidden_articles_are_not_shown_by_title_or_id(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        ids = await hide(room)
        for typed in ("draft", "gone", "soon", *(str(ids[n]) for n in ("Draft", "Gone", "Soon"))):
            for command in ("article", "related"):
                assert (await ask(room, command, title=typed)).content == texts.NO_ARTICLE


async def test_hidden_articles_are_not_offered(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await hide(room)
        assert list(await choices(room, "article", "title", "")) == ["Comet"]
        assert list(await choices(room, "latest", "topic", "")) == ["Space"]
        assert list(await choices(room, "search", "provider", "")) == ["Puddle Bay Gazette"]


async def test_hidden_articles_are_not_related_to_any(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            comet={"title": "Comet near"},
            draft={"title": "Comet far", "published": False},
            soon={"title": "Comet soon", "publishedDateTime": "2026-06-01T00:00:00Z"},
        )
        assert (await ask(room, "related", title="near")).content == texts.NO_RELATED
