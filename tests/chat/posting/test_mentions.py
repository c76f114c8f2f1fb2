"""Members who follow a topic are mentioned in the discussion of each new post, and only there."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.chat.looks import telling
from bot.chat.wording import follow_texts as texts
from bot.news.errand import Errand
from bot.news.follow import MENTION, MENTIONED, Mention
from bot.news.post import Fate, nonce
from tests.chat.dispatches import SEND, errand, only_post
from tests.chat.following import choose, described, followed
from tests.chat.people import press
from tests.newsroom import answer, newsroom
from tests.samples import NOW

SPACE = {"channel": "space", "discuss": "thread"}


async def follow(room, *user_ids, topic="Space", way="mention", guild=None):
    """Let members follow a topic of the archive."""
    now = room.env.now().timestamp()
    async with room.desk.database.transaction() as transaction:
        ((topic_id,),) = await transaction.read("SELECT id FROM topic WHERE name = ?", (topic,))
        await transaction.write_all(
            "INSERT INTO follow VALUES (?, ?, ?, ?, ?)",
            [(guild or room.guild.id, user, topic_id, way, now) for user in user_ids],
        )


@asynccontextmanager
async def discussed(tmp_path):
    """A newsroom in which bob follows Space, and a first article about it was just posted."""
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await follow(room, room.member.id)
        await room.publish()
        yield room


def words(room, channel="space"):
    """What the bot wrote into discussions of a channel, but for posts."""
    threads = room.channels[channel].threads
    return [m for thread in threads for m in thread.history() if not m.embeds and m.content]


async def missing(room, permission):
    """The reason of what waits for a permission in the discussion."""
    thread_id = (await only_post(room)).thread_id
    return f"<#{thread_id}>: give the bot the permission {permission}"


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_followers_are_mentioned_in_the_discussion_alone(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={}, tide={"topics": ["Harbour"]})
        await follow(room, room.member.id, room.staff.id)
        await room.publish()
        await room.desk.errands.run()
        (message,) = words(room)
        assert message.content.startswith("New for those who follow **Space**: ")
        assert {each.id for each in message.mentions} == {room.member.id, room.staff.id}
        assert message.channel.name == "Comet"
        assert [m for m in room.posts("space") if m.mentions] == []
        (body,) = room.requests("POST", f"/channels/{message.channel.id}/messages")
        users = sorted([room.member.id, room.staff.id])
        assert body["allowed_mentions"] == {"parse": [], "users": users}
        await room.desk.errands.run()
        assert len(words(room)) == 1


async def test_where_nobody_follows_nothing_is_said(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await follow(room, room.member.id, guild=12)
        await follow(room, room.staff.id, way="digest")
        await room.publish()
        await room.desk.errands.run()
        assert words(room) == []


async def test_followers_of_a_digest_s_topics_are_mentioned_in_its_discussion(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        await room.fill(comet={}, tide={"topics": ["Harbour"]})
        await follow(room, room.member.id, topic="Harbour")
        await room.publish()
        await room.desk.errands.run()
        (message,) = words(room)
        assert "**Harbour**" in message.content


async def test_more_than_one_message_may_name_are_told_in_several(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        crowd = [room.env.create_user(f"reader {number}") for number in range(2 * MENTIONED)]
        users = [room.guild.add_member(each).id for each in crowd]
        await follow(room, *users)
        await room.publish()
        room.upset(SEND, aiohttp.ServerDisconnectedError())
        await room.desk.errands.run()
        await room.env.advance_time(5)
        await follow(room, room.staff.id)  # too late for this one, and in nobody's place
        await room.desk.errands.run()
        told = [sorted(each.id for each in message.mentions) for message in words(room)]
        assert told == [users[:MENTIONED], users[MENTIONED:]]


def test_the_longest_message_is_one_that_discord_takes():
    """The longest ids that there can be, and names that grow when they are escaped."""
    users = tuple((1 << 63) - 1 - number for number in range(MENTIONED))
    deed = Errand(1, MENTION, "1", 5, {}, nonce(5, "x"), Fate.SENDING, NOW, NOW, NOW)
    (shown,) = telling.messages(deed, Mention(1 << 40, users, ("*" * 300,) * 9), {})
    assert len(shown["content"]) <= 2000
    assert len(shown["view"].children[0].custom_id) <= 100


async def test_one_tap_stops_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await follow(room, room.member.id, room.staff.id)
        await room.publish()
        await room.desk.errands.run()
        await room.start()  # anew: nothing is remembered but what the button says
        reply = await room.member.click(words(room)[0], label=texts.STOP)
        assert (reply.response.content, reply.response.ephemeral) == (texts.STOPPED, True)
        await room.fill(moon={"publishedDateTime": NOW.isoformat()})
        await room.publish()
        await room.desk.errands.run()
        assert [each.id for each in words(room)[-1].mentions] == [room.staff.id]


async def test_where_an_article_has_no_topics_any_more_a_tap_shows_what_to_stop(tmp_path):
    async with discussed(tmp_path) as room:
        await room.desk.errands.run()
        await room.withdraw("comet")
        shown = await press(words(room)[0], texts.STOP, room.member)
        assert (shown.ephemeral, described(shown)) == (True, texts.line("Space", "", "mention"))
        await choose(room, shown, "Space", what=texts.DROP)
        assert await followed(room) == {}
        shown = await press(words(room)[0], texts.STOP, room.member)
        assert described(shown) == texts.NOTHING


async def test_a_message_of_unknown_fate_is_found_by_its_button(tmp_path):
    async with discussed(tmp_path) as room:
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await room.desk.errands.run()
        await room.later(200)
        (message,) = words(room)
        done = await errand(room, MENTION)
        assert (done.fate, done.message_id) == (Fate.POSTED, message.id)


async def test_nothing_is_believed_without_the_right_to_look(tmp_path):
    async with discussed(tmp_path) as room:
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await room.desk.errands.run()
        await room.forbid("space", "read_message_history")
        await room.later(200)
        waiting = await errand(room, MENTION)
        assert waiting.fate is not Fate.POSTED
        assert waiting.reason == await missing(room, "Read Message History")
        await room.forbid("space")
        await room.later(5)
        assert len(words(room)) == 1


async def test_without_permission_it_waits_and_says_which(tmp_path):
    async with discussed(tmp_path) as room:
        await room.forbid("space", "send_messages_in_threads")
        await room.desk.errands.run()
        waiting = await errand(room, MENTION)
        wanted = await missing(room, "Send Messages In Threads")
        assert (waiting.fate, waiting.reason) == (Fate.REJECTED, wanted)
        await room.forbid("space")
        await room.later(5)
        assert len(words(room)) == 1


async def test_a_permission_that_is_given_ends_the_pause_of_a_discussion(tmp_path):
    async with discussed(tmp_path) as room:
        await room.forbid("space", "send_messages_in_threads")
        await room.desk.errands.run()
        await room.forbid("space")
        async with asyncio.timeout(10), room.desk.errands.working(lambda _: None):
            while not words(room):
                await room.env.settle()
        assert len(words(room)) == 1


async def test_of_a_discussion_that_was_deleted_nothing_more_is_tried(tmp_path):
    async with discussed(tmp_path) as room:
        room.upset(SEND, answer(404, 10003, "Unknown Channel"))
        await room.desk.errands.run()
        assert (await errand(room, MENTION)).fate is Fate.PARKED


async def test_a_discussion_that_is_opened_late_mentions_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "none"}) as room:
        await room.fill(comet={}, moon={})
        await follow(room, room.member.id)
        await room.publish()
        moon, comet = room.posts("space")
        await room.member.click(moon, label="Discuss")
        await room.desk.errands.run()
        assert len(words(room)) == 1
        await room.env.advance_time(90_000)
        await room.member.click(comet, label="Discuss")
        await room.desk.errands.run()
        assert len(words(room)) == 1


async def test_what_a_member_takes_out_of_the_archive_mentions_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"topics": ["Harbour"]}) as room:
        await room.fill(comet={}, moon={"publishedDateTime": "2025-12-01T00:00:00Z"})
        await follow(room, room.staff.id)
        for title in ("Comet", "Moon"):
            await room.member.slash(room.channels["space"], "discuss article", title=title)
            await room.desk.errands.run()
        assert [message.channel.name for message in words(room)] == ["Comet"]


async def test_after_a_day_it_is_no_news_any_more(tmp_path):
    async with discussed(tmp_path) as room:
        await room.later(90_000)
        assert words(room) == []
