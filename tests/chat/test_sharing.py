"""Answers that are shown to everyone: only where the asker may write."""

import discord

from bot.chat import texts
from tests.chat.asking import ask, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}


async def test_a_shared_answer_is_for_everyone_and_pings_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "@everyone"})
        for command, options in (
            ("latest", {}),
            ("article", {"title": "everyone"}),
            ("topics", {}),
        ):
            reply = await ask(room, command, share=True, **options)
            assert (reply.ephemeral, reply.content) == (False, "")
        for body in room.requests("POST", "/interactions/*"):
            assert body["data"]["allowed_mentions"] == {"parse": []}


async def test_who_may_not_write_here_cannot_share_here(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.channels["board"] = board = room.guild.create_text_channel(
            "board",
            overwrites={room.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
        )
        reply = (await room.member.slash(board, "news latest", share=True)).response
        assert (reply.ephemeral, reply.content) == (True, texts.CANNOT_SHARE)
        assert titles(reply) == ["Comet"]
        reply = (await room.member.slash(board, "news latest")).response
        assert (reply.ephemeral, reply.content) == (True, "")


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


async def test_answers_to_a_direct_message_can_be_shared_with_oneself(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await room.member.user.slash("news latest", share=True)
        assert (reply.response.content, titles(reply.response)) == ("", ["Comet"])
