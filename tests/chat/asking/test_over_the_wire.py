"""Lookups as they go over real HTTP and a real websocket."""

from datetime import UTC, datetime

from bot.config import fitted
from bot.desk import open_desk
from tests.samples import NOW, article
from tests.store.archive import keep
from tests.wire.actor import enter
from tests.wire.client import logged_in
from tests.wire.server import serve
from tests.wire.world import World


def titles(message):
    """Return the titles of the articles in a message."""
    return [embed["title"] for embed in message["embeds"] if embed.get("timestamp")]


async def test_a_member_looks_turns_opens_and_shares(tmp_path):
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Puddle Bay"), "lobby")
    settings, _ = fitted({"database": str(tmp_path / "broadsheet.db")})
    async with serve(world) as wire, open_desk(settings, lambda: NOW) as desk:
        stories = [article(f"s{n}", title=f"Comet seen {n}") for n in range(7)]
        await keep(desk.database, *stories)
        async with logged_in(wire, desk.client):
            member, other = enter(wire, channel), enter(wire, channel, "Ben")
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
        assert wire.unknown == []
