"""Posts of announcement channels are published to the servers that follow them, each once."""

import aiohttp
import discord
import pytest

from bot.news.crosspost import CROSSPOST
from bot.news.post import Fate
from bot.store import errands
from tests.chat.dispatches import errand, publish_unanswered
from tests.newsroom import answer, newsroom
from tests.samples import write

SPACE = {"channel": "space"}
PUBLISH = "POST /channels/{channel_id}/messages/{message_id}/crosspost"
NEWS = ("space",)


def published(room):
    """The titles of the posts that are published; SimCord marks those with a flag of another."""
    marked = (m for m in room.posts("space") if m.flags.crossposted or m.flags.is_crossposted)
    return [m.embeds[0].title for m in marked]


def asked(room):
    """How many requests to publish there were."""
    return len(room.requests("POST", "/channels/*/messages/*/crosspost"))


async def test_each_post_of_an_announcement_channel_is_published_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={}, moon={})
        await room.publish()
        await room.desk.errands.run()
        await room.start()
        await room.publish()
        await room.desk.errands.run()
        assert sorted(published(room)) == ["Comet", "Moon"]
        assert asked(room) == 2


async def test_elsewhere_nothing_is_published(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "talk"}, forums=("talk",)) as room:
        await room.fill(comet={})
        await room.publish()
        await room.desk.errands.run()
        assert asked(room) == 0
        post_ids = await room.desk.database.read("SELECT id FROM post")
        for (post_id,) in post_ids:
            assert await errands.find(room.desk.database, CROSSPOST, str(post_id)) is None


async def test_it_can_be_switched_off(tmp_path):
    wanted = SPACE | {"crosspost": False}
    async with newsroom(tmp_path / "seeds", wanted, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        await room.desk.errands.run()
        assert asked(room) == 0


async def test_a_digest_is_published_with_each_of_its_messages(tmp_path):
    wanted = SPACE | {"post": "digest"}
    async with newsroom(tmp_path / "seeds", wanted, announcements=NEWS) as room:
        await room.fill(**{f"a{number}": {} for number in range(300)})
        await room.publish()
        await room.desk.errands.run()
        assert asked(room) == 2


async def test_that_there_is_no_news_is_told_to_no_other_server(tmp_path):
    wanted = SPACE | {"post": "digest", "nothing_new": "tell"}
    async with newsroom(tmp_path / "seeds", wanted, announcements=NEWS) as room:
        await room.publish()
        await room.desk.errands.run()
        (line,) = room.channels["space"].history()
        assert line.content.startswith("Nothing new")
        assert asked(room) == 0


async def test_what_was_found_after_a_lost_answer_is_published_too(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await publish_unanswered(room, arrives=True)
        await room.env.advance_time(200)
        await room.publish()
        await room.desk.errands.run()
        assert published(room) == ["Comet"]


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("error", [answer(502, 0), aiohttp.ServerDisconnectedError()])
async def test_without_an_answer_it_is_asked_again_and_published_already_is_success(
    tmp_path, error, done
):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(PUBLISH, error, done=done)
        await room.desk.errands.run()
        await room.later(10)
        assert published(room) == ["Comet"]
        done_with = await errand(room, CROSSPOST)
        assert (done_with.fate, done_with.settled) == (Fate.POSTED, True)


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (400, 50024)])
async def test_what_cannot_be_published_any_more_is_done_with(tmp_path, status, code):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(PUBLISH, answer(status, code))
        await room.desk.errands.run()
        assert (await errand(room, CROSSPOST)).settled


async def test_ten_an_hour_are_published_and_the_rest_after_them(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(**{f"a{number:02}": {} for number in range(23)})
        await room.publish()
        for so_far in (10, 10, 20, 20, 23):
            await room.desk.errands.run()
            assert len(published(room)) == so_far
            await room.env.advance_time(1801)


async def test_where_discord_asks_to_wait_longer_edits_of_the_channel_go_on(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(PUBLISH, discord.RateLimited(1800))
        await room.env.advance_time(10)
        write(room.folder, "comet", title="Comet, really")
        await room.ingest()
        await room.desk.errands.run()
        assert room.posts("space")[0].embeds[0].title == "Comet, really"
        assert published(room) == []
        await room.later(1780)
        assert published(room) == []
        await room.later(20)
        assert published(room) == ["Comet, really"]


async def withdraw(room):
    """Take the file away, and do what is to be done at once."""
    await room.withdraw("comet")
    await room.desk.errands.run()


async def test_what_is_retracted_by_then_is_not_published_until_it_is_back(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        await withdraw(room)
        for _ in range(3):
            await room.later(3600)
        assert asked(room) == 0
        assert (await errand(room, CROSSPOST)).settled
        await room.fill(comet={})
        for _ in range(2):
            await room.desk.errands.run()
        assert published(room) == ["Comet"]


async def test_a_file_that_is_away_for_a_moment_delays_its_publication(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        await withdraw(room)
        assert asked(room) == 0
        await room.fill(comet={})
        await room.later(10)
        assert published(room) == ["Comet"]


async def test_where_nothing_may_be_published_what_is_wrong_is_corrected_all_the_same(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        await room.desk.errands.run()
        await room.fill(moon={})
        await room.publish()
        await room.forbid("space", "send_messages")
        await room.desk.errands.run()
        await withdraw(room)
        for _ in range(3):
            await room.later(3600)
        titles = [message.embeds[0].title for message in room.posts("space")]
        assert titles == ["~~Comet~~", "Moon"]
        assert published(room) == ["~~Comet~~"]


async def test_without_permission_it_waits_and_says_which(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, announcements=NEWS) as room:
        await room.fill(comet={})
        await room.publish()
        await room.forbid("space", "send_messages")
        await room.desk.errands.run()
        waiting = await errand(room, CROSSPOST)
        assert waiting.reason == "#space: give the bot the permission Send Messages"
        await room.forbid("space")
        await room.later(5)
        assert published(room) == ["Comet"]
