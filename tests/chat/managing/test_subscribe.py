"""/subscription: what managers of a server see and set off, and nobody else."""

import re
from datetime import timedelta

import pytest

from bot.chat.buttons import button
from bot.chat.posting.observer import DiscordObserver
from bot.chat.reply import row
from bot.chat.wording import subscription_texts as texts
from bot.chat.wording import texts as common
from bot.jobs import schedule
from bot.settings import DIGESTS_ALONE, RESERVED
from tests.chat.dispatches import SEND
from tests.chat.managing.subscribing import (
    SPACE,
    add,
    check_again,
    labels,
    manage,
    names,
    press,
    running,
    shown,
    told,
)
from tests.chat.people import link
from tests.newsroom import answer, newsroom

COMMANDS = ("show", "pause", "resume", "remove", "test", "run", "edit")


async def worked(room):
    """Let the bot begin its work, with nothing to do: so it remembers what is in its file."""

    async def nothing(*_):
        pass

    async with schedule.running() as jobs:
        await room.desk.roster.begin(jobs, nothing)


async def test_an_empty_server_is_told_how_to_begin(tmp_path):
    async with newsroom(tmp_path / "seeds") as room:
        assert (await shown(room, "list")).description == texts.NONE
        assert await names(room) == {}


async def test_all_of_a_server_are_listed_with_their_next_run(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, when="weekdays at 07:15", timezone="Europe/Berlin")
        lines = (await shown(room, "list")).description.splitlines()
        space, lobby = (room.channels[name].mention for name in ("space", "lobby"))
        assert lines == [
            f"🔒 **space** · {space} · every 10 minutes · <t:1767225600:R>",
            f"**tea** · {lobby} · weekdays at 07:15 · <t:1767248100:R>",
        ]


def listed(response):
    """The names on a page of the list."""
    return re.findall(r"\*\*(\w+)\*\*", response.embeds[0].description)


async def test_all_of_a_server_are_on_pages_that_are_turned_also_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        for n in range(22):
            await add(room, f"s{n:02}", **({"backlog": "all"} if n else {}))
        reply = await manage(room, "list")
        assert listed(reply.response) == [f"s{n:02}" for n in range(10)]
        assert reply.response.embeds[0].footer.text == "page 1 of 3 · 23 subscriptions"
        assert labels(reply.response) == ["Next"]
        await room.start()
        second = await press(room, reply, "Next")
        assert listed(second) == [f"s{n:02}" for n in range(10, 20)]
        assert labels(second) == ["Previous", "Next"]
        third = await press(room, reply, "Next")
        assert listed(third) == ["s20", "s21", "space"]
        assert labels(third) == ["Previous"]
        await room.forbid("space", "send_messages")
        await room.env.advance_time(6)
        second = await press(room, reply, "Previous")
        assert labels(second) == ["Previous", "Next"]  # what is to be mended is on another page
        third = await press(room, reply, "Next")
        assert labels(third) == ["Previous", "Check again"]
        await room.forbid("space")
        assert listed(await check_again(room, reply)) == ["s20", "s21", "space"]
        for n in range(20, 22):
            await told(room, "remove", name=f"s{n}")
        await press(room, reply, "Previous")
        await told(room, "remove", name="s19")
        last = await press(room, reply, "Next")  # that page is gone by now
        assert listed(last) == [*(f"s{n:02}" for n in range(10, 19)), "space"]
        assert last.embeds[0].footer.text == "page 2 of 2 · 20 subscriptions"


@pytest.mark.parametrize("action", ["list", "look"])
async def test_who_may_not_manage_the_server_turns_no_page_and_checks_nothing(tmp_path, action):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        place = room.desk.client.get_channel(room.channels["lobby"].id)
        for subject, seen in (("", ["space"]), ("0", ["space"]), ("ffff", ["space"])):
            if action == "look" and subject:
                continue
            with room.arranging():
                message = await place.send("x", view=row(button(action, subject, label="Old")))
            refused = await room.member.click(message, label="Old")
            assert refused.response.content == common.STAFF_ONLY
            assert refused.response.ephemeral
            again = await room.staff.click(message, label="Old")
            assert listed(again.response) == seen


async def test_a_subscription_that_is_gone_by_now_cannot_be_looked_at_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        await room.forbid("lobby", "send_messages")
        await room.env.advance_time(6)
        reply = await manage(room, "show", name="tea")
        assert labels(reply.response) == ["Check again"]
        await told(room, "remove", name="tea")
        gone = await press(room, reply, "Check again")
        assert (gone.embeds[0].description, labels(gone)) == (texts.NO_SUCH, [])
        await room.forbid("lobby")


async def test_one_is_shown_in_full_by_choice_or_by_name(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, topics="Tea, Sea", match="all", discuss="thread", silent=True)
        offered = await names(room, typed="TE")
        assert list(offered) == ["tea"]
        for typed in (offered["tea"], "tea", " TEA "):
            text = (await shown(room, "show", name=typed)).description
            assert text.startswith(f"Made by <@{room.staff.id}> <t:1767225600:f>\n")
            assert "**Topics** all of Tea, Sea" in text
            assert "**Posts** with a thread under each · without a notification" in text
        assert (await shown(room, "show", name="space")).description.startswith(texts.FROM_FILE)


async def test_those_of_the_file_cannot_be_changed_in_discord(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        offered = await names(room, "edit")
        assert list(offered) == ["🔒 space"]
        for command in ("edit", "pause", "resume", "remove"):
            assert await told(room, command, name="space") == texts.LOCKED
        assert await told(room, "edit", name=offered["🔒 space"], limit=1) == texts.LOCKED
        assert running(room) == ["space"]


async def test_a_name_that_vanished_from_the_file_is_paused_and_not_forgotten(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "tea"}) as room:
        await room.fill(comet={})
        await told(room, "run", name="space")
        await worked(room)
        gone = room.subscriptions.pop(0)
        await room.start()
        assert running(room) == ["tea"]
        assert f"🔒 **space** · {room.channels['space'].mention} · {texts.VANISHED}" in (
            (await shown(room, "list")).description
        )
        assert await told(room, "run", name="space") == texts.VANISHED
        assert await told(room, "resume", name="space") == texts.LOCKED
        said = await manage(room, "add", name="space", when="hourly", channel=room.channels["tea"])
        assert said.response.content == texts.NAME_TAKEN
        room.subscriptions.insert(0, gone)
        await room.start()
        assert running(room) == ["space", "tea"]
        assert await told(room, "run", name="space") == texts.nothing_due("space")


async def test_a_vanished_name_can_be_taken_off_the_list(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "tea"}) as room:
        await worked(room)
        del room.subscriptions[0]
        await room.start()
        assert await told(room, "remove", name="space") == texts.removed("space")
        assert "space**" not in (await shown(room, "list")).description


async def test_what_is_paused_posts_nothing_until_it_is_resumed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, topics="Tea", backlog="all", when="every 10 minutes")
        assert await told(room, "pause", name="tea") == texts.paused("tea")
        await room.fill(cup={"topics": ["Tea"]})
        assert await told(room, "run", name="tea") == texts.IS_PAUSED
        assert texts.PAUSED in (await shown(room, "list")).description
        await room.start()
        assert running(room) == ["space"]
        assert "is posted too, up to 5 a run" in await told(room, "resume", name="tea")
        assert running(room) == ["space", "tea"]
        assert "Posted 1 article:" in await told(room, "run", name="tea")


async def test_what_is_removed_is_gone_and_its_posts_stay(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(cup={"topics": ["Tea"]})
        await add(room, topics="Tea", backlog="all")
        await told(room, "run", name="tea")
        assert await told(room, "remove", name="tea") == texts.removed("tea")
        assert await told(room, "show", name="tea") == texts.NO_SUCH
        assert (running(room), len(room.posts("lobby"))) == (["space"], 1)
        await add(room, topics="Tea", backlog="all")
        assert await told(room, "run", name="tea") == texts.nothing_due("tea")


@pytest.mark.parametrize("command", ["run", "resume", "test"])
async def test_one_that_can_be_read_no_more_is_shown_with_the_reason_and_can_be_mended(
    tmp_path, command
):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        database = room.desk.database
        async with database.transaction() as transaction:
            many = ", ".join(f'"w{number}"' for number in range(51))
            await transaction.write(
                "UPDATE subscription SET written = json_set(written, '$.words', json(?))",
                (f'{{"include": [{many}]}}',),
            )
        await room.desk.roster.refresh()
        assert running(room) == ["space"]
        reason = "it cannot be read any more: should be a list of at most 50. Edit or remove it"
        assert reason in (await shown(room, "list")).description
        assert reason in (await told(room, command, name="tea"))
        why = await room.staff.slash(room.channels["lobby"], "news why", article="none at all")
        assert why.response.content == common.NO_ARTICLE
        reply = await manage(room, "edit", name="tea", words="gull")
        await press(room, reply, "Save")
        assert sorted(running(room)) == ["space", "tea"]


async def test_one_that_can_be_read_no_more_lets_nobody_see_what_is_held(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(secret={"topics": ["Harbour"], "published": False})
        await add(room, topics="Weather")
        async with room.desk.database.transaction() as transaction:
            await transaction.write("UPDATE subscription SET written = json_set(written, '$.x', 1)")
        await room.desk.roster.refresh()
        why = await room.staff.slash(room.channels["lobby"], "news why", article="Secret")
        assert why.response.content == common.NO_ARTICLE


async def test_a_sample_is_shown_to_the_manager_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, cup={"topics": ["Tea"]}, old={})
        reply = await manage(room, "test", name="space")
        assert reply.response.ephemeral
        assert reply.response.content == texts.sample(room.channels["space"].mention)
        assert reply.response.embeds[0].title == "Comet"
        await add(room, topics="Knitting")
        assert await told(room, "test", name="tea") == texts.NO_SAMPLE
        assert room.posts("space") == []


async def test_what_is_due_is_posted_and_linked(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "tea"}) as room:
        await room.fill(comet={})
        assert await told(room, "run", name="space") == f"Posted 1 article:\n{link(room)}"
        assert (len(room.posts("space")), room.posts("tea")) == (1, [])
        assert await told(room, "run", name="space") == texts.nothing_due("space")


async def test_what_the_budget_holds_back_is_told_and_comes_later(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"hourly": 2}) as room:
        await room.fill(a={}, b={}, c={})
        said = await told(room, "run", name="space")
        assert said.startswith("Posted 2 articles:")
        waits = "1 article waits: the budget of this hour is used up. It comes from {} on."
        assert said.endswith(waits.format("<t:1767229200:f>"))
        assert await told(room, "run", name="space") == waits.format("<t:1767229200:f>")
        await room.env.advance_time(timedelta(minutes=61).total_seconds())
        assert "Posted 1 article:" in await told(room, "run", name="space")


async def test_quiet_hours_are_told_and_what_they_hold_back_comes_later(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"quiet": "22:00-07:00"}) as room:
        await room.fill(a={})
        assert await told(room, "run", name="space") == (
            "1 article waits: it is quiet there now. It comes from <t:1767250800:f> on."
        )
        assert room.posts("space") == []
        await room.env.advance_time(timedelta(hours=7, minutes=1).total_seconds())
        assert "Posted 1 article:" in await told(room, "run", name="space")


async def test_what_a_run_ahead_of_its_time_holds_back_is_promised_for_the_next_run(tmp_path):
    at_eight = {"schedule": "0 8 * * *", "every": None, "hourly": 1}
    async with newsroom(tmp_path / "seeds", SPACE | at_eight) as room:
        await room.fill(a={}, b={}, c={})
        said = await told(room, "run", name="space")
        assert said.endswith(common.waiting(2, "<t:1767254400:f>", quiet=False))


async def test_in_quiet_hours_nothing_is_promised_if_nothing_is_due(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"quiet": "22:00-07:00"}) as room:
        assert await told(room, "run", name="space") == texts.nothing_due("space")


async def test_a_channel_that_takes_nothing_is_told_with_the_mend(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        room.upset(SEND, answer(403, 50013, "Missing Permissions"))
        said = await told(room, "run", name="space")
        assert said.startswith(f"{room.channels['space'].mention}: ")


async def test_what_is_to_be_mended_is_listed_until_a_look_shows_that_it_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, {"channel": "tea"}) as room:
        await room.forbid("space", "send_messages")
        for command, options in (("list", {}), ("show", {"name": "space"})):
            reply = await manage(room, command, **options)
            assert labels(reply.response) == ["Check again"]
            embed = reply.response.embeds[0]
            seen = f"{embed.description}{[field.value for field in embed.fields]}"
            assert "#space: give the bot the permission Send Messages" in seen
            assert "#tea: " not in seen
            await room.forbid("space")
            await room.start()
            again = await check_again(room, reply)
            assert labels(again) == []
            assert "give the bot" not in str(again.embeds[0].to_dict())
            await room.forbid("space", "send_messages")
            await room.env.advance_time(6)
        await room.forbid("space")


async def test_nothing_of_another_server_is_seen_guessed_or_changed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        eve = room.abroad()
        await room.start()
        await room.fill(cup={"topics": ["Tea"]}, comet={})
        await add(room, topics="Tea", backlog="all")
        keys = [*(await names(room)).values(), "tea", "space", "discord:1"]
        there = {"where": "elsewhere", "by": eve}
        assert (await shown(room, "list", **there)).description == texts.NONE
        for typed in ("", "t", "space", keys[0]):
            assert await names(room, typed=typed, **there) == {}
        for command in COMMANDS:
            for key in keys:
                assert await told(room, command, name=key, **there) == texts.NO_SUCH
        await add(room, "tea", "elsewhere", "daily", by=eve)
        assert await told(room, "remove", name="tea", **there) == texts.removed("tea")
        assert running(room) == ["space", "tea"]
        assert "Posted 1 article" in await told(room, "run", name="tea")


@pytest.mark.parametrize("command", [*COMMANDS, "list"])
async def test_a_plain_member_is_refused_even_if_discord_shows_the_command(tmp_path, command):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        lobby = room.channels["lobby"]
        assert f"subscription {command}" not in room.member.available_commands(lobby)
        found = await room.desk.client.tree.fetch_commands()
        (published,) = [each for each in found if each.name == "subscription"]
        room.guild.set_command_permissions(published, {room.member: True})
        options = {} if command == "list" else {"name": "tea"}
        assert await told(room, command, by=room.member, **options) == common.STAFF_ONLY
        if options:
            assert await names(room, command, by=room.member) == {}
        assert running(room) == ["space", "tea"]


async def test_topics_are_offered_one_after_the_other(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(a={"topics": ["Tea", "Sea", "Team sports"]})
        lobby = room.channels["lobby"]

        async def offered(option, typed, command="add"):
            found = await room.staff.autocomplete(lobby, f"subscription {command}", option, typed)
            return [choice["value"] for choice in found]

        assert set(await offered("topics", "te")) == {"Tea", "Team sports"}
        assert await offered("topics", "Tea, se", "edit") == ["Tea, Sea"]
        assert set(await offered("topics", "Tea,")) == {"Tea, Sea", "Tea, Team sports"}
        assert await offered("topics", "TEA, te") == ["TEA, Team sports"]
        assert await offered("topics", f"{'x' * 100}, te") == []
        assert await offered("when", "week") == ["weekdays at 08:00", "weekends at 10:00"]
        assert await offered("timezone", "lord howe") == ["Australia/Lord_Howe"]
        assert len(await offered("timezone", "")) == 25


async def test_no_answer_can_ping_anyone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "@everyone <@1>"})
        await add(room, "@everyone", topics="Space")
        await shown(room, "list")
        await told(room, "run", name="@everyone")
        sent = room.requests("PATCH", "/webhooks/*") + room.requests("POST", "/interactions/*")
        bodies = [body.get("data") or body for body in sent if body]
        assert len(bodies) >= 6
        for body in bodies:
            if body.get("content") or body.get("embeds"):
                assert body["allowed_mentions"] == {"parse": []}


async def test_a_name_that_the_configuration_file_refuses_is_refused(tmp_path):
    async with newsroom(tmp_path / "seeds") as room:
        wrong = await told(
            room, "add", name="by hand", channel=room.channels["lobby"], when="hourly"
        )
        assert wrong == texts.wrong("name", f"{RESERVED}: choose another")


async def test_a_digest_is_made_shown_tried_and_run_like_any_subscription(tmp_path):
    async with newsroom(tmp_path / "seeds") as room:
        await room.fill(comet={"quality": 90}, gull={"quality": 60})
        wrong = await told(
            room, "add", name="daily", channel=room.channels["lobby"], when="hourly", repeat=True
        )
        assert wrong == texts.wrong("post", f"{DIGESTS_ALONE}: add `post: digest` or take them out")
        digest = {"post": "digest", "nothing_new": "tell", "backlog": "all"}
        await add(room, "daily", when="daily at 08:00", **digest)
        text = (await shown(room, "show", name="daily")).description
        assert "**Posts** as a digest · or that there is nothing new" in text
        assert "a run" not in text
        sample = (await manage(room, "test", name="daily")).response
        assert [embed.title for embed in sample.embeds] == ["Comet", "Gull"]
        assert "-# Scores, the best first: 62 · 30\n" in sample.content
        assert room.posts("lobby") == []
        await told(room, "run", name="daily")
        (post,) = room.posts("lobby")
        assert [embed.title for embed in post.embeds] == ["Comet", "Gull"]
        why = await room.staff.slash(room.channels["lobby"], "news why", article="comet")
        assert str(post.id) in str([embed.to_dict() for embed in why.response.embeds])


async def test_a_sample_of_a_digest_is_ranked_and_scored_by_what_members_here_make_of_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "thread"}) as room:
        eve = room.abroad()
        await room.start()
        lately = {"publishedDateTime": "2025-12-31T12:00:00Z"}
        await room.fill(comet=lately | {"quality": 85}, gull=lately)
        await room.publish()
        for kind in ("digest", "discussed"):
            await add(room, kind, post=kind)
            await add(room, kind, "elsewhere", by=eve, post=kind)

        async def sample(kind, where="lobby", by=None):
            shown = (await manage(room, "test", where=where, by=by, name=kind)).response
            scores = re.search(r"-# Scores, the best first: (.*)", shown.content)
            return [embed.title for embed in shown.embeds], scores and scores[1]

        assert await sample("digest") == (["Comet", "Gull"], "50 · 38")
        assert await told(room, "test", name="discussed") == texts.NO_DISCUSSED_SAMPLE
        (thread,) = [t for t in room.channels["space"].threads if t.name == "Gull"]
        for number in range(5):
            await room.member.send(thread, f"{number}")
        await room.desk.tally.settle(DiscordObserver(room.desk.client))
        assert (await sample("digest"))[0] == ["Gull", "Comet"]
        assert await sample("discussed") == (["Gull"], "10")
        assert await sample("digest", "elsewhere", eve) == (["Comet", "Gull"], "50 · 38")
        abroad = await told(room, "test", where="elsewhere", by=eve, name="discussed")
        assert abroad == texts.NO_DISCUSSED_SAMPLE


async def test_a_weekly_digest_of_what_is_discussed_is_made_and_turned_into_another_kind(tmp_path):
    async with newsroom(tmp_path / "seeds") as room:
        await add(room, "weekly", when="Mondays at 09:00", post="discussed")
        text = (await shown(room, "show", name="weekly")).description
        assert "**Posts** as a digest · of what is discussed most here" in text
        (made,) = room.desk.publisher.subscriptions
        assert (made.post, made.sort, made.repeat) == ("digest", "discussed", True)
        for kind in ("digest", "each"):
            reply = await manage(room, "edit", name="weekly", post=kind)
            await press(room, reply, "Save")
            (made,) = room.desk.publisher.subscriptions
            assert (made.post, made.sort, made.repeat) == (kind, "best", False)
