from datetime import timedelta

import pytest

from bot.news.post import Fate, Sent, nonce
from bot.store import discussions, outbox
from bot.store.database import open_for_reading
from tests.samples import CHANNEL, EVER, NOW, article
from tests.store.archive import keep, latest

LATER = NOW + timedelta(seconds=2)


@pytest.fixture
async def comet(database):
    """The id of an article that can be posted."""
    await keep(database, article("comet"))
    (found,) = await latest(database, EVER)
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


async def test_nothing_is_claimed_that_is_no_article_of_this_id(database, comet):
    await keep(database, article("comet", published_at=NOW))
    assert await outbox.claim(database, CHANNEL, comet, "space", NOW) is None
    assert await database.read("SELECT * FROM post") == []


async def test_a_post_that_is_taken_up_again_is_claimed_from_then_on(database, comet):
    post = await claimed(database, comet)
    await outbox.mark(database, post, Fate.REJECTED, "no permission")
    again = await outbox.claim_again(database, post, LATER)
    assert again == await outbox.find(database, CHANNEL, comet)
    assert (again.fate, again.claimed_at, again.nonce) == (Fate.SENDING, LATER, post.nonce)


async def test_a_further_attempt_is_counted_from_the_first_claim(database, comet):
    post = await claimed(database, comet)
    again = await outbox.try_again(database, post, LATER)
    assert again == await outbox.find(database, CHANNEL, comet)
    assert (again.attempts, again.claimed_at, again.tried_at) == (2, NOW, LATER)


async def test_every_address_under_which_a_post_may_be_there_is_kept(database, comet):
    post = await claimed(database, comet)
    assert post.urls == (article("comet").url,)
    moved = await outbox.also_shows(database, post, "https://example.org/moved")
    assert moved.urls == (article("comet").url, "https://example.org/moved")
    assert (await outbox.try_again(database, moved, LATER)).urls == moved.urls
    assert (await outbox.claim_again(database, moved, LATER)).urls == post.urls


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
    assert bool(await discussions.undiscussed(database, CHANNEL, LATER)) is wants


@pytest.mark.parametrize(
    ("fate", "still_open"),
    [
        (Fate.PLANNED, True),
        (Fate.SENDING, True),
        (Fate.UNKNOWN, True),
        (Fate.REJECTED, True),
        (Fate.PARKED, False),
    ],
)
async def test_every_fate_is_kept_with_its_reason(database, comet, fate, still_open):
    post = await claimed(database, comet)
    if fate is Fate.PARKED:
        await outbox.park(database, post, "because", NOW)
    else:
        await outbox.mark(database, post, fate, "because")
    found = await outbox.find(database, CHANNEL, comet)
    assert (found.fate, found.reason, found.settled) == (fate, "because", not still_open)
    assert bool(await outbox.open_channels(database, LATER)) is still_open
    assert bool(await outbox.open_in(database, CHANNEL, LATER)) is still_open
    assert await outbox.open_in(database, CHANNEL + 1, LATER) == ()


async def test_what_is_put_aside_waits_for_its_time_or_for_a_change_in_its_channel(database, comet):
    post = await claimed(database, comet)
    later_still = LATER + timedelta(hours=1)
    await outbox.park(database, post, "Discord answered 500", NOW, later_still)
    assert await outbox.open_channels(database, LATER) == ()
    (found,) = await outbox.open_in(database, CHANNEL, later_still)
    assert (found.fate, found.settled) == (Fate.PARKED, False)
    await outbox.hurry(database, [CHANNEL + 1])
    assert await outbox.open_in(database, CHANNEL, LATER) == ()
    await outbox.hurry(database, [CHANNEL])
    assert await outbox.open_in(database, CHANNEL, LATER) == (found,)


async def test_what_was_parked_goes_out_once_its_file_is_mended(database, comet):
    await outbox.park(database, await claimed(database, comet), "not well formed", NOW)
    await keep(database, article("comet"))
    assert await outbox.open_channels(database, LATER) == ()
    earlier = NOW - timedelta(days=400)  # it gets another id, and its post goes with it
    await keep(database, article("comet", title="Mended", published_at=earlier))
    (found,) = await outbox.open_in(database, CHANNEL, LATER)
    assert (found.fate, found.settled) == (Fate.PLANNED, False)
    assert found.article_id != comet


async def test_a_mended_file_leaves_alone_what_may_be_there(database, comet):
    post = await claimed(database, comet)
    await outbox.park(database, post, "Discord answered 500", NOW, LATER)
    await keep(database, article("comet", title="Mended"))
    assert (await outbox.find(database, CHANNEL, comet)).fate is Fate.PARKED


async def test_all_discussions_of_a_channel_wait_when_one_fails_for_now(database, comet):
    await keep(database, article("other", published_at=NOW))
    other = (await latest(database, EVER))[0].id
    for key in (comet, other):
        await outbox.settle(database, await claimed(database, key), Sent(key), NOW, discuss=True)
    first, _ = await discussions.undiscussed(database, CHANNEL, NOW)
    await discussions.wait(database, first, "no permission", LATER)
    assert await discussions.undiscussed(database, CHANNEL, NOW) == ()
    waiting = await discussions.undiscussed(database, CHANNEL, LATER)
    assert [(post.attempts, post.reason) for post in waiting] == [
        (1, "no permission"),
        (0, "no permission"),
    ]


@pytest.mark.parametrize("ask", [outbox.open_channels, outbox.open_in, discussions.undiscussed])
async def test_what_is_left_open_is_found_without_reading_what_is_done(database, ask):
    plans = []

    class Explaining:
        async def read(self, sql, parameters):
            plans.extend(await database.read(f"EXPLAIN QUERY PLAN {sql}", parameters))
            return []

    where = () if ask is outbox.open_channels else (CHANNEL,)
    await ask(Explaining(), *where, NOW)
    steps = [row["detail"] for row in plans if "post" in row["detail"]]
    assert steps
    assert all("post_open" in step or "post_undiscussed" in step for step in steps)


async def test_a_discussion_that_was_wanted_is_open_or_failed_in_the_end(database, comet):
    await keep(database, article("other", published_at=NOW))
    other = (await latest(database, EVER))[0].id
    for key in (comet, other):
        await outbox.settle(database, await claimed(database, key), Sent(key), NOW, discuss=True)
    first, second = await discussions.undiscussed(database, CHANNEL, LATER)
    assert (first.article_id, second.article_id) == (comet, other)
    assert await outbox.open_channels(database, LATER) == (CHANNEL,)
    await discussions.opened(database, first, 99, NOW, opening=False)
    await discussions.failed(database, second, "threads are forbidden here")
    assert await discussions.undiscussed(database, CHANNEL, LATER) == ()
    opened = await outbox.find(database, CHANNEL, comet)
    failed = await outbox.find(database, CHANNEL, other)
    assert (opened.thread_id, opened.fate) == (99, Fate.POSTED)
    assert (failed.reason, failed.fate) == ("threads are forbidden here", Fate.POSTED)


async def test_what_is_not_in_the_outbox_is_none(database, comet):
    assert await outbox.find(database, CHANNEL, comet) is None


async def test_the_posts_of_an_article_and_the_arrivals_in_a_channel_are_told(database, comet):
    here = await claimed(database, comet)
    there = await outbox.claim(database, CHANNEL + 1, comet, "space", NOW)
    assert await outbox.of_article(database, comet) == (here, there)
    assert await outbox.of_article(database, comet + 1) == ()
    assert await outbox.arrivals(database, CHANNEL, NOW - timedelta(hours=1)) == []
    await outbox.settle(database, here, Sent(5), NOW)
    assert await outbox.arrivals(database, CHANNEL, NOW - timedelta(hours=1)) == [NOW]
    assert await outbox.arrivals(database, CHANNEL, NOW) == []
    await outbox.park(database, there, "too rude", NOW)
    assert await outbox.arrivals(database, CHANNEL + 1, NOW - timedelta(hours=1)) == []
