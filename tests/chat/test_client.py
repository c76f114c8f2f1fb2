"""The client: what it asks of Discord when it starts, and what it says when something breaks."""

import logging
from datetime import datetime, timedelta

import discord
import pytest

from bot.chat.link.connection import log_in
from bot.chat.link.identify import TooManyConnections
from bot.chat.wording import texts
from bot.errors import LoginError
from bot.store.settings import remember, remembered
from tests.newsroom import newsroom
from tests.samples import write

SPACE = {"channel": "space"}
EVERYWHERE = "/applications/*/commands"
COMMANDS = [
    *("news", "digest", "publish", "subscription", "discuss"),
    *("Related news", "Find news about this"),
]


def published(room, since=0):
    """Return where commands were put, and which."""
    log = [r for r in room.env.http_requests[since:] if r.method == "PUT"]
    return [(r.path.split("/")[3:], [command["name"] for command in r.json]) for r in log]


async def test_it_needs_no_privileged_intent_and_pings_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        client = room.desk.client
        assert client.intents.value == 1 | 1 << 9 | 1 << 10  # servers, messages, reactions
        assert client.allowed_mentions.to_dict() == {"parse": []}


async def test_commands_are_published_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        assert published(room) == [(["commands"], COMMANDS)]
        await room.start()
        await room.start()
        assert len(published(room)) == 1
        assert room.member.available_commands(room.channels["lobby"]) == (
            *("digest now", "digest preview", "discuss article"),
            *(
                "news search",
                "news latest",
                "news trending",
                "news article",
                "news related",
                "news topics",
            ),
            *("news why", "news follow", "news following"),
        )


async def test_a_changed_set_of_commands_is_published(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        application = room.desk.client.application_id
        before = f"{application} everywhere of-an-older-version"
        await remember(room.desk.database, "synced_commands", before)
        await room.start()
        assert published(room)[1:] == [(["commands"], COMMANDS)]


async def test_commands_move_to_one_server_and_back(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        here = ["guilds", str(room.guild.id), "commands"]
        room.guild_only = True
        await room.start()
        assert published(room)[1:] == [(["commands"], []), (here, COMMANDS)]
        await room.start()
        assert len(published(room)) == 3
        reply = await room.member.slash(room.channels["lobby"], "news latest")
        assert reply.response.content == texts.NO_NEWS
        room.guild_only = False
        await room.start()
        assert published(room)[3:] == [(here, []), (["commands"], COMMANDS)]


async def test_members_may_use_them_everywhere_staff_in_its_server(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        (body,) = room.requests("PUT", EVERYWHERE)
        where = {each["name"]: (each["contexts"], each["integration_types"]) for each in body}
        anywhere, home = ([0, 1, 2], [0, 1]), ([0], [0])
        assert where == dict.fromkeys(COMMANDS, anywhere) | dict.fromkeys(
            ("publish", "subscription", "discuss"), home
        )


async def test_commands_of_one_server_do_not_say_where_they_may_be_used(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.guild_only = True
        await room.start()
        (body,) = room.requests("PUT", "/applications/*/guilds/*/commands")
        assert [each["name"] for each in body] == COMMANDS
        assert {each["contexts"] for each in body} == {None}
        assert {each["integration_types"] for each in body} == {None}


async def test_a_menu_that_changed_is_published(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.desk.client.tree.remove_command("Related news", type=discord.AppCommandType.message)
        with room.arranging():
            await room.desk.client.setup_hook()
        await room.start()
        assert published(room)[1:] == [(["commands"], COMMANDS)]


async def test_commands_of_an_older_version_are_said_to_have_changed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.desk.client.tree.remove_command("news")
        room.desk.client.tree.remove_command("Related news", type=discord.AppCommandType.message)
        lobby = room.channels["lobby"]
        message = await room.member.send(lobby, "Hello")
        for reply in (
            await room.member.slash(lobby, "news latest"),
            await room.member.context_menu(lobby, "Related news", message),
        ):
            assert (reply.response.content, reply.ephemeral) == (texts.OUTDATED, True)


async def test_commands_of_another_application_are_left_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await remember(room.desk.database, "synced_commands", "12 3456 of-another-bot")
        await room.start()
        assert published(room)[1:] == [(["commands"], COMMANDS)]


async def test_a_server_that_the_bot_has_left_does_not_hold_up_its_commands(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        state = f"{room.desk.client.application_id} 3456 any"
        await remember(room.desk.database, "synced_commands", state)
        room.env.inject_error("PUT", "/applications/*/guilds/3456/*", status=403, code=50001)
        await room.start()
        assert published(room)[2:] == [(["commands"], COMMANDS)]
        await room.start()
        assert len(published(room)) == 3


async def test_commands_that_discord_refuses_are_published_next_time(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await remember(room.desk.database, "synced_commands", "1 everywhere any")
        room.env.inject_error("PUT", EVERYWHERE, status=400, code=30034)
        await room.start()
        assert "commands not published reason=" in caplog.text
        await room.start()
        await room.start()
        assert len(published(room)) == 3


async def test_what_goes_wrong_inside_is_answered_politely_and_logged(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        async with room.desk.database.transaction() as transaction:
            await transaction.write("ALTER TABLE article RENAME TO elsewhere")
        reply = await room.member.slash(room.channels["lobby"], "news latest", share=True)
        assert reply.ephemeral
        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        number = record.getMessage().removeprefix("not answered interaction=")
        assert reply.response.content == texts.FAILED.format(id=number)
        assert "no such table: article" in record.exc_text


async def test_a_command_that_fails_late_is_answered_too(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        async with room.desk.database.transaction() as transaction:
            await transaction.write("ALTER TABLE article RENAME TO elsewhere")
        reply = await room.staff.slash(room.channels["space"], "publish article", title="Comet")
        (said,) = reply.followups or [reply.response]
        assert said.ephemeral
        assert said.content.startswith(texts.FAILED.partition("{")[0])
        assert "not answered interaction=" in caplog.text


async def test_an_answer_that_comes_too_late_is_only_logged(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=None)
        reply = await room.member.slash(room.channels["lobby"], "news latest")
        assert not reply.acknowledged
        assert "no answer given interaction=" in caplog.text


async def test_no_title_is_ever_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        write(room.folder, "comet", title="A secret comet", excerpt="Nobody knows.")
        await room.ingest()
        await room.publish()
        await room.member.slash(room.channels["lobby"], "news latest")
        logged = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("bot"))
        assert "ran subscription=space posts=1" in logged
        assert "secret" not in logged
        assert "Nobody" not in logged


async def test_a_missing_token_is_told_with_the_mend():
    client = discord.Client(intents=discord.Intents(guilds=True))
    with pytest.raises(LoginError, match="DISCORD_TOKEN is not set"):
        await log_in(client, "", "https://discord.com/api/v10")


async def changes(room):
    """Return the channels of which the bot heard that something changed there."""
    room.desk.bell.at_least = 0.0
    return await room.desk.bell.heard(within=10)


async def test_whatever_may_give_the_bot_a_permission_is_heard(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        space, lobby = (room.channels[name].id for name in ("space", "lobby"))
        await room.forbid("space", "send_messages")
        assert await changes(room) == {space}
        guild = room.desk.client.get_guild(room.guild.id)
        for event in ("guild_available", "guild_join"):
            room.desk.client.dispatch(event, guild)
            assert {space, lobby} <= await changes(room)
        with room.arranging():
            role = await guild.create_role(name="reader")
            await guild.me.add_roles(role)
            await room.env.settle()
        assert {space, lobby} <= await changes(room)
        with room.arranging():
            await role.edit(name="writer")
            await room.env.settle()
        assert {space, lobby} <= await changes(room)


async def test_connections_are_counted_over_restarts_and_wait_when_there_were_too_many(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        now = room.desk.clock()
        await remember(
            room.desk.database, "gateway_booked_until", (now + timedelta(hours=2)).isoformat()
        )
        await room.start()
        with pytest.raises(TooManyConnections, match="next in 100 s"):
            await room.desk.client.before_identify_hook(None, initial=True)
        await remember(room.desk.database, "gateway_booked_until", now.isoformat())
        await room.start()
        await room.desk.client.before_identify_hook(None, initial=True)
        booked = await remembered(room.desk.database, "gateway_booked_until")
        assert datetime.fromisoformat(booked) >= now + timedelta(seconds=100)
