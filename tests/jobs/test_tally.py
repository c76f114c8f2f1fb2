"""The tally: each reply and reaction counts once, also those of the time in which it catches up."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.errors import ChannelClosed, FateUnknown, StoreError
from bot.jobs.tally import Discussed, Tally
from bot.news.activity import Activity
from bot.news.post import Sent
from bot.store import activity, outbox
from tests.samples import CHANNEL, NOW, article
from tests.store.archive import keep

HERE, THREAD, SHUT = 3, 1000, 900
TROUBLE = [FateUnknown("no answer"), ChannelClosed("wait", passing=True)]


@dataclass
class Square:
    """Discord as the tally sees it: one post with its discussion; `meanwhile` befalls a look."""

    written: list[int] = field(default_factory=list)
    reacted: int = 0
    meanwhile: list = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    silent: bool = False  # one of the channels does not answer
    shut: Exception | None = None  # what befalls a look into another discussion, before this one

    def _ask(self, what):
        self.asked.append(what)
        while self.meanwhile:
            self.meanwhile.pop()()

    async def discussions(self, channel_ids, since, *, patient):
        self._ask("discussions")
        if self.silent and patient:
            raise FateUnknown("no answer")
        last = max(self.written, default=THREAD)
        return {SHUT: Discussed(HERE, SHUT + 1), THREAD: Discussed(HERE, last)}

    async def replies(self, thread_id, after):
        if thread_id == SHUT:
            raise self.shut
        self._ask("replies")
        return [each for each in self.written if each > after]

    async def reactions(self, place):
        if place.message_id == SHUT:
            raise self.shut
        self._ask("reactions")
        return HERE, self.reacted


@dataclass
class Counted:
    """A tally that is about one posted article, and a square to look at."""

    database: object
    key: int
    square: Square
    tally: Tally
    now: object = NOW

    def clock(self):
        return self.now

    async def settle(self):
        await self.tally.settle(self.square)

    async def done(self):
        return (await activity.of(self.database, HERE, [self.key])).get(self.key, Activity())


@pytest.fixture
async def counted(database):
    await keep(database, article())
    ((key,),) = await database.read("SELECT id FROM article")
    post = await outbox.claim(database, CHANNEL, key, "space", NOW)
    await outbox.settle(database, post, Sent(THREAD, THREAD), NOW)
    made = Counted(database, key, Square(), None)
    made.tally = Tally(database, made.clock)
    return made


def raising(error):
    def happen():
        raise error

    return happen


async def test_what_is_heard_is_written_down_once(counted):
    counted.tally.wrote(HERE, THREAD, 1001)
    counted.tally.wrote(HERE, THREAD, 1001)
    counted.tally.reacted(HERE, THREAD, 1)
    for _ in range(2):
        await counted.settle()
        assert await counted.done() == Activity(1, 1)
    assert counted.square.asked == []


async def test_what_is_heard_while_it_catches_up_counts_once(counted):
    square, tally = counted.square, counted.tally

    def happen():
        square.written.append(1002)
        square.reacted += 1
        tally.wrote(HERE, THREAD, 1002)
        tally.reacted(HERE, THREAD, 1)

    square.written, square.reacted, square.meanwhile = [1001], 1, [happen]
    tally.missed(NOW)
    await counted.settle()
    assert await counted.done() == Activity(2, 2)
    tally.missed(NOW)
    await counted.settle()
    assert await counted.done() == Activity(2, 2)
    assert square.asked.count("replies") == 1


async def test_of_a_post_that_is_newer_than_what_was_missed_all_was_heard(counted):
    counted.square.reacted = 1
    counted.tally.missed(NOW - timedelta(seconds=1))
    await counted.settle()
    assert counted.square.asked == ["discussions"]


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_after_trouble_it_catches_up_later_and_what_is_heard_until_then_waits(
    counted, trouble
):
    square, tally = counted.square, counted.tally
    square.written, square.meanwhile = [1001, 1005], [raising(trouble)]
    tally.missed(NOW)
    tally.wrote(HERE, THREAD, 1005)
    await counted.settle()
    await counted.settle()
    assert (square.asked, await counted.done()) == (["discussions"], Activity())
    assert await activity.counted(counted.database) is None
    counted.now += timedelta(minutes=1)
    await counted.settle()
    assert await counted.done() == Activity(2, 0)
    assert await activity.counted(counted.database) == counted.now


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_message_of_which_nobody_knows_is_looked_at_until_that_succeeds(counted, trouble):
    square, tally = counted.square, counted.tally
    square.reacted, square.meanwhile = 4, [raising(trouble)]
    tally.unsure(THREAD)
    tally.unsure(77)  # no post
    await counted.settle()
    assert await counted.done() == Activity()
    counted.now += timedelta(minutes=1)
    await counted.settle()
    assert await counted.done() == Activity(0, 4)
    assert square.asked == ["reactions", "reactions"]


async def test_what_could_not_be_written_down_stays_heard(counted):
    class Full:
        def transaction(self):
            raise StoreError("disk full")

    counted.tally.wrote(HERE, THREAD, 1001)
    counted.tally.wrote(HERE, THREAD, 1000)
    counted.tally.erased(THREAD, [1000])
    counted.tally.reacted(HERE, THREAD, 2)
    counted.tally.database, usual = Full(), counted.tally.database
    with pytest.raises(StoreError):
        await counted.settle()
    counted.tally.wrote(HERE, THREAD, 1002)
    counted.tally.reacted(HERE, THREAD, -1)
    counted.tally.database = usual
    await counted.settle()
    assert await counted.done() == Activity(2, 1)


async def test_what_was_missed_is_not_forgotten_when_the_disk_is_full_just_then(counted):
    square, tally = counted.square, counted.tally
    square.written, square.reacted = [1001, 1005], 4
    square.meanwhile = [raising(StoreError("disk full"))]
    tally.missed(NOW)
    tally.unsure(THREAD)
    tally.wrote(HERE, THREAD, 1005)
    with pytest.raises(StoreError):
        await counted.settle()
    await counted.settle()
    assert await counted.done() == Activity(2, 4)


async def beside_one_that_is_shut(counted, error):
    """Post one more article, whose discussion is looked at first and answers with an error."""
    await keep(counted.database, article("b"))
    ((key,),) = await counted.database.read("SELECT id FROM article WHERE slug = 'b'")
    post = await outbox.claim(counted.database, CHANNEL - 1, key, "space", NOW)
    await outbox.settle(counted.database, post, Sent(SHUT, SHUT), NOW)
    counted.square.shut = error


async def test_a_discussion_that_the_bot_may_not_read_keeps_no_other_from_being_counted(counted):
    await beside_one_that_is_shut(counted, ChannelClosed("Missing Access"))
    counted.square.written, counted.square.reacted = [1001], 2
    counted.tally.missed(NOW)
    await counted.settle()
    counted.tally.wrote(HERE, THREAD, 1002)
    await counted.settle()
    assert await counted.done() == Activity(2, 2)
    assert counted.square.asked.count("discussions") == 1


async def test_a_discussion_that_never_answers_keeps_no_other_from_being_counted_for_long(counted):
    await beside_one_that_is_shut(counted, FateUnknown("no answer"))
    counted.square.written, counted.square.reacted = [1001], 2
    counted.tally.missed(NOW)
    counted.tally.wrote(HERE, THREAD, 1001)
    for tries in range(10):
        assert tries < 6
        await counted.settle()
        if await counted.done() == Activity(1, 2):
            break
        counted.now += timedelta(hours=1)


async def test_a_channel_that_never_answers_keeps_no_other_from_being_counted_for_long(counted):
    counted.square.written, counted.square.silent = [1001], True
    counted.tally.missed(NOW)
    for _ in range(4):
        assert await counted.done() == Activity()
        await counted.settle()
        counted.now += timedelta(hours=1)
    assert await counted.done() == Activity(1, 0)


async def test_a_reply_that_is_deleted_counts_no_more_whenever_that_is(counted):
    square, tally = counted.square, counted.tally
    for number in (1001, 1002, 1003):
        tally.wrote(HERE, THREAD, number)
    tally.erased(THREAD, [1001])
    await counted.settle()
    assert await counted.done() == Activity(2, 0)
    tally.erased(THREAD, [1002])
    await counted.settle()
    assert await counted.done() == Activity(1, 0)
    tally.wrote(HERE, THREAD, 1004)
    tally.erased(THREAD, [1004])
    await counted.settle()
    assert await counted.done() == Activity(1, 0)
    square.written = [1003, 1006]
    tally.missed(NOW)
    tally.erased(THREAD, [1005])  # written and deleted while nobody listened
    await counted.settle()
    assert await counted.done() == Activity(2, 0)


async def test_a_discussion_that_is_deleted_counts_no_more_whatever_else_was_heard(counted):
    counted.tally.wrote(HERE, THREAD, 1001)
    await counted.settle()
    counted.tally.wrote(HERE, THREAD, 1002)
    counted.tally.erased(THREAD, [1001])
    counted.tally.closed(THREAD)
    counted.tally.erased(THREAD, [1002])
    await counted.settle()
    assert await counted.done() == Activity()
