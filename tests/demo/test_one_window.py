"""The page that is left when SimCord is of another version: one channel, public interface."""

import aiohttp

from bot.demo import preview
from bot.demo.board import Board
from bot.demo.pictures import Pictures
from bot.demo.playground import attached, simulated
from bot.demo.pump import Pump
from bot.demo.window import one_window
from tests.demo.reader import Browser, Desk


async def test_another_simcord_shows_one_channel_with_posts_that_appear():
    board, desk = Board(), Desk()
    async with (
        simulated(board) as (env, community),
        desk.open(community.ids) as bot,
        attached(env, bot),
        one_window(env, community, Pictures(), 0) as (pages, address),
        aiohttp.ClientSession() as session,
    ):
        page = await Browser(session, address).open()
        name = community.channels[1].name
        await desk.client.post(name, "Moon probe lands")
        await Pump(env, pages, board.changed).beat()
        await page.look()
        assert "Moon probe lands" in page.text()


def test_private_parts_are_touched_in_one_version_alone():
    assert preview.supported("3.2.1")
    assert not preview.supported("3.2.2")
