"""Puts the demo together: the simulated server, the bot on it, the pages, and the way out."""

import asyncio
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

import discord
from simcord import Env

from bot.demo import preview, server, window
from bot.demo.board import Board
from bot.demo.hub import Hub
from bot.demo.pictures import Pictures
from bot.demo.pump import Pump, catch_up, real_now
from bot.demo.terms import Bot, Opener, Options
from bot.errors import SettingsError

log = logging.getLogger(__name__)

# How long a click waits for the bot to be done with it, in seconds of real time.
SETTLE = 2.0


async def play_until_signal(opener: Opener, options: Options) -> None:
    """Run the demo until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    with _stopping(stop):
        await play_until(stop, opener, options)


async def play_until(stop: asyncio.Event, opener: Opener, options: Options) -> None:
    """Run the demo until `stop` is set."""
    board = Board()
    async with AsyncExitStack() as stack:
        env, community = await stack.enter_async_context(simulated(board))
        bot = await stack.enter_async_context(opener(community.ids))
        await stack.enter_async_context(attached(env, bot))
        pages, address = await stack.enter_async_context(shown(env, community, board, options))
        pump = await stack.enter_async_context(_beating(Pump(env, pages, board.changed)))
        await stack.enter_async_context(bot.working())
        _welcome(address, options)
        await _first(stop, pump)
        options.say("Stopping …")


@asynccontextmanager
async def simulated(board: Board) -> AsyncIterator[tuple[Env, server.Community]]:
    """A simulated Discord at the present time, with the community and no bot yet."""
    keeper = discord.Client(intents=discord.Intents(guilds=True))
    env = Env(keeper, check_errors=False, settle_timeout=SETTLE)
    await env.start()
    try:
        await catch_up(env, real_now())
        preview.listen(env, board.note)
        community = await server.build(env, keeper)
        yield env, community
    finally:
        await _shut_down(env)


@asynccontextmanager
async def attached(env: Env, bot: Bot) -> AsyncIterator[None]:
    """The bot logged in and ready; in the end what it still does is ended and it is closed."""
    try:
        await catch_up(env, real_now())
        await env.restart_bot(bot.client)
        yield
    finally:
        await _shut_down(env)
        await bot.client.close()


@asynccontextmanager
async def shown(
    env: Env, community: server.Community, board: Board, options: Options
) -> AsyncIterator[tuple[window.Pages, str]]:
    """The pages in the browser, and the address to open."""
    pictures = Pictures(options.pictures)
    if not preview.supported():
        options.say(f"This SimCord is not {preview.VERSION}, so the page shows one channel alone.")
        async with window.one_window(env, community, pictures, options.port) as page:
            yield page
        return
    hub = Hub(board, pictures, community.name, options.hints)
    try:
        address = await _opened(hub, options.port)
        async with preview.Windows(env, community, pictures, address) as windows:
            hub.address = windows.address
            yield windows, address
    finally:
        await hub.close()


async def _opened(hub: Hub, port: int | None) -> str:
    try:
        return await hub.open(port)
    except OSError as error:
        raise SettingsError(f"port {port} cannot be used: choose another one") from error


@asynccontextmanager
async def _beating(pump: Pump) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(pump.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _shut_down(env: Env) -> None:
    try:
        await env.shutdown()
    except TimeoutError as error:
        log.warning("demo.shutdown unfinished=%s", error)


async def _first(stop: asyncio.Event, pump: asyncio.Task[None]) -> None:
    """Wait for `stop`; an error of the pump is raised rather than left to a silent page."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({waiting, pump}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if pump.done():
        pump.result()


@contextmanager
def _stopping(stop: asyncio.Event) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM set `stop`; the next one acts as usual."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def begin(*_: object) -> None:
        restore()
        loop.call_soon_threadsafe(stop.set)

    for number in numbers:
        signal.signal(number, begin)
    try:
        yield
    finally:
        restore()


def _welcome(address: str, options: Options) -> None:
    options.say(f"The demo is open at  {address}  (Ctrl-C ends it)")
    if options.browser and _screen_here():
        webbrowser.open(address)


def _screen_here() -> bool:
    """Whether a browser window can open; in a bare terminal a text browser would take it over."""
    if sys.platform in {"darwin", "win32", "cygwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
