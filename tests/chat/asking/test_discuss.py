"""Discussions that members ask for: with the button below a post, and with /discuss."""

import aiohttp
import discord
import pytest

from bot.chat.wording import discussion_texts as texts
from bot.chat.wording import follow_texts
from bot.chat.wording import texts as common
from bot.news.post import Fate
from tests.chat.dispatches import JOIN, OPEN, SEND, only_post
from tests.chat.people import shown_by
from tests.newsroom import answer, newsroom

SPACE = {"channel": "space"}
DISCUSSED = SPACE | {"discuss": "thread"}
GONE_WRONG = common.FAILED.partition("{")[0]


async def press(room, by=None, message=None):
    """Return what a member is told who presses Discuss below the first post."""
    shown = message or room.posts("space")[0]
    told = shown_by(await (by or room.member).click(shown, label=texts.DISCUSS))
    assert told.ephemeral
    return told.content


async def discuss(room, title, channel="space", by=None):
    """Return what a member is told who asks for a discussion in a channel."""
    place = room.channels[channel] if isinstance(channel, str) else channel
    reply = await (by or room.member).slash(place, "discuss article", title=title)
    assert reply.response.ephemeral
    return reply.response.content


def members(room, thread_id):
    """Return who is in a thread."""
    return set(room.env.backend.get_thread(thread_id).thread_members)


@pytest.mark.parametrize("subscription", [SPACE, DISCUSSED])
async def test_the_button_below_a_post_leads_into_its_discussion(tmp_path, subscription):
    async with newsroom(tmp_path / "seeds", subscription) as room:
        await room.fill(comet={})
        await room.publish()
        told = await press(room)
        (thread,) = room.channels["space"].threads
        assert (thread.id, thread.name) == (room.posts("space")[0].id, "Comet")
        assert told == texts.inside(thread.mention)
        assert room.member.id in members(room, thread.id)
        post = await only_post(room)
        assert (post.thread_id, post.wants_discussion) == (thread.id, False)


async def test_the_buttons_below_a_post_of_what_was_published_before_1970_work(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"backlog": "all"}) as room:
        await room.fill(moon={"publishedDateTime": "1969-07-20T20:17:40Z"})
        await room.publish()
        told = await press(room)
        (thread,) = room.channels["space"].threads
        assert told == texts.inside(thread.mention)
        followed = await room.member.click(room.posts("space")[0], label=follow_texts.FOLLOW)
        assert followed.response.components


async def test_who_comes_second_is_brought_into_the_discussion_that_was_faster(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(OPEN, answer(400, 160004, "A thread has already been created"), done=True)
        told = await press(room)
        (thread,) = room.channels["space"].threads
        assert told == texts.inside(thread.mention)


async def test_the_button_works_until_the_post_of_a_corrected_date_is_drawn_anew(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await room.fill(comet={"publishedDateTime": "2025-12-01T00:00:00Z"})
        told = await press(room)
        (thread,) = room.channels["space"].threads
        assert told == texts.inside(thread.mention)


async def test_the_button_works_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        shown = room.posts("space")[0]
        await room.start()
        assert await press(room, message=shown) == texts.inside(f"<#{shown.id}>")


async def test_a_forum_post_is_its_own_discussion_and_has_no_such_button(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        (message,) = thread.history()
        labels = [b.label for row in message.components for b in row.children]
        assert labels == [common.READ, follow_texts.FOLLOW]


async def test_why_there_is_no_discussion_now_is_told_and_the_next_press_tries_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(OPEN, answer(400, 160006, "Maximum number of active threads reached"))
        told = await press(room)
        assert told.startswith(texts.not_open("#space: Maximum number of active threads"))
        await room.forbid("space", "create_public_threads")
        assert "give the bot the permission Create Public Threads" in await press(room)
        await room.forbid("space")
        room.upset(OPEN, aiohttp.ServerDisconnectedError(), done=True)
        assert "no answer from Discord" in await press(room)
        assert await press(room) == texts.inside(f"<#{room.posts('space')[0].id}>")


async def test_what_the_bot_lacks_to_bring_a_member_in_is_named(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        await room.forbid("space", "send_messages_in_threads")
        room.upset(JOIN, answer(403, 50013, "Missing Permissions"))
        mend = "#space: give the bot the permission Send Messages In Threads"
        assert await press(room) == texts.not_open(mend)


async def test_a_post_that_was_deleted_cannot_be_discussed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(OPEN, answer(404, 10008, "Unknown Message"))
        assert await press(room) == texts.not_open("#space: the post was deleted")


@pytest.mark.parametrize("code", [30033, 160005])
async def test_who_cannot_be_added_is_told_where_the_discussion_is(tmp_path, code):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(JOIN, answer(400, code, "Full, or locked"))
        assert await press(room) == texts.outside(f"<#{room.posts('space')[0].id}>")


async def test_a_discussion_that_was_deleted_is_opened_anew_if_discord_lets_it(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(JOIN, answer(404, 10003, "Unknown Channel"))
        room.upset(OPEN, answer(400, 160004, "A thread has already been created"))
        thread = f"<#{room.posts('space')[0].id}>"
        assert await press(room) == texts.inside(thread)


@pytest.mark.parametrize("subject", ["", "0", "beef", "f" * 40])
async def test_a_button_that_no_version_wrote_says_that_there_is_no_post(tmp_path, subject):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        shown = room.posts("space")[0]
        stored = room.env.backend.get_message(shown.channel.id, shown.id)
        custom_id = f"post:discuss:{subject}"
        stored.components[0]["components"][1]["custom_id"] = custom_id
        reply = shown_by(await room.member.click(shown, custom_id=custom_id))
        assert reply.content == texts.NO_POST


async def test_discuss_opens_the_discussion_of_any_article_here_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"topics": ["Harbour"]}) as room:
        await room.fill(comet={}, gull={})
        assert await room.publish() == ()
        told = await discuss(room, "comet")
        (thread,) = room.channels["space"].threads
        assert told == texts.inside(thread.mention)
        assert await discuss(room, "comet", by=room.staff) == told
        assert [m.embeds[0].title for m in room.posts("space")] == ["Comet"]
        assert {room.member.id, room.staff.id} <= members(room, thread.id)
        await room.publish()
        assert len(room.posts("space")) == 1


async def test_discuss_pings_nobody_and_works_where_no_subscription_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"mention": 5}) as room:
        await room.fill(comet={})
        for channel in ("space", "lobby"):
            await discuss(room, "comet", channel)
        for body in room.requests("POST", "/channels/*/messages"):
            assert (body["content"], body["allowed_mentions"]) == (None, {"parse": []})
        assert len(room.channels["lobby"].threads) == 1


async def test_in_a_thread_the_channel_around_it_gets_the_discussion(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED | {"limit": 1}) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        (first,) = room.channels["space"].threads
        await discuss(room, "comet", first)
        assert {t.name for t in room.channels["space"].threads} == {"Comet", "Gull"}


async def test_an_article_of_a_digest_is_discussed_under_the_digest(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        told = await discuss(room, "comet")
        (thread,) = room.channels["space"].threads
        assert (told, thread.id) == (texts.inside(thread.mention), room.posts("space")[0].id)


async def silence(room, *permissions):
    """Take permissions from all in a channel but the bot."""
    there = room.desk.client.get_channel(room.channels["space"].id)
    for whom, value in ((there.guild.me, True), (there.guild.default_role, False)):
        with room.arranging():
            overwrite = discord.PermissionOverwrite(**dict.fromkeys(permissions, value))
            await there.set_permissions(whom, overwrite=overwrite)
            await room.env.settle()


RIGHTS = ["send_messages", "create_public_threads", "send_messages_in_threads"]


@pytest.mark.parametrize("right", RIGHTS)
async def test_who_may_not_write_here_opens_nothing_but_finds_what_there_is(tmp_path, right):
    async with newsroom(tmp_path / "seeds", DISCUSSED | {"limit": 1}) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        await silence(room, right)
        assert await discuss(room, "comet") == texts.NOT_HERE
        assert (await discuss(room, "gull")).startswith("You are in: ")
        assert len(room.posts("space")) == 1


@pytest.mark.parametrize("right", RIGHTS[1:])
async def test_below_a_post_nobody_opens_a_discussion_who_may_open_none(tmp_path, right):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await silence(room, right)
        assert [await press(room), await discuss(room, "comet")] == [texts.NOT_HERE] * 2
        assert len(room.channels["space"].threads) == 0


async def test_in_a_channel_for_reading_members_open_discussions_below_what_there_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await silence(room, "send_messages")
        assert (await press(room)).startswith("You are in: ")


async def test_who_may_not_write_in_discussions_does_not_open_one_again(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        with room.arranging():
            await room.desk.client.get_channel(thread.id).edit(archived=True)
            await room.env.settle()
        await silence(room, "send_messages_in_threads")
        room.upset(JOIN, answer(400, 50083, "Thread is archived"))
        assert await press(room) == texts.outside(thread.mention)


async def test_in_a_forum_the_right_to_write_is_enough_to_post(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"limit": 1}, forums=("space",)) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        (thread,) = room.channels["space"].threads
        await silence(room, "create_public_threads")
        assert (await discuss(room, "comet", thread)).startswith("You are in: ")
        assert {t.name for t in room.channels["space"].threads} == {"Comet", "Gull"}


async def test_what_cannot_be_posted_is_told_with_the_reason(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"topics": ["Harbour"]}) as room:
        await room.fill(comet={}, held={"published": False})
        assert await discuss(room, "held") == common.NO_ARTICLE
        await room.forbid("space", "embed_links")
        room.upset(SEND, answer(403, 50013, "Missing Permissions"))
        told = await discuss(room, "comet")
        assert told == texts.not_open("#space: give the bot the permission Embed Links")
        assert (await only_fate(room, "comet")) is Fate.REJECTED


async def only_fate(room, slug):
    """Return what became of an article in the channel."""
    rows = await room.desk.database.read(
        "SELECT fate FROM post JOIN article ON article.id = article_id WHERE slug = ?", (slug,)
    )
    return Fate(rows[0]["fate"])


async def test_titles_are_offered_while_typing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, gull={}, held={"published": False})
        offered = await room.member.autocomplete(
            room.channels["space"], "discuss article", "title", ""
        )
        assert [choice["name"] for choice in offered] == ["Comet", "Gull"]


async def test_a_discussion_that_was_deleted_for_good_is_said_to_be(tmp_path):
    async with newsroom(tmp_path / "seeds", DISCUSSED) as room:
        await room.fill(comet={})
        await room.publish()
        with room.arranging():
            await room.desk.client.get_channel(room.posts("space")[0].id).delete()
            await room.env.settle()
        room.upset(OPEN, answer(400, 160004, "A thread has already been created"))
        assert await press(room) == texts.GONE
