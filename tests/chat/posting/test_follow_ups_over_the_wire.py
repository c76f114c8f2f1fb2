"""Follow-ups over real HTTP: into discussions that are open, put away, locked, full or gone."""

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.config import fitted
from bot.desk import open_desk
from bot.errors import OutletError
from bot.news.article import Related
from tests.samples import article
from tests.store.archive import keep
from tests.wire import threads
from tests.wire.client import logged_in
from tests.wire.faults import Fault
from tests.wire.limits import MESSAGES
from tests.wire.permissions import NEWS_BOT, Permission
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

MODERATOR = NEWS_BOT | Permission.MANAGE_THREADS
FIRST, SECOND = article("first"), article("second", related=(Related("x", article("first").url),))


@dataclass
class Place:
    """A channel of the real bot, with an article in it; `later` is how far time has gone on."""

    world: World
    channel: Any
    wire: Any = None
    desk: Any = None
    later: timedelta = timedelta()

    def clock(self):
        return datetime.now(UTC) + self.later

    @property
    def thread(self):
        return self.world.threads_of(self.channel)[0]

    async def run(self):
        """Run the subscription until it breaks off or is done."""
        publisher = self.desk.publisher
        try:
            await publisher.run(publisher.subscriptions[0])
        except OutletError as error:
            return str(error)
        return ""

    def titled(self, *, inside):
        """Count the messages with the second article inside or outside the first discussion."""
        places = (
            [self.thread] if inside else [self.channel, *self.world.threads_of(self.channel)[1:]]
        )
        found = [m for place in places for m in getattr(place, "messages", {}).values()]
        return [e["url"] for m in found for e in m.embeds].count(SECOND.url)

    @property
    def ends(self):
        """How often the second article is in the discussion of the first, and elsewhere."""
        return self.titled(inside=True), self.titled(inside=False)


@asynccontextmanager
async def place(tmp_path, *, may=NEWS_BOT, kind=ChannelKind.TEXT, **fields):
    """Open a channel with one article in it, and let another be due that lists it."""
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Puddle Bay", may), "space", kind)
    followed = {"name": "space", "channel": channel.id, "every": "10m", "backlog": "all"}
    values = {
        "database": str(tmp_path / "broadsheet.db"),
        "subscriptions": [followed | {"discuss": "thread"} | fields],
    }
    settings, wrong = fitted(values)
    assert not wrong
    here = Place(world, channel)
    async with serve(world, clock=here.clock) as wire, open_desk(settings, here.clock) as desk:
        here.wire, here.desk = wire, desk
        await keep(desk.database, FIRST)
        async with logged_in(wire, desk.client):
            assert await here.run() == ""
            await keep(desk.database, SECOND)
            yield here
        assert wire.unknown == []


@pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM, ChannelKind.ANNOUNCEMENT])
async def test_a_report_goes_into_an_open_discussion_however_old(tmp_path, kind):
    async with place(tmp_path, kind=kind) as here:
        here.later = timedelta(days=365)
        assert await here.run() == ""
        assert here.ends == (1, 0)


async def test_a_discussion_that_was_put_away_lately_is_opened_again(tmp_path):
    async with place(tmp_path) as here:
        here.later = timedelta(days=29)
        threads.shelve(here.world, here.thread, here.clock())
        assert await here.run() == ""
        assert here.ends == (1, 0)
        assert not here.thread.archived


@pytest.mark.parametrize(("fields", "days"), [({}, 31), ({"reopen_within": "1d"}, 2)])
async def test_an_old_one_stays_put_away_and_the_report_is_a_post(tmp_path, fields, days):
    async with place(tmp_path, **fields) as here:
        here.later = timedelta(days=days)
        threads.shelve(here.world, here.thread, here.clock())
        assert await here.run() == ""
        assert here.ends == (0, 1)
        assert here.thread.archived
        assert len(here.world.threads_of(here.channel)) == 2


@pytest.mark.parametrize("may", [NEWS_BOT, MODERATOR])
@pytest.mark.parametrize("archived", [True, False])
async def test_a_locked_one_is_left_in_peace_also_by_a_bot_that_could(tmp_path, may, archived):
    async with place(tmp_path, may=may) as here:
        threads.shelve(here.world, here.thread, here.clock(), lock=True)
        here.thread.archived = archived
        assert await here.run() == ""
        assert here.ends == (0, 1)
        assert (here.thread.locked, here.thread.archived) == (True, archived)


async def test_where_no_more_threads_can_be_open_the_report_is_a_post_and_nothing_waits(tmp_path):
    async with place(tmp_path) as here:
        threads.shelve(here.world, here.thread, here.clock())
        here.world.rules.max_active_threads = 0
        assert await here.run() == ""
        assert here.ends == (0, 1)


async def test_a_discussion_that_is_gone_is_no_place(tmp_path):
    async with place(tmp_path) as here:
        gone = here.thread
        del here.world.threads[gone.id]
        assert await here.run() == ""
        found = [e["url"] for m in here.channel.messages.values() for e in m.embeds]
        assert found == [FIRST.url, SECOND.url]


FAULTS = [
    (kind, stage, status)
    for kind, status in (
        ("status", 500),
        ("status", 503),
        ("status", 504),
        ("drop", 0),
        ("reset", 0),
    )
    for stage in ("before", "after")
]


@pytest.mark.parametrize("later", [timedelta(seconds=20), timedelta(minutes=10)])
@pytest.mark.parametrize(("kind", "stage", "status"), FAULTS)
async def test_a_report_is_there_once_whatever_befalls_it(tmp_path, kind, stage, status, later):
    async with place(tmp_path) as here:
        here.wire.faults.next(Fault(kind, stage, status=status), *MESSAGES)
        for _ in range(4):
            await here.run()
            here.later += later
        assert sum(here.wire.faults.struck.values()) == 1
        assert here.ends == (1, 0)


async def test_without_the_permission_to_write_there_the_channel_waits_and_says_so(tmp_path):
    async with place(tmp_path) as here:
        here.world.permit(here.channel, deny=Permission.SEND_MESSAGES_IN_THREADS)
        assert await here.run() == ("#space: give the bot the permission Send Messages In Threads")
        assert here.ends == (0, 0)
        here.world.permit(here.channel)
        assert await here.run() == ""
        assert here.ends == (1, 0)
