"""What a message is about."""

import discord
import pytest

from bot.chat.asking.message import gist, links
from bot.news.text import units
from tests.newsroom import newsroom

SPACE = {"channel": "space"}


async def said(room, content="", **embed):
    """Return a message, with the preview of a link if there is something in it."""
    message = await room.member.send(room.channels["space"], content)
    if embed:
        message.embeds = [discord.Embed(**embed)]
    return message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no link", ()),
        ("see https://a.example/b.", ("https://a.example/b",)),
        (
            "[here](https://a.example/b_c) and <https://a.example/d>",
            ("https://a.example/b_c", "https://a.example/d"),
        ),
        (
            "https://a.example/b HTTPS://a.example/b#c https://a.example/b",
            ("https://a.example/b", "https://a.example/b#c"),
        ),
        ("javascript:alert(1) ftp://a.example http:// https://user@a.example/", ()),
        ("**https://a.example/b**", ("https://a.example/b",)),
        (
            "(https://a.example/b_(c)) and [here](https://a.example/(b)(c)_(d)).",
            ("https://a.example/b_(c)", "https://a.example/(b)(c)_(d)"),
        ),
        (
            " ".join(f"https://a.example/{n}" for n in range(30)),
            tuple(f"https://a.example/{n}" for n in range(10)),
        ),
    ],
)
async def test_links_are_found_wherever_they_stand(tmp_path, text, found):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        assert links(await said(room, text)) == found


async def test_links_of_previews_come_first(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        message = await said(room, "https://a.example/1", url="https://a.example/2")
        assert links(message) == ("https://a.example/2", "https://a.example/1")


async def test_the_words_that_say_most_are_kept_in_their_order(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        text = "has <@12> seen that comet over Puddle Bay at https://a.example/night? :rocket:"
        message = await said(room, text)
        assert gist(message, 100) == "seen comet Puddle Bay rocket"
        assert gist(message, 12) == "Puddle Bay"
        assert gist(message, 0) == ""


async def test_words_of_a_title_come_before_those_of_the_text(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        message = await said(room, "astonishing", title="Comet near", description="remarkable")
        assert gist(message, 100) == "Comet near astonishing remarkable"
        assert gist(message, 10) == "Comet near"


async def test_a_forwarded_message_is_about_what_it_forwards(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        message = await said(room, "Comets everywhere https://a.example/b")
        forwarded = await room.member.forward(message, room.channels["lobby"])
        assert gist(forwarded, 100) == "Comets everywhere"
        assert links(forwarded) == ("https://a.example/b",)


async def test_however_much_there_is_the_words_fit(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        message = await said(room, "漢字かな交じり " * 200, title="🚀é" * 80)
        for room_left in (93, 50, 3):
            assert units(gist(message, room_left)) <= room_left
