"""The playground, open and without a screen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.demo.board import Board
from bot.demo.playground import attached, shown, simulated
from bot.demo.pump import Pump, real_now
from bot.demo.server import Community
from bot.demo.terms import Options
from tests.demo.reader import Browser, Desk, Paper


@dataclass
class Clock:
    """The real time, and as much later as a test wants."""

    passed: timedelta = timedelta()

    def __call__(self) -> datetime:
        return real_now() + self.passed


@dataclass
class Playground:
    """A running demo whose heart beats when the test says so."""

    paper: Paper
    community: Community
    pump: Pump
    board: Board
    address: str
    session: aiohttp.ClientSession
    clock: Clock

    async def page(self, channel_id: int) -> Browser:
        async with self.session.post(f"{self.address}/open/{channel_id}") as answer:
            return await Browser(self.session, (await answer.json())["url"]).open()

    async def page_of(self, channel: str) -> Browser:
        return await self.page(self.community.ids[channel])


@asynccontextmanager
async def opened() -> AsyncIterator[Playground]:
    board, desk, clock = Board(), Desk(), Clock()
    options = Options(say=lambda line: None, port=0, browser=False)
    async with AsyncExitStack() as stack:
        env, community = await stack.enter_async_context(simulated(board))
        bot = await stack.enter_async_context(desk.open(community.ids))
        await stack.enter_async_context(attached(env, bot))
        pages, address = await stack.enter_async_context(shown(env, community, board, options))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        pump = Pump(env, pages, board.changed, clock)
        await stack.enter_async_context(bot.working())
        yield Playground(desk.client, community, pump, board, address, session, clock)


@pytest.fixture
def playground():
    """Opens in the test itself: SimCord keeps to the context it was started in."""
    return opened()
