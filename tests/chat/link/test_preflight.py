"""Whether the bot may do in its channels what is asked of it, told with the mend."""

from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest

from bot.chat.link.connection import use_address
from bot.chat.link.preflight import Glances, missing, preflight
from bot.errors import FateUnknown, LoginError
from tests.newsroom import answer, newsroom
from tests.samples import NOW, subscription
from tests.wire.client import QuickClient
from tests.wire.permissions import NEWS_BOT, Permission
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

SPACE = {"channel": "space"}
BARE = discord.Permissions(view_channel=True, send_messages=True)
CHANNEL = "GET /channels/{channel_id}"


async def problems(room, *subscriptions):
    """Return where problems are and what they are."""
    found = await preflight(room.desk.client, subscriptions or room.desk.publisher.subscriptions)
    return [(finding.place, finding.problem) for finding in found]


async def test_a_channel_with_all_permissions_is_fine(tmp_path):
    async with newsroom(
        tmp_path / "seeds",
        SPACE | {"discuss": "thread"},
        {"channel": "forum", "discuss": "thread"},
        forums=("forum",),
    ) as room:
        assert await problems(room) == [("#space", ""), ("#forum", "")]


async def test_every_missing_permission_is_named(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        await room.forbid("space", "embed_links", "read_message_history", "create_public_threads")
        missing = "Embed Links, Read Message History, Create Public Threads"
        assert await problems(room) == [
            ("#space", f"#space: give the bot the permission {missing}")
        ]


async def test_only_what_is_asked_for_is_missing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.forbid("space", "create_public_threads", "send_messages_in_threads")
        assert await problems(room) == [("#space", "")]


async def test_staff_is_shown_nothing_in_a_forum(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "forum"}, forums=("forum",)) as room:
        staffed = room.desk.publisher.subscriptions
        found = await preflight(room.desk.client, (), staffed=staffed)
        mend = "#forum: takes no cards: name a text channel as `review.channel`"
        assert [each.problem for each in found] == ["", mend]


async def test_a_channel_that_the_bot_cannot_see_is_named_by_its_number(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.forbid("space", "view_channel")
        place = f"channel {room.channels['space'].id}"
        assert await problems(room) == [(place, f"{place}: Missing Access (code 50001)")]


async def test_a_channel_that_does_not_exist_does_not_hide_the_others(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        wrong = subscription(channel_id=12)
        found = await problems(room, wrong, *room.desk.publisher.subscriptions)
        gone = "channel 12: there is no such channel, or the bot cannot see it"
        assert found == [("channel 12", gone), ("#space", "")]


async def test_a_channel_of_another_kind_is_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        talk = room.guild.create_voice_channel("talk")
        why = "#talk: not a text, announcement, forum or media channel"
        assert await problems(room, subscription(channel_id=talk.id)) == [("#talk", why)]
        ada = await room.staff.user.send_dm("hello")
        place = f"channel {ada.channel.id}"
        why = f"{place}: not a channel of a server"
        assert await problems(room, subscription(channel_id=ada.channel.id)) == [(place, why)]


async def test_each_server_is_asked_about_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "harbour"}) as room:
        assert await problems(room) == [("#space", ""), ("#harbour", "")]
        assert len(room.requests("GET", "/guilds/*/channels")) == 1
        assert len(room.requests("GET", "/channels/*")) == 1


async def test_who_asks_on_and_on_costs_nothing_until_some_seconds_have_passed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.forbid("space", "send_messages")
        glances, client = Glances(), room.desk.client
        wanted = (*room.desk.publisher.subscriptions, subscription(channel_id=12))

        async def found(seconds):
            sight = glances.at(NOW + timedelta(seconds=seconds))
            return [finding.problem for finding in await preflight(client, wanted, sight)]

        first = await found(0)
        assert all(first)
        await room.forbid("space")
        for seconds in (1, 4.9):
            assert await found(seconds) == first
        assert len(room.requests("GET", "/channels/*")) == 2
        assert await found(5) == ["", first[1]]
        assert await found(-60) == ["", first[1]]  # a clock that was set back
        assert len(room.requests("GET", "/channels/*")) == 6


@pytest.mark.parametrize(
    ("error", "raised"),
    [(aiohttp.ServerDisconnectedError(), FateUnknown), (answer(401, 0), LoginError)],
)
async def test_nothing_is_said_of_channels_if_discord_cannot_be_asked(tmp_path, error, raised):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.upset(CHANNEL, error)
        with pytest.raises(raised):
            await problems(room)


@pytest.mark.parametrize(
    ("forum", "threads", "more"),
    [
        (False, False, ""),
        (False, True, ", Create Public Threads, Send Messages In Threads"),
        (True, True, ", Send Messages In Threads"),
    ],
)
def test_what_a_channel_needs_depends_on_how_it_is_posted_in(forum, threads, more):
    assert missing(BARE, forum=forum, threads=threads) == "Embed Links, Read Message History" + more


def test_what_another_missing_permission_takes_away_is_not_named():
    has = discord.Permissions(read_message_history=True)
    assert missing(has, forum=False, threads=True) == "View Channel"
    has.view_channel = True
    assert missing(has, forum=False, threads=False) == "Send Messages"


@pytest.mark.parametrize(
    ("tags", "fallback", "mend"),
    [
        (
            ("Harbour",),
            "",
            "add tags called like the topics, or name one of its tags as `fallback_tag`",
        ),
        (("Harbour", "space"), "", ""),
        (("Harbour",), "harbour", ""),
        (
            ("Harbour", "space"),
            "News",
            "add one called News that the bot may give, or change `fallback_tag`",
        ),
    ],
)
@pytest.mark.parametrize("kind", [ChannelKind.FORUM, ChannelKind.MEDIA])
async def test_a_forum_that_wants_a_tag_needs_one_for_every_post(kind, tags, fallback, mend):
    world = World(datetime.now(UTC))
    guild = world.add_guild("Newsroom")
    forum = world.add_channel(guild, "forum", kind, tags=tags, require_tag=True)
    wanted = subscription(channel_id=forum.id, topics=("Space",), fallback_tag=fallback)
    async with serve(world) as wire, QuickClient() as client:
        use_address(wire.api_url)
        await client.login(world.token)
        (found,) = await preflight(client, [wanted])
    why = f"#forum: this forum wants a tag on each post: {mend}" if mend else ""
    assert found.problem == why


@pytest.mark.parametrize(
    ("wanted", "advised"),
    [
        ({"discuss": "thread"}, True),
        ({"discuss": "thread", "retractions": "delete"}, True),
        ({"discuss": "thread", "retractions": "leave"}, False),
        ({}, False),
    ],
)
async def test_to_lock_discussions_is_a_hint_and_only_where_there_may_be_some(wanted, advised):
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Newsroom"), "space")
    async with serve(world) as wire, QuickClient() as client:
        use_address(wire.api_url)
        await client.login(world.token)
        (found,) = await preflight(client, [subscription(channel_id=channel.id, **wanted)])
    assert found.problem == ""
    begins = "#space: give the bot the permission Manage Threads: "
    assert found.advice.startswith(begins) if advised else found.advice == ""


@pytest.mark.parametrize(
    ("mentionable", "permissions", "begins"),
    [
        (True, NEWS_BOT, ""),
        (False, NEWS_BOT, "#space: nobody is pinged: let anyone mention the role readers, or give"),
        (False, NEWS_BOT | Permission.MENTION_EVERYONE, ""),
        (None, NEWS_BOT, "#space: nobody is pinged: this server has no role 77: change `mention`"),
    ],
)
async def test_a_role_that_would_not_be_pinged_is_a_hint(mentionable, permissions, begins):
    world = World(datetime.now(UTC))
    guild = world.add_guild("Newsroom", permissions)
    channel = world.add_channel(guild, "space")
    role = 77
    if mentionable is not None:
        role = world.add_role(guild, "readers", mentionable=mentionable).id
    async with serve(world) as wire, QuickClient() as client:
        use_address(wire.api_url)
        await client.login(world.token)
        (found,) = await preflight(client, [subscription(channel_id=channel.id, mention=role)])
    assert found.problem == ""
    assert found.advice.startswith(begins) if begins else found.advice == ""
