"""Answers that are shown to everyone: only where the asker may write."""

import discord
import pytest

from bot.chat.wording import texts
from tests.chat.people import ask, controls, press, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
COMMANDS = (
    ("latest", {}),
    ("search", {"words": "everyone"}),
    ("article", {"title": "everyone"}),
    ("related", {"title": "everyone"}),
    ("topics", {}),
)


@pytest.mark.parametrize(("command", "options"), COMMANDS)
async def test_a_shared_answer_is_for_everyone_and_pings_nobody(tmp_path, command, options):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "@everyone"}, again={"title": "@everyone again"})
        reply = await ask(room, command, share=True, **options)
        assert (reply.ephemeral, reply.content) == (False, "")
        assert "Share" not in controls(reply)
        private = await ask(room, command, **options)
        assert private.ephemeral
        shared = await press(private, "Share", room.member)
        assert (shared.ephemeral, shared.content) == (False, "")
        assert shared.embeds == reply.embeds
        assert list(controls(shared)) == list(controls(reply))
        assert private.embeds == reply.embeds
        for body in room.requests("POST", "/interactions/*"):
            assert body["data"]["allowed_mentions"] == {"parse": []}


async def test_a_shared_article_keeps_its_link_a_shared_list_its_controls(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"comet{n}": {} for n in range(6)})
        reply = await ask(room, "article", title="comet1", share=True)
        assert list(controls(reply)) == ["Read the article"]
        reply = await ask(room, "latest", share=True)
        assert list(controls(reply)) == ["Open an article", "Previous", "Next"]


async def read_only(room):
    """Return a channel in which members only read."""
    silent = discord.PermissionOverwrite(send_messages=False)
    overwrites = {room.guild.default_role: silent}
    return room.guild.create_text_channel("board", overwrites=overwrites)


async def test_who_may_not_write_here_cannot_share_here(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        board = await read_only(room)
        reply = (await room.member.slash(board, "news latest", share=True)).response
        assert (reply.ephemeral, reply.content) == (True, texts.CANNOT_SHARE)
        assert titles(reply) == ["Comet"]
        reply = (await room.member.slash(board, "news latest")).response
        assert (reply.ephemeral, reply.content) == (True, "")
        again = await press(reply, "Share", room.member)
        assert (again.ephemeral, again.content) == (True, texts.CANNOT_SHARE)


async def test_in_a_slow_channel_only_staff_share(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        with room.arranging():
            lobby = room.desk.client.get_channel(room.channels["lobby"].id)
            await lobby.edit(slowmode_delay=30)
            staff = await lobby.guild.fetch_member(room.staff.id)
            rule = discord.PermissionOverwrite(manage_messages=True)
            await lobby.set_permissions(staff, overwrite=rule)
            await room.env.settle()
        reply = await ask(room, "latest", share=True)
        assert (reply.ephemeral, reply.content) == (True, texts.CANNOT_SHARE)
        assert not (await ask(room, "latest", by=room.staff, share=True)).ephemeral


async def test_in_a_thread_the_permission_for_threads_counts(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        everyone = room.guild.default_role
        rules = {
            "readonly": discord.PermissionOverwrite(send_messages=False),
            "unthreaded": discord.PermissionOverwrite(send_messages_in_threads=False),
        }
        private = {}
        for name, rule in rules.items():
            channel = room.guild.create_text_channel(name, overwrites={everyone: rule})
            with room.arranging():
                there = room.desk.client.get_channel(channel.id)
                await there.create_thread(name=name, type=discord.ChannelType.public_thread)
                await room.env.settle()
            (thread,) = channel.threads
            reply = await room.member.slash(thread, "news latest", share=True)
            private[name] = reply.response.ephemeral
        assert private == {"readonly": False, "unthreaded": True}


async def test_what_could_not_be_shared_is_turned_like_any_private_list(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(6)})
        board = await read_only(room)
        reply = (await room.member.slash(board, "news latest", share=True)).response
        reply = await press(reply, "Next", room.member)
        assert (titles(reply), reply.content, reply.ephemeral) == (["Story5"], "", True)
