"""Presses on what is out of date, was never written, or shows what members may not see any more."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.asking.controls import Action
from bot.chat.asking.listing import Kind
from bot.chat.wording import texts
from tests.chat.people import ask, choose, controls, press, shown_by, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}

GONE_WRONG = texts.FAILED.partition("{")[0]
states = (
    st.text("lsrat.0123456789-", max_size=40)
    | st.text(max_size=80)
    | st.builds(
        "{}.{}.{}.{}.{}..{}.{}".format,
        st.sampled_from(Kind),
        *[st.integers(0, 1 << 63)] * 3,
        st.sampled_from(["", "1"]),
        st.integers(-(1 << 63), 1 << 63),
        st.text(max_size=40),
    )
)
actions = st.sampled_from(Action) | st.text(max_size=3)


async def press_on(room, custom_id, chosen=None):
    """Return what is answered to a press on a control of an older version of the bot."""
    reply = await ask(room, "latest")
    stored = room.env.backend.get_message(reply.channel_id, reply.id)
    select, button = stored.components[0]["components"][0], stored.components[1]["components"][0]
    if chosen is None:
        button["custom_id"] = custom_id
        return shown_by(await room.member.click(reply, custom_id=custom_id))
    select["custom_id"], select["options"][0]["value"] = custom_id, chosen
    return shown_by(await room.member.select(reply, [chosen], custom_id=custom_id))


@pytest.mark.parametrize(
    "custom_id",
    ["news:", "news:l", "news:l:", "news:l:z.......", "news:x:l.......", "news:l:l.1", "news:p:x"],
)
async def test_an_unknown_button_is_said_to_be_out_of_date(tmp_path, custom_id):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await press_on(room, custom_id)
        assert (reply.content, reply.ephemeral) == (texts.STALE, True)


@pytest.mark.parametrize(
    ("custom_id", "chosen"),
    [("news:a:l.......", "comet"), ("news:x:l.......", "1"), ("news:a:", "1"), ("news:t:", "1")],
)
async def test_an_unknown_select_is_said_to_be_out_of_date(tmp_path, custom_id, chosen):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        reply = await press_on(room, custom_id, chosen)
        assert (reply.content, reply.ephemeral) == (texts.STALE, True)


async def test_whatever_a_control_carries_it_gets_a_polite_answer(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})

        @settings(max_examples=150)
        @given(actions, states, st.none() | st.integers(-(1 << 64), 1 << 64).map(str))
        def collect(action, state, chosen):
            wanted.append((f"news:{action}:{state}", chosen))

        wanted = []
        collect()
        for custom_id, chosen in wanted:
            reply = await press_on(room, custom_id, chosen)
            assert reply.content or reply.embeds
            assert not reply.content.startswith(GONE_WRONG), (custom_id, chosen)
        assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_an_article_that_was_withdrawn_meanwhile_is_gone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={}, gull={})
        listed = await ask(room, "latest")
        shown = await ask(room, "article", title="comet")
        await room.withdraw("comet")
        for label in ("Related news", "Share"):
            reply = shown_by(await room.member.click(shown, label=label))
            assert (reply.content, reply.embeds, reply.ephemeral) == (texts.GONE, [], True)
        reply = await choose(listed, "Comet", room.member)
        assert (reply.content, reply.ephemeral) == (texts.GONE, True)
        assert titles(listed) == ["Comet", "Gull"]
        assert titles(await press(listed, "Share", room.member)) == ["Gull"]


async def test_held_withdrawn_and_future_articles_are_not_reached_by_their_ids(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            comet={},
            draft={"published": False},
            tomorrow={"publishedDateTime": "2026-06-01T00:00:00Z"},
            gone={},
        )
        await room.withdraw("gone")
        rows = await room.desk.database.read("SELECT id, title FROM article ORDER BY title")
        ids = {title: key for key, title in rows}
        assert len(ids) == 4
        for name in ("Draft", "Tomorrow", "Gone"):
            for custom_id, chosen in (
                (f"news:p:{ids[name]}", None),
                (f"news:l:r......{ids[name]}.", None),
                ("news:a:l.......", str(ids[name])),
            ):
                reply = await press_on(room, custom_id, chosen)
                assert (reply.content, reply.embeds) == (texts.GONE, [])


async def test_a_press_that_fails_is_answered_politely_and_logged(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(6)})
        reply = await ask(room, "latest", share=True)
        async with room.desk.database.transaction() as transaction:
            await transaction.write("ALTER TABLE article RENAME TO elsewhere")
        said = shown_by(await room.member.click(reply, label="Next"))
        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        number = record.getMessage().removeprefix("not answered interaction=")
        assert (said.content, said.ephemeral) == (texts.FAILED.format(id=number), True)
        assert "no such table" in record.exc_text


@pytest.mark.parametrize("code", [10062, 40060])
async def test_a_press_that_nobody_waits_for_is_only_logged(tmp_path, caplog, code):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"story{n}": {} for n in range(6)})
        reply = await ask(room, "latest")
        room.env.inject_error("POST", "/interactions/*", status=404, code=code, times=None)
        pressed = await room.member.click(reply, label="Next")
        assert not pressed.acknowledged
        assert "no answer given interaction=" in caplog.text
        assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_a_control_means_its_article_also_after_its_date_was_corrected(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        date = {"publishedDateTime": "2025-12-01T00:00:00Z"}
        await room.fill(first={"title": "First"} | date)
        listed = await ask(room, "latest")
        opened = await ask(room, "article", title="first")
        await room.fill(first={"title": "First", "publishedDateTime": "2025-12-02T00:00:00Z"})
        await room.fill(second={"title": "Second"} | date)  # of the second that is free now
        assert titles(await choose(listed, "First", room.member)) == ["First"]
        assert titles(await press(opened, "Share", room.member)) == ["First"]


async def test_every_control_says_all_in_a_hundred_characters(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**{f"comet{n}": {} for n in range(6)})
        options = {"topic": "space", "provider": "Puddle Bay Gazette", "since": 365}
        reply = await ask(room, "search", words="comet 🚀 " * 8, sort="newest", **options)
        for control in controls(reply).values():
            assert len(control["custom_id"].encode("utf-16-le")) // 2 <= 100
