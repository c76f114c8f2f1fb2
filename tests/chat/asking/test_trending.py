"""/news trending: what is good, hot, discussed in this server, and new."""

from bot.chat.posting.observer import DiscordObserver
from bot.chat.wording import texts
from tests.chat.people import above, ask, press, titles
from tests.newsroom import newsroom

DISCUSSED = {"channel": "space", "discuss": "thread"}


async def stir(room, title, replies, channel="space"):
    """Let members write in a discussion, and count that."""
    (thread,) = [t for t in room.channels[channel].threads if t.name == title]
    for number in range(replies):
        await room.member.send(thread, f"{number}")
    await room.desk.tally.settle(DiscordObserver(room.desk.client))


def footers(reply):
    """Return what stands below each article of a list."""
    return [embed.footer.text for embed in reply.embeds[1:]]


async def test_what_members_talk_about_here_comes_first_and_says_how_much(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={}, gull={}, lamp={"quality": 90})
        await room.publish()
        assert titles(await ask(room, "trending")) == ["Comet", "Gull", "Lamp"]
        await stir(room, "Gull", 3)
        await room.member.react(room.posts("space")[0], "👍")  # of the lamp
        await stir(room, "Lamp", 0)
        reply = await ask(room, "trending")
        assert titles(reply) == ["Gull", "Comet", "Lamp"]
        assert above(reply) == ("Trending", "Last 7 days", "page 1 of 1 · 3 articles")
        provider = "Puddle Bay Gazette"
        assert footers(reply) == [f"{provider} · 3 replies", provider, f"{provider} · 1 reaction"]
        assert reply.ephemeral


async def test_what_another_server_talks_about_counts_for_nothing_here(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        await stir(room, "Gull", 3)
        stranger = room.abroad()
        reply = await stranger.slash(room.channels["elsewhere"], "news trending")
        assert titles(reply.response) == ["Comet", "Gull"]
        assert titles(await ask(room, "trending")) == ["Gull", "Comet"]


async def test_a_topic_and_a_time_narrow_it_and_pages_keep_to_them(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        space = {f"story{n}": {} for n in range(6)}
        await room.fill(**space, tea={"topics": ["Tea"], "quality": 100})
        reply = await ask(room, "trending", topic="space", days=6)
        assert above(reply)[1:] == ("Space · Last 6 days", "page 1 of 2 · 6 articles")
        assert titles(await press(reply, "Next", room.member)) == ["Story5"]
        assert titles(await ask(room, "trending", days=2)) == ["Story0", "Story1"]


async def test_where_nothing_trends_that_is_said_with_what_to_try(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={"publishedDateTime": "2025-12-01T00:00:00Z"})
        assert (await ask(room, "trending")).content == texts.nothing_here("Last 7 days")
        assert (await ask(room, "trending", topic="nothing")).content == texts.no_news_of("nothing")


async def test_it_can_be_shared_and_its_pages_turn_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(**{f"story{n}": {} for n in range(6)})
        reply = await ask(room, "trending", share=True)
        assert not reply.ephemeral
        await room.start()
        assert titles(await press(reply, "Next", room.staff)) == ["Story5"]
