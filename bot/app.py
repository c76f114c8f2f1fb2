"""The whole bot put together, in the open, and taken down in reverse."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.chat.client import Client
from bot.chat.connection import log_in, stay_connected, use_address, visitor
from bot.chat.lookup import News
from bot.chat.manage import Publish
from bot.chat.outlet import DiscordOutlet
from bot.chat.preflight import preflight
from bot.errors import ChannelClosed, FateUnknown, OutletError, SourceError, StoreError
from bot.jobs import schedule
from bot.jobs.ingest import Finding, ingest
from bot.jobs.persistence import until_done
from bot.jobs.planning import settle_starts
from bot.jobs.publish import Publisher
from bot.news.runs import next_run
from bot.news.source import Source
from bot.news.subscription import Subscription
from bot.settings import Settings
from bot.store import outbox, subscriptions
from bot.store.database import Database, open_database, open_for_reading

log = logging.getLogger(__name__)

_WATCH_EVERY = 5.0  # seconds between looks at a folder
_WATCH_SHARE = 50  # a look that takes a second is taken every fifty: watching stays at 2 %


def utc_now() -> datetime:
    """Return the time of day; the one clock of the running bot."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The bot: not connected yet, nothing running."""

    settings: Settings
    database: Database
    client: Client
    publisher: Publisher
    clock: Callable[[], datetime]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Load the news and post on schedule; at the end let what is on its way arrive.

        To be entered once the client is logged in, and left before it is closed.
        """
        async with self.publisher.working(), schedule.running() as jobs:
            beginning = asyncio.create_task(self._begin(jobs))
            beginning.add_done_callback(_tell_failure)
            try:
                yield
            finally:
                beginning.cancel()
                await asyncio.wait([beginning])

    async def _begin(self, jobs: schedule.Schedule) -> None:
        """Load the news first: where a channel starts depends on what there is."""
        sources = self.settings.articles_from()
        told: dict[str, set[Finding]] = {source.name: set() for source in sources}
        for source in sources:
            await self._load(source, told[source.name])
        for subscription in self.publisher.subscriptions:
            await settle_starts(self.database, subscription, self.clock())
            jobs.add(
                subscription.name,
                partial(until_done, partial(self.publisher.run, subscription), subscription.name),
                partial(next_run, subscription),
                since=await self._last_run(subscription),
            )
        for source in sources:
            if source.watch:
                self._watch(jobs, source, told[source.name])
        channels = await outbox.open_channels(self.database)
        await asyncio.gather(
            *(until_done(partial(self.publisher.catch_up, c), f"channel {c}") for c in channels)
        )

    async def _last_run(self, subscription: Subscription) -> datetime | None:
        """Return when it last ran; an interval that never ran counts from one interval ago."""
        last = await subscriptions.last_run(self.database, subscription.name)
        if last is None and subscription.every is not None:
            return self.clock() - subscription.every
        return last

    def _watch(self, jobs: schedule.Schedule, source: Source, told: set[Finding]) -> None:
        pause = timedelta(seconds=_WATCH_EVERY)

        async def look() -> None:
            nonlocal pause
            began = time.monotonic()
            await self._load(source, told)
            took = time.monotonic() - began
            pause = timedelta(seconds=max(_WATCH_EVERY, took * _WATCH_SHARE))

        jobs.add(f"watch {source.name}", look, lambda after: after + pause, since=None)

    async def _load(self, source: Source, told: set[Finding]) -> None:
        """Bring the archive up to date; log what is to be mended and not `told` yet."""
        try:
            report = await ingest(self.database, source, self.clock())
        except (SourceError, StoreError) as error:
            log.warning("source not read name=%s reason=%s", source.name, error)
            return
        for finding in report.findings:
            if finding not in told:
                log.warning("%s %s", finding.kind, finding.told(source.name))
        told.clear()
        told.update(report.findings)


def _tell_failure(beginning: asyncio.Task[None]) -> None:
    """Log why nothing is scheduled: a bot that lives but does nothing must say so."""
    if not beginning.cancelled() and (error := beginning.exception()) is not None:
        log.error("not started: no news is posted until a restart", exc_info=error)


@asynccontextmanager
async def open_desk(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Desk]:
    """Open the database and wire the bot to it; the client is not logged in.

    Raises StoreError if the database cannot be had.
    """
    async with open_database(settings.database.path) as database:
        colours = settings.topic_colours()
        planned = settings.planned()
        client = Client(database, guild=settings.discord.guild)
        publisher = Publisher(database, DiscordOutlet(client, colours), planned, clock)
        client.offer(News(database, colours, clock), Publish(database, publisher))
        yield Desk(settings, database, client, publisher, clock)


async def run(settings: Settings, token: str) -> int:
    """Run the bot on Discord until SIGINT or SIGTERM; return the exit code.

    Raises LoginError if Discord does not let the bot in, StoreError if the database cannot be had,
    ChannelClosed if there is not one channel that it could post in.
    """
    use_address(settings.discord.api_url)
    async with open_desk(settings) as desk, desk.client:
        await log_in(desk.client, token, settings.discord.api_url)
        await _warn_of_channels(desk)
        async with desk.working():
            await _until_stopped(stay_connected(desk.client, settings.discord.gateway_url))
            log.info("stopping")
    return 0


async def _warn_of_channels(desk: Desk) -> None:
    """Log what is wrong with any channel: the others work meanwhile, if there are others."""
    try:
        findings = await preflight(desk.client, desk.publisher.subscriptions)
    except FateUnknown as error:
        log.warning("channels not looked at reason=%s", error)
        return
    problems = [f"{f.subscription.name}: {f.problem}" for f in findings if f.problem]
    if problems and len(problems) == len(findings):
        raise ChannelClosed("\n".join(problems))
    for problem in problems:
        log.warning("channel not ready subscription=%s", problem)


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
    line(f"database {settings.database}", await _database_problem(settings.database.path))
    async with visitor() as client:
        try:
            await log_in(client, token, settings.discord.api_url)
            line("token", "")
            for finding in await preflight(client, settings.planned()):
                line(f"subscription {finding.subscription.name}", finding.problem)
        except OutletError as error:
            line("Discord", str(error))
    return 0 if fit else 2


async def _database_problem(path: Path) -> str:
    """Return what is wrong with the database; one that is not made yet is fine."""
    if not await asyncio.to_thread(path.exists):
        return ""
    try:
        async with open_for_reading(path):
            return ""
    except StoreError as error:
        return str(error)


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it ends or a first signal asks to stop; a second one acts as usual."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)
        task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task
