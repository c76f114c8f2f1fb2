"""/subscription add and edit: shown before they are saved, and saved once."""

import json

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.buttons import button
from bot.chat.managing.options import option_at, written_from
from bot.chat.reply import row
from bot.chat.wording import subscription_texts as texts
from bot.chat.wording import texts as common
from bot.config import fitted_subscription
from bot.settings import RESERVED
from bot.store import made
from tests.chat.managing.subscribing import (
    SPACE,
    add,
    check_again,
    fields,
    labels,
    manage,
    names,
    press,
    running,
    shown,
    told,
)
from tests.chat.reading import read
from tests.news.strategies import awkward_text, examples
from tests.newsroom import newsroom


def stored(room):
    """What is made in Discord, as the database has it."""
    return made.made(room.desk.database)


async def propose(room, name="tea", when="hourly", channel="lobby", **options):
    place = {"channel": room.channels[channel]} | options
    return await manage(room, "add", name=name, when=when, **place)


async def test_a_new_one_is_shown_with_its_runs_and_what_it_would_have_posted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            cup={"topics": ["Tea"]}, comet={}, pot={"topics": ["Tea"], "quality": 3}, old={}
        )
        reply = await propose(room, topics="Tea", min_quality=50, when="daily at 08:00")
        (embed,) = reply.response.embeds
        assert embed.title == "New subscription: tea"
        assert "**When** daily at 08:00 (UTC)" in embed.description
        runs = " · ".join(f"<t:{1767225600 + 3600 * (8 + 24 * day)}:f>" for day in range(3))
        assert f"**Next runs** {runs}" in embed.description
        assert "In the last 7 days this would have posted **1 of 4**." in embed.description
        assert "Cup" in fields(embed)[texts.WOULD_POST]
        left_out = fields(embed)[texts.LEFT_OUT].splitlines()
        assert [line.split("> ")[1] for line in left_out] == [
            "Comet – other topic: Space",
            "Pot – quality 3 is below 50",
            "Old – other topic: Space",
        ]
        assert labels(reply.response) == ["Save", "Cancel"]
        assert await stored(room) == ()
        assert running(room) == ["space"]


async def test_what_is_saved_runs_at_once_and_is_there_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(cup={"topics": ["Tea"]})
        saved = await add(room, topics="Tea", backlog="all")
        assert saved.embeds[0].title == "Saved: tea"
        assert labels(saved) == []
        assert running(room) == ["space", "tea"]
        (found,) = await stored(room)
        assert (found.guild_id, found.made_by) == (room.guild.id, room.staff.id)
        assert await told(room, "run", name="tea") != ""
        assert [post.embeds[0].title for post in room.posts("lobby")] == ["Cup"]
        await room.start()
        assert running(room) == ["space", "tea"]
        assert await told(room, "run", name="tea") == texts.nothing_due("tea")


async def test_a_restart_in_the_middle_of_a_confirmation_changes_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        reply = await propose(room)
        await room.start()
        assert (await press(room, reply, "Save")).embeds[0].title == "Saved: tea"
        assert running(room) == ["space", "tea"]
        other = await propose(room, name="sea")
        await room.start()
        assert (await press(room, other, "Cancel")).content == texts.CANCELLED
        assert running(room) == ["space", "tea"]


async def old_button(room, action, number, where="lobby", *, by=None):
    """Press a button that has stayed somewhere; return what is said then."""
    place = room.desk.client.get_channel(room.channels[where].id)
    with room.arranging():
        message = await place.send("old", view=row(button(action, f"{number:x}", label="Old")))
    result = await (by or room.staff).click(message, label="Old")
    return result.response.content


async def drafted(room):
    """The id of the only draft."""
    (draft,) = await room.desk.database.read("SELECT id FROM draft")
    return draft["id"]


async def test_nothing_is_saved_twice(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        reply = await propose(room)
        number = await drafted(room)
        await press(room, reply, "Save")
        for action in ("save", "check", "cancel"):
            assert await old_button(room, action, number) == texts.GONE
        assert await old_button(room, "save", (1 << 64) - 1) == texts.GONE
        assert len(await stored(room)) == 1


async def test_a_draft_of_another_server_cannot_be_saved_or_seen(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        abroad = room.abroad()
        await room.start()
        await propose(room)
        number = await drafted(room)
        for action in ("save", "check", "cancel"):
            said = await old_button(room, action, number, "elsewhere", by=abroad)
            assert said == texts.GONE
        assert await drafted(room) == number
        assert await stored(room) == ()


async def test_manage_server_is_asked_for_again_when_a_button_is_pressed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        reply = await propose(room)
        with room.arranging():
            guild = room.desk.client.get_guild(room.guild.id)
            role = discord.utils.get(guild.roles, name="editor")
            await role.edit(permissions=discord.Permissions.none())
            await room.env.settle()
        for label in ("Save", "Cancel"):
            result = await room.staff.click(reply.response, label=label)
            assert result.response.content == common.STAFF_ONLY
            assert result.response.ephemeral
        assert await stored(room) == ()
        assert await drafted(room)


WRONG = {
    "when": ({"when": "soon"}, "`when`: not understood: write for example “every 10 minutes”"),
    "crontab": ({"when": "* * * * 99"}, "`when`: no crontab (Bad day-of-week)"),
    "interval": ({"when": "every 9999 days x"}, "`when`: not understood"),
    "too many phrases": (
        {"without_words": ",".join(map(str, range(51)))},
        "`without_words`: should be a list of at most 50",
    ),
    "quiet": ({"quiet": "at night"}, "`quiet`: no hours of the day: write for example 22:00-07:00"),
    "backlog": ({"backlog": "some"}, "`backlog`: not a backlog"),
    "timezone": ({"timezone": "Mars"}, "`timezone`: unknown time zone 'Mars'"),
    "name of the file": ({"name": "SPACE"}, texts.NAME_TAKEN),
    "name like a key": (
        {"name": "discord:1"},
        f"`name`: {RESERVED}: choose another",
    ),
    "empty name": ({"name": "  "}, "`name`: should be text of length >= 1"),
}


@pytest.mark.parametrize(("options", "said"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_told_by_the_name_of_the_option(tmp_path, options, said):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        reply = await propose(room, **options)
        assert said in reply.response.content
        assert labels(reply.response) == []
        assert await room.desk.database.read("SELECT * FROM draft") == []


async def test_all_mistakes_are_told_together(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        said = (await propose(room, quiet="x", timezone="y", name="space")).response.content
        assert [line.partition(":")[0] for line in said.splitlines()] == [
            "`quiet`",
            "`timezone`",
            "`name`",
        ]


async def test_a_role_is_pinged_only_if_anyone_may_ping_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        readers = room.guild.create_role("readers", mentionable=True)
        bosses = room.guild.create_role("bosses")
        await room.start()
        everyone = room.guild.default_role
        assert (await propose(room, mention=bosses)).response.content == texts.UNMENTIONABLE
        assert (await propose(room, mention=everyone)).response.content == texts.NO_EVERYONE
        saved = await add(room, mention=readers)
        assert f"pinging <@&{readers.id}>" in saved.embeds[0].description


async def test_a_server_has_no_more_than_it_may_and_hears_what_to_do(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        abroad = room.abroad()
        room.subscriptions_per_server = 2
        await room.start()
        late = await propose(room, name="late")
        for name in ("a", "b"):
            await add(room, name)
        assert (await propose(room, name="c")).response.content == texts.full(2)
        refused = await press(room, late, "Save")
        assert refused.content == texts.full_now(2)
        assert len(await stored(room)) == 2
        await told(room, "remove", name="a")
        saved = await press(room, late, "Save")
        assert (saved.content or "", saved.embeds[0].title) == ("", "Saved: late")
        assert (await add(room, "c", "elsewhere", by=abroad)).embeds[0].title == "Saved: c"


async def test_fifty_is_what_a_server_may_have_unless_it_is_set(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        written = json.dumps({"channel": room.channels["lobby"].id, "schedule": "0 8 * * *"})
        async with room.desk.database.transaction() as transaction:
            await transaction.write_all(
                "INSERT INTO subscription (guild_id, name, name_key, written, made_by, made_at)"
                " VALUES (?, ?, ?, ?, 1, 1.0)",
                [(room.guild.id, f"s{n:02}", f"s{n:02}", written) for n in range(50)],
            )
        await room.start()
        assert (await propose(room)).response.content == texts.full(50)


async def test_a_name_that_is_taken_meanwhile_is_not_taken_twice(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        reply = await propose(room)
        await add(room, "TEA")
        refused = await press(room, reply, "Save")
        assert refused.content == texts.NAME_TAKEN_NOW
        assert refused.embeds[0].title == "New subscription: tea"
        assert labels(refused) == ["Save", "Cancel"]
        assert [each.name for each in await stored(room)] == ["TEA"]
        renamed = await manage(room, "edit", name="TEA", rename="Sea")
        await press(room, renamed, "Save")
        assert (await press(room, reply, "Save")).embeds[0].title == "Saved: tea"
        assert [each.name for each in await stored(room)] == ["Sea", "tea"]


async def test_what_is_missing_in_the_channel_is_told_until_it_is_there(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.forbid("lobby", "send_messages", "read_message_history")
        reply = await propose(room)
        missing = "#lobby: give the bot the permission Send Messages, Read Message History"
        assert fields(reply.response.embeds[0])["⚠️ To be mended"] == f"\\{missing}"
        assert labels(reply.response) == ["Save", "Check again", "Cancel"]
        await room.forbid("lobby", "read_message_history")
        shown_then = await check_again(room, reply)
        assert fields(shown_then.embeds[0])["⚠️ To be mended"] == (
            "\\#lobby: give the bot the permission Read Message History"
        )
        await room.forbid("lobby")
        await room.start()
        shown_then = await check_again(room, reply)
        assert fields(shown_then.embeds[0]) == {}
        assert labels(shown_then) == ["Save", "Cancel"]


async def test_a_change_keeps_what_it_does_not_name(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, topics="Tea, Sea", quiet="22:00-07:00", words="cup", without_words="pot")
        reply = await manage(room, "edit", name="tea", when="every 30 minutes", words="mug")
        (embed,) = reply.response.embeds
        assert embed.title == "Change of tea"
        assert (await stored(room))[0].written["schedule"] == "0 * * * *"
        saved = (await press(room, reply, "Save")).embeds[0].description
        for line in ("every 30 minutes", "Tea, Sea", "22:00–07:00", "** mug", "** pot"):
            assert line in saved
        (found,) = await stored(room)
        assert found.written == {
            "channel": room.channels["lobby"].id,
            "topics": ["Tea", "Sea"],
            "every": "30m",
            "quiet": "22:00-07:00",
            "words": {"include": ["mug"], "exclude": ["pot"]},
        }


@pytest.mark.parametrize(
    ("options", "noted"),
    [({"min_quality": 5}, True), ({"topics": "Tea, Sea"}, False), ({"limit": 2}, False)],
)
async def test_a_change_that_lets_in_more_says_that_nothing_older_is_posted(
    tmp_path, options, noted
):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        new = await propose(room, topics="Tea", min_quality=50)
        await press(room, new, "Save")
        assert texts.ONLY_FROM_NOW_ON not in new.response.embeds[0].description
        reply = await manage(room, "edit", name="tea", **options)
        description = reply.response.embeds[0].description
        assert (texts.ONLY_FROM_NOW_ON in description) is noted


async def test_a_change_can_take_out_and_rename_and_is_remembered_under_the_same_key(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(cup={"topics": ["Tea"]})
        await add(room, topics="Tea", backlog="all", quiet="22:00-07:00")
        reply = await manage(room, "edit", name="tea", clear="quiet", rename="mugs")
        await press(room, reply, "Save")
        assert "Posted 1 article" in await told(room, "run", name="mugs")
        reply = await manage(room, "edit", name="mugs", rename="cups", clear="topics")
        await press(room, reply, "Save")
        assert await told(room, "run", name="cups") == texts.nothing_due("cups")
        (found,) = await stored(room)
        assert (found.name, "topics" in found.written) == ("cups", False)


async def test_of_two_changes_at_once_the_second_is_shown_what_the_first_has_made(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, topics="Tea")
        first = await manage(room, "edit", name="tea", topics="Sea", rename="sea")
        second = await manage(room, "edit", name="tea", min_quality=50)
        await press(room, first, "Save")
        refused = await press(room, second, "Save")
        assert refused.content == texts.CHANGED
        assert refused.embeds[0].title == "sea"
        assert "**Topics** Sea" in refused.embeds[0].description
        assert "50 or better" not in refused.embeds[0].description
        assert labels(refused) == []
        assert await room.desk.database.read("SELECT * FROM draft") == []
        await press(room, await manage(room, "edit", name="sea", min_quality=50), "Save")
        (found,) = await stored(room)
        assert (found.written["topics"], found.written["min_quality"]) == (["Sea"], 50)


async def test_a_pause_meanwhile_does_not_stand_in_the_way_of_a_change(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        reply = await manage(room, "edit", name="tea", limit=3)
        await told(room, "pause", name="tea")
        saved = (await press(room, reply, "Save")).embeds[0]
        assert saved.title == "Saved: tea"
        assert "tea" not in running(room)
        again = (await manage(room, "edit", name="tea", limit=4)).response.embeds[0]
        for shown in (saved, again):
            assert texts.PAUSED in shown.description
            assert texts.RUNS not in shown.description


async def test_what_is_removed_while_it_is_changed_is_gone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        reply = await manage(room, "edit", name="tea", limit=3)
        await told(room, "remove", name="tea")
        assert (await press(room, reply, "Save")).content == texts.GONE
        assert await stored(room) == ()


async def test_a_channel_that_is_deleted_meanwhile_is_told(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "attic"}) as room:
        reply = await propose(room, channel="attic")
        with room.arranging():
            await room.desk.client.get_channel(room.channels["attic"].id).delete()
            await room.env.settle()
        assert (await press(room, reply, "Save")).content == texts.FOREIGN_CHANNEL
        assert await stored(room) == ()


async def test_half_a_character_in_a_name_is_shown_as_a_sign(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        saved = await add(room, "tea \ud83d\n x")
        assert saved.embeds[0].title == "Saved: tea ? x"
        reply = await manage(room, "edit", name="tea ? x", rename="\ud83d sea")
        assert (await press(room, reply, "Save")).embeds[0].title == "Saved: ? sea"
        for command in ("show", "pause", "edit", "run"):
            said = (await manage(room, command, name="\ud83d")).response.content
            assert said == texts.NO_SUCH


HOSTILE = (
    *("@everyone", "<@&1>", "[x](https://evil.example)", "**", "`", "\n# x", "\ud83d", "\0"),
    *("'; DROP TABLE subscription; --", "漢" * 30, "\u202eevil", "discord:1", ", ,", "-"),
)


@pytest.mark.parametrize("typed", HOSTILE)
async def test_hostile_options_do_no_harm(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(cup={})
        reply = await propose(
            room, name=f"x{typed}", topics=typed, words=typed, providers=typed, backlog="all"
        )
        if labels(reply.response):
            saved = await press(room, reply, "Save")
            for line in saved.embeds[0].description.splitlines():
                assert "@everyone" not in line
                assert read(line)[1] == []
            await shown(room, "list")
            await told(room, "pause", name=f"x{typed}".encode(errors="replace").decode())
        assert running(room)[0] in ("space", f"x{typed}")


OPTIONS = st.fixed_dictionaries(
    {"name": awkward_text},
    optional={
        "when": st.sampled_from(["hourly", "* * * * *", "0 0 30 2 *", "every day"]),
        "topics": awkward_text,
        "words": awkward_text,
        "languages": awkward_text,
        "without_providers": awkward_text,
        "quiet": awkward_text,
        "backlog": awkward_text,
        "timezone": awkward_text,
    },
)


@examples
@given(OPTIONS)
def test_whatever_is_typed_becomes_settings_or_is_told_by_its_option(given):
    values = written_from({"channel": 5, "when": "hourly"} | given, {"name": given["name"]})
    settings, misfits = fitted_subscription(values)
    assert (settings is None) == bool(misfits)
    named = {option_at(misfit) for misfit in misfits}
    assert named <= {*given}
    assert all(misfit.reason for misfit in misfits)


async def test_how_posts_are_discussed_is_changed_by_a_command_of_its_own(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, discuss="none")
        await press(
            room,
            await manage(
                room,
                "discussions",
                name="tea",
                follow_ups="post",
                discuss="thread",
                archive_after="3d",
                reopen_within="2d",
                fallback_tag="News",
            ),
            "Save",
        )
        (found,) = await stored(room)
        said = ("discuss", "follow_ups", "archive_after", "reopen_within", "fallback_tag")
        assert [found.written[key] for key in said] == ["thread", "post", "3d", "2d", "News"]
        reply = await manage(room, "discussions", name="tea", clear="archive_after")
        await press(room, reply, "Save")
        (found,) = await stored(room)
        assert "archive_after" not in found.written
        wrong = await told(room, "discussions", name="tea", reopen_within="soon")
        assert "`reopen_within`" in wrong
        assert await told(room, "discussions", name="space", discuss="none") == texts.LOCKED
        assert list(await names(room, "discussions", "te")) == ["tea"]


async def test_what_becomes_of_posts_later_is_chosen_in_discord_as_well(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, retractions="delete", crosspost=False)
        (found,) = await stored(room)
        assert (found.written["retractions"], found.written["crosspost"]) == ("delete", False)
        shown = (await manage(room, "show", name="tea")).response.embeds[0].description
        assert "not published to other servers · deletes what is retracted" in shown
        await press(room, await manage(room, "edit", name="tea", retractions="leave"), "Save")
        await press(room, await manage(room, "discussions", name="tea", crosspost=True), "Save")
        (found,) = await stored(room)
        assert (found.written["retractions"], found.written["crosspost"]) == ("leave", True)
