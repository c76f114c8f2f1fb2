"""The menu of a message: news related to a post of the bot, and news about any message."""

import pytest

from bot.chat.wording import texts
from tests.chat.people import above, ask, press, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
STORIES = {
    "near": {"title": "Comet near the harbour", "excerpt": ""},
    "far": {"title": "Comet far from the harbour", "excerpt": ""},
    "gull": {"title": "Gulls counted", "topics": ["Birds"], "excerpt": ""},
}


async def menu(room, name, message, channel="space"):
    """Return what a member is answered who chooses something in a message's menu."""
    reply = await room.member.context_menu(room.channels[channel], name, message)
    assert reply.response.ephemeral
    return reply.response


async def post_of(room, title):
    """Post everything and return the post of an article."""
    await room.publish()
    (post,) = [p for p in room.posts("space") if p.embeds[0].title == title]
    return post


async def test_related_news_of_a_post_are_those_of_its_article(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        post = await post_of(room, "Comet near the harbour")
        reply = await menu(room, "Related news", post)
        assert above(reply)[0] == "Related to: Comet near the harbour"
        assert titles(reply) == ["Comet far from the harbour"]


async def test_related_news_of_a_post_whose_article_is_gone_are_gone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        post = await post_of(room, "Comet near the harbour")
        await room.withdraw("near")
        assert (await menu(room, "Related news", post)).content == texts.GONE


async def test_related_news_of_a_list_are_those_of_its_first_article(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        listed = await ask(room, "latest", share=True)
        reply = await menu(room, "Related news", listed, "lobby")
        assert above(reply)[0] == "Related to: Comet near the harbour"
        shown = await ask(room, "article", title="far", share=True)
        reply = await menu(room, "Related news", shown, "lobby")
        assert above(reply)[0] == "Related to: Comet far from the harbour"


@pytest.mark.parametrize("name", ["Related news", "Find news about this"])
async def test_any_message_is_asked_about_by_its_words(tmp_path, name):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        said = "Did you all see that comet over the harbour?"
        message = await room.member.send(room.channels["space"], said)
        reply = await menu(room, name, message)
        assert above(reply)[:2] == ("News about that message", "closest to: see comet harbour")
        assert set(titles(reply)) == {"Comet near the harbour", "Comet far from the harbour"}


async def test_the_article_at_a_link_comes_first_on_every_page(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        more = {f"c{n}": {"title": f"Comet seen {n}", "excerpt": ""} for n in range(6)}
        await room.fill(**more, **STORIES)
        link = "<https://gazette.example.org/gull?utm_source=chat>."
        message = await room.member.send(room.channels["space"], f"Not a comet: {link}")
        reply = await menu(room, "Find news about this", message)
        assert titles(reply)[0] == "Gulls counted"
        assert above(reply)[2] == "page 1 of 2 · 9 articles"
        first = titles(reply)
        reply = await press(reply, "Next", room.member)
        assert len({*first, *titles(reply)}) == 9
        reply = await press(reply, "Previous", room.member)
        assert titles(reply) == first


async def test_a_message_with_nothing_but_a_link_finds_its_article(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        url = "https://gazette.example.org/gull"
        message = await room.member.send(room.channels["space"], url)
        reply = await menu(room, "Find news about this", message)
        assert (titles(reply), above(reply)[1]) == (["Gulls counted"], None)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("🚀 ?! <@12> it is", texts.NO_SUBJECT),
        ("zeppelins everywhere", texts.NOTHING_ABOUT),
        ("https://elsewhere.example.org/", texts.NOTHING_ABOUT),
        ("' OR 1=1 -- MATCH(x) \" *", texts.NOTHING_ABOUT),
    ],
)
async def test_where_nothing_fits_a_message_the_answer_says_what_to_try(tmp_path, said, answer):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        message = await room.member.send(room.channels["space"], said)
        assert (await menu(room, "Find news about this", message)).content == answer


async def test_held_articles_are_not_found_by_their_links(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(draft={"published": False})
        url = "https://gazette.example.org/draft"
        message = await room.member.send(room.channels["space"], url)
        reply = await menu(room, "Find news about this", message)
        assert (reply.content, reply.embeds) == (texts.NOTHING_ABOUT, [])
