"""The news desk: the whole bot put together in the open, and taken down in reverse."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.chat.client import Client
from bot.chat.link.clock import Clock
from bot.chat.link.servers import DiscordServers
from bot.chat.offers import offer
from bot.chat.posting.courier import DiscordCourier
from bot.chat.posting.observer import DiscordObserver
from bot.chat.posting.outlet import DiscordOutlet
from bot.chat.posting.redrawing import Redrawing
from bot.errors import LoginError, SourceError
from bot.jobs import schedule
from bot.jobs.corrections import Corrections
from bot.jobs.errands import Errands
from bot.jobs.ingest import Finding, ingest
from bot.jobs.leftovers import take_up
from bot.jobs.opening import Openings
from bot.jobs.persistence import Bell, until_done
from bot.jobs.publish import Publisher
from bot.jobs.reviews import Reviews
from bot.jobs.roster import Roster
from bot.jobs.rounds import Rounds
from bot.jobs.tally import EVERY, Tally
from bot.jobs.telling import Telling
from bot.news.source import Source
from bot.settings import Settings
from bot.store.database import Database, open_database, reader_beside
from bot.structs import Frozen

log = logging.getLogger(__name__)

_WATCH_EVERY = 5.0  # seconds between looks at a folder
_WATCH_SHARE = 50  # a look that takes a second is taken every fifty: watching stays at 2 %


def utc_now() -> datetime:
    """Return the time of day; the one clock of the running bot."""
    return datetime.now(UTC)


class Desk(Frozen):
    """The bot: not connected yet, nothing running.

    `lookups` is the database as members ask it. `turned_away` gets a LoginError once Discord does
    not accept the token any more.
    """

    settings: Settings
    database: Database
    lookups: Database
    client: Client
    publisher: Publisher
    errands: Errands
    rounds: Rounds
    reviews: Reviews
    tally: Tally
    roster: Roster
    bell: Bell
    clock: Callable[[], datetime]
    turned_away: asyncio.Future[None]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Load the news and post on schedule; at the end let what is on its way arrive.

        To be entered once the client is logged in, and left before it is closed.
        """
        async with (
            self.publisher.working(),
            self.errands.working(self._turn_away),
            schedule.running() as jobs,
        ):
            beginning = asyncio.create_task(self._begin(jobs))
            beginning.add_done_callback(_tell_failure)
            try:
                yield
            finally:
                beginning.cancel()
                await asyncio.wait([beginning])

    async def _begin(self, jobs: schedule.Schedule) -> None:
        await until_done(partial(self._prepare, jobs), "start")
        await take_up(self.database, self.bell, self.clock, self._catch_up)

    async def _prepare(self, jobs: schedule.Schedule) -> None:
        """Load the news first: where a channel starts depends on what there is.

        Raises StoreError, and has scheduled nothing, if the database cannot be read or written.
        """
        sources = self.settings.articles_from()
        told: dict[str, set[Finding]] = {source.name: set() for source in sources}
        for source in sources:
            await self._load(source, told[source.name])
        await self.roster.begin(jobs, self._do)
        await self.rounds.begin(jobs, self._do)
        count = partial(self.tally.settle, DiscordObserver(self.client))
        jobs.add("count replies and reactions", count, lambda after: after + EVERY, since=None)
        for source in sources:
            if source.watch:
                self._watch(jobs, source, told[source.name])

    async def _catch_up(self, channel_id: int) -> None:
        work = partial(self.publisher.catch_up, channel_id)
        await self._do(work, channel_id, f"channel {channel_id}")

    async def _do(self, work: Callable[[], Awaitable[object]], channel_id: int, name: str) -> None:
        try:
            await until_done(
                work,
                name,
                partial(self.bell.pause, channel_id),
                partial(self.publisher.arrived, channel_id),
            )
        except LoginError as error:
            self._turn_away(error)

    def _turn_away(self, error: LoginError) -> None:
        if not self.turned_away.done():
            self.turned_away.set_exception(error)

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
        """Bring the archive up to date; log what is to be mended and not `told` yet.

        Raises StoreError if the database takes nothing.
        """
        try:
            report = await ingest(self.database, source, self.clock())
        except SourceError as error:
            log.warning("source not read name=%s reason=%s", source.name, error)
            return
        for finding in report.findings:
            if finding not in told:
                log.warning("%s %s", finding.kind, finding.told(source.name))
        told.clear()
        told.update(report.findings)
        await self.reviews.promise()


def _tell_failure(beginning: asyncio.Task[None]) -> None:
    """Log why nothing is scheduled: a bot that lives but does nothing must say so."""
    if not beginning.cancelled() and (error := beginning.exception()) is not None:
        log.error("broken off: news may not be posted until a restart", exc_info=error)


@asynccontextmanager
async def open_desk(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Desk]:
    """Open the database and wire the bot to it; the client is not logged in.

    Raises StoreError if the database cannot be had.
    """
    async with (
        open_database(settings.database.path) as database,
        reader_beside(database) as lookups,
    ):
        colours = settings.topic_colours()
        bell, now = Bell(), Clock(clock)

        def changed(channel_ids: Iterable[int]) -> None:
            places = frozenset(channel_ids)
            bell.ring(places)
            errands.ring(places)

        tally = Tally(database, now)
        client = Client(
            database,
            now,
            guild=settings.discord.guild,
            changed=changed,
            tally=tally,
        )
        outlet = DiscordOutlet(client, colours)
        publisher = Publisher(database, outlet, (), now)
        telling = Telling(database, DiscordServers(client), now)
        reviews = Reviews(database, settings.review.channel, settings.review.backlog.length, now)
        corrections = Corrections(database, lambda: publisher.subscriptions, now)
        openings = Openings(database, outlet, settings.questions, now)
        kinds = {**telling.kinds, **reviews.kinds, **corrections.kinds, **openings.kinds}
        errands = Errands(database, Redrawing(outlet, DiscordCourier(client, colours)), kinds, now)
        rounds = Rounds(telling, settings.timezone)
        roster = Roster(publisher, settings.subscriptions, settings.timezone)
        await roster.refresh()
        offer(client, roster, reviews, lookups, settings, now)
        turned_away = asyncio.get_running_loop().create_future()
        yield Desk(
            *(settings, database, lookups, client, publisher, errands, rounds, reviews, tally),
            *(roster, bell, now, turned_away),
        )
