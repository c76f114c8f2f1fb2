"""Open posts whose subscription is paused, removed or edited: never another's, never lost."""

from datetime import time, timedelta

import pytest

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.news.post import BY_HAND, Fate
from bot.news.subscription import Backlog, Filters, Quiet
from bot.store import outbox
from bot.structs import replace
from tests.jobs.recording import CLOSED, LONG, NO_ANSWER
from tests.publishing import run
from tests.samples import CHANNEL, subscription

SPACE = subscription(topics=("Space",), mention=5, discuss="thread")
ALL = subscription(name="all", mention=7)
HARBOUR = subscription(name="harbour", topics=("Harbour",), mention=7)
DAILY = subscription(name="daily", post="digest", mention=5)


async def left_open(press, whose, *errors, arrives=False):
    """Let a subscription run once, with these answers, and tell nothing of what it asked for."""
    press.outlet.fail("send", *errors, arrives=arrives)
    with pytest.raises((ChannelClosed, FateUnknown)):
        await press.run(whose)
    press.outlet.calls.clear()
    press.outlet.dispatches.clear()


def mentions(press):
    return [dispatch.mention for dispatch in press.outlet.dispatches]


@pytest.mark.parametrize("other", [HARBOUR, replace(ALL, filters=Filters(min_quality=90))])
async def test_what_another_would_not_take_waits_for_its_own(press, other):
    await press.keep("comet")
    await left_open(press, SPACE, CLOSED)
    await press.run(other)
    await press.publisher(other).catch_up(CHANNEL)
    assert press.outlet.sent == []
    await press.run(other, SPACE)
    assert (press.outlet.sent, mentions(press)) == (["comet"], [5])


async def test_what_another_takes_goes_out_as_its_own_and_at_its_pace(press):
    await press.keep(*"abc")
    await left_open(press, SPACE, CLOSED)
    unhurried = replace(ALL, limit=1)
    await press.publisher(unhurried).catch_up(CHANNEL)
    for slug in "abc":
        await press.run(unhurried)
        assert press.outlet.sent[-1] == slug
    assert press.outlet.sent == [*"abc"]
    assert mentions(press) == [7, 7, 7]
    assert await press.fates() == dict.fromkeys("abc", "posted")


async def test_what_is_older_than_where_another_starts_stays_unposted(press):
    await press.keep("comet")
    await left_open(press, SPACE, CLOSED)
    press.now += timedelta(days=2)
    await press.run(replace(ALL, backlog=Backlog(age=timedelta(days=1))))
    assert press.outlet.sent == []


async def test_what_may_be_there_is_looked_for_and_pings_nobody_elses(press):
    await press.keep("comet")
    await left_open(press, SPACE, NO_ANSWER, arrives=True)
    await press.run(ALL)
    assert press.outlet.calls == [("find", "comet")]
    assert (await press.post("comet")).fate is Fate.POSTED


async def test_only_once_it_is_certainly_not_there_another_takes_it(press):
    await press.keep("comet")
    await left_open(press, SPACE, NO_ANSWER)
    await press.run(ALL)
    assert press.outlet.calls == [("find", "comet")]
    press.now += 20 * LONG
    await press.run(ALL)
    assert (press.outlet.sent, mentions(press)) == (["comet"], [7])


@pytest.mark.parametrize(
    "edited",
    [
        replace(SPACE, topics=("Harbour",)),
        replace(SPACE, filters=Filters(min_quality=90)),
        replace(SPACE, channel_id=CHANNEL + 1, backlog=Backlog(count=0)),
    ],
)
async def test_what_an_edited_subscription_does_not_want_any_more_is_not_sent(press, edited):
    await press.keep("comet")
    await left_open(press, SPACE, CLOSED)
    await press.run(edited)
    await press.publisher(edited).catch_up(CHANNEL)
    assert press.outlet.sent == []
    assert await outbox.open_channels(press.database, press.now) == ()
    await press.run(SPACE)
    assert press.outlet.sent == ["comet"]


async def test_what_was_open_goes_into_the_digest_that_its_subscription_makes_now(press):
    await press.keep("comet")
    await left_open(press, SPACE, CLOSED)
    await press.run(replace(SPACE, post="digest"))
    (dispatch,) = press.outlet.dispatches
    assert [story.article.slug for story in dispatch.subject.stories] == ["comet"]


async def test_an_article_that_a_refused_digest_let_go_stays_with_its_subscription(press):
    await press.keep("comet")
    digest = replace(SPACE, post="digest", nothing_new="skip")
    press.outlet.fail("send", PostRefused("blocked"), CLOSED)
    with pytest.raises(ChannelClosed):
        await press.run(digest)
    open_before = await press.post("comet")
    await press.run(digest)
    assert (await press.post("comet")).id == open_before.id
    assert press.outlet.sent[-1] == "comet"


@pytest.mark.parametrize("error", [CLOSED, NO_ANSWER])
async def test_a_digest_of_a_paused_subscription_is_no_other_one_s_and_its_articles_are_due(
    press, error
):
    await press.keep(*"ab", topics=("Space",))
    await press.keep("c", topics=("Weather",))
    press.outlet.room = 2
    await left_open(press, DAILY, error)
    press.now += LONG
    await press.run(SPACE)
    assert press.outlet.sent == ["a", "b"]
    assert await press.fates() == {"a": "posted", "b": "posted"}
    await press.run(SPACE, DAILY)
    page = press.outlet.dispatches[-1].subject
    assert [story.article.slug for story in page.stories] == ["c"]
    assert mentions(press) == [5, 5, 5]


async def test_a_second_message_is_let_go_if_its_subscription_is_paused_after_the_first(press):
    await press.keep(*"ab")
    press.outlet.room = 1
    await left_open(press, DAILY, None, CLOSED)
    await press.publisher(HARBOUR).catch_up(CHANNEL)
    assert press.outlet.dispatches == []
    await press.run(DAILY)
    page = press.outlet.dispatches[-1].subject
    assert [story.article.slug for story in page.stories] == ["a"]
    assert (page.part, page.since < page.until) == (1, True)


async def test_in_its_quiet_hours_nothing_is_given_up(press):
    await press.keep("comet")
    await left_open(press, SPACE, CLOSED)
    quiet = replace(SPACE, quiet=Quiet(time(0), time(7)))
    await press.publisher(quiet, ALL).catch_up(CHANNEL)
    assert press.outlet.sent == []
    assert await press.fates() == {"comet": "rejected"}
    press.now += timedelta(hours=7)
    await press.publisher(quiet, ALL).catch_up(CHANNEL)
    assert mentions(press) == [5]


async def test_what_staff_chose_goes_out_whatever_becomes_of_subscriptions(press):
    await press.keep("comet")
    press.outlet.fail("send", CLOSED)
    with pytest.raises(ChannelClosed):
        await press.publisher(SPACE).post((await press.find("comet")).id, SPACE)
    assert (await press.post("comet")).subscription == BY_HAND
    await press.publisher(HARBOUR).catch_up(CHANNEL)
    assert mentions(press) == [5, None]


@pytest.mark.parametrize("change", [{}, {"published": False}], ids=["listed", "held"])
async def test_what_waits_goes_out_at_once_if_staff_chooses_it(press, change):
    night = replace(SPACE, quiet=Quiet(time(0), time(7)))
    press.now -= timedelta(hours=1)
    await press.keep("comet")
    await left_open(press, night, CLOSED)
    press.now += timedelta(hours=2)
    when = (await press.find("comet")).article.published_at
    await press.keep("comet", published_at=when, **change)
    publisher = press.publisher(night)
    await publisher.catch_up(CHANNEL)
    assert press.outlet.sent == []
    quietly = replace(night, mention=None)
    post = await publisher.post((await press.find("comet")).id, quietly)
    assert (post.fate, post.subscription) == (Fate.POSTED, BY_HAND)
    assert (press.outlet.sent, mentions(press)) == (["comet"], [None])


@pytest.mark.parametrize("slugs", ["a", "ab"])
async def test_what_waits_in_a_digest_goes_out_by_itself_if_staff_chooses_it(press, slugs):
    night = replace(DAILY, quiet=Quiet(time(0), time(7)))
    press.now -= timedelta(hours=1)
    await press.keep(*slugs)
    await left_open(press, night, CLOSED)
    press.now += timedelta(hours=2)
    publisher = press.publisher(night)
    post = await publisher.post((await press.find("a")).id, night)
    assert (post.fate, post.subscription) == (Fate.POSTED, BY_HAND)
    press.now += timedelta(hours=8)
    await run(publisher, night)
    single, *digests = press.outlet.dispatches
    assert single.subject.slug == "a"
    told = [story.article.slug for each in digests for story in each.subject.stories]
    assert told == [*slugs[1:]]
