"""The bot run on Discord until it is told to stop, or checked without running it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from bot.chat.link.connection import log_in, stay_connected, use_address, visitor
from bot.chat.link.preflight import preflight
from bot.desk import Desk, open_desk
from bot.errors import ChannelClosed, FateUnknown, OutletError, StoreError
from bot.jobs.persistence import until_done
from bot.jobs.roster import entries
from bot.news.subscription import Subscription
from bot.settings import Settings
from bot.store.database import open_for_reading

log = logging.getLogger(__name__)

_GLANCE = 5.0  # seconds until news goes out though not all channels are looked at yet


async def run(settings: Settings, token: str) -> int:
    """Run the bot on Discord until SIGINT or SIGTERM; return the exit code.

    Raises LoginError if Discord does not let the bot in, StoreError if the database cannot be had,
    ChannelClosed if there is not one channel that it could post in.
    """
    use_address(settings.discord.api_url)
    async with open_desk(settings) as desk, desk.client:
        await _until_stopped(_work(desk, token))
    return 0


async def _work(desk: Desk, token: str) -> None:
    await until_done(partial(log_in, desk.client, token, desk.settings.discord.api_url), "login")
    looking = asyncio.ensure_future(_warn_of_channels(desk))
    try:
        # One that is slow to answer must not keep the others waiting.
        await asyncio.wait({looking}, timeout=_GLANCE)
        if looking.done():
            looking.result()
        # What is there by now stays: looking through it for waste would only keep members waiting.
        gc.freeze()
        async with desk.working():
            await _connected(desk, looking)
    finally:
        looking.cancel()


async def _connected(desk: Desk, looking: asyncio.Future[None]) -> None:
    """Stay connected; raises LoginError once Discord turns the bot away, over whatever way.

    Raises what `looking` at the channels does, too, if that was not over yet.
    """
    gateway = asyncio.ensure_future(stay_connected(desk.client, desk.settings.discord.gateway_url))
    ends = {gateway, desk.turned_away}
    waiting, done = ends | {looking}, set[asyncio.Future[None]]()
    try:
        while not done & ends:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                future.result()
    finally:
        gateway.cancel()


async def _warn_of_channels(desk: Desk) -> None:
    """Log what is wrong with any channel: the others work meanwhile, if there are others."""
    try:
        findings = await preflight(
            desk.client, desk.publisher.subscriptions, staffed=desk.settings.staffed()
        )
    except FateUnknown as error:
        log.warning("channels not looked at reason=%s", error)
        return
    problems = [f"{f.subscription.name}: {f.problem}" for f in findings if f.problem]
    # Members must not be able to keep the bot from starting with what they made in Discord.
    from_file = all(f.subscription.guild_id is None for f in findings)
    if problems and from_file and len(problems) == len(findings):
        raise ChannelClosed("\n".join(problems))
    for problem in problems:
        log.warning("channel not ready subscription=%s", problem)
    for finding in findings:
        if finding.advice:
            log.info("subscription=%s %s", finding.subscription.name, finding.advice)


async def check(settings: Settings, token: str, say: Callable[[str], None]) -> int:
    """Say of configuration, database, token and every channel whether it is fit; 2 if not all."""
    use_address(settings.discord.api_url)
    fit = True

    def line(subject: str, problem: str) -> None:
        nonlocal fit
        fit = fit and not problem
        say(f"{'mend' if problem else 'ok':<5} {subject}{': ' if problem else ''}{problem}")

    line("configuration", "")
    for source in settings.articles_from():
        line(f"source {source.name}", "" if source.folder.is_dir() else "there is no such folder")
    problem, running = await _in_database(settings)
    line(f"database {settings.database}", problem)
    async with visitor() as client:
        try:
            await log_in(client, token, settings.discord.api_url)
            line("token", "")
            for finding in await preflight(client, running, staffed=settings.staffed()):
                line(f"subscription {finding.subscription.name}", finding.problem)
                if finding.advice:
                    say(f"{'hint':<5} {finding.advice}")
        except OutletError as error:
            line("Discord", str(error))
    return 0 if fit else 2


async def _in_database(settings: Settings) -> tuple[str, tuple[Subscription, ...]]:
    """Return what is wrong with the database, if there is one yet, and what runs with it."""
    path = settings.database.path
    if not await asyncio.to_thread(path.exists):
        return "", settings.planned()
    try:
        async with open_for_reading(path) as database:
            known = await entries(database, settings.subscriptions, settings.timezone)
            return "", tuple(entry.subscription for entry in known if entry.runs)
    except StoreError as error:
        return str(error), settings.planned()


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it ends or a first signal asks to stop; a second one acts as usual."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        log.info("stopping")
        for number in numbers:
            loop.remove_signal_handler(number)
        task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task
