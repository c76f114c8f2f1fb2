"""/news topics: how much there is of each, how new it is, and which channel follows it."""

import discord

from tests.chat.people import above, ask, choose, press, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space", "topics": ["Space", "deep sea"]}
ALL = {"channel": "all"}


async def test_topics_are_counted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(a={"topics": ["Space", "Tea"]}, b={"topics": ["Space"]})
        reply = await ask(room, "topics")
        assert reply.ephemeral
        followed = f" · in <#{room.channels['space'].id}>"
        assert reply.embeds[0].description.split("\n") == [
            f"**Space** · 2 articles · last <t:1767139200:R>{followed}",
            "**Tea** · 1 article · last <t:1767139200:R>",
        ]
        assert above(reply)[2] == "page 1 of 1 · 2 topics"


async def test_channels_that_follow_everything_are_told_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, ALL) as room:
        await room.fill(a={"topics": ["Deep Sea"]})
        space, everything = (room.channels[name].id for name in ("space", "all"))
        line, last = (await ask(room, "topics")).embeds[0].description.split("\n")
        assert line.endswith(f"· in <#{space}>")
        assert last == f"All topics: <#{everything}>"


async def test_a_channel_that_the_asker_cannot_see_is_not_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(a={})
        with room.arranging():
            channel = room.desk.client.get_channel(room.channels["space"].id)
            hidden = discord.PermissionOverwrite(view_channel=False)
            await channel.set_permissions(channel.guild.default_role, overwrite=hidden)
            await room.env.settle()
        assert "<#" not in (await ask(room, "topics")).embeds[0].description


async def test_what_everyone_reads_tells_of_channels_that_everyone_sees(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, ALL) as room:
        await room.fill(a={})
        with room.arranging():
            channel = room.desk.client.get_channel(room.channels["all"].id)
            staff = await channel.guild.fetch_member(room.staff.id)
            for who, seen in ((staff, True), (channel.guild.default_role, False)):
                rule = discord.PermissionOverwrite(view_channel=seen)
                await channel.set_permissions(who, overwrite=rule)
            await room.env.settle()
        private = (await ask(room, "topics", by=room.staff)).embeds[0].description
        shared = (await ask(room, "topics", by=room.staff, share=True)).embeds[0].description
        assert f"All topics: <#{room.channels['all'].id}>" in private
        assert shared == private.partition("\n")[0]


async def test_many_topics_have_pages(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(many={"topics": [f"Topic {n:02}" for n in range(40)]})
        reply = await ask(room, "topics")
        assert above(reply)[2] == "page 1 of 3 · 40 topics"
        reply = await press(reply, "Next", room.member)
        reply = await press(reply, "Next", room.member)
        lines = reply.embeds[0].description.split("\n")
        assert [line.split("**")[1] for line in lines] == [f"Topic {n}" for n in range(30, 40)]


async def test_the_latest_of_a_topic_are_a_choice_away(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"topics": ["Space"]}, tide={"topics": ["Sea"]})
        reply = await ask(room, "topics")
        found = await choose(reply, "Sea", room.member, "See the latest of a topic")
        assert (titles(found), above(found)[1]) == (["Tide"], "Sea")
