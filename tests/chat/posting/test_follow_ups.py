"""Follow-ups as members see them: in the discussion of the story, with a place in the answers."""

import pytest

from bot.chat.wording import discussion_texts as texts
from bot.chat.wording import texts as common
from bot.chat.wording.follow_texts import FOLLOW
from tests.chat.dispatches import JOIN
from tests.chat.people import shown_by
from tests.newsroom import answer, newsroom

SPACE = {"channel": "space", "discuss": "thread"}


def link(slug):
    return {"title": "Elsewhere", "webUrl": f"https://gazette.example.org/{slug}"}


async def published(room, **second):
    """Post an article and, later, one that lists it."""
    await room.fill(comet={})
    await room.publish()
    await room.fill(tail={"related": [link("comet")]} | second)
    await room.publish()


def bots(place):
    """Return the titles of the embeds in a place."""
    return [embed.title for message in place.history() for embed in message.embeds]


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_further_report_is_in_the_discussion_of_the_story(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        room.subscriptions[0]["mention"] = room.guild.create_role("readers", mentionable=True).id
        await room.start()
        await published(room)
        (thread,) = room.channels["space"].threads
        assert bots(thread) == (["Comet", "Tail"] if forums else ["Tail"])
        if not forums:
            assert bots(room.channels["space"]) == ["Comet"]
        *_, report = thread.history()
        labels = [b.label for row in report.components for b in row.children]
        assert labels == [common.READ, FOLLOW]
        (body,) = room.requests("POST", f"/channels/{thread.id}/messages")
        assert (body["content"], body["allowed_mentions"]) == (None, {"parse": []})


async def test_the_report_is_shown_as_a_whole(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room, excerpt="It has two.", images=[])
        (thread,) = room.channels["space"].threads
        (embed,) = thread.history()[-1].embeds
        assert embed.description == "It has two."
        assert embed.fields[0].name == common.RELATED


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_why_and_publish_lead_to_the_report_in_its_discussion(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await published(room)
        (thread,) = room.channels["space"].threads
        address = (
            f"https://discord.com/channels/{room.guild.id}/{thread.id}/{thread.history()[-1].id}"
        )
        why = await room.staff.slash(room.channels["lobby"], "news why", article="Tail")
        assert address in why.response.embeds[0].to_dict().__repr__()
        again = await room.staff.slash(room.channels["space"], "publish article", title="Tail")
        assert shown_by(again).content == common.already(address)


async def test_discuss_leads_into_the_discussion_that_the_report_is_in(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        (thread,) = room.channels["space"].threads
        reply = await room.member.slash(room.channels["space"], "discuss article", title="Tail")
        assert reply.response.content == texts.inside(thread.mention)
        assert len(room.channels["space"].threads) == 1


async def test_where_the_discussion_of_a_report_is_deleted_none_can_be_opened(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        room.upset(JOIN, answer(404, 10003, "Unknown Channel"))
        reply = await room.member.slash(room.channels["space"], "discuss article", title="Tail")
        assert reply.response.content == texts.GONE


async def test_what_is_related_to_a_report_can_be_asked_in_its_menu(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        (thread,) = room.channels["space"].threads
        reply = await room.member.context_menu(thread, common.MENU_RELATED, thread.history()[-1])
        assert reply.response.embeds[0].title == common.RELATED_TITLE.format(title="Tail")


async def test_a_digest_of_the_same_server_leads_to_the_discussion(tmp_path):
    digest = {"channel": "lobby", "post": "digest"}
    async with newsroom(tmp_path / "seeds", SPACE, digest) as room:
        await room.fill(comet={}, tail={"related": [link("comet")]})
        await room.publish()
        (thread,) = room.channels["space"].threads
        (message,) = room.posts("lobby")
        assert str(thread.id) in str([embed.to_dict() for embed in message.embeds])


async def test_a_report_whose_file_changes_is_drawn_anew_where_it_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        await room.env.advance_time(60)
        await room.fill(tail={"related": [link("comet")], "title": "Two tails"})
        await room.desk.errands.run()
        (thread,) = room.channels["space"].threads
        assert bots(thread) == ["Two tails"]
        assert bots(room.channels["space"]) == ["Comet"]


async def test_a_report_that_is_withdrawn_is_struck_through_and_the_discussion_goes_on(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        await room.withdraw("tail")
        await room.env.advance_time(3600)
        for _ in range(2):  # what follows from the first would be done in the second
            await room.desk.errands.run()
        (thread,) = room.channels["space"].threads
        assert bots(thread) == ["~~Tail~~"]
        assert not room.env.backend.get_thread(thread.id).thread_metadata.locked
        assert len(thread.history()) == 1


def link_to_latest(room, thread, count):
    """Return the line that says how many further reports there are, and leads to the last."""
    address = f"https://discord.com/channels/{room.guild.id}/{thread.id}/{thread.history()[-1].id}"
    return f"[{count} more {'report' if count == 1 else 'reports'}]({address})"


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_the_first_post_says_how_many_reports_there_are_and_leads_to_the_latest(
    tmp_path, forums
):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await published(room)
        await room.desk.errands.run()
        (thread,) = room.channels["space"].threads
        assert first_lines(room, thread)[-1] == link_to_latest(room, thread, 1)
        await room.fill(dust={"related": [link("tail")]})
        await room.publish()
        await room.desk.errands.run()
        assert "1 more report" in first_lines(room, thread)[-1]  # an edit in five minutes
        await room.later(301)
        assert first_lines(room, thread)[-1] == link_to_latest(room, thread, 2)


def first_lines(room, thread):
    """Return the lines of the post that a discussion began with; in a forum it is in there."""
    first = (room.posts("space") or thread.history())[0]
    return first.embeds[0].description.splitlines()


async def test_it_says_so_beside_what_else_became_of_it_and_not_of_a_withdrawn_report(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        await room.env.advance_time(3600)
        changed = room.env.now()
        await room.fill(comet={"excerpt": "Brighter."})
        await room.desk.errands.run()
        (thread,) = room.channels["space"].threads
        assert first_lines(room, thread) == [
            "Brighter.",
            "",
            f"*Updated <t:{int(changed.timestamp())}:f>*",
            link_to_latest(room, thread, 1),
        ]
        await room.withdraw("tail")
        await room.later(3600)
        assert len(first_lines(room, thread)) == 3


async def test_what_members_see_of_a_retracted_story_is_no_report(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await published(room)
        await room.withdraw("comet")
        await room.later(3600)
        (thread,) = room.channels["space"].threads
        assert first_lines(room, thread) == ["**Retracted**"]
