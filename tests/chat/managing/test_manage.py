"""/publish: what staff set off, here and nowhere else."""

import discord

from bot.chat.wording import texts
from tests.chat.dispatches import SEND
from tests.chat.people import link, publish
from tests.newsroom import answer, newsroom

SPACE = {"channel": "space", "topics": ["Space"]}
TEA = {"channel": "tea", "topics": ["Tea"]}


async def test_what_is_due_is_posted_and_linked(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, TEA) as room:
        await room.fill(comet={}, cup={"topics": ["Tea"]})
        said = await publish(room, "due")
        assert said == f"Posted 2 articles:\n{link(room)}\n{link(room, 'tea')}"
        assert [post.embeds[0].title for post in room.posts("space")] == ["Comet"]
        assert [post.embeds[0].title for post in room.posts("tea")] == ["Cup"]
        assert await publish(room, "due") == texts.NOTHING_DUE


async def test_what_is_due_in_a_forum_is_linked_by_its_thread(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await room.fill(comet={})
        said = await publish(room, "due")
        (thread,) = room.channels["space"].threads
        address = f"https://discord.com/channels/{room.guild.id}/{thread.id}"
        assert said == f"Posted 1 article:\n{address}"


async def test_a_post_that_someone_deleted_meanwhile_is_linked_by_its_channel(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.upset(SEND, answer(404, 10008, "Unknown Message"))
        await room.publish()
        address = f"https://discord.com/channels/{room.guild.id}/{room.channels['space'].id}"
        said = await publish(room, "article", "space", title="comet")
        assert said == f"That article is here already: {address}"


async def test_many_posts_are_told_in_one_message(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(40)})
        said = await publish(room, "due")
        assert said.startswith("Posted 40 articles:\n")
        assert said.endswith("\n… and 25 more")
        assert len(said) <= 2_000
        assert len(room.posts("space")) == 40


async def test_what_quiet_hours_and_budgets_hold_back_is_told_with_its_time(tmp_path):
    quiet, slow = SPACE | {"quiet": "22:00-07:00"}, TEA | {"hourly": 1}
    async with newsroom(tmp_path / "seeds", quiet, slow) as room:
        assert await publish(room, "due") == texts.NOTHING_DUE
        await room.fill(comet={}, cup={"topics": ["Tea"]}, pot={"topics": ["Tea"]})
        assert await publish(room, "due") == (
            f"Posted 1 article:\n{link(room, 'tea')}\n"
            f"{room.channels['space'].mention}: "
            "1 article waits: it is quiet there now. It comes from <t:1767250800:f> on.\n"
            f"{room.channels['tea'].mention}: "
            "1 article waits: the budget of this hour is used up. "
            "It comes from <t:1767229200:f> on."
        )


async def test_one_closed_channel_does_not_stop_the_others(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, TEA) as room:
        await room.fill(comet={}, cup={"topics": ["Tea"]})
        await room.forbid("space", "send_messages")
        said = await publish(room, "due")
        assert "Posted 1 article:" in said
        assert (
            f"{room.channels['space'].mention}: #space: give the bot the permission Send Messages"
            in said
        )
        assert len(room.posts("tea")) == 1


async def test_nothing_of_another_server_is_touched(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        other = room.env.create_guild("Elsewhere")
        room.channels["elsewhere"] = other.create_text_channel("elsewhere")
        room.subscriptions.append({"name": "elsewhere", "channel": "elsewhere"})
        editor = other.create_role("editor", permissions=discord.Permissions(manage_guild=True))
        guest = other.add_member(room.env.create_user("eve"), roles=[editor])
        await room.start()
        await room.fill(comet={})
        assert "Posted 1 article:" in await publish(room, "due")
        assert (len(room.posts("space")), len(room.posts("elsewhere"))) == (1, 0)
        await room.fill(gull={})
        assert "Posted 2 articles:" in await publish(room, "due", "elsewhere", by=guest)
        assert (len(room.posts("space")), len(room.posts("elsewhere"))) == (1, 2)
        third = room.env.create_guild("Nowhere")
        room.channels["nowhere"] = third.create_text_channel("nowhere")
        editor = third.create_role("editor", permissions=discord.Permissions(manage_guild=True))
        guest = third.add_member(room.env.create_user("mallory"), roles=[editor])
        assert await publish(room, "due", "nowhere", by=guest) == texts.NO_SUBSCRIPTIONS


async def test_staff_of_one_server_are_nobody_in_another(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        other = room.env.create_guild("Elsewhere")
        room.channels["elsewhere"] = other.create_text_channel("elsewhere")
        abroad = other.add_member(room.staff.user)
        (command,) = [c for c in await commands(room) if c.name == "publish"]
        other.set_command_permissions(command, {abroad: True})
        assert await publish(room, "due", "elsewhere", by=abroad) == texts.STAFF_ONLY


async def commands(room):
    """Return the commands that are published."""
    return await room.desk.client.tree.fetch_commands()


async def test_a_plain_member_is_refused_even_if_discord_shows_the_command(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        lobby = room.channels["lobby"]
        assert "publish due" not in room.member.available_commands(lobby)
        (command,) = [c for c in await commands(room) if c.name == "publish"]
        room.guild.set_command_permissions(command, {room.member: True})
        assert "publish due" in room.member.available_commands(lobby)
        assert await publish(room, "due", by=room.member) == texts.STAFF_ONLY
        said = await publish(room, "article", by=room.member, title="comet")
        assert said == texts.STAFF_ONLY
        assert await room.member.autocomplete(lobby, "publish article", "title", "") == []
        assert room.posts("space") + room.posts("lobby") == []
