"""/news latest: the newest articles, of a topic, of a provider, or of all."""

import pytest

from bot.chat.wording import texts
from tests.chat.people import above, ask, press, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
GAZETTE = {"name": "Puddle Bay Gazette", "domain": "gazette.example.org"}
LANTERN = {"name": "Lantern Street", "domain": "lantern.example.org"}


async def test_the_latest_are_listed_newest_first(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(7)})
        reply = await ask(room, "latest")
        assert titles(reply) == ["Story0", "Story1", "Story2", "Story3", "Story4"]
        assert above(reply) == ("Latest news", None, "page 1 of 2 · 7 articles")
        assert reply.ephemeral
        assert titles(await press(reply, "Next", room.member)) == ["Story5", "Story6"]


async def test_no_more_than_wanted_are_listed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(12)})
        reply = await ask(room, "latest", count=2)
        assert titles(reply) == ["Story0", "Story1"]
        assert above(reply)[2] == "page 1 of 1 · 2 articles"
        reply = await ask(room, "latest", count=6)
        assert above(reply)[2] == "page 1 of 2 · 6 articles"
        assert titles(await press(reply, "Next", room.member)) == ["Story5"]
        assert above(await ask(room, "latest", count=50))[2] == "page 1 of 3 · 12 articles"


async def test_of_more_than_a_list_holds_the_newest_are_listed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(52)})
        assert above(await ask(room, "latest"))[2] == "page 1 of 10 · the first 50 of more"
        assert above(await ask(room, "latest", count=50))[2] == "page 1 of 10 · 50 articles"


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
            assert above(reply)[1].casefold() == "computer vision"
        assert titles(await ask(room, "latest", topic="AI", count=1)) == ["Robot"]


async def test_the_latest_of_a_provider_are_asked_for_without_care_for_spelling(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            comet={"provider": LANTERN},
            gull={"provider": GAZETTE},
            tide={"provider": LANTERN, "topics": ["Sea"]},
        )
        for spelling in ("Lantern Street", "lanternstreet"):
            reply = await ask(room, "latest", provider=spelling)
            assert titles(reply) == ["Comet", "Tide"]
            assert above(reply)[1] == "Lantern Street"
        reply = await ask(room, "latest", provider="Lantern Street", topic="sea")
        assert (titles(reply), above(reply)[1]) == (["Tide"], "Sea · Lantern Street")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"topic": "Tea", "share": True},
            "There is no news of Tea yet. `/news topics` shows what there is.",
        ),
        (
            {"topic": "@everyone **tea**"},
            "There is no news of @\u200beveryone \\*\\*tea\\*\\* yet."
            " `/news topics` shows what there is.",
        ),
        (
            {"provider": "Tea [Times]"},
            "There is no news from Tea \\[Times\\] yet."
            " Choose a provider from the list as you type.",
        ),
        (
            {"topic": "\ud83d"},
            "There is no news of ? yet. `/news topics` shows what there is.",
        ),
        (
            {"topic": "Space", "provider": "Lantern Street"},
            "There is no news there: Space · Lantern Street. Leave out an option to see more.",
        ),
    ],
)
async def test_where_there_is_nothing_the_answer_says_what_to_try(tmp_path, options, said):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"topics": ["Space"]}, tide={"provider": LANTERN, "topics": []})
        reply = await ask(room, "latest", **options)
        assert (reply.content, reply.embeds, reply.ephemeral) == (said, [], True)


async def test_an_empty_archive_says_so(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        assert (await ask(room, "latest")).content == texts.NO_NEWS
        assert (await ask(room, "article", title="comet")).content == texts.NO_ARTICLE
        assert (await ask(room, "related", title="comet")).content == texts.NO_ARTICLE
        assert (await ask(room, "topics")).content == texts.NO_TOPICS
        assert (await ask(room, "search", words="comet")).content == (
            "I found nothing with comet. Use fewer words, or try other ones."
        )
