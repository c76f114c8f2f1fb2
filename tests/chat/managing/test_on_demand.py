"""/digest: who may see what, who may post, and where."""

import discord
import pytest

from bot.chat.posting.observer import DiscordObserver
from bot.chat.wording import texts
from tests.chat.people import titles
from tests.newsroom import newsroom
from tests.publishing import run

DAILY = {"channel": "space", "post": "digest", "topics": ["Space"]}
EACH = {"channel": "tea", "topics": ["Tea"]}


async def digest(room, what, channel="lobby", *, by=None, **options):
    """Return what the bot answers, to the asker alone."""
    reply = await (by or room.staff).slash(room.channels[channel], f"digest {what}", **options)
    assert reply.response.ephemeral
    return reply.response


async def directly(actor, what, **options):
    """Return what the bot answers in direct messages."""
    reply = await actor.user.slash(f"digest {what}", **options)
    assert reply.response.ephemeral
    return reply.response


async def abroad(room, name, *, manages=True):
    """Return someone of another server, and a channel there."""
    other = room.env.create_guild(f"Server of {name}")
    room.channels[name] = other.create_text_channel(name)
    editor = other.create_role("editor", permissions=discord.Permissions(manage_guild=manages))
    return other.add_member(room.env.create_user(name), roles=[editor])


async def test_staff_post_a_digest_ahead_of_its_time_and_hear_where_it_is(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY, EACH) as room:
        await room.fill(comet={}, gull={}, cup={"topics": ["Tea"]})
        said = (await digest(room, "now")).content
        (shown,) = room.posts("space")
        address = f"https://discord.com/channels/{room.guild.id}/{shown.channel.id}/{shown.id}"
        assert said == f"Posted:\n{address}"
        assert room.posts("tea") == []
        assert (await digest(room, "now")).content == texts.NOTHING_FOR_DIGEST
        assert len(room.posts("space")) == 1


async def test_a_digest_in_a_forum_is_linked_by_its_thread(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY, forums=("space",)) as room:
        await room.fill(comet={})
        said = (await digest(room, "now")).content
        (thread,) = room.channels["space"].threads
        assert said == f"Posted:\nhttps://discord.com/channels/{room.guild.id}/{thread.id}"


async def test_that_nothing_is_new_is_told_to_staff_and_not_to_the_channel(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"nothing_new": "tell"}) as room:
        assert (await digest(room, "now")).content == texts.NOTHING_FOR_DIGEST
        assert room.channels["space"].history() == []


async def test_a_digest_that_quiet_hours_hold_back_is_told_with_its_time(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"quiet": "22:00-07:00"}) as room:
        await room.fill(comet={}, gull={})
        assert (await digest(room, "now")).content == (
            f"{room.channels['space'].mention}: "
            "2 articles wait: it is quiet there now. They come from <t:1767250800:f> on."
        )
        assert room.posts("space") == []


async def test_a_server_without_digests_is_told_so(tmp_path):
    async with newsroom(tmp_path / "seeds", EACH) as room:
        assert (await digest(room, "now")).content == texts.NO_DIGESTS


async def test_a_closed_channel_is_named(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={})
        await room.forbid("space", "send_messages")
        said = (await digest(room, "now")).content
        assert "#space: give the bot the permission Send Messages" in said


async def test_a_digest_waits_for_its_time_when_due_articles_are_posted(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY, EACH) as room:
        await room.fill(comet={}, cup={"topics": ["Tea"]})
        reply = await room.staff.slash(room.channels["lobby"], "publish due")
        assert "Posted 1 article:" in reply.response.content
        assert room.posts("space") == []
        again = await room.staff.slash(room.channels["lobby"], "publish due")
        assert again.response.content == f"{texts.NOTHING_DUE}\n{texts.DIGESTS_WAIT}"


async def test_an_article_of_a_digest_is_said_to_be_there_already(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={})
        await room.publish()
        reply = await room.staff.slash(room.channels["space"], "publish article", title="comet")
        (shown,) = room.posts("space")
        assert reply.response.content.endswith(f"/{shown.id}")
        assert reply.response.content.startswith("That article is here already")


async def test_a_plain_member_posts_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={})
        assert (await digest(room, "now", by=room.member)).content == texts.STAFF_ONLY
        assert room.posts("space") == []


async def test_staff_of_another_server_touch_nothing_here(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        stranger = await abroad(room, "elsewhere")
        await room.fill(comet={})
        said = await digest(room, "now", "elsewhere", by=stranger)
        assert said.content == texts.NO_DIGESTS
        assert room.posts("space") == []


async def test_in_direct_messages_nothing_is_posted_and_the_way_is_told(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={})
        assert (await directly(room.staff, "now")).content == texts.SERVERS_ONLY
        assert room.posts("space") == []


async def test_anyone_sees_what_the_last_day_brought_and_nothing_is_kept_of_it(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        date = (room.env.now()).isoformat()
        await room.fill(
            comet={"publishedDateTime": date, "quality": 70},
            gull={"publishedDateTime": date, "quality": 90},
            old={"publishedDateTime": "2025-12-01T00:00:00Z"},
            held={"publishedDateTime": date, "published": False},
        )
        shown = await digest(room, "preview", by=room.member)
        assert titles(shown) == ["Gull", "Comet"]
        assert shown.content.startswith("## News digest\n**2 articles**")
        assert "Digest " not in shown.content.replace("News digest", "")
        rows = await room.desk.database.read("SELECT count(*) FROM post")
        assert rows[0][0] == 0
        await room.publish()
        assert len(room.posts("space")) == 1


async def test_a_preview_is_of_a_topic_and_of_some_days(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={}, cup={"topics": ["Tea"]}, gull={}, late={})
        assert titles(await digest(room, "preview", days=3)) == ["Comet", "Cup", "Gull"]
        shown = await digest(room, "preview", topic="Tea", days=30)
        assert (titles(shown), shown.content.split("\n")[0]) == (["Cup"], "## News digest: Tea")
        nothing = await digest(room, "preview", topic="@everyone", days=2)
        assert nothing.content == (
            "There is no news of @\u200beveryone yet. `/news topics` shows what there is."
        )
        assert (await digest(room, "preview", topic="Tea")).content == (
            "The last day brought no news of Tea. `/news latest` shows older ones."
        )
        offered = await room.member.autocomplete(
            room.channels["lobby"], "digest preview", "topic", "te"
        )
        assert [choice["name"] for choice in offered] == ["Tea"]


@pytest.mark.parametrize("days", [0, 31])
async def test_days_are_from_one_to_thirty(tmp_path, days):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        with pytest.raises(Exception, match="days"):
            await digest(room, "preview", days=days)


async def test_a_preview_leads_to_posts_of_the_asker_s_own_server_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", EACH | {"topics": []}, DAILY) as room:
        stranger = await abroad(room, "elsewhere", manages=False)
        await room.fill(comet={})
        await run(room.desk.publisher, room.desk.publisher.subscriptions[0])
        (post,) = room.posts("tea")
        here = (await digest(room, "preview", days=9)).embeds[0].description
        there = await digest(room, "preview", "elsewhere", by=stranger, days=9)
        alone = await directly(room.member, "preview", days=9)
        assert (
            f"[Post](https://discord.com/channels/{room.guild.id}/{post.channel.id}/{post.id})"
            in here
        )
        for shown in (there, alone):
            assert titles(shown) == ["Comet"]
            assert "discord.com" not in shown.embeds[0].description


async def test_a_preview_is_ranked_by_what_members_of_the_server_make_of_it(tmp_path):
    here = {"channel": "space", "discuss": "thread"}
    lately = {"publishedDateTime": "2025-12-31T12:00:00Z"}
    async with newsroom(tmp_path / "seeds", here) as room:
        await room.fill(comet=lately | {"quality": 85}, gull=lately)
        await room.publish()
        assert titles(await digest(room, "preview")) == ["Comet", "Gull"]
        (thread,) = [t for t in room.channels["space"].threads if t.name == "Gull"]
        for number in range(5):
            await room.member.send(thread, f"{number}")
        await room.desk.tally.settle(DiscordObserver(room.desk.client))
        assert titles(await digest(room, "preview")) == ["Gull", "Comet"]
        stranger = await abroad(room, "eve")
        assert titles(await digest(room, "preview", "eve", by=stranger)) == ["Comet", "Gull"]


async def test_a_preview_of_very_much_fits_into_one_answer(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(
            **{f"story{n}": {"publishedDateTime": "2025-12-31T12:00:00Z"} for n in range(120)}
        )
        shown = await digest(room, "preview")
        assert len(shown.embeds) == 10
        assert shown.content.split("\n")[1].startswith("**120 articles**")
        assert shown.embeds[-1].description.endswith("more: `/news latest`")
