"""Follow-ups over real HTTP: into discussions that are open, put away, locked, full or gone."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.errors import OutletError
from bot.news.article import Related
from tests.chat.wired import place
from tests.samples import article
from tests.store.archive import keep
from tests.wire import threads
from tests.wire.faults import BROKEN, CUT, staged
from tests.wire.limits import MESSAGES
from tests.wire.permissions import MODERATOR, NEWS_BOT, Permission
from tests.wire.records import ChannelKind

FIRST, SECOND = article("first"), article("second", related=(Related("x", article("first").url),))


@asynccontextmanager
async def told(tmp_path, kind=ChannelKind.TEXT, **fields):
    """A channel with one article in it, in which another is due that lists it."""
    async with place(tmp_path, kind, **{"discuss": "thread"} | fields) as here, here.bot(FIRST):
        assert await run(here) == ""
        await keep(here.desk.database, SECOND)
        yield here


async def run(here):
    """Run the subscription; return why it broke off, if it did."""
    try:
        await here.publish()
    except OutletError as error:
        return str(error)
    return ""


def ends(here):
    """How often the second article is in the discussion of the first, and elsewhere."""
    others = [here.channel, *here.world.threads_of(here.channel)[1:]]
    return count([here.thread]), count(others)


def count(places):
    """Count the messages with the second article in some places."""
    found = [m for place in places for m in getattr(place, "messages", {}).values()]
    return [e["url"] for m in found for e in m.embeds].count(SECOND.url)


@pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM, ChannelKind.ANNOUNCEMENT])
async def test_a_report_goes_into_an_open_discussion_however_old(tmp_path, kind):
    async with told(tmp_path, kind) as here:
        here.later = timedelta(days=365)
        assert await run(here) == ""
        assert ends(here) == (1, 0)


async def test_a_discussion_that_was_put_away_lately_is_opened_again(tmp_path):
    async with told(tmp_path) as here:
        here.later = timedelta(days=29)
        threads.shelve(here.world, here.thread, here.clock())
        assert await run(here) == ""
        assert ends(here) == (1, 0)
        assert not here.thread.archived


@pytest.mark.parametrize(("fields", "days"), [({}, 31), ({"reopen_within": "1d"}, 2)])
async def test_an_old_one_stays_put_away_and_the_report_is_a_post(tmp_path, fields, days):
    async with told(tmp_path, **fields) as here:
        here.later = timedelta(days=days)
        threads.shelve(here.world, here.thread, here.clock())
        assert await run(here) == ""
        assert ends(here) == (0, 1)
        assert here.thread.archived
        assert len(here.world.threads_of(here.channel)) == 2


@pytest.mark.parametrize("may", [NEWS_BOT, MODERATOR])
@pytest.mark.parametrize("archived", [True, False])
async def test_a_locked_one_is_left_in_peace_also_by_a_bot_that_could(tmp_path, may, archived):
    async with told(tmp_path, may=may) as here:
        threads.shelve(here.world, here.thread, here.clock(), lock=True)
        here.thread.archived = archived
        assert await run(here) == ""
        assert ends(here) == (0, 1)
        assert (here.thread.locked, here.thread.archived) == (True, archived)


async def test_where_no_more_threads_can_be_open_the_report_is_a_post_and_nothing_waits(tmp_path):
    async with told(tmp_path) as here:
        threads.shelve(here.world, here.thread, here.clock())
        here.world.rules.max_active_threads = 0
        assert await run(here) == ""
        assert ends(here) == (0, 1)


async def test_a_discussion_that_is_gone_is_no_place(tmp_path):
    async with told(tmp_path) as here:
        gone = here.thread
        del here.world.threads[gone.id]
        assert await run(here) == ""
        found = [e["url"] for m in here.channel.messages.values() for e in m.embeds]
        assert found == [FIRST.url, SECOND.url]


FAULTS = staged({name: (BROKEN | CUT)[name] for name in ("500", "503", "504", "drop", "reset")})


@pytest.mark.parametrize("later", [timedelta(seconds=20), timedelta(minutes=10)])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_report_is_there_once_whatever_befalls_it(tmp_path, fault, later):
    async with told(tmp_path) as here:
        here.wire.faults.next(fault, *MESSAGES)
        for _ in range(4):
            await run(here)
            here.later += later
        assert sum(here.wire.faults.struck.values()) == 1
        assert ends(here) == (1, 0)


async def test_without_the_permission_to_write_there_the_channel_waits_and_says_so(tmp_path):
    async with told(tmp_path) as here:
        here.world.permit(here.channel, deny=Permission.SEND_MESSAGES_IN_THREADS)
        assert await run(here) == "#space: give the bot the permission Send Messages In Threads"
        assert ends(here) == (0, 0)
        here.world.permit(here.channel)
        assert await run(here) == ""
        assert ends(here) == (1, 0)
