"""The languages of subscriptions: chosen in Discord, shown, and told where they hold back."""

import pytest

from bot.chat.wording import subscription_texts as texts
from bot.store import made
from tests.chat.managing.subscribing import SPACE, add, fields, labels, manage, press, shown, told
from tests.chat.people import link
from tests.newsroom import newsroom

UNKNOWN = "language unknown: say \\`language:\\` in its file or for its source"
MIXED = {"cup": {"language": "en-GB"}, "taza": {"language": "es"}, "mug": {}}


def titles(room, channel="lobby"):
    return [post.embeds[0].title for post in room.posts(channel)]


async def written(room):
    """What a file would say of the languages of the only subscription that was made."""
    (found,) = await made.made(room.desk.database)
    return found.written.get("languages")


async def test_a_new_one_shows_its_languages_and_what_they_would_leave_out(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**MIXED)
        lobby = room.channels["lobby"]
        reply = await manage(
            *(room, "add"), name="tea", channel=lobby, when="hourly", languages="EN, pt_br,en"
        )
        (embed,) = reply.response.embeds
        assert "**Languages** en, pt-BR\n" in embed.description
        assert "this would have posted **1 of 3**." in embed.description
        assert [line.split("> ")[1] for line in fields(embed)[texts.LEFT_OUT].splitlines()] == [
            "Taza – language es is not among those included",
            f"Mug – {UNKNOWN}",
        ]
        saved = await press(room, reply, "Save")
        assert "**Languages** en, pt-BR\n" in saved.embeds[0].description
        assert "**Languages** en, pt-BR\n" in (await shown(room, "show", name="tea")).description


async def test_what_is_posted_is_in_its_languages_also_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**MIXED)
        await add(room, backlog="all", languages="en")
        await room.start()
        assert "Posted 1 article:" in await told(room, "run", name="tea")
        assert titles(room) == ["Cup"]
        assert await told(room, "run", name="tea") == texts.nothing_due("tea")


async def test_languages_are_changed_and_taken_out(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room, languages="en")
        reply = await manage(room, "edit", name="tea", languages="de, fr")
        (embed,) = reply.response.embeds
        assert "**Languages** de, fr\n" in embed.description
        assert texts.ONLY_FROM_NOW_ON in embed.description
        await press(room, reply, "Save")
        assert await written(room) == ["de", "fr"]
        reply = await manage(room, "edit", name="tea", clear="languages")
        saved = await press(room, reply, "Save")
        assert "Languages" not in saved.embeds[0].description
        assert await written(room) is None


@pytest.mark.parametrize("command", ["add", "edit"])
async def test_what_is_no_language_is_told_by_the_name_of_the_option(tmp_path, command):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await add(room)
        options = {"name": "tea"}
        if command == "add":
            options = {"name": "sea", "when": "hourly", "channel": room.channels["lobby"]}
        reply = await manage(room, command, **options, languages="en, Klingon")
        assert reply.response.content == (
            "`languages`: 'Klingon' is no language tag: write for example en or pt-BR"
        )
        assert labels(reply.response) == []


async def test_languages_of_the_archive_are_offered_one_after_the_other(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, language="de-CH") as room:
        lobby = room.channels["lobby"]

        async def offered(typed, command="add"):
            where = f"subscription {command}"
            found = await room.staff.autocomplete(lobby, where, "languages", typed)
            return [choice["value"] for choice in found]

        assert await offered("") == []
        await room.fill(
            **{f"a{n}": {"language": tag} for n, tag in enumerate(["en-GB", "zh_hant", "en", "ES"])}
        )
        everything = ["de", "de-CH", "en", "en-GB", "es", "zh", "zh-Hant"]
        assert await offered("") == everything
        assert await offered("E", "edit") == ["en", "en-GB", "es"]
        assert await offered("ZH_h") == ["zh-Hant"]
        assert await offered("en-GB, e") == ["en-GB, en", "en-GB, es"]
        assert await offered("de, es,", "edit") == [
            f"de, es, {tag}" for tag in everything if tag not in ("de", "es")
        ]
        assert await offered("Klingon") == []
        assert await offered(", ".join(f"aa-x-{number}" for number in range(20)) + ", ") == []
        # What is chosen already is not offered again, however it is written.
        assert await offered("EN, e") == ["EN, en-GB", "EN, es"]
        assert await offered("zh_hant, zh") == ["zh-hant, zh"]
        assert await offered(",en,, en, es," * 400 + " en") == ["en, es, en-GB"]


async def test_why_tells_the_language_and_where_to_say_one(tmp_path):
    async with newsroom(tmp_path / "seeds", {"channel": "tea", "languages": ["en"]}) as room:
        await room.fill(**MIXED)

        async def why(title):
            reply = await room.staff.slash(room.channels["lobby"], "news why", article=title)
            lines = reply.response.embeds[0].description.splitlines()
            return lines[1], lines[-1]

        seen = "**Topics** Space · **Quality** 80"
        assert await why("mug") == (seen, f"✋ {UNKNOWN}")
        assert await why("taza") == (
            f"{seen} · **Language** es",
            "✋ language es is not among those included",
        )
        await told(room, "run", name="tea")
        assert (await why("cup"))[1].endswith(link(room, "tea"))


async def test_what_is_said_for_a_source_later_posts_what_waited_and_touches_no_post(tmp_path):
    english = {"channel": "tea", "languages": ["en"]}
    async with newsroom(tmp_path / "seeds", SPACE, english) as room:
        await room.fill(**MIXED)
        await room.publish()
        assert (titles(room, "space"), titles(room, "tea")) == (["Mug", "Taza", "Cup"], ["Cup"])
        for tag, there in (("en", ["Cup", "Mug"]), ("es", ["Cup", "Mug"]), ("en", ["Cup", "Mug"])):
            room.source["language"] = tag
            await room.start()
            await room.ingest()
            await room.env.advance_time(3600)
            await room.publish()
            await room.desk.errands.run()
            assert titles(room, "tea") == there
        assert len(room.posts("space")) == 3
        assert room.requests("PATCH", "/channels/*/messages/*") == []


async def test_no_command_has_more_options_than_discord_takes(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        (published,) = room.requests("PUT", "/applications/*/commands")
    (group,) = [each for each in published if each["name"] == "subscription"]
    commands = {each["name"]: each.get("options", []) for each in group["options"]}
    assert {name for name, options in commands.items() if len(options) == 25} == {"add", "edit"}
    names = {name: {each["name"] for each in options} for name, options in commands.items()}
    assert all(len(options) == len(names[name]) <= 25 for name, options in commands.items())
    for name in ("add", "edit"):
        (languages,) = [each for each in commands[name] if each["name"] == "languages"]
        assert languages["autocomplete"]
    discussions = names["discussions"] - {"name", "clear"}
    assert discussions & names["edit"] == set()
    assert discussions & names["add"] == {"discuss", "crosspost"}
