"""What changes while a post is open: its article, its date, its subscription, its channel."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.news.post import Fate
from bot.news.subscription import Backlog, Filters
from bot.store import outbox, subscriptions
from bot.structs import replace
from tests.jobs.latch import Latch
from tests.jobs.recording import CLOSED, LONG, NO_ANSWER, RecordingOutlet
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

SPACE = subscription()
DISCUSSING = subscription(discuss="thread")


@dataclass(slots=True)
class Meddling(RecordingOutlet):
    """An outlet during whose first question `meddle` happens."""

    meddle: object = None

    async def find(self, dispatch):
        await self._once()
        return await RecordingOutlet.find(self, dispatch)

    async def discuss(self, dispatch, message_id):
        await self._once()
        return await RecordingOutlet.discuss(self, dispatch, message_id)

    async def server_of(self, channel_id):
        await self._once()
        return await RecordingOutlet.server_of(self, channel_id)

    async def _once(self):
        meddle, self.meddle = self.meddle, None
        if meddle is not None:
            await meddle()


async def unanswered(press):
    """Let an article be tried in vain until it stands aside; return the publisher that did."""
    publisher = await press.failed(SPACE, *[NO_ANSWER] * 3, pause=LONG)
    await run(publisher, SPACE)
    return publisher


async def test_an_article_that_gets_the_place_in_time_of_a_redated_one_is_posted_too(press):
    day = NOW - timedelta(days=1)
    await keep(press.database, article("a", published_at=day))
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    await keep(press.database, article("a", published_at=day + timedelta(hours=1)))
    await keep(press.database, article("b", published_at=day))
    await run(publisher, SPACE)
    assert press.outlet.sent == ["a", "b"]
    assert len(press.outlet.there) == 2


@pytest.mark.parametrize("waiting", ["look", "discussion"])
async def test_an_article_that_is_redated_while_another_one_is_worked_on_keeps_its_post(
    press, waiting
):
    await press.keep("a", "b")
    if waiting == "look":
        await press.claimed("a")
        await press.claimed("b")
    else:
        press.outlet.fail("discuss", CLOSED, CLOSED)
        await press.run(DISCUSSING)

    async def redate():
        await press.keep("b", published_at=NOW - timedelta(days=3))

    press.outlet = Meddling(there=press.outlet.there, meddle=redate)
    press.now += timedelta(minutes=5)
    await press.publisher(DISCUSSING).catch_up(CHANNEL)
    assert await press.fates() == {"a": "posted", "b": "posted"}
    assert not (await press.post("b")).wants_discussion


@pytest.mark.parametrize(
    "change",
    [{"published": False}, {"published_at": NOW + timedelta(days=7)}],
    ids=["held", "later"],
)
async def test_what_is_held_meanwhile_does_not_go_out_until_it_may(press, change):
    await press.keep("comet")
    publisher = await press.failed(SPACE, CLOSED)
    press.outlet.calls.clear()
    await press.keep("comet", **change)
    await publisher.catch_up(CHANNEL)
    assert press.outlet.sent == []
    await press.keep("comet")
    await publisher.catch_up(CHANNEL)
    assert press.outlet.sent == ["comet"]


@pytest.mark.parametrize(
    "change",
    [None, {"published": False}, {"quality": 3}, {"topics": ("Weather",)}],
    ids=["withdrawn", "held", "filtered", "of another topic"],
)
async def test_what_changes_in_the_middle_of_a_run_so_that_it_is_not_due_any_more_is_not_posted(
    press, change
):
    wanted = subscription(topics=("Space",), filters=Filters(min_quality=50))
    await press.keep("a", "b", "c")
    when = (await press.find("b")).article.published_at

    async def happens(dispatch):
        if dispatch.name == "a" and change is None:
            await withdraw(press.database, "seeds", "b")
        elif dispatch.name == "a":
            await press.keep("b", published_at=when, **change)

    press.outlet.before_sending = happens
    await press.run(wanted)
    assert press.outlet.sent == ["a", "c"]


async def test_a_parked_article_that_is_rewritten_under_review_is_not_posted(press):
    await press.keep("comet")
    press.outlet.fail("send", PostRefused("too rude"))
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    press.outlet.calls.clear()
    await press.keep("comet", published=False, title="Rewritten")
    await publisher.catch_up(CHANNEL)
    assert press.outlet.sent == []


async def test_what_is_gone_for_certain_is_looked_for_no_more(press):
    await press.keep("comet")
    publisher = await press.failed(SPACE, NO_ANSWER)
    await withdraw(press.database, "seeds", "comet")
    for _ in range(20):
        press.now += LONG
        await publisher.catch_up(CHANNEL)
    assert press.outlet.calls.count(("find", "comet")) == 1


async def test_a_channel_that_nobody_follows_any_more_gets_nothing_more(press):
    await press.keep("comet")
    await press.failed(SPACE, CLOSED)
    press.outlet.calls.clear()
    other = subscription(name="other", channel_id=CHANNEL + 1)
    await press.publisher(other).catch_up(CHANNEL)
    assert press.outlet.sent == []
    await press.run(SPACE)
    assert press.outlet.sent == ["comet"]


async def test_looks_that_fail_for_what_stands_aside_hold_up_nobody(press):
    await press.keep("a")
    publisher = await unanswered(press)
    await press.keep("b")
    press.outlet.fail("find", NO_ANSWER)
    press.now += timedelta(hours=1)
    await run(publisher, SPACE)
    assert press.outlet.sent[-1] == "b"
    assert await press.fates() == {"a": "parked", "b": "posted"}


async def test_a_look_does_not_reach_back_beyond_one_that_was_the_last_word(press):
    await press.keep("a")
    publisher = await unanswered(press)
    for _ in range(20):
        press.outlet.fail("send", NO_ANSWER)
        press.now += timedelta(hours=1)
        await publisher.catch_up(CHANNEL)
    assert press.now - (await press.post("a")).claimed_at < timedelta(hours=2)


async def test_what_stands_aside_goes_out_once_its_channel_is_open_again(press):
    await press.keep("a")
    publisher = await unanswered(press)
    press.outlet.fail("send", CLOSED)
    press.now += timedelta(hours=1)
    with pytest.raises(ChannelClosed):
        await run(publisher, SPACE)
    press.now += timedelta(hours=1)
    (post,) = await run(publisher, SPACE)
    assert post.fate is Fate.POSTED


async def test_what_staff_chose_pings_nobody_when_it_is_tried_again(press):
    await press.keep("comet")
    loud = subscription(mention=77)
    press.outlet.fail("send", NO_ANSWER)
    publisher = press.publisher(loud)
    with pytest.raises(FateUnknown):
        await publisher.post((await press.find("comet")).id, replace(loud, mention=None))
    await publisher.catch_up(CHANNEL)
    assert [dispatch.mention for dispatch in press.outlet.dispatches] == [None, None]


async def test_nothing_new_is_claimed_once_the_end_is_near(press):
    await press.keep("old", "chosen")
    await press.claimed("old")
    publisher = press.publisher(SPACE)
    press.outlet.before_sending = latch = Latch()
    chosen = (await press.find("chosen")).id
    async with publisher.working():
        posting = publisher._start(publisher._post(chosen, SPACE))
        await latch.reached()
        publisher._stopping = True
        latch.release()
    assert await posting is None
    assert press.outlet.sent == ["old"]


async def test_a_closed_channel_says_nothing_of_an_earlier_attempt(press):
    await press.keep("comet")
    press.outlet.fail("send", NO_ANSWER, arrives=True)
    press.outlet.fail("send", CLOSED)
    publisher = press.publisher(SPACE)
    for trouble in (FateUnknown, ChannelClosed):
        with pytest.raises(trouble):
            await run(publisher, SPACE)
    press.now += LONG
    await run(publisher, SPACE)
    assert press.outlet.calls[-1] == ("find", "comet")
    assert await press.fates() == {"comet": "posted"}


async def test_an_attempt_under_an_old_nonce_has_only_what_is_left_of_its_time(press):
    await press.keep("comet")
    press.outlet.fail("send", NO_ANSWER, NO_ANSWER)
    publisher = press.publisher(SPACE)
    for wait in (timedelta(seconds=50), LONG):
        with pytest.raises(FateUnknown):
            await run(publisher, SPACE)
        press.now += wait
    await run(publisher, SPACE)
    left = [dispatch.within for dispatch in press.outlet.dispatches]
    assert left == [timedelta(seconds=120), timedelta(seconds=70), timedelta(seconds=120)]


async def test_an_address_that_changes_while_a_post_is_open_is_looked_for_too(press):
    await press.keep("comet")
    await press.claimed("comet")
    await press.keep("comet", url="https://example.org/moved")
    await press.run(SPACE)
    assert (await press.post("comet")).urls == (article("comet").url, "https://example.org/moved")


async def test_a_channel_that_is_none_to_post_in_is_known_before_anything_is_claimed(press):
    await press.keep("comet")

    @dataclass(slots=True)
    class Voice(RecordingOutlet):
        async def takes_nonces(self, channel_id):
            raise ChannelClosed("no text channel")

    press.outlet = Voice()
    with pytest.raises(ChannelClosed):
        await press.publisher(SPACE).post((await press.find("comet")).id, SPACE)
    assert await outbox.open_channels(press.database, press.now) == ()


async def redated_while_another_is_sent(press, slug, when, *subscriptions):
    """Run subscriptions, the last of them twice; an article's date is corrected meanwhile."""

    async def redate(dispatch):
        press.outlet.before_sending = None
        await press.keep(slug, published_at=when)

    press.outlet.before_sending = redate
    publisher = press.publisher(*subscriptions)
    for each in (*subscriptions, subscriptions[-1]):
        await run(publisher, each)


async def test_an_article_that_is_redated_in_the_middle_of_a_run_is_left_to_the_next(press):
    await press.keep(*"abc")
    await redated_while_another_is_sent(press, "b", NOW - timedelta(minutes=7), SPACE)
    assert press.outlet.sent == ["a", "c", "b"]


async def test_an_article_that_will_only_be_published_by_its_corrected_date_waits_for_it(press):
    await press.keep("a", "b")
    later = NOW + timedelta(days=1)
    await redated_while_another_is_sent(press, "b", later, SPACE)
    assert press.outlet.sent == ["a"]
    press.now = later
    await press.run(SPACE)
    assert press.outlet.sent == ["a", "b"]


@pytest.mark.parametrize(("days", "told"), [(-3, {"a", "b"}), (3, {"a"})])
async def test_an_article_that_is_redated_while_a_digest_is_made_is_in_it_if_it_may(
    press, days, told
):
    await press.keep("a", "b")
    elsewhere = subscription(name="elsewhere", channel_id=CHANNEL + 1, discuss="thread", limit=1)
    await press.run(elsewhere)
    daily = subscription(name="daily", post="digest")

    async def redate():
        await press.keep("b", published_at=NOW + timedelta(days=days))

    press.outlet = Meddling(there=press.outlet.there, meddle=redate)
    publisher = press.publisher(daily)
    for _ in range(2):
        await run(publisher, daily)
    pages = [dispatch.subject for dispatch in press.outlet.dispatches]
    assert [{story.article.slug for story in page.stories} for page in pages] == [told]


async def test_staff_can_choose_an_article_by_the_id_that_it_had_before(press):
    await press.keep("comet")
    former = (await press.find("comet")).id
    await press.keep("comet", published_at=NOW - timedelta(days=3))
    post = await press.publisher(SPACE).post(former, SPACE)
    assert post == await press.post("comet")


async def test_a_subscription_that_comes_back_to_a_channel_starts_anew_there(press):
    here = subscription(backlog=Backlog(count=0))
    there = replace(here, channel_id=CHANNEL + 1)
    await press.run(here)
    press.now += timedelta(hours=2)
    await press.run(there)
    await press.keep("a")
    await press.run(there)
    press.now += timedelta(days=9)
    publisher = press.publisher(here)
    assert await run(publisher, here) == ()
    press.now += timedelta(days=9)
    await press.keep("b")
    await run(publisher, there)  # it waited for its turn while it was edited
    assert [post.channel_id for post in await run(publisher, here)] == [CHANNEL]
    assert press.outlet.sent == ["a", "b"]


@pytest.mark.parametrize("backlog", [Backlog(count=0), Backlog(age=timedelta(days=1))])
async def test_a_subscription_that_moves_tells_in_its_new_channel_what_came_since_its_last_run(
    press, backlog
):
    weekly = subscription(
        post="digest", every=timedelta(days=7), backlog=backlog, topics=("Space",)
    )
    await press.run(weekly)
    await press.keep("old", published_at=press.now + timedelta(hours=1))
    press.now += timedelta(days=7)
    await press.run(weekly)
    await press.keep("mon", "tue", published_at=press.now + timedelta(hours=1))
    await press.keep("sea", topics=("Harbour",), published_at=press.now + timedelta(hours=1))
    press.now += timedelta(days=7)
    moved = replace(weekly, channel_id=CHANNEL + 1, topics=("Space", "Harbour"))
    await press.run(moved)
    told = [{s.article.slug for s in d.subject.stories} for d in press.outlet.dispatches]
    assert told == [{"old"}, {"mon", "tue"}]


@pytest.mark.parametrize("way", [{}, {"post": "digest", "every": timedelta(days=1)}])
async def test_what_waits_when_a_subscription_moves_goes_out_in_its_new_channel(press, way):
    first = subscription(limit=2, backlog=Backlog(count=0), **way)
    await press.run(first)
    then = press.now
    for minute, slug in enumerate(("a", "b", "c", "d", "e"), start=1):
        await press.keep(slug, published_at=then + timedelta(minutes=minute))
    press.now += timedelta(days=1)
    await press.run(first)
    if not way:
        assert press.outlet.sent == ["a", "b"]
    await press.keep("late", published_at=then + timedelta(minutes=9))
    await press.keep("older", published_at=then + timedelta(seconds=30))
    press.now += timedelta(days=1)
    moved = replace(first, channel_id=CHANNEL + 1, limit=9)
    await press.run(moved)
    press.now += timedelta(days=1)
    await press.run(moved)
    told = [
        {s.article.slug for s in d.subject.stories} if way else {d.subject.slug}
        for d in press.outlet.dispatches
        if d.post.channel_id == CHANNEL + 1
    ]
    assert told == ([{"late"}] if way else [{"c"}, {"d"}, {"e"}, {"late"}])


@pytest.mark.parametrize("forum", [False, True])
@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("tries", [1, 3])
async def test_what_was_tried_by_a_clock_that_was_wrong_holds_up_nobody_for_long(
    press, forum, arrives, tries
):
    press.outlet.forum = forum
    await press.keep("before", "a")
    publisher = press.publisher(SPACE)
    press.outlet.fail("send", None, *[NO_ANSWER] * tries, arrives=arrives)
    press.now += timedelta(days=9)
    for _ in range(tries + 1):
        with suppress(FateUnknown):
            await run(publisher, SPACE)
        press.now += LONG
    press.now -= timedelta(days=9)
    await press.keep("b")
    for _ in range(3):
        with suppress(FateUnknown):
            await run(publisher, SPACE)
        press.now += LONG
    assert await press.fates() == {"before": "posted", "a": "posted", "b": "posted"}
    assert len(press.outlet.there) == 3


async def test_a_post_that_was_tried_by_a_wrong_clock_is_looked_for_since_the_one_before_it(press):
    await press.keep("before", "a")
    publisher = press.publisher(SPACE)
    await publisher.post((await press.find("before")).id, SPACE)
    arrived = press.now
    press.now += timedelta(days=9)
    press.outlet.fail("send", NO_ANSWER)
    press.outlet.fail("find", NO_ANSWER)
    with pytest.raises(FateUnknown):
        await run(publisher, SPACE)
    press.now = arrived + LONG
    with pytest.raises(FateUnknown):
        await run(publisher, SPACE)
    post = await press.post("a")
    assert (post.claimed_at, post.tried_at) == (arrived, press.now)


@pytest.mark.parametrize(("before", "after"), [((), ("AI",)), (("AI",), ())])
async def test_what_waited_before_its_topic_was_chosen_or_all_were_is_posted(press, before, after):
    day = Backlog(age=timedelta(days=1))
    wanted = subscription(topics=before, backlog=day, limit=9)
    await subscriptions.note_terms(press.database, wanted, press.now)
    await press.run(wanted)
    await press.keep("long before", topics=("AI",), published_at=NOW - timedelta(days=9))
    await press.keep("waiting", topics=("AI",), published_at=NOW + timedelta(hours=1))
    await press.keep("other", topics=("Tea",), published_at=NOW + timedelta(hours=1))
    press.now += timedelta(days=5)  # it was paused
    edited = replace(wanted, topics=after)
    await subscriptions.note_terms(press.database, edited, press.now)
    await press.run(edited)
    assert press.outlet.sent == ["waiting"]
