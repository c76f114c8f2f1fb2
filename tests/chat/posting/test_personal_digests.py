"""Personal digests: by direct message, once a day at most, of what is new in what is followed."""

import re
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.chat.wording import follow_texts as texts
from bot.errors import OutletError
from bot.news.post import Fate
from bot.store import follows
from tests.chat.dispatches import BAD_PICTURE, SEND
from tests.chat.following import described, followed
from tests.chat.people import ask, press
from tests.newsroom import answer, newsroom
from tests.samples import NOW

SPACE = {"channel": "space", "topics": ["Space"], "discuss": "thread"}
ALL = {"channel": "all"}
DAY = 86_400
SETTLED = 360  # seconds after which a post surely counts
NEW = {"publishedDateTime": NOW.isoformat()}


@asynccontextmanager
async def reading(tmp_path, *subscriptions, way="digest", **options):
    """A newsroom in which bob follows Space, and what was there before is posted."""
    async with newsroom(tmp_path / "seeds", *(subscriptions or (SPACE, ALL)), **options) as room:
        await room.fill(old={})
        await room.publish()
        await room.env.advance_time(SETTLED)
        await ask(room, "follow", topic="Space", how=way)
        await room.env.advance_time(1)
        yield room


async def news(room, *slugs, **fields):
    """Let there be news, posted everywhere."""
    await room.fill(**dict.fromkeys(slugs, NEW | fields))
    await room.publish()
    await room.env.advance_time(SETTLED)


async def morning(room, days=1):
    """Let it become the next morning: the round, and what comes of it."""
    await room.env.advance_time(days * DAY)
    await go_round(room)
    await room.desk.errands.run()


async def go_round(room):
    await room.desk.rounds.promise(room.env.now())
    await room.desk.rounds.call_roll(room.env.now())


class Jobs:
    """A schedule that only remembers what it was given."""

    def __init__(self):
        self.jobs = {}

    def add(self, name, job, upcoming, *, since):
        self.jobs[name] = (job, upcoming, since)


def read(room, user=None):
    """What a member got by direct message, oldest first: the titles in each."""
    return [[embed.title for embed in m.embeds] for m in messages(room, user)]


def messages(room, user=None):
    return (user or room.member.user).dm_channel.history()


async def test_in_the_morning_a_member_reads_what_is_new_since_they_chose_so(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet", "moon")
        await news(room, "tide", topics=["Harbour"])
        await morning(room)
        (message,) = messages(room)
        assert sorted(embed.title for embed in message.embeds) == ["Comet", "Moon"]
        assert message.content.startswith("## News digest: Space")
        assert room.env.http_requests  # and all were such as Discord takes
        (thread,) = [t for t in room.channels["space"].threads if t.name == "Comet"]
        link = f"https://discord.com/channels/{room.guild.id}/{thread.id}"
        assert any(link in (embed.description or "") for embed in message.embeds)


async def test_where_there_is_nothing_new_nothing_is_sent(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "tide", topics=["Harbour"])
        await morning(room)
        assert read(room) == []


async def test_each_article_is_read_once_however_often_it_is_posted(tmp_path):
    later = ALL | {"topics": ["Sky"]}
    async with reading(tmp_path, SPACE, later) as room:
        await news(room, "comet")
        await morning(room)
        await news(room, "comet", topics=["Space", "Sky"])  # now another channel posts it, too
        assert len(room.posts("all")) == 1
        await news(room, "moon")
        await morning(room)
        assert read(room) == [["Comet"], ["Moon"]]


async def test_once_a_day_is_all_however_often_somebody_goes_round(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet")
        await morning(room)
        await news(room, "moon")
        await room.start()
        await morning(room, days=0)
        assert read(room) == [["Comet"]]
        await morning(room)
        assert read(room) == [["Comet"], ["Moon"]]


async def test_what_is_in_a_channel_s_digest_is_new_as_well(tmp_path):
    async with reading(tmp_path, SPACE | {"post": "digest"}) as room:
        await news(room, "comet")
        await morning(room)
        assert read(room) == [["Comet"]]


async def test_what_was_withdrawn_meanwhile_is_left_out(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet", "moon")
        await room.withdraw("comet")
        await morning(room)
        assert read(room) == [["Moon"]]


async def test_what_another_member_takes_out_of_the_archive_is_not_new(tmp_path):
    async with reading(
        tmp_path, SPACE | {"topics": ["Harbour"]}, ALL | {"topics": ["Sky"]}
    ) as room:
        await room.fill(moon={"publishedDateTime": "2025-12-01T00:00:00Z"}, comet=NEW)
        for title in ("Moon", "Comet"):
            await room.staff.slash(room.channels["space"], "discuss article", title=title)
        await room.env.advance_time(SETTLED)
        await morning(room)
        assert read(room) == [["Comet"]]
        await news(room, "moon", topics=["Space", "Sky"], publishedDateTime="2025-12-01T00:00:00Z")
        assert len(room.posts("all")) == 1
        await morning(room)
        assert read(room) == [["Comet"], ["Moon"]]


async def test_what_a_member_may_not_see_is_not_theirs_to_read(tmp_path):
    async with reading(tmp_path, SPACE) as room:
        there = room.desk.client.get_channel(room.channels["space"].id)
        with room.arranging():
            await there.set_permissions(there.guild.me, view_channel=True)
            await there.set_permissions(there.guild.default_role, view_channel=False)
            await room.env.settle()
        await news(room, "comet")
        await morning(room)
        assert read(room) == []


async def test_a_digest_of_unknown_fate_is_found_by_its_last_line(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet")
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await morning(room)
        await room.later(200)
        assert read(room) == [["Comet"]]
        ((fate,),) = await room.desk.database.read(
            "SELECT fate FROM errand WHERE kind = 'personal'"
        )
        assert Fate(fate) is Fate.POSTED


@pytest.mark.parametrize(
    "refusal",
    [
        answer(400, 50035, "Invalid Form Body", BAD_PICTURE),
        answer(403, 20009, "Explicit content cannot be sent to the desired recipient(s)"),
    ],
)
async def test_a_picture_that_discord_refuses_is_left_out(tmp_path, refusal):
    async with reading(tmp_path) as room:
        await news(room, "comet")
        room.upset(SEND, refusal)
        await morning(room)
        (message,) = messages(room)
        assert (message.embeds[0].title, message.embeds[0].image.url) == ("Comet", None)


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_direct_messages_switch_it_off_until_the_member_wants_it_again(tmp_path, code):
    async with reading(tmp_path) as room:
        await ask(room, "follow", topic="Space", how="digest", by=room.staff)
        await room.env.advance_time(1)
        await news(room, "comet")
        room.upset(SEND, answer(403, code, "Cannot send messages to this user"))
        await morning(room)
        off, other = sorted((room.member, room.staff), key=lambda each: each.id)
        assert await followed(room, off) == {(room.guild.id, "Space"): "closed"}
        assert read(room, other.user) == [["Comet"]]
        await news(room, "moon")
        await morning(room)
        assert (read(room, off.user), len(read(room, other.user))) == ([], 2)
        listed = await ask(room, "following", by=off)
        assert texts.CLOSED in described(listed)
        again = await press(listed, texts.AGAIN, off)
        assert described(again) == texts.line("Space", "", "digest")
        await room.env.advance_time(1)
        await news(room, "star")
        await morning(room)
        assert read(room, off.user) == [["Star"]]


async def test_one_tap_ends_them(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet")
        await morning(room)
        told = await press(messages(room)[0], texts.NO_DIGESTS, room.member.user)
        assert told.content == texts.STOPPED_DIGESTS
        assert await followed(room) == {}


@pytest.mark.parametrize("way", ["digest", "mention"])
async def test_who_leaves_the_server_is_forgotten(tmp_path, way):
    async with reading(tmp_path, way=way) as room:
        await news(room, "comet")
        await morning(room)
        room.guild.remove_member(room.member)
        await room.env.settle()
        await news(room, "moon")
        before = len(read(room))
        await morning(room)
        assert (await followed(room), len(read(room))) == ({}, before)
        await go_round(room)
        user = str(room.member.id)
        for table in ("errand", "follow"):
            rows = await room.desk.database.read(f"SELECT * FROM {table}")
            kept = [value for row in rows for value in tuple(row)]
            assert not [value for value in kept if re.search(user, str(value))], table


async def test_a_server_that_the_bot_was_taken_out_of_is_forgotten_in_the_morning(tmp_path):
    async with reading(tmp_path) as room:
        await ask(room, "follow", topic="Space", how="mention", by=room.staff)
        async with room.desk.database.transaction() as transaction:
            await transaction.write("UPDATE follow SET guild_id = 12")
        await morning(room)
        assert await follows.servers(room.desk.database) == ()


async def test_a_server_that_lets_the_bot_in_again_the_same_day_finds_its_followers(tmp_path):
    async with reading(tmp_path) as room:
        guild = room.desk.client.get_guild(room.guild.id)
        room.desk.client.dispatch("guild_remove", guild)
        await room.env.settle()
        room.desk.client.dispatch("guild_join", guild)
        await news(room, "comet")
        await morning(room)
        assert read(room) == [["Comet"]]


async def test_who_cannot_be_asked_about_is_not_forgotten_and_asked_again(tmp_path):
    async with reading(tmp_path, way="mention") as room:
        route = "GET /guilds/{guild_id}/members/{member_id}"
        room.upset(route, aiohttp.ServerDisconnectedError())
        with pytest.raises(Exception, match="no answer from Discord"):
            await morning(room)
        assert await followed(room) == {(room.guild.id, "Space"): "mention"}
        await go_round(room)


async def test_a_server_that_is_out_of_order_is_not_asked_about_everyone_in_vain(tmp_path):
    async with reading(tmp_path, way="mention") as room:
        crowd = [room.guild.add_member(room.env.create_user(f"reader {n}")) for n in range(9)]
        for each in crowd:
            await ask(room, "follow", topic="Space", how="mention", by=each)
        gone = crowd[-1]
        room.guild.remove_member(gone)
        http, asked = room.desk.client.http, []
        through = http.request

        async def out_of_order(route, **options):
            asked.append(route.path)
            raise aiohttp.ServerDisconnectedError

        http.request = out_of_order
        with pytest.raises(OutletError):
            await go_round(room)
        assert len(asked) == 3
        http.request = through
        await go_round(room)
        assert await followed(room, gone) == {}
        assert await followed(room, crowd[0]) != {}


async def test_nothing_but_the_last_digest_of_a_member_is_remembered(tmp_path):
    async with reading(tmp_path) as room:
        for slug in ("comet", "moon", "star"):
            await news(room, slug)
            await morning(room)
        rows = await room.desk.database.read("SELECT * FROM errand WHERE kind = 'personal'")
        assert len(rows) == 1
        assert rows[0]["content"] == "{}"


async def appointments(room, do=None):
    """Begin as after a start; return what is on the schedule."""

    async def once(work, _, name):
        await work()

    jobs = Jobs()
    await room.desk.rounds.begin(jobs, do or once)
    return jobs.jobs


async def test_a_round_that_was_missed_is_made_up_for(tmp_path):
    async with reading(tmp_path) as room:
        await go_round(room)
        for _, upcoming, since in (await appointments(room)).values():
            assert since == room.env.now()
            assert upcoming(since) == NOW + timedelta(hours=8)


async def test_the_very_first_round_can_be_missed_as_well(tmp_path):
    """A bot that never runs at eight in the morning."""
    async with reading(tmp_path) as room:
        first = room.env.now()
        await appointments(room)
        await room.env.advance_time(DAY)
        assert [since for _, _, since in (await appointments(room)).values()] == [first, first]


async def test_a_round_that_takes_until_the_next_day_is_still_that_of_its_day(tmp_path):
    async with reading(tmp_path) as room:

        async def late(work, _, name):
            await room.env.advance_time(DAY)
            await work()

        for job, _, _ in (await appointments(room, late)).values():
            await job()
        ((subject,),) = await room.desk.database.read(
            "SELECT subject FROM errand WHERE kind = 'personal'"
        )
        assert subject == f"{room.member.id} {NOW.date()}"


async def test_digests_are_promised_though_discord_says_of_nobody_whether_they_are_there(tmp_path):
    async with reading(tmp_path) as room:
        await ask(room, "follow", topic="Space", how="mention", by=room.staff)
        await room.env.advance_time(1)
        await news(room, "comet")
        jobs = (await appointments(room)).values()
        route = "GET /guilds/{guild_id}/members/{member_id}"
        room.upset(route, aiohttp.ServerDisconnectedError())
        failed = 0
        for job, _, _ in jobs:
            try:
                await job()
            except OutletError:
                failed += 1
        await room.desk.errands.run()
        assert (failed, read(room)) == (1, [["Comet"]])


async def test_of_a_server_that_the_bot_has_left_nobody_is_asked_for(tmp_path):
    async with reading(tmp_path) as room:
        await ask(room, "follow", topic="Space", how="mention", by=room.staff)
        await room.env.advance_time(1)
        await news(room, "comet")
        crowd = [(12, user, way) for user in range(1, 40) for way in ("digest", "mention")]
        async with room.desk.database.transaction() as transaction:
            await transaction.write_all(
                """INSERT INTO follow SELECT ?1, ?2, id, ?3, 0 FROM topic WHERE name = 'Space'
                ON CONFLICT DO UPDATE SET way = 'digest' WHERE user_id % 2""",
                crowd,
            )
        before = len(room.env.http_requests)
        await morning(room)
        asked = [r.path for r in room.env.http_requests[before:] if "guilds/12" in r.path]
        assert asked == ["/guilds/12"]
        assert await follows.servers(room.desk.database) == (room.guild.id,)
        assert read(room) == [["Comet"]]
        await go_round(room)
        rows = await room.desk.database.read("SELECT place FROM errand WHERE kind = 'personal'")
        assert [place for (place,) in rows] == [room.member.id]


async def test_a_digest_that_was_made_by_a_wrong_clock_stops_none(tmp_path):
    async with reading(tmp_path) as room:
        await news(room, "comet")
        await morning(room)
        async with room.desk.database.transaction() as transaction:
            await transaction.write(
                """UPDATE errand SET made_at = made_at + 1e8, subject = place || ' 2029-03-04',
                nonce = 'of that day'"""
            )
        for slug in ("moon", "star"):
            await news(room, slug)
            await morning(room, days=0.9)
        assert read(room) == [["Comet"], ["Moon"], ["Star"]]
