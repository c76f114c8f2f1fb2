"""Quiet hours and budgets: what they hold back is posted after them, and nothing is dropped."""

from datetime import time, timedelta

import pytest

from bot.errors import ChannelClosed
from bot.jobs import planning
from bot.news.plan import Hold
from bot.news.post import BY_HAND, Fate
from bot.news.subscription import Quiet
from bot.store import outbox, subscriptions
from bot.structs import replace
from tests.publishing import run
from tests.samples import CHANNEL, NOW, subscription

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHT = subscription(quiet=Quiet(time(22), time(7)))
SLOW = subscription(hourly=2)
DAILY = subscription(every=None, crontab="0 8 * * *", hourly=2, limit=3)


async def test_nothing_is_posted_in_quiet_hours_and_all_of_it_after_them(press):
    await press.keep("a", "b")
    publisher = press.publisher(NIGHT)
    done = await publisher.session(NIGHT)
    assert (done.posts, done.again) == ((), NOW + 7 * HOUR)
    assert await subscriptions.counted(press.database, NIGHT.key) is None
    press.now = done.again
    done = await publisher.session(NIGHT)
    assert press.outlet.sent == ["a", "b"]
    assert (len(done.posts), done.held, done.again) == (2, 0, None)
    assert (await subscriptions.counted(press.database, NIGHT.key)).since == press.now


async def test_no_more_than_the_budget_goes_into_a_channel_within_an_hour(press):
    await press.keep("a", "b", "c", "d", "e")
    publisher = press.publisher(SLOW)
    times = []
    while len(press.outlet.sent) < 5:
        done = await publisher.session(SLOW)
        times += [press.now] * len(done.posts)
        press.now += 10 * MINUTE
    assert press.outlet.sent == ["a", "b", "c", "d", "e"]
    assert [(when - NOW) / HOUR for when in times] == [0, 0, 1, 1, 2]


async def test_the_budget_counts_what_others_post_in_the_channel_too(press):
    await press.keep("a", "b", "c")
    other = subscription(name="other", limit=1)
    publisher = press.publisher(SLOW, other)
    await run(publisher, other)
    press.now += 20 * MINUTE
    done = await publisher.session(SLOW)
    assert press.outlet.sent == ["a", "b"]
    assert (done.held, done.again) == (1, NOW + HOUR)
    press.now = done.again
    await run(publisher, SLOW)
    assert press.outlet.sent == ["a", "b", "c"]


async def test_two_subscriptions_of_a_channel_share_its_budget(press):
    await press.keep("a", "b", "c", "d")
    other = subscription(name="other", hourly=3)
    publisher = press.publisher(SLOW, other)
    assert len(await run(publisher, SLOW)) == 2
    assert len(await run(publisher, other)) == 1
    assert (await run(publisher, SLOW), await run(publisher, other)) == ((), ())
    press.now += HOUR
    assert len(await run(publisher, other)) == 1


async def test_what_was_promised_before_keeps_to_the_budget_too(press):
    await press.keep("a", "b", "c", "d")
    for slug in "abc":
        await outbox.mark(press.database, await press.claimed(slug), Fate.REJECTED, "closed")
    publisher = press.publisher(SLOW)
    await publisher.catch_up(CHANNEL)
    done = await publisher.session(SLOW)
    assert press.outlet.sent == ["a", "b"]
    assert (done.held, done.again) == (1, NOW + HOUR)
    press.now += HOUR
    await run(publisher, SLOW)
    assert press.outlet.sent == ["a", "b", "c", "d"]


async def test_what_staff_chose_and_the_rest_of_a_digest_need_no_room(press):
    await press.keep("a", "b", "c")
    daily = subscription(name="daily", post="digest", hourly=1)
    publisher = press.publisher(daily)
    press.outlet.room = 1
    press.outlet.fail("send", None, ChannelClosed("#space: closed"))
    with pytest.raises(ChannelClosed):
        await run(publisher, daily)
    await press.keep("chosen")
    post = await press.claimed("chosen", BY_HAND)
    await outbox.mark(press.database, post, Fate.REJECTED, "closed")
    await publisher.catch_up(CHANNEL)
    assert len(press.outlet.there) == 3


async def test_another_channel_has_a_budget_of_its_own(press):
    await press.keep("a", "b")
    elsewhere = subscription(name="elsewhere", channel_id=CHANNEL + 1, hourly=2)
    publisher = press.publisher(SLOW, elsewhere)
    assert len(await run(publisher, SLOW)) == len(await run(publisher, elsewhere)) == 2


async def test_a_run_that_holds_some_back_is_due_again_at_the_next_start(press):
    await press.keep("a", "b", "c")
    done = await press.publisher(DAILY).session(DAILY)
    assert (len(done.posts), done.held) == (2, 1)
    assert await subscriptions.counted(press.database, DAILY.key) is None


async def test_the_reason_is_told_by_the_plan(press):
    await press.keep("a", "b", "c", "d")
    wide = replace(DAILY, limit=4)
    held = [v.hold for v in await planning.explain(press.database, wide, NOW)]
    assert held == [None, None, Hold.BUDGET, Hold.BUDGET]
    held = [v.hold for v in await planning.explain(press.database, NIGHT, NOW)]
    assert held == [Hold.QUIET] * 4
    ids = [(await press.find(slug)).id for slug in "abcd"]
    one = [await planning.explain_one(press.database, wide, each, NOW) for each in ids]
    assert [verdict.hold for verdict in one] == [None, None, Hold.BUDGET, Hold.BUDGET]
    few = subscription(limit=3)
    one = [await planning.explain_one(press.database, few, each, NOW) for each in ids]
    assert [verdict.hold for verdict in one] == [None, None, None, Hold.LIMIT]
    assert await planning.explain_one(press.database, DAILY, 1, NOW) is None


async def test_what_is_left_open_is_not_sent_in_quiet_hours(press):
    press.now = NOW - 3 * HOUR
    await press.keep("a")
    publisher = await press.failed(NIGHT, ChannelClosed("#space: closed"))
    press.outlet.calls.clear()
    for press.now in (NOW, NOW + 6 * HOUR):
        await publisher.catch_up(CHANNEL)
        assert press.outlet.sent == []
    press.now = NOW + 7 * HOUR
    await publisher.catch_up(CHANNEL)
    assert press.outlet.sent == ["a"]


async def test_a_run_ends_where_its_subscription_is_taken_away_or_changed(press):
    await press.keep("a", "b", "c")
    plain = subscription()
    publisher = press.publisher(plain)

    async def pause(_):
        publisher.subscriptions = ()

    press.outlet.before_sending = pause
    assert len(await run(publisher, plain)) == 1
    assert await subscriptions.counted(press.database, plain.key) is None
    press.outlet.before_sending = None
    publisher.subscriptions = (plain,)
    assert len(await run(publisher, plain)) == 2


async def test_a_digest_comes_once_the_quiet_hours_are_over_with_all_that_came_in_them(press):
    nightly = subscription(post="digest", quiet=Quiet(time(22), time(7)), nothing_new="tell")
    await press.keep("a")
    publisher = press.publisher(nightly)
    done = await publisher.session(nightly)
    assert (done.posts, done.again) == ((), NOW + 7 * HOUR)
    press.now = done.again
    await press.keep("b", published_at=NOW + HOUR)
    (post,) = (await publisher.session(nightly)).posts
    (dispatch,) = press.outlet.dispatches
    assert [story.article.slug for story in dispatch.subject.stories] == ["b", "a"]
    assert post.digest_id is not None


async def test_a_digest_waits_until_the_budget_of_its_channel_has_room(press):
    daily = subscription(name="daily", post="digest", hourly=2)
    await press.keep("a", "b", "c")
    other = subscription(name="other", limit=2)
    publisher = press.publisher(daily, other)
    await run(publisher, other)
    done = await publisher.session(daily)
    assert (done.posts, done.held, done.again) == ((), 1, NOW + HOUR)
    explained = await planning.explain(press.database, daily, press.now)
    assert [v.hold for v in explained] == [Hold.POSTED, Hold.POSTED, Hold.BUDGET]
    press.now = done.again
    assert len((await publisher.session(daily)).posts) == 1
    assert (await subscriptions.counted(press.database, daily.key)).since == press.now


async def test_a_line_that_there_is_nothing_new_waits_for_the_budget_too(press):
    telling = subscription(name="daily", post="digest", hourly=1, nothing_new="tell")
    await press.keep("a")
    other = subscription(name="other")
    publisher = press.publisher(telling, other)
    await run(publisher, other)
    assert await run(publisher, telling) == ()
    assert await subscriptions.counted(press.database, telling.key) is None
    press.now += HOUR
    assert len(await run(publisher, telling)) == 1
