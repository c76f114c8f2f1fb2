"""Answers come in time, or are said to be on their way; what fails is told to the asker alone."""

import logging

import pytest

from bot.chat.wording import texts
from tests.chat.people import ask, shown_by, titles
from tests.chat.slow import slow
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
STORIES = {f"story{n}": {} for n in range(7)}
MESSAGE, THINKING, TAKEN, CHANGED = 4, 5, 6, 7  # how an interaction can be answered at first


def first_answers(room):
    """Return how the bot answered interactions at first, and whether to the asker alone."""
    bodies = room.requests("POST", "/interactions/*/callback")
    return [(b["type"], bool((b.get("data") or {}).get("flags", 0) & 64)) for b in bodies]


async def test_what_is_quick_is_answered_at_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        await room.member.click(reply, label="Next")
        assert first_answers(room) == [(MESSAGE, True), (CHANGED, False)]


async def test_what_takes_long_is_said_to_be_on_its_way(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        async with slow(room):
            reply = await ask(room, "latest")
        assert first_answers(room) == [(THINKING, True)]
        assert (len(titles(reply)), reply.ephemeral) == (5, True)


async def test_what_takes_long_is_shared_once_it_is_there(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        async with slow(room):
            reply = await room.member.slash(room.channels["lobby"], "news latest", share=True)
        assert first_answers(room) == [(THINKING, True)]
        assert (reply.response.content, reply.response.ephemeral) == (texts.SHARED, True)
        (shared,) = reply.followups
        assert (len(titles(shared)), shared.ephemeral) == (5, False)


async def test_what_takes_long_and_finds_nothing_is_told_to_the_asker_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        async with slow(room):
            reply = await room.member.slash(room.channels["lobby"], "news topics", share=True)
        assert (reply.response.content, reply.response.ephemeral) == (texts.NO_TOPICS, True)
        assert reply.followups == []


async def test_a_page_that_takes_long_comes_in_its_place(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        async with slow(room):
            await room.member.click(reply, label="Next")
        assert first_answers(room)[1:] == [(TAKEN, False)]
        assert (titles(reply), reply.content) == (["Story5", "Story6"], "")


async def test_a_page_that_takes_long_and_is_empty_leaves_the_list(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        await room.withdraw(*STORIES)
        async with slow(room):
            pressed = await room.member.click(reply, label="Next")
        (note,) = pressed.followups
        assert (note.content, note.ephemeral) == (texts.NO_NEWS, True)
        assert len(titles(reply)) == 5


@pytest.mark.parametrize("share", [True, False])
async def test_what_takes_long_and_fails_is_told_to_the_asker_alone(tmp_path, caplog, share):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        async with room.desk.database.transaction() as transaction:
            await transaction.write("ALTER TABLE article_picture RENAME TO elsewhere")
        async with slow(room):
            reply = await room.member.slash(room.channels["lobby"], "news latest", share=share)
        said = shown_by(reply)
        assert said.ephemeral
        assert said.content.startswith(texts.FAILED.partition("{")[0])
        assert "not answered interaction=" in caplog.text


async def test_a_thought_that_comes_too_late_ends_there(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        async with slow(room, seconds=4):
            reply = await room.member.slash(room.channels["lobby"], "news latest")
        assert not reply.acknowledged
        assert "no answer given interaction=" in caplog.text
        assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
