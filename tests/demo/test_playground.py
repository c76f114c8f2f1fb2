"""The demo as its visitor meets it: pages that live, clicks that count, and a clean end."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo import play
from bot.demo.playground import play_until
from bot.demo.terms import Options, require_packages
from bot.errors import SettingsError
from tests.demo.reader import Desk


async def test_posts_appear_on_an_open_page_with_the_time_of_today(playground):
    async with playground as demo:
        page = await demo.page_of("space")
        message = await demo.paper.post("space", "Moon probe lands")
        await demo.pump.beat()
        await page.look()
        assert "Moon probe lands" in page.text()
        assert "'available': True" in page.text()  # its picture
        assert abs(datetime.now(UTC) - message.created_at) < timedelta(seconds=5)


async def test_a_page_with_many_pictures_shows_them_all_at_once(playground):
    async with playground as demo:
        for number in range(12):
            await demo.paper.post(
                "space", f"Moon probe {number}", f"https://example.org/{number}.jpg"
            )
        page = await demo.page_of("space")
        kinds = await asyncio.gather(*(page.picture(one) for one in page.state["assets"]))
        assert len(kinds) >= 12
        assert set(kinds) == {"image/jpeg"}


async def test_several_channels_are_live_at_once(playground):
    async with playground as demo:
        space, climate = await demo.page_of("space"), await demo.page_of("climate")
        await demo.paper.post("space", "Moon probe lands")
        await demo.paper.post("climate", "Tide pools warm")
        await demo.pump.beat()
        await space.look()
        await climate.look()
        assert "Moon probe lands" in space.text()
        assert "Tide pools warm" in climate.text()
        assert "Moon probe lands" not in climate.text()


async def test_a_click_counts_although_a_post_came_in_between(playground):
    async with playground as demo:
        message = await demo.paper.post("space", "Moon probe lands")
        page = await demo.page_of("space")
        await demo.paper.post("space", "And starts again")
        await demo.pump.beat()
        key = f"message:{message.id}:component:0.components.0"
        receipt = await page.act("click", target_id=str(message.id), control_key=key)
        assert (receipt["rejected"], receipt["settlement"]) == (False, "settled")
        await page.look()
        assert "Noted." in page.text()


async def test_a_click_waits_its_turn_while_the_heart_beats(playground):
    async with playground as demo:
        message = await demo.paper.post("space", "Moon probe lands")
        page = await demo.page_of("space")
        key = f"message:{message.id}:component:0.components.0"
        click = page.act("click", target_id=str(message.id), control_key=key)
        receipt, *_ = await asyncio.gather(click, *(demo.pump.beat() for _ in range(20)))
        assert receipt["settlement"] == "settled"


async def test_a_thread_has_a_page_where_members_write(playground):
    async with playground as demo:
        message = await demo.paper.post("space", "Moon probe lands")
        thread = await message.create_thread(name="Moon talk")
        page = await demo.page(thread.id)
        await page.act("send_message", content="What a landing!")
        await page.look()
        assert "What a landing!" in page.text()
        assert demo.board.place(thread.id).opening.title == "Moon probe lands"


async def test_forum_posts_are_listed_with_their_tags(playground):
    async with playground as demo:
        forum = demo.paper.get_channel(demo.community.ids["reading-room"])
        tag = next(tag for tag in forum.available_tags if tag.name == "Community")
        await forum.create_thread(name="Moon probe", content="Long.", applied_tags=[tag])
        async with demo.session.get(f"{demo.address}/board") as answer:
            places = (await answer.json())["places"]
        post = next(place for place in places if place["name"] == "Moon probe")
        assert (post["tags"], post["opening"]["summary"]) == (["Community"], "Long.")


async def test_only_the_editor_may_manage_the_server(playground):
    async with playground as demo:
        guild = demo.paper.guilds[0]
        rights = [await guild.fetch_member(one.id) for one in demo.community.members]
        assert [one.guild_permissions.manage_guild for one in rights] == [True, False]


async def test_the_simulated_clock_goes_with_the_real_one(playground):
    async with playground as demo:
        demo.clock.passed = timedelta(minutes=5)
        await demo.pump.beat()
        message = await demo.paper.post("space", "Later")
        ahead = message.created_at - datetime.now(UTC)
        assert timedelta(minutes=4) < ahead < timedelta(minutes=6)


async def test_pages_nobody_clicked_on_still_grow_older(playground):
    async with playground as demo:
        page = await demo.page_of("space")
        before = page.state["publishedRevision"]
        await demo.pump.beat()
        assert (await page.look())["publishedRevision"] == before
        demo.clock.passed = timedelta(minutes=1)
        await demo.pump.beat()
        assert (await page.look())["publishedRevision"] > before


async def test_pages_and_time_go_on_while_the_bot_waits_for_something(playground):
    async with playground as demo:
        page = await demo.page_of("space")
        await demo.paper.post("space", "Wait")
        await demo.pump.beat()
        await page.look()
        assert "Wait" in page.text()
        assert not demo.paper.gave_up
        demo.clock.passed = timedelta(minutes=2)
        await demo.pump.beat()
        await demo.pump.beat()
        assert demo.paper.gave_up


async def test_the_overview_answers_its_own_page_alone(playground):
    async with playground as demo:
        async with demo.session.get(demo.address) as answer:
            assert answer.status == 200
            assert "Broadsheet demo" in await answer.text()
        async with demo.session.get(demo.address, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        origin = {"Origin": "https://evil.example"}
        space = demo.community.ids["space"]
        async with demo.session.post(f"{demo.address}/open/{space}", headers=origin) as answer:
            assert answer.status == 403


async def test_a_channel_that_is_none_has_no_page(playground):
    async with playground as demo, demo.session.post(f"{demo.address}/open/1") as answer:
        assert answer.status == 404


def options(lines: list[str], port: int | None = 0) -> Options:
    return Options(say=lines.append, port=port, browser=False)


async def test_the_demo_opens_works_and_closes_in_order():
    lines, desk, stop = [], Desk(), asyncio.Event()
    demo = asyncio.create_task(play_until(stop, desk.open, options(lines)))
    await desk.at_work.wait()
    stop.set()
    await demo
    assert desk.events == ["opened", "working", "idle", "closed"]
    assert lines[0].startswith("The demo is open at  http://127.0.0.1:")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_demo_without_an_error(number):
    before, desk = signal.getsignal(number), Desk()
    demo = asyncio.create_task(play(desk.open, options([])))
    await desk.at_work.wait()
    os.kill(os.getpid(), number)
    await demo
    assert desk.events[-1] == "closed"
    assert signal.getsignal(number) is before


async def test_a_port_that_is_taken_is_named(playground):
    async with playground as demo:
        taken = int(demo.address.rpartition(":")[2])
    holder = await asyncio.start_server(lambda r, w: None, "127.0.0.1", taken)
    async with holder:
        with pytest.raises(SettingsError, match=str(taken)):
            await play(Desk().open, options([], taken))


def test_missing_packages_are_named_with_the_mend():
    with pytest.raises(SettingsError, match=r"no_such_package.*pip install 'broadsheet\[demo\]'"):
        require_packages(("asyncio", "no_such_package"))
