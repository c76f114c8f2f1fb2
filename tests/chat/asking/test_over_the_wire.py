"""Lookups as they go over real HTTP and a real websocket."""

from tests.chat.wired import place
from tests.samples import article
from tests.wire.actor import enter


def titles(message):
    """Return the titles of the articles in a message."""
    return [embed["title"] for embed in message["embeds"] if embed.get("timestamp")]


async def test_a_member_looks_turns_opens_and_shares(tmp_path):
    stories = [article(f"s{n}", title=f"Comet seen {n}") for n in range(7)]
    async with place(tmp_path) as here, here.bot(*stories):
        member, other = enter(here.wire, here.channel), enter(here.wire, here.channel, "Ben")
        offered = await member.complete("news latest", "topic", "sp")
        assert [choice["name"] for choice in offered.choices] == ["Space"]
        shown = await member.slash("news search", words="comet")
        assert (len(titles(shown.message)), shown.ephemeral) == (5, True)
        shown = await member.click(shown.message, "Next")
        assert len(titles(shown.message)) == 2
        select = shown.message["components"][0]["components"][0]
        value = select["options"][0]["value"]
        opened = await member.select(shown.message, select["custom_id"], value)
        assert titles(opened.message) == [select["options"][0]["label"]]
        back = await member.click(opened.message, "Back to the list")
        shared = await member.click(back.message, "Share")
        assert not shared.ephemeral
        copy = await other.click(shared.message, "Previous")
        assert (len(titles(copy.message)), copy.ephemeral) == (5, True)
        assert len(titles(shared.message)) == 2
