"""/news related: what an article lists itself, then what the archive has close to it."""

from bot.chat.wording import texts
from tests.chat.people import above, ask, press, titles
from tests.chat.reading import read
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
COVERAGE = [
    {
        "title": "Comet [from] the pier",
        "webUrl": "https://courier.example.com/pier",
        "provider": {"name": "Courier"},
        "publishedDateTime": "2025-12-30T12:00:00Z",
    }
]


async def test_listed_coverage_comes_first_then_the_nearest_articles(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            comet={"title": "Comet near", "related": COVERAGE},
            again={"title": "Comet far"},
            gull={"title": "Gull counted", "topics": ["Birds"], "excerpt": ""},
        )
        reply = await ask(room, "related", title="near")
        assert titles(reply) == ["Comet far"]
        heading = reply.embeds[0]
        assert above(reply) == ("Related to: Comet near", None, "page 1 of 1 · 1 article")
        assert heading.url == "https://gazette.example.org/comet"
        (field,) = heading.fields
        assert field.name == texts.RELATED
        assert read(field.value) == (
            "Comet [from] the pier · Courier · <t:1767096000:R>",
            ["https://courier.example.com/pier"],
        )


async def test_the_coverage_is_shown_even_if_the_archive_has_nothing_close(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"related": COVERAGE})
        reply = await ask(room, "related", title="comet", share=True)
        assert above(reply) == ("Related to: Comet", None, None)
        assert (len(reply.embeds), reply.ephemeral) == (1, False)


async def test_where_nothing_is_close_the_answer_says_so(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await ask(room, "related", title="comet", share=True)
        assert (reply.content, reply.ephemeral) == (texts.NO_RELATED, True)


async def test_related_news_have_pages_too(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"c{n}": {"title": f"Comet seen {n}"} for n in range(8)})
        reply = await ask(room, "related", title="Comet seen 0")
        found = titles(reply)
        reply = await press(reply, "Next", room.member)
        assert above(reply)[2] == "page 2 of 2 · 7 articles"
        assert sorted(found + titles(reply)) == [f"Comet seen {n}" for n in range(1, 8)]
