"""/news why: every stage of an article, for the managers of one server."""

import pytest

from bot.chat.wording import texts as common
from bot.chat.wording import why_texts as texts
from tests.chat.managing.subscribing import SPACE, add, told
from tests.chat.people import link, publish
from tests.newsroom import newsroom

MADE = "<t:1767225600:f>"  # when the clock of the tests starts


async def why(room, title, where="lobby", *, by=None):
    """Return the lines of what managers are told of an article."""
    reply = await (by or room.staff).slash(room.channels[where], "news why", article=title)
    assert reply.response.ephemeral
    if not reply.response.embeds:
        return reply.response.content
    return reply.response.embeds[0].description.splitlines()


async def test_it_tells_where_an_article_was_posted_and_why_not_elsewhere(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "tea", "topics": ["Tea"]}) as room:
        await room.fill(comet={})
        await add(room, "all of it", backlog="all", min_quality=90)
        await told(room, "run", name="space")
        lobby, space, tea = (room.channels[name].mention for name in ("lobby", "space", "tea"))
        assert await why(room, "comet") == [
            "**In the archive** from comet, published <t:1767139200:f>",
            "**Topics** Space · **Quality** 80",
            "Members can look it up.",
            "",
            f"**all of it** {lobby}",
            "✋ quality 80 is below 90",
            f"🔒 **space** {space}",
            f"✅ posted {MADE}: {link(room)}",
            f"🔒 **tea** {tea}",
            "✋ other topic: Space",
        ]


async def test_what_is_due_is_told_with_its_time(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert (await why(room, "comet"))[-1] == f"⏳ due with the next run, {MADE}"
        await add(room, backlog="all")
        await told(room, "pause", name="tea")
        assert (await why(room, "comet"))[-1] == texts.DUE_BUT_PAUSED


async def test_every_hold_is_told(tmp_path):
    limited = {"channel": "limited", "limit": 1}
    paced = {"channel": "paced", "hourly": 1}
    quiet = {"channel": "quiet", "quiet": "22:00-07:00"}
    async with newsroom(tmp_path / "seeds", limited, paced, quiet) as room:
        await room.fill(comet={}, older={})
        await add(room, "one by one", backlog="all", limit=1)
        await told(room, "pause", name="one by one")
        held = await why(room, "comet")
        assert held[5::2] == [
            "✋ over the limit of 1",
            texts.DUE_BUT_PAUSED,
            "✋ over the budget of 1 an hour in this channel",
            "✋ quiet hours (22:00–07:00)",
        ]


async def test_what_is_held_or_withdrawn_is_told_to_managers(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        soon = {"publishedDateTime": "2026-06-01T00:00:00Z"}
        await room.fill(draft={"published": False}, gone={}, soon=soon)
        await room.withdraw("gone")
        draft = await why(room, "draft")
        assert draft[2] == "Members cannot look it up: held by `published: false`."
        assert draft[-1] == "✋ held by \\`published: false\\`"
        gone = await why(room, "gone")
        assert gone[2] == "Members cannot look it up: withdrawn: its file is gone."
        assert gone[-1] == "✋ withdrawn: its file is gone"
        ahead = await why(room, "soon")
        assert ahead[2] == "Members cannot look it up: not yet: its date lies ahead."
        assert ahead[-1] == "✋ not yet: its date lies ahead"


@pytest.mark.parametrize(("approved", "verb"), [(True, "approved"), (False, "rejected")])
async def test_what_staff_decided_is_told_but_not_who_it_was(tmp_path, approved, verb):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"published": False})
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        seen = (await room.desk.reviews.card(key)).version
        await room.desk.reviews.decide(key, seen, approved=approved, by=room.staff.id)
        lines = await why(room, "comet")
        assert lines[3] == f"Held for review, and {verb} {MADE}."
        assert str(room.staff.id) not in "".join(lines)


@pytest.mark.parametrize("command", ["news why", "publish article"])
async def test_what_members_cannot_see_is_told_only_where_it_is_followed(tmp_path, command):
    option = "article" if command == "news why" else "title"
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        eve = room.abroad()
        await room.start()
        await room.fill(
            draft={"published": False},
            soon={"publishedDateTime": "2026-06-01T00:00:00Z"},
            gone={},
            secret={"published": False, "topics": ["Secrets"]},
            comet={"topics": ["Tea"]},
        )
        await room.withdraw("gone")
        rows = await room.desk.database.read("SELECT id FROM article WHERE title <> 'Comet'")

        async def offered(actor, channel, typed=""):
            found = await actor.autocomplete(room.channels[channel], command, option, typed)
            return [choice["name"] for choice in found]

        assert await offered(room.staff, "lobby") == ["Soon", "Draft", "Gone", "Comet"]
        assert await offered(room.staff, "lobby", "dra") == ["Draft"]
        assert await offered(eve, "elsewhere") == ["Comet"]
        for typed in ("Draft", "Soon", "Gone", "Secret", *(str(row["id"]) for row in rows)):
            reply = await eve.slash(room.channels["elsewhere"], command, **{option: typed})
            assert reply.response.content == common.NO_ARTICLE
        reply = await room.staff.slash(room.channels["lobby"], command, **{option: "Secret"})
        assert reply.response.content == common.NO_ARTICLE
        await add(room, "all", "elsewhere", by=eve, topics="Secrets")
        assert await offered(eve, "elsewhere") == ["Secret", "Comet"]


async def test_what_staff_chose_or_another_subscription_posted_is_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"name": "second", "channel": "space"}) as room:
        await room.fill(comet={}, gull={})
        await publish(room, "article", title="comet")
        await publish(room, "article", "space", title="gull")
        lines = await why(room, "comet")
        assert lines[-2:] == [
            room.channels["lobby"].mention,
            f"✅ posted {MADE} (by hand): {link(room, 'lobby')}",
        ]
        assert (await why(room, "gull"))[-1] == f"✅ posted {MADE} (by hand): {link(room)}"
        await told(room, "run", name="second")
        assert (await why(room, "comet"))[7] == f"✅ posted {MADE} (second): {link(room, number=1)}"


async def test_of_a_post_that_was_deleted_the_time_and_the_channel_are_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"retractions": "delete"}) as room:
        await room.fill(comet={})
        await publish(room, "due")
        await room.withdraw("comet")
        await room.later(3600)
        assert room.posts("space") == []
        here = f"https://discord.com/channels/{room.guild.id}/{room.channels['space'].id}"
        assert (await why(room, "comet"))[-1] == f"✅ posted {MADE}, and deleted since: {here}"


async def test_nothing_of_another_server_is_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        eve = room.abroad()
        await room.start()
        await room.fill(comet={})
        await publish(room, "due")
        told_abroad = await why(room, "comet", "elsewhere", by=eve)
        assert told_abroad[4:] == [texts.NOWHERE]


async def test_plain_members_are_refused_and_offered_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, draft={"published": False})
        lobby = room.channels["lobby"]
        assert await why(room, "comet", by=room.member) == common.STAFF_ONLY
        assert await room.member.autocomplete(lobby, "news why", "article", "") == []
        offered = await room.staff.autocomplete(lobby, "news why", "article", "")
        assert [choice["name"] for choice in offered] == ["Comet", "Draft"]
        assert await why(room, "?!") == common.NO_ARTICLE
