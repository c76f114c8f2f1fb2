"""What quiet hours and budgets held back goes out as one digest if it is more than the limit."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import ChannelClosed, PostRefused
from bot.jobs import planning
from bot.jobs.digests import foreseen
from bot.news.plan import Hold
from bot.news.runs import Count, counted, next_run
from bot.news.subscription import Backlog, Quiet
from bot.store import subscriptions
from bot.structs import replace
from tests.jobs.latch import Latch
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

HOUR = timedelta(hours=1)
NIGHT = subscription(quiet=Quiet(time(22), time(7)), limit=3)
SLOW = subscription(hourly=2, limit=3)
MORNING = NOW + 7 * HOUR
SIX = ("a", "b", "c", "d", "e", "f")


def told(dispatch):
    """Return what a message shows: one article, or the stories of a digest."""
    stories = getattr(dispatch.subject, "stories", None)
    if stories is None:
        return dispatch.subject.slug
    return [story.article.slug for story in stories]


def sent(press):
    return [told(dispatch) for dispatch in press.outlet.dispatches]


async def ran(press, wanted, when):
    """Let the last run of a subscription be some time ago."""
    before = Count(when)
    await subscriptions.count_from(press.database, wanted.key, counted(wanted, before, when))


async def over_night(press, *slugs, wanted=NIGHT):
    """Let articles come in the night, and the morning be there."""
    await ran(press, wanted, NOW - 3 * HOUR)
    await press.keep(*slugs)
    press.now = MORNING


async def test_more_than_the_limit_that_waits_for_the_end_of_quiet_hours_is_one_digest(press):
    await over_night(press, *SIX)
    publisher = press.publisher(NIGHT)
    done = await publisher.session(NIGHT, appointed=MORNING)
    assert sent(press) == [["f", "e", "d", "c", "b", "a"]]
    assert (len(done.posts), done.held, done.again) == (1, 0, None)
    page = press.outlet.dispatches[0].subject
    assert (page.since, page.until, page.articles) == (NOW - 6 * HOUR, MORNING, 6)
    press.now += HOUR / 6
    assert (await publisher.session(NIGHT, appointed=press.now)).posts == ()
    await press.keep("g", "h", "i", "j")
    await publisher.session(NIGHT, appointed=press.now)
    assert sent(press)[1:] == ["g", "h", "i"]  # by day, what is over waits for the next run


async def test_what_waits_by_the_limit_or_less_goes_out_by_itself(press):
    await over_night(press, "a", "b", "c")
    await press.run(NIGHT)
    assert sent(press) == ["a", "b", "c"]


async def test_in_quiet_hours_all_of_it_is_held_back(press):
    await ran(press, NIGHT, NOW - 3 * HOUR)
    await press.keep(*SIX)
    done = await press.publisher(NIGHT).session(NIGHT)
    assert (done.held, done.again, done.comes) == (6, MORNING, MORNING)


async def test_a_run_that_no_quiet_hours_put_off_keeps_to_its_limit(press):
    at_eight = replace(NIGHT, every=None, crontab="0 8 * * *")
    await over_night(press, *SIX, wanted=at_eight)
    press.now += HOUR
    await press.run(at_eight)
    assert sent(press) == ["a", "b", "c"]


@pytest.mark.parametrize("wanted", [NIGHT, subscription(limit=3)], ids=["quiet", "at will"])
async def test_a_first_start_and_a_time_away_by_day_keep_to_the_limit(press, wanted):
    press.now = NOW + 12 * HOUR
    await keep(press.database, *(article(slug) for slug in SIX), now=NOW)
    publisher = press.publisher(wanted)
    await run(publisher, wanted)
    press.now += 8 * HOUR
    await run(publisher, wanted)
    assert sorted(sent(press)) == sorted(SIX)


async def test_after_a_time_away_with_quiet_hours_in_it_one_digest_tells_of_all(press):
    await ran(press, NIGHT, NOW - 3 * HOUR)
    await press.keep(*SIX)
    press.now = NOW + 60 * HOUR
    await press.run(NIGHT)
    assert [len(each) for each in sent(press)] == [6]


async def test_more_than_the_limit_for_which_the_budget_has_no_room_is_one_digest(press):
    await press.keep(*SIX)
    publisher = press.publisher(SLOW)
    done = await publisher.session(SLOW, appointed=NOW)
    assert [len(each) for each in sent(press)] == [6]
    assert (len(done.posts), done.held, done.again) == (1, 0, None)


async def test_what_the_budget_holds_back_by_the_limit_or_less_is_posted_after(press):
    await press.keep("a", "b", "c")
    publisher = press.publisher(SLOW)
    for _ in range(2):
        await run(publisher, SLOW)
        press.now += HOUR
    assert sent(press) == ["a", "b", "c"]


async def test_a_digest_waits_for_room_in_the_budget_and_takes_the_place_of_one_post(press):
    await press.keep("a", "b")
    publisher = press.publisher(SLOW)
    await run(publisher, SLOW)
    await press.keep("c", "d", "e", "f", "g")
    done = await publisher.session(SLOW)
    assert (done.posts, done.held, done.again) == ((), 5, NOW + HOUR)
    press.now += HOUR
    done = await publisher.session(SLOW)
    assert [len(each) for each in sent(press)[2:]] == [5]
    await press.keep("h", "i")
    done = await publisher.session(SLOW)
    assert (sent(press)[3:], done.held) == (["h"], 1)


async def test_what_comes_while_a_digest_is_sent_finds_the_budget_as_it_is_left(press):
    strict = replace(SLOW, hourly=1)
    await press.keep(*SIX)

    async def more(_):
        await press.keep("late")

    press.outlet.before_sending = more
    done = await press.publisher(strict).session(strict)
    assert [len(each) for each in sent(press)] == [6]
    assert (done.held, done.again) == (1, NOW + HOUR)


async def test_the_backlog_of_a_first_start_is_one_digest_where_a_budget_would_stretch_it(press):
    whole = replace(SLOW, backlog=Backlog())
    await press.keep(*(f"a{number}" for number in range(20)))
    await press.run(whole)
    assert [len(each) for each in sent(press)] == [10, 10]
    assert press.outlet.dispatches[0].subject.articles == 20


async def test_a_digest_that_is_refused_lets_its_articles_go_out_by_themselves(press):
    await over_night(press, *SIX)
    press.outlet.fail("send", PostRefused("#space: blocked (code 200000)"))
    publisher = press.publisher(NIGHT)
    await run(publisher, NIGHT)
    press.now += HOUR / 6
    await run(publisher, NIGHT)
    assert sorted(sent(press)[1:]) == sorted(SIX)


async def test_a_digest_that_its_channel_did_not_take_goes_out_once_it_is_open(press):
    await over_night(press, *SIX)
    press.outlet.fail("send", ChannelClosed("#space: closed"))
    publisher = press.publisher(NIGHT)
    with pytest.raises(ChannelClosed):
        await publisher.session(NIGHT, appointed=MORNING - HOUR)
    await press.keep("g")
    await withdraw(press.database, "seeds", "a")
    press.now += HOUR
    await publisher.session(NIGHT, appointed=MORNING - HOUR)
    first, again, single = sent(press)
    assert (len(first), again, single) == (6, ["f", "e", "d", "c", "b"], "g")


async def test_two_that_catch_up_have_each_its_own_beginning(press):
    await over_night(press, *SIX)
    publisher = press.publisher(NIGHT)
    await run(publisher, NIGHT)
    press.now += 24 * HOUR
    oldest = NOW - 6 * HOUR
    await press.keep("late1", "late2", "late3", "late4", published_at=oldest)
    await run(publisher, NIGHT)
    first, second = (dispatch.subject for dispatch in press.outlet.dispatches)
    assert (first.since, first.until, second.since) == (oldest, MORNING, MORNING)


@pytest.mark.parametrize("forum", [False, True])
@pytest.mark.parametrize("arrives", [False, True])
async def test_a_kill_between_the_promise_and_the_answer_leaves_each_article_once(
    press, arrives, forum
):
    await over_night(press, *SIX)
    press.outlet.forum = forum
    press.outlet.before_sending = latch = Latch()
    publisher = press.publisher(NIGHT)
    dying = asyncio.create_task(run(publisher, NIGHT))
    await latch.reached()
    there = len(press.outlet.dispatches)
    for task in (*publisher._tasks, dying):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    (killed,) = press.outlet.dispatches
    press.outlet.before_sending = None
    if arrives:
        await press.outlet.send(killed)
    press.now += 3 * HOUR
    again = press.publisher(NIGHT)
    await again.catch_up(CHANNEL)
    await press.keep("g")
    await run(again, NIGHT)
    assert there == 1
    assert len(press.outlet.there) == 2
    shown = {dispatch.post.nonce: told(dispatch) for dispatch in press.outlet.dispatches}
    assert sorted(map(len, shown.values())) == [1, 6]


async def test_one_whose_pace_is_taken_away_meanwhile_is_given_up_and_its_articles_go_out(press):
    await over_night(press, *SIX)
    await press.failed(NIGHT, ChannelClosed("#space: closed"))
    plain = replace(NIGHT, quiet=None)
    await press.run(plain)
    assert sent(press)[1:] == ["a", "b", "c"]


async def test_the_plan_foresees_it(press):
    await over_night(press, *SIX)
    verdicts = await planning.explain(press.database, NIGHT, MORNING)
    assert [(v.hold, v.digest) for v in verdicts] == [(None, True)] * 6
    made = await foreseen(press.database, NIGHT, verdicts, MORNING)
    assert [story.best.article.slug for story in made.stories] == ["f", "e", "d", "c", "b", "a"]
    night = await planning.explain(press.database, NIGHT, NOW)
    assert [v.hold for v in night] == [Hold.QUIET] * 6
    last = (await press.find("f")).id
    for when, hold in ((NOW, Hold.QUIET), (MORNING, None)):
        verdict = await planning.explain_one(press.database, NIGHT, last, when)
        assert verdict.hold == hold


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", ((2026, 3, 29), (2026, 10, 25))),
        ("America/New_York", ((2026, 3, 8), (2026, 11, 1))),
        ("Australia/Lord_Howe", ((2026, 4, 5), (2026, 10, 4))),
    ],
)
async def test_where_the_clock_changes_each_night_is_one_digest_and_nothing_is_lost(
    press, zone, days
):
    here = ZoneInfo(zone)
    wanted = replace(
        NIGHT, timezone=zone, every=timedelta(minutes=30), quiet=Quiet(time(1), time(4))
    )
    kept = 0
    for day in days:
        press.now = datetime(*day, 12, tzinfo=here).astimezone(UTC) - timedelta(days=1)
        await ran(press, wanted, press.now)
        end = press.now + timedelta(days=2)
        publisher = press.publisher(wanted)
        while (when := next_run(wanted, press.now)) <= end:
            while press.now < when:
                press.now = min(press.now + HOUR / 3, when)
                await press.keep(f"a{kept}", published_at=press.now)
                kept += 1
            await publisher.session(wanted, appointed=when)
    pages = [dispatch.subject for dispatch in press.outlet.dispatches if dispatch.post.digest_id]
    ends = [page.until.astimezone(here) for page in pages if page.part == 1]
    assert [f"{end:%H:%M}" for end in ends] == ["04:00"] * 4
    assert len({end.date() for end in ends}) == 4
    times = Counter(
        slug for each in sent(press) for slug in ([each] if isinstance(each, str) else each)
    )
    assert len(times) == kept
    assert set(times.values()) == {1}
    hours = {d.post.claimed_at.astimezone(here).hour for d in press.outlet.dispatches}
    assert hours.isdisjoint({1, 2, 3})
