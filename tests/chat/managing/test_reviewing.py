"""Cards by which staff reviews what is held: shown once, decided once, for good."""

from contextlib import asynccontextmanager

import aiohttp
import discord
import pytest

from bot.chat.wording import review_texts as texts
from tests.chat.dispatches import BAD_PICTURE, SEND
from tests.chat.people import shown_by
from tests.newsroom import answer, newsroom

SPACE = {"channel": "space"}
HELD = {"published": False, "publishedDateTime": "2025-12-31T23:00:00Z"}


@asynccontextmanager
async def desk_with_staff(tmp_path):
    """Open a newsroom with a staff channel."""
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.channels["staff"] = room.guild.create_text_channel("staff")
        room.review = "staff"
        await room.start()
        yield room


async def look(room, **files):
    """Load articles, and let staff be told of what is held."""
    await room.fill(**files)
    await room.desk.reviews.promise()
    await room.desk.errands.run()


def cards(room):
    """Return what each card says, by the title of its article."""
    return {m.embeds[0].title: m.embeds[0].fields[0].value for m in room.posts("staff")}


def labels(message):
    """Return what can be pressed below a card."""
    return [button.label for row in message.components for button in row.children]


async def press(room, label, by=None, message=None):
    """Press on the first card; return what the presser alone is told, if anything."""
    shown = message or room.posts("staff")[0]
    reply = await (by or room.staff).click(shown, label=label)
    told = shown_by(reply)
    return told.content if told.ephemeral else ""


async def test_what_is_held_is_shown_to_staff_once(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD, gull={})
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}
        (card,) = room.posts("staff")
        assert labels(card) == [texts.APPROVE, texts.REJECT, texts.OPEN]
        (body,) = room.requests("POST", "/channels/*/messages")
        assert (body["enforce_nonce"], body["allowed_mentions"]) == (True, {"parse": []})
        await room.start()
        await look(room)
        assert len(room.posts("staff")) == 1


async def test_without_a_staff_channel_what_is_held_stays_held(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await look(room, comet=HELD)
        assert room.requests("POST", "/channels/*/messages") == []


async def test_what_was_held_long_before_is_not_shown(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        old = HELD | {"publishedDateTime": "2025-12-30T23:00:00Z"}
        await look(room, comet=old, gull=HELD)
        assert list(cards(room)) == ["Gull"]


async def test_what_is_approved_is_posted_like_any_other(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        assert await room.publish() == ()
        assert await press(room, texts.APPROVE) == ""
        (card,) = room.posts("staff")
        assert cards(room)["Comet"].startswith(f"Approved by {room.staff.mention}, <t:")
        assert labels(card) == [texts.OPEN]
        await room.publish()
        assert [m.embeds[0].title for m in room.posts("space")] == ["Comet"]


async def test_what_is_rejected_stays_held(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        await press(room, texts.REJECT)
        assert cards(room)["Comet"].startswith(f"Rejected by {room.staff.mention}, <t:")
        assert await room.publish() == ()
        await look(room)
        assert len(room.posts("staff")) == 1


async def test_a_card_of_an_earlier_process_is_decided_by_the_first_press(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        # As if the process died when this was decided, and before the card could say so.
        seen = (await room.desk.reviews.card(key)).version
        await room.desk.reviews.decide(key, seen, approved=False, by=room.staff.id)
        before = room.posts("staff")[0]
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}
        await room.start()
        assert await press(room, texts.APPROVE, message=before) == texts.TOO_LATE
        assert cards(room)["Comet"].startswith("Rejected by")
        assert await room.publish() == ()


async def test_only_who_manages_the_server_decides(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        for label in (texts.APPROVE, texts.REJECT):
            assert await press(room, label, room.member) == texts.STAFF_ONLY
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}
        assert await room.desk.database.read("SELECT * FROM decision") == []


async def test_what_was_decided_is_recorded_with_who_and_when(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        await press(room, texts.APPROVE)
        ((approved, by, at),) = await room.desk.database.read(
            "SELECT approved, decided_by, decided_at FROM decision"
        )
        assert (approved, by) == (1, room.staff.id)
        assert abs(at - room.env.now().timestamp()) < 60


@pytest.mark.parametrize(
    ("label", "change", "told"),
    [
        (texts.APPROVE, {"published": True}, "Its file publishes it by now"),
        (texts.REJECT, {"published": True}, "Its file publishes it by now"),
        (texts.APPROVE, None, "Withdrawn: its file is gone"),
    ],
)
async def test_what_its_file_has_decided_meanwhile_is_only_told(tmp_path, label, change, told):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        if change is None:
            await room.withdraw("comet")
        else:
            await room.fill(comet=HELD | change)
        assert await press(room, label) == texts.TOO_LATE
        assert cards(room)["Comet"].startswith(told)
        assert await room.desk.database.read("SELECT * FROM decision") == []


async def test_what_is_published_before_its_card_went_out_gets_none(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await room.fill(comet=HELD)
        await room.desk.reviews.promise()
        await room.fill(comet=HELD | {"published": True})
        await room.desk.errands.run()
        assert room.posts("staff") == []


async def test_a_card_that_was_sent_without_an_answer_is_not_sent_twice(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await look(room, comet=HELD)
        for _ in range(3):
            await room.later(200)
        assert len(room.posts("staff")) == 1


async def test_a_card_with_a_picture_that_discord_refuses_does_without(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        room.upset(SEND, answer(400, 50035, "Invalid Form Body", BAD_PICTURE))
        await look(room, comet=HELD)
        (card,) = room.posts("staff")
        assert (card.embeds[0].title, card.embeds[0].image.url) == ("Comet", None)
        assert labels(card) == [texts.APPROVE, texts.REJECT, texts.OPEN]


async def test_a_staff_channel_that_takes_nothing_is_told_with_the_mend_and_tried_again(
    tmp_path, caplog
):
    async with desk_with_staff(tmp_path) as room:
        await room.forbid("staff", "send_messages")
        await look(room, comet=HELD)
        assert "give the bot the permission Send Messages" in caplog.text
        await room.forbid("staff")
        await room.later(60)
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}


async def test_an_article_with_an_address_too_long_for_a_button_has_none_to_open_it(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD | {"webUrl": "https://gazette.example.org/" + "a" * 600})
        assert labels(room.posts("staff")[0]) == [texts.APPROVE, texts.REJECT]
        await press(room, texts.APPROVE)
        assert labels(room.posts("staff")[0]) == []


async def test_a_button_about_no_article_says_so(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        (shown,) = room.posts("staff")
        stored = room.env.backend.get_message(shown.channel.id, shown.id)
        stored.components[0]["components"][0]["custom_id"] = "review:approve:beefbeefbeef"
        reply = await room.staff.click(shown, custom_id="review:approve:beefbeefbeef")
        assert shown_by(reply).content == texts.GONE


async def test_what_has_changed_since_it_was_shown_is_shown_again_before_it_is_decided(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        await room.fill(comet=HELD | {"title": "Comet eats harbour"})
        assert await press(room, texts.APPROVE) == texts.CHANGED
        assert cards(room) == {"Comet eats harbour": texts.HELD_BECAUSE}
        assert await room.publish() == ()
        assert await press(room, texts.APPROVE) == ""
        await room.publish()
        assert [m.embeds[0].title for m in room.posts("space")] == ["Comet eats harbour"]


async def move_staff(room, name="newsroom"):
    """Let the configuration name another staff channel, which is made, and start anew."""
    room.channels[name] = room.guild.create_text_channel(name)
    room.review = name
    await room.start()


async def test_another_staff_channel_is_shown_once_what_is_still_to_be_decided(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD, gull=HELD)
        by_title = {m.embeds[0].title: m for m in room.posts("staff")}
        await press(room, texts.REJECT, message=by_title["Comet"])
        await room.forbid("staff", "send_messages")
        await look(room, kelp=HELD)
        await move_staff(room)
        for _ in range(2):
            await look(room)
        assert [m.embeds[0].title for m in room.posts("newsroom")] == ["Gull", "Kelp"]
        await room.forbid("staff")
        await room.env.advance_time(4000)
        await look(room)
        assert len(room.posts("staff")) == 2
        await press(room, texts.APPROVE, message=by_title["Gull"])
        (gull, _) = room.posts("newsroom")
        assert await press(room, texts.APPROVE, message=gull) == texts.TOO_LATE


async def test_what_waits_for_a_staff_channel_that_was_deleted_is_shown_in_the_next(
    tmp_path, caplog
):
    async with desk_with_staff(tmp_path) as room:
        with room.arranging():
            await room.desk.client.get_channel(room.channels["staff"].id).delete()
            await room.env.settle()
        await look(room, comet=HELD)
        assert "there is no such channel" in caplog.text
        await move_staff(room)
        await look(room)
        assert [m.embeds[0].title for m in room.posts("newsroom")] == ["Comet"]


async def test_staff_that_is_told_nothing_for_a_while_is_shown_what_waited(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await room.fill(comet=HELD)
        await room.desk.reviews.promise()
        room.review = ""
        await room.start()
        await look(room)
        assert cards(room) == {}
        room.review = "staff"
        await room.start()
        await look(room)
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}


async def test_what_is_held_again_before_it_was_ever_shown_is_shown(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await room.fill(comet=HELD)
        await room.desk.reviews.promise()
        await look(room, comet=HELD | {"published": True})
        for _ in range(2):
            await look(room, comet=HELD)
            assert len(room.posts("staff")) == 1


async def test_what_its_source_skips_by_now_gets_no_card(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await room.fill(comet=HELD)
        await room.desk.reviews.promise()
        room.source = {"unpublished": "skip"}
        await room.start()
        await look(room)
        assert cards(room) == {}


async def test_a_source_that_was_not_reviewed_begins_with_what_is_lately_held(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        room.source = {"unpublished": "skip"}
        await room.start()
        await look(room, comet=HELD)
        await room.env.advance_time(3 * 86_400)
        room.source = {"unpublished": "review"}
        await room.start()
        lately = {"publishedDateTime": room.env.now().isoformat()}
        await look(room, gull=HELD | lately)
        assert list(cards(room)) == ["Gull"]


async def test_a_forum_is_no_staff_channel_and_that_is_said(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.channels["staff"] = room.guild.create_forum_channel("staff")
        room.review = "staff"
        await room.start()
        room.upset(SEND, answer(400, 50008, "Cannot send messages in a non-text channel"))
        await look(room, comet=HELD)
        assert "takes no cards: name a text channel as `review.channel`" in caplog.text
        await move_staff(room)
        await look(room)
        assert [m.embeds[0].title for m in room.posts("newsroom")] == ["Comet"]


async def test_what_was_rejected_and_is_published_by_its_file_says_so(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        await look(room, comet=HELD)
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        seen = (await room.desk.reviews.card(key)).version
        await room.desk.reviews.decide(key, seen, approved=False, by=room.staff.id)
        await room.fill(comet=HELD | {"published": True})
        assert await press(room, texts.APPROVE) == texts.TOO_LATE
        assert cards(room)["Comet"].startswith("Its file publishes it by now")


async def test_nobody_decides_in_a_channel_where_no_card_ever_was(tmp_path):
    async with desk_with_staff(tmp_path) as room:
        stranger = room.abroad()
        await look(room, comet=HELD)
        (card,) = room.posts("staff")
        there = room.desk.client.get_channel(room.channels["elsewhere"].id)
        with room.arranging():
            copy = await there.send("a copy", view=discord.ui.View.from_message(card))
        assert await press(room, texts.APPROVE, stranger, copy) == texts.GONE
        assert cards(room) == {"Comet": texts.HELD_BECAUSE}
        assert await room.desk.database.read("SELECT * FROM decision") == []
        assert await press(room, texts.APPROVE) == ""
