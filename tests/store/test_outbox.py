from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.news.post import Fate, Sent, nonce
from bot.store import articles, outbox
from bot.store.database import open_for_reading
from tests.samples import CHANNEL, EVER, NOW, article
from tests.store.archive import keep

LATER = NOW + timedelta(seconds=2)


@pytest.fixture
async def comet(database):
    """The id of an article that can be posted."""
    await keep(database, article("comet"))
    (found,) = await articles.latest(database, EVER)
    return found.id


async def claimed(database, article_id):
    post = await outbox.claim(database, CHANNEL, article_id, "space", NOW)
    assert post is not None
    return post


async def test_a_claim_is_on_disk_when_it_returns(database, comet):
    post = await claimed(database, comet)
    async with open_for_reading(database.path) as beside:
        assert await outbox.find(beside, CHANNEL, comet) == post
    assert (post.fate, post.claimed_at, post.subscription) == (Fate.SENDING, NOW, "space")
    assert post.nonce == nonce(CHANNEL, comet)


async def test_an_article_is_claimed_once_in_a_channel_by_whatever_subscription(database, comet):
    post = await claimed(database, comet)
    assert await outbox.claim(database, CHANNEL, comet, "everything", LATER) is None
    assert await outbox.find(database, CHANNEL, comet) == post
    assert await outbox.claim(database, CHANNEL + 1, comet, "space", NOW) is not None


async def test_nothing_is_claimed_that_is_no_article(database):
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        await outbox.claim(database, CHANNEL, 404, "space", NOW)


async def test_a_post_that_is_taken_up_again_is_claimed_from_then_on(database, comet):
    post = await claimed(database, comet)
    await outbox.mark(database, post, Fate.PLANNED, "no permission")
    await outbox.claim_again(database, post, LATER)
    again = await outbox.find(database, CHANNEL, comet)
    assert (again.fate, again.claimed_at, again.nonce) == (Fate.SENDING, LATER, post.nonce)


@pytest.mark.parametrize(
    ("sent", "discuss", "wants", "thread"),
    [
        (Sent(7), False, False, None),
        (Sent(7), True, True, None),
        (Sent(7, 8), True, False, 8),
        (Sent(7, 8), False, False, 8),
        (None, True, False, None),
    ],
)
async def test_a_settled_post_says_where_it_is(database, comet, sent, discuss, wants, thread):
    post = await claimed(database, comet)
    await outbox.mark(database, post, Fate.UNKNOWN, "no answer")
    settled = await outbox.settle(database, post, sent, LATER, discuss=discuss)
    assert settled == await outbox.find(database, CHANNEL, comet)
    assert (settled.fate, settled.reason) == (Fate.POSTED, "")
    assert settled.message_id == (sent.message_id if sent else None)
    assert (settled.thread_id, settled.wants_discussion) == (thread, wants)
    assert bool(await outbox.undiscussed(database, CHANNEL)) is wants


@pytest.mark.parametrize(
    ("fate", "still_open"),
    [
        (Fate.PLANNED, True),
        (Fate.SENDING, True),
        (Fate.UNKNOWN, True),
        (Fate.REJECTED, False),
        (Fate.POSTED, False),
    ],
)
async def test_every_fate_is_kept_with_its_reason(database, comet, fate, still_open):
    post = await claimed(database, comet)
    await outbox.mark(database, post, fate, "because")
    found = await outbox.find(database, CHANNEL, comet)
    assert (found.fate, found.reason) == (fate, "because")
    assert bool(await outbox.open_channels(database)) is still_open
    assert bool(await outbox.open_in(database, CHANNEL)) is still_open
    assert await outbox.open_in(database, CHANNEL + 1) == ()


async def test_a_discussion_that_was_wanted_is_open_or_failed_in_the_end(database, comet):
    await keep(database, article("other", published_at=NOW))
    other = (await articles.latest(database, EVER))[0].id
    for key in (comet, other):
        await outbox.settle(database, await claimed(database, key), Sent(key), NOW, discuss=True)
    first, second = await outbox.undiscussed(database, CHANNEL)
    assert (first.article_id, second.article_id) == (comet, other)
    assert await outbox.open_channels(database) == (CHANNEL,)
    await outbox.discussion_opened(database, first, 99)
    await outbox.discussion_failed(database, second, "threads are forbidden here")
    assert await outbox.undiscussed(database, CHANNEL) == ()
    opened = await outbox.find(database, CHANNEL, comet)
    failed = await outbox.find(database, CHANNEL, other)
    assert (opened.thread_id, opened.fate) == (99, Fate.POSTED)
    assert (failed.reason, failed.fate) == ("threads are forbidden here", Fate.POSTED)


async def test_what_is_not_in_the_outbox_is_none(database, comet):
    assert await outbox.find(database, CHANNEL, comet) is None
