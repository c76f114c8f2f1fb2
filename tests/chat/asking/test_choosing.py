"""What is offered while members type."""

import logging

import pytest

from tests.chat.people import ask, choices
from tests.chat.slow import slow
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
FIELDS = (
    ("article", "title"),
    ("related", "title"),
    ("latest", "topic"),
    ("latest", "provider"),
    ("search", "topic"),
    ("search", "provider"),
)
HOSTILE = (
    "' OR 1=1 --",
    '" OR "a"*',
    "title : comet AND NEAR(x)",
    "%_*?^()[]{}",
    "🚀\u202e\u0000漢",
    "comet " * 900,
    "-" * 90,
    "9" * 99,
    "\ud83d",
)


@pytest.mark.parametrize(("command", "field"), FIELDS)
async def test_names_are_offered_by_the_beginning_of_any_word(tmp_path, command, field):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        for n, name in enumerate(("Deep Harbour", "Harbour", "Tea")):
            fields = {"title": name, "topics": [name], "provider": {"name": name}}
            await room.fill(**{f"story{n}": fields})
        assert set(await choices(room, command, field, "hARB")) == {"Deep Harbour", "Harbour"}
        assert set(await choices(room, command, field, "")) == {"Deep Harbour", "Harbour", "Tea"}
        assert await choices(room, command, field, "arbour") == {}


@pytest.mark.parametrize(("command", "field"), FIELDS)
async def test_what_is_offered_can_be_chosen(tmp_path, command, field):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "*Comet*", "provider": {"name": "_Lantern_ Street"}})
        (value,) = (await choices(room, command, field, "")).values()
        words = {"words": "comet"} if command == "search" else {}
        reply = await ask(room, command, **{field: value}, **words)
        assert reply.embeds or command == "related"


async def test_no_more_is_offered_than_discord_takes(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(
            **{
                f"story{n}": {
                    "title": f"{n} 🚀" + "🚀" * 100,
                    "topics": [f"Topic {n}"],
                    "provider": {"name": f"Provider {n}"},
                }
                for n in range(30)
            }
        )
        for command, field in FIELDS:
            offered = await choices(room, command, field, "")
            assert len(offered) == 25
            assert max(len(name.encode("utf-16-le")) // 2 for name in offered) <= 100


async def test_a_name_too_long_to_be_chosen_is_not_offered(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        long = "Tea " + "🚀" * 60
        await room.fill(
            comet={"topics": [long, "Tea time"], "provider": {"name": long}},
            gull={"provider": {"name": "Tea Times"}},
        )
        assert await choices(room, "latest", "topic", "tea") == {"Tea time": "Tea time"}
        assert await choices(room, "latest", "provider", "tea") == {"Tea Times": "Tea Times"}


@pytest.mark.parametrize("typed", HOSTILE)
async def test_whatever_is_typed_offers_nothing_it_should_not(tmp_path, typed):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(gull={"title": "Gull counted", "topics": ["Harbour"]})
        for command, field in FIELDS:
            known = {"Gull counted", "Harbour", "Puddle Bay Gazette"}
            assert set(await choices(room, command, field, typed)) <= known


@pytest.mark.parametrize(("command", "field"), FIELDS)
async def test_when_that_goes_wrong_nothing_is_offered(tmp_path, caplog, command, field):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        async with room.desk.database.transaction() as transaction:
            for table in ("article", "topic", "provider"):
                await transaction.write(f"ALTER TABLE {table} RENAME TO former_{table}")
        assert await choices(room, command, field, "c") == {}
        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        assert record.getMessage().startswith("nothing offered interaction=")


async def test_when_it_takes_too_long_nothing_is_offered(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        async with slow(room, seconds=2.6):
            assert await choices(room, "article", "title", "c") == {}
        assert "nothing offered interaction=" in caplog.text
        assert list(await choices(room, "article", "title", "c")) == ["Comet"]
