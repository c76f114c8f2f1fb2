"""The controls below a list: they work for ever, for everyone, and keep nothing."""

from tests.chat.people import above, ask, choose, controls, press, shown_by, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
STORIES = {f"story{n}": {} for n in range(12)}


async def test_one_turns_pages_forwards_and_back(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        message = reply.id
        assert controls(reply)["Previous"]["disabled"]
        reply = await press(reply, "Next", room.member)
        reply = await press(reply, "Next", room.member)
        assert (titles(reply), reply.id) == (["Story10", "Story11"], message)
        assert controls(reply)["Next"]["disabled"]
        reply = await press(reply, "Previous", room.member)
        assert titles(reply) == [f"Story{n}" for n in range(5, 10)]
        page = "page 2 of 3 · 12 articles"
        assert above(reply)[2] == page
        select = controls(reply)["Open an article"]
        assert select["placeholder"] == f"Open an article · {page}"


async def test_a_single_page_has_nothing_to_turn(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        assert list(controls(await ask(room, "latest"))) == ["Open an article", "Share"]


async def test_an_article_is_opened_in_the_place_of_the_list_and_leads_back(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        message = reply.id
        reply = await press(reply, "Next", room.member)
        reply = await choose(reply, "Story7", room.member)
        assert (titles(reply), len(reply.embeds), reply.id) == (["Story7"], 1, message)
        assert list(controls(reply)) == [
            *("Read the article", "Related news", "Share", "Back to the list")
        ]
        reply = await press(reply, "Back to the list", room.member)
        assert above(reply)[2] == "page 2 of 3 · 12 articles"
        assert (titles(reply)[2], reply.id) == ("Story7", message)


async def test_options_say_whose_article_it_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "🚀" * 90}, gull={"provider": None})
        options = controls(await ask(room, "latest"))["Open an article"]["options"]
        assert [o.get("description") for o in options] == ["Puddle Bay Gazette", None]
        assert len(options[0]["label"].encode("utf-16-le")) // 2 <= 100


async def test_the_controls_work_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest")
        await room.start()
        reply = await press(reply, "Next", room.member)
        assert titles(reply)[0] == "Story5"
        await room.start()
        assert titles(await choose(reply, "Story6", room.member)) == ["Story6"]


async def test_nothing_is_remembered_of_a_message(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest", share=True)
        await press(await ask(room, "latest"), "Next", room.member)
        await press(reply, "Next", room.staff)
        store = room.desk.client._connection._view_store
        assert (store._views, store._synced_message_views) == ({}, {})


async def test_whoever_presses_on_a_shared_list_gets_a_copy_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        shared = await ask(room, "latest", share=True)
        for by in (room.staff, room.member):
            copy = await press(shared, "Next", by)
            assert (titles(copy)[0], copy.ephemeral) == ("Story5", True)
            assert copy.id != shared.id
            assert "Share" in controls(copy)
            opened = await choose(shared, "Story3", by)
            assert (titles(opened), opened.ephemeral) == (["Story3"], True)
        assert titles(shared) == [f"Story{n}" for n in range(5)]
        assert titles(await press(copy, "Next", room.member)) == ["Story10", "Story11"]


async def test_past_the_end_is_the_last_page(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await press(await ask(room, "latest"), "Next", room.member)
        await room.withdraw(*(f"story{n}" for n in range(5, 12)))
        reply = await press(reply, "Next", room.member)
        assert titles(reply) == [f"Story{n}" for n in range(5)]
        assert above(reply)[2] == "page 1 of 1 · 5 articles"


async def test_a_list_that_has_become_empty_says_so_and_stays(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        reply = await ask(room, "latest", topic="Space")
        await room.withdraw(*STORIES)
        note = shown_by(await room.member.click(reply, label="Next"))
        assert note.content.startswith("There is no news of Space yet.")
        assert (note.ephemeral, note.id != reply.id) == (True, True)
        assert len(titles(reply)) == 5
