"""Digests: what is in them, when they are made, and what becomes of those that Discord refuses."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import ChannelClosed, FateUnknown, LoginError, Part, PostRefused, StoreError
from bot.jobs.digests import foreseen
from bot.jobs.planning import explain, explain_one
from bot.jobs.rehearsing import rehearsal
from bot.jobs.session import Run
from bot.news.plan import Hold
from bot.news.post import Fate, nonce
from bot.news.runs import Count, coming_runs, next_run, schedule_of
from bot.news.subscription import Backlog
from bot.store import articles, digests, outbox, subscriptions
from bot.store.database import open_for_reading
from bot.structs import replace
from tests.jobs.latch import Latch
from tests.jobs.recording import CLOSED, LONG, NO_ANSWER, SERVER
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
DAILY = subscription(name="daily", post="digest", every=DAY)
EACH = subscription(name="each")
REFUSED = PostRefused("#space: blocked (code 200000)")


def told(dispatch):
    """Return the slugs of the stories in a message of a digest, in order."""
    return [story.article.slug for story in dispatch.subject.stories]


def sent(press):
    """Return what was in each message of a digest that was asked to be sent."""
    return [told(dispatch) for dispatch in press.outlet.dispatches]


async def in_digests(press):
    """Return the articles by the digest's message that holds them, None for those let go."""
    rows = await press.database.read(
        """SELECT slug, part FROM digest_article d JOIN article a ON a.id = d.article_id
        LEFT JOIN post p ON p.id = d.post_id ORDER BY d.digest_id, d.place"""
    )
    return {row["slug"]: row["part"] for row in rows}


async def test_what_is_due_goes_out_as_one_post_the_best_first(press):
    await press.keep("poor", quality=20)
    await press.keep("good", quality=90)
    (post,) = await press.run(DAILY)
    assert sent(press) == [["good", "poor"]]
    page = press.outlet.dispatches[0].subject
    assert (page.articles, page.providers, page.others, page.part) == (2, 1, 0, 1)
    assert (page.since, page.until) == (NOW - HOUR, NOW)
    assert (post.fate, post.article_id, post.part) == (Fate.POSTED, None, 1)
    assert await press.run(DAILY) == ()


async def test_a_digest_is_on_disk_as_a_whole_before_anything_is_sent(press):
    await press.keep(*"abc")
    press.outlet.room = 2
    seen = []

    async def look(dispatch):
        async with open_for_reading(press.database.path) as beside:
            rows = await beside.read("SELECT part, fate, nonce FROM post ORDER BY part")
            seen.append([tuple(row) for row in rows])

    press.outlet.before_sending = look
    await press.run(DAILY)
    key = f"digest daily {(NOW - 3 * HOUR).timestamp()}"
    first, second = nonce(CHANNEL, key, 1), nonce(CHANNEL, key, 2)
    assert max(len(first), len(second)) <= 25
    assert seen == [
        [(1, "sending", first), (2, "planned", second)],
        [(1, "posted", first), (2, "sending", second)],
    ]


async def test_a_second_message_holds_what_the_first_has_no_room_for(press):
    await press.keep(*(f"a{n}" for n in range(5)))
    press.outlet.room = 2
    (first, second) = await press.run(DAILY)
    assert sent(press) == [["a4", "a3"], ["a2", "a1", "a0"]]
    assert (first.part, second.part, first.digest_id) == (1, 2, second.digest_id)
    assert [d.subject.articles for d in press.outlet.dispatches] == [5, 5]
    assert await press.run(DAILY) == ()


async def test_more_than_can_ever_be_shown_is_counted_and_settled(press):
    await keep(
        press.database,
        *(article(f"a{n}", published_at=NOW - timedelta(seconds=n + 1)) for n in range(900)),
    )
    (first, second) = await press.run(DAILY)
    page = press.outlet.dispatches[1].subject
    assert (first.part, page.articles, page.others, len(page.stories)) == (1, 900, 490, 400)
    assert second.fate is Fate.POSTED
    assert len(await in_digests(press)) == 900
    assert await press.run(DAILY) == ()


async def test_an_article_that_arrives_late_is_in_the_next_digest(press):
    await press.keep("a")
    await press.run(DAILY)
    press.now += DAY
    await press.keep("late", published_at=NOW - HOUR)
    await press.keep("new", published_at=NOW + HOUR)
    await press.run(DAILY)
    assert sent(press) == [["a"], ["new", "late"]]
    page = press.outlet.dispatches[1].subject
    assert (page.since, page.until) == (NOW, NOW + DAY)


async def test_nothing_new_is_told_only_if_that_is_wished(press):
    await press.keep("a")
    telling = replace(DAILY, nothing_new="tell")
    publisher = press.publisher(telling)
    await run(publisher, telling)
    press.now += DAY
    skipping = replace(telling, nothing_new="skip")
    await press.run(skipping)
    assert sent(press) == [["a"]]
    (post,) = await run(publisher, telling)
    assert sent(press) == [["a"], []]
    page = press.outlet.dispatches[1].subject
    assert (page.since, page.articles, post.fate) == (NOW, 0, Fate.POSTED)
    press.now += DAY
    (again,) = await run(publisher, telling)
    assert again.nonce != post.nonce


async def test_a_first_digest_holds_the_last_day(press):
    await keep(
        press.database,
        article("before", published_at=NOW - DAY - timedelta(seconds=1)),
        article("first", published_at=NOW - DAY),
    )
    await press.run(replace(DAILY, backlog=Backlog(age=DAY)))
    assert sent(press) == [["first"]]
    assert press.outlet.dispatches[0].subject.since == NOW - DAY


async def test_after_a_time_away_one_digest_tells_of_all_of_it(press):
    await press.keep("a")
    await press.run(DAILY)
    for number in range(5):
        press.now += DAY
        await press.keep(f"day{number}", published_at=press.now)
    await press.run(DAILY)
    assert sent(press)[1:] == [[f"day{n}" for n in (4, 3, 2, 1, 0)]]
    page = press.outlet.dispatches[1].subject
    assert (page.since, page.until) == (NOW, NOW + 5 * DAY)


async def test_a_clock_that_is_set_back_stops_no_digest(press):
    await press.keep("a")
    await press.run(DAILY)
    press.now -= HOUR
    await press.keep("b", published_at=press.now)
    await press.run(DAILY)
    assert sent(press) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", ((2026, 3, 29), (2026, 10, 25))),
        ("America/New_York", ((2026, 3, 8), (2026, 11, 1))),
        ("Australia/Lord_Howe", ((2026, 4, 5), (2026, 10, 4))),
    ],
)
async def test_where_the_clock_changes_there_is_one_digest_a_day_and_no_gap(press, zone, days):
    nightly = replace(DAILY, every=None, crontab="30 2 * * *", timezone=zone)
    for day in days:
        press.now = datetime(*day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC) - 2 * DAY
        await press.keep(f"begin{day}", published_at=press.now)
        await press.run(nightly)
        before = press.outlet.dispatches[-1].subject.until
        for number in range(4):
            press.now = next_run(nightly, press.now)
            await press.keep(f"{day}-{number}", published_at=press.now)
            await press.run(nightly)
            page = press.outlet.dispatches[-1].subject
            assert page.since == before
            before = page.until
        local = before.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (2, 30)
        assert (local.date() - date(*day)).days == 2


async def test_what_was_posted_singly_is_not_repeated_unless_that_is_wished(press):
    await press.keep("a")
    await press.run(EACH)
    await press.keep("b")
    press.outlet.dispatches.clear()
    await press.run(DAILY)
    assert sent(press) == [["b"]]
    await press.run(replace(DAILY, name="best-of", repeat=True))
    assert sent(press)[1:] == [["a"]]
    (story,) = press.outlet.dispatches[1].subject.stories
    assert [spot.message_id for spot in story.spots] == [1_000]
    await press.keep("c")
    await press.run(replace(DAILY, name="best-of", repeat=True))
    assert sent(press)[2:] == [["c"]]


async def test_what_is_underway_or_put_aside_is_repeated_by_no_digest(press):
    await press.keep(*"ab")
    press.outlet.fail("send", REFUSED, NO_ANSWER)
    with pytest.raises(FateUnknown):
        await press.run(EACH)
    found = articles.waiting(press.database, CHANNEL, (), NOW - DAY, min_quality=0, repeat=True)
    assert [page async for page in found] == [()]


async def test_an_article_of_a_digest_is_posted_by_no_one_else_in_that_channel(press):
    await press.keep("a")
    await press.run(DAILY)
    await press.run(EACH, replace(DAILY, name="other"))
    assert len(press.outlet.dispatches) == 1
    elsewhere = replace(DAILY, channel_id=CHANNEL + 1)
    await press.run(elsewhere)
    assert len(press.outlet.dispatches) == 2
    chosen = await press.publisher(DAILY).post((await press.find("a")).id, DAILY)
    assert chosen.digest_id is not None
    assert len(press.outlet.dispatches) == 2


async def test_what_members_talk_about_in_its_server_comes_first(press):
    await press.keep("quiet", "talk", quality=80)
    other = subscription(name="elsewhere", channel_id=CHANNEL + 1, discuss="thread")
    await press.run(other)
    await press.stir("talk", CHANNEL + 1, 30, server=8)
    await press.run(DAILY)
    assert told(press.outlet.dispatches[-1]) == ["talk", "quiet"]
    await press.stir("quiet", CHANNEL + 1, 15)
    third = replace(DAILY, name="third", channel_id=CHANNEL + 2)
    await press.run(third)
    assert told(press.outlet.dispatches[-1]) == ["quiet", "talk"]
    story = press.outlet.dispatches[-1].subject.stories[0]
    assert [spot.channel_id for spot in story.spots] == [CHANNEL + 1]


def weekly(**fields):
    """Return a digest of what is discussed, in the channel where each article is posted."""
    wanted = {"name": "weekly", "post": "digest", "every": 7 * DAY, "sort": "discussed"}
    return subscription(**wanted | {"repeat": True} | fields)


async def discussed(press, **replies):
    """Post articles singly, each with so many replies in its discussion."""
    await press.keep(*replies)
    await press.run(replace(EACH, discuss="thread"))
    for slug, number in replies.items():
        if number:
            await press.stir(slug, CHANNEL, number)


async def test_a_digest_of_what_is_discussed_tells_just_that_most_first_and_once(press):
    await discussed(press, a=0, b=1, c=3, d=0)
    await press.stir("d", CHANNEL, 9, server=8)
    wanted = weekly(topics=("Space",))
    await press.run(wanted)
    page = press.outlet.dispatches[-1].subject
    assert (told(press.outlet.dispatches[-1]), page.discussed) == (["c", "b"], True)
    assert {story.section for story in page.stories} == {""}
    before = len(press.outlet.dispatches)
    press.now += 7 * DAY
    await press.run(wanted)
    assert len(press.outlet.dispatches) == before
    await press.stir("a", CHANNEL, 1)
    await press.stir("b", CHANNEL, 5)
    press.now += 7 * DAY
    await press.run(wanted)
    assert told(press.outlet.dispatches[-1]) == ["a"]


async def test_what_is_older_than_a_month_is_in_no_digest_of_what_is_discussed(press):
    await discussed(press, a=1)
    press.now += 31 * DAY
    await press.run(weekly())
    assert len(press.outlet.dispatches) == 1


async def test_a_digest_of_what_is_discussed_waits_until_it_is_known_for_which_server(press):
    await discussed(press, a=1)
    press.outlet.fail("server_of", NO_ANSWER)
    with pytest.raises(FateUnknown):
        await press.run(weekly())
    await press.run(weekly())
    assert told(press.outlet.dispatches[-1]) == ["a"]


async def test_why_an_article_is_in_no_digest_of_what_is_discussed_is_told(press):
    await discussed(press, a=1, b=0)
    wanted = weekly()
    verdicts = await explain(press.database, wanted, press.now)
    assert [verdict.hold for verdict in verdicts] == [None, Hold.UNDISCUSSED]
    one = await explain_one(press.database, wanted, (await press.find("b")).id, press.now)
    assert one.hold is Hold.UNDISCUSSED
    talked_of = (await press.find("a")).id
    for server, hold in ((SERVER, None), (SERVER + 1, Hold.UNDISCUSSED)):
        one = await explain_one(press.database, wanted, talked_of, press.now, server)
        assert one.hold is hold
    made = await foreseen(press.database, wanted, verdicts, press.now)
    assert [(story.best.article.slug, story.score) for story in made.stories] == [("a", 2)]


async def test_a_rehearsal_knows_what_is_discussed_in_its_server_newest_first(press):
    await discussed(press, a=1, b=0, c=1)
    await press.stir("b", CHANNEL, 9, server=SERVER + 1)
    tried = await rehearsal(press.database, weekly(), press.now, SERVER)
    assert [each.candidate.article.slug for each in tried.posted] == ["c", "a"]
    assert [(each.candidate.article.slug, each.hold) for each in tried.left_out] == [
        ("b", Hold.UNDISCUSSED)
    ]


@pytest.mark.parametrize("trouble", [NO_ANSWER, CLOSED, REFUSED])
async def test_a_digest_waits_for_no_answer_about_its_server(press, trouble):
    await press.keep("quiet", "talk", quality=80)
    other = subscription(name="elsewhere", channel_id=CHANNEL + 1, discuss="thread")
    await press.run(other)
    await press.stir("quiet", CHANNEL + 1, 15)
    press.outlet.fail("server_of", trouble)
    await press.run(DAILY)
    assert told(press.outlet.dispatches[-1]) == ["talk", "quiet"]


async def test_a_digest_is_not_promised_with_a_token_that_is_no_good(press):
    await press.keep("a")
    other = subscription(name="elsewhere", channel_id=CHANNEL + 1, discuss="thread")
    await press.run(other)
    press.outlet.fail("server_of", LoginError("401"))
    with pytest.raises(LoginError):
        await press.run(DAILY)
    assert await in_digests(press) == {}


async def test_a_digest_stands_under_the_topics_that_its_subscription_follows(press):
    await press.keep("a", topics=("AI", "Space"))
    await press.keep("b", topics=("Space",))
    await press.run(replace(DAILY, topics=("Space", "AI")))
    page = press.outlet.dispatches[0].subject
    assert [story.section for story in page.stories] == ["Space", "Space"]
    assert page.topics == ("Space", "AI")


async def test_one_discussion_is_opened_under_a_digest_and_the_role_is_pinged_once(press):
    await press.keep("a", "b")
    press.outlet.room = 1
    await press.run(replace(DAILY, discuss="thread", mention=5))
    assert [method for method, _ in press.outlet.calls] == ["send", "discuss", "send"]
    assert [dispatch.mention for dispatch in press.outlet.dispatches] == [5, None]


async def test_no_news_calls_nobody(press):
    wanted = replace(DAILY, mention=5, nothing_new="tell")
    await press.run(wanted)
    await press.keep("a")
    press.now += DAY
    await press.run(wanted)
    told = [(each.mention, each.silent) for each in press.outlet.dispatches]
    assert told == [(None, True), (5, False)]


async def test_no_discussion_is_opened_under_no_news(press):
    await press.run(replace(DAILY, discuss="thread", nothing_new="tell"))
    assert [method for method, _ in press.outlet.calls] == ["send"]


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("part", [1, 2])
async def test_a_message_of_a_digest_whose_answer_is_lost_is_there_once(press, part, arrives):
    await press.keep(*"abc")
    press.outlet.room = 2
    press.outlet.fail("send", *[None] * (part - 1))
    press.outlet.fail("send", NO_ANSWER, arrives=arrives)
    with pytest.raises(FateUnknown):
        await press.run(DAILY)
    press.now += LONG
    await press.run(DAILY)
    assert len(press.outlet.there) == 2
    assert press.outlet.sent.count(press.outlet.sent[part - 1]) == (1 if arrives else 2)
    rows = await press.database.read("SELECT DISTINCT fate FROM post")
    assert [fate for (fate,) in rows] == ["posted"]


async def test_within_a_minute_the_same_message_goes_out_again_under_its_nonce(press):
    await press.keep("a")
    await press.failed(DAILY, NO_ANSWER, arrives=True)
    await press.run(DAILY)
    assert sent(press) == [["a"], ["a"]]
    assert len(press.outlet.there) == 1


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_comes_while_a_digest_is_tried_again_waits_for_the_next_one(press, arrives):
    telling = replace(DAILY, nothing_new="tell")
    publisher = press.publisher(telling)
    appointed = NOW - timedelta(seconds=1)
    press.outlet.fail("send", NO_ANSWER, arrives=arrives)
    with pytest.raises(FateUnknown):
        await publisher.session(telling, appointed=appointed)
    press.now += LONG
    await press.keep("b")
    await publisher.session(telling, appointed=appointed)
    assert {tuple(slugs) for slugs in sent(press)} == {()}
    assert len(press.outlet.there) == 1
    press.now += DAY
    await publisher.session(telling, appointed=press.now)
    assert sent(press)[-1] == ["b"]


async def test_a_digest_that_is_settled_is_made_no_second_time_if_its_run_is_tried_again(press):
    telling = replace(DAILY, nothing_new="tell")
    publisher = press.publisher(telling)
    await publisher.session(telling, appointed=NOW - timedelta(seconds=1))
    press.now += LONG
    await press.keep("b")
    await publisher.session(telling, appointed=NOW - timedelta(seconds=1))
    assert sent(press) == [[]]


async def test_with_its_promise_a_digest_s_run_is_done_so_no_start_makes_another(press):
    press.outlet.fail("send", CLOSED)
    telling = replace(DAILY, nothing_new="tell", every=None, crontab="0 0 * * *")
    with pytest.raises(ChannelClosed):
        await press.run(telling)
    count = await subscriptions.counted(press.database, telling.key)
    assert count == Count(NOW, schedule_of(telling))
    assert coming_runs(telling, count, NOW + HOUR, count=1) == (NOW + DAY,)


async def test_a_line_that_there_is_nothing_new_comes_neither_ahead_of_time_nor_behind(press):
    telling = replace(DAILY, nothing_new="tell")
    publisher = press.publisher(telling)
    assert await publisher.session(telling) == Run()
    press.outlet.fail("send", CLOSED)
    await press.keep("a")
    with pytest.raises(ChannelClosed):
        await run(publisher, telling)
    press.now += DAY
    await run(publisher, telling)
    assert sent(press) == [["a"], ["a"]]


async def test_a_closed_channel_gets_the_same_digest_once_it_is_open_then_the_rest(press):
    await press.keep("a")
    await press.failed(DAILY, CLOSED)
    press.now += 3 * DAY
    await press.keep("b")
    await press.run(DAILY)
    assert sent(press) == [["a"], ["a"], ["b"]]
    first, again, _ = press.outlet.dispatches
    assert first.post.nonce == again.post.nonce
    assert (first.subject.since, first.subject.until) == (again.subject.since, again.subject.until)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([Part.PICTURE], [(True, False), (False, False)]),
        ([Part.TEXT], [(True, False), (False, True)]),
        ([Part.PICTURE, Part.TEXT], [(True, False), (False, False), (False, True)]),
    ],
)
async def test_what_discord_refuses_goes_out_with_less(press, parts, shown):
    await press.keep("a")
    press.outlet.fail("send", *(PostRefused("no", part=part) for part in parts))
    (post,) = await press.run(DAILY)
    assert [(d.pictures, d.brief) for d in press.outlet.dispatches] == shown
    assert post.fate is Fate.POSTED


async def test_articles_of_a_digest_that_is_refused_for_good_go_out_by_themselves(press):
    await press.keep(*"abc")
    press.outlet.room = 2
    press.outlet.fail("send", REFUSED)
    posts = await press.run(replace(DAILY, limit=2))
    assert press.outlet.sent[1:] == ["a", "b"]
    assert [post.article_id is None for post in posts] == [False, False]
    assert await in_digests(press) == {"c": None, "b": None, "a": None}
    rows = await press.database.read("SELECT fate, reason FROM post WHERE digest_id IS NOT NULL")
    assert [tuple(row) for row in rows] == [("parked", str(REFUSED))] * 2
    assert await outbox.open_channels(press.database, press.now) == ()
    await press.keep("d")
    await press.run(DAILY)
    assert press.outlet.sent[3:] == [press.outlet.dispatches[3].name, "c"]
    assert told(press.outlet.dispatches[3]) == ["d"]


async def test_when_only_the_second_message_is_refused_only_its_articles_go_out_alone(press):
    await press.keep(*"abc")
    press.outlet.room = 2
    press.outlet.fail("send", None, REFUSED)
    await press.run(DAILY)
    assert await in_digests(press) == {"c": 1, "b": 1, "a": None}
    assert press.outlet.sent[2:] == ["a"]


async def test_articles_of_a_digest_that_may_be_there_stay_with_it(press):
    await press.keep("a")
    press.outlet.fail("send", NO_ANSWER, REFUSED, arrives=False)
    with pytest.raises(FateUnknown):
        await press.run(DAILY)
    press.now += LONG / 9
    await press.run(DAILY)
    assert await in_digests(press) == {"a": 1}
    rows = await press.database.read("SELECT fate, settled_at FROM post")
    assert [tuple(row) for row in rows] == [("parked", None)]
    press.now += DAY
    await press.run(DAILY)
    rows = await press.database.read("SELECT fate FROM post")
    assert [tuple(row) for row in rows] == [("posted",)]


async def test_a_second_message_waits_for_the_first(press):
    await press.keep(*"ab")
    press.outlet.room = 1
    press.outlet.fail("send", NO_ANSWER, NO_ANSWER, NO_ANSWER)
    for _ in range(3):
        with pytest.raises(FateUnknown):
            await press.run(DAILY)
        press.now += LONG
    await press.keep("c")
    await press.run(DAILY)  # the first message stands aside, and what is new goes first
    assert sent(press)[3:] == [["c"]]
    press.now += DAY
    await press.run(DAILY)
    assert sent(press)[4:] == [["b"], ["a"]]


async def test_what_is_withdrawn_before_its_digest_is_sent_is_left_out_and_due_again(press):
    await press.keep(*"ab")
    await press.failed(DAILY, CLOSED)
    await withdraw(press.database, "seeds", "a")
    await press.run(DAILY)
    assert sent(press)[1:] == [["b"]]
    await press.keep("a", published_at=NOW - HOUR)
    press.now += HOUR
    await press.run(DAILY)
    assert sent(press)[2:] == [["a"]]


async def test_a_digest_of_which_all_is_withdrawn_is_let_go_whole(press):
    await press.keep("a")
    await press.failed(DAILY, CLOSED)
    await withdraw(press.database, "seeds", "a")
    await press.run(DAILY)
    assert len(press.outlet.dispatches) == 1
    assert await outbox.open_channels(press.database, press.now) == ()
    await press.keep("a", published_at=NOW - HOUR)
    await press.run(DAILY)
    assert sent(press)[1:] == [["a"]]
    assert press.outlet.there.keys() == {press.outlet.dispatches[1].post.nonce}


async def test_no_first_message_goes_out_without_stories_the_rest_is_told_in_the_next_digest(press):
    await press.keep(*"abc")
    press.outlet.room = 1
    await press.failed(DAILY, CLOSED)
    await withdraw(press.database, "seeds", "c")
    press.now += HOUR
    press.outlet.room = 10
    await press.run(DAILY)
    assert sent(press) == [["c"], ["b", "a"]]


async def test_a_second_message_of_which_all_is_withdrawn_is_let_go_alone(press):
    await press.keep(*"ab")
    press.outlet.room = 1
    press.outlet.fail("send", None, CLOSED)
    with pytest.raises(ChannelClosed):
        await press.run(DAILY)
    await withdraw(press.database, "seeds", "a")
    await press.run(DAILY)
    assert await in_digests(press) == {"b": 1}
    assert await outbox.open_channels(press.database, press.now) == ()
    await press.keep("a", published_at=NOW - HOUR)
    await press.run(DAILY)
    assert sent(press)[2:] == [["a"]]


@pytest.mark.parametrize("forum", [False, True])
@pytest.mark.parametrize("pause", [timedelta(), LONG / 3, LONG / 2, LONG])
async def test_what_is_withdrawn_while_nobody_knows_of_its_digest_is_due_again(press, pause, forum):
    press.outlet.forum = forum
    await press.keep(*"ab")
    await press.failed(DAILY, NO_ANSWER)
    await withdraw(press.database, "seeds", "a")
    press.now += pause
    with suppress(FateUnknown):  # for as long as it may still arrive, nothing else is sent
        await press.run(DAILY)
    press.now += LONG
    await press.run(DAILY)
    assert sent(press) == [["b", "a"], ["b"]]
    await press.keep("a", published_at=NOW - HOUR)
    await press.run(DAILY)
    assert sent(press)[2:] == [["a"]]


async def test_of_a_digest_that_is_gone_nothing_is_sent_once_all_is_withdrawn(press):
    await press.keep("a")
    await press.failed(DAILY, NO_ANSWER)
    await withdraw(press.database, "seeds", "a")
    press.now += LONG
    await press.run(DAILY)
    assert len(press.outlet.dispatches) == 1
    assert await in_digests(press) == {}
    assert await outbox.open_channels(press.database, press.now) == ()


@pytest.mark.parametrize("pause", [timedelta(), LONG])
async def test_what_was_told_before_it_was_withdrawn_stays_with_its_digest(press, pause):
    await press.keep(*"ab")
    await press.failed(DAILY, NO_ANSWER, arrives=True)
    await withdraw(press.database, "seeds", "a")
    press.now += pause
    await press.run(DAILY)
    assert await in_digests(press) == {"b": 1, "a": 1}
    await press.keep("a", published_at=NOW - HOUR)
    await press.run(DAILY)
    assert sent(press) == [["b", "a"]]


async def test_an_article_that_is_redated_stays_in_its_digest(press):
    await press.keep("a")
    await press.run(DAILY)
    await keep(press.database, article("a", published_at=NOW - 9 * DAY), now=NOW)
    await press.run(DAILY)
    assert len(press.outlet.dispatches) == 1
    assert (await press.post("a")).digest_id is not None


async def test_a_stop_between_the_two_messages_leaves_the_second_to_the_next_start(press):
    await press.keep(*"ab")
    press.outlet.room = 1
    latch = Latch()
    press.outlet.before_sending = latch
    publisher = press.publisher(DAILY)
    async with publisher.working():
        running = asyncio.create_task(run(publisher, DAILY))
        await latch.reached()
        publisher._stopping = True
        latch.release()
        assert [post.part for post in await running] == [1]
    press.outlet.before_sending = None
    await press.publisher(DAILY).catch_up(CHANNEL)
    assert sent(press) == [["b"], ["a"]]


async def test_a_chosen_article_whose_digest_is_put_aside_is_tried_with_it(press):
    await press.keep("a")
    press.outlet.fail("send", NO_ANSWER, NO_ANSWER, NO_ANSWER)
    for _ in range(3):
        with pytest.raises(FateUnknown):
            await press.run(DAILY)
        press.now += LONG
    await press.run(DAILY)
    post = await press.publisher(DAILY).post((await press.find("a")).id, DAILY)
    assert (post.fate, post.digest_id is not None) == (Fate.POSTED, True)


async def test_two_digests_for_one_period_are_refused_by_the_database(press):
    await press.keep(*"ab")
    period = (NOW - DAY, NOW)
    one, two = [(await press.find(slug)).id for slug in "ab"]
    await digests.claim(press.database, CHANNEL, "daily", period, [[[one]]], Count(NOW), NOW)
    with pytest.raises(StoreError, match="UNIQUE"):
        await digests.claim(press.database, CHANNEL, "daily", period, [[[two]]], Count(NOW), NOW)
    other = (NOW, NOW + DAY)
    with pytest.raises(StoreError, match="UNIQUE"):
        await digests.claim(
            press.database, CHANNEL, "daily", other, [[[two], [one]]], Count(NOW), NOW
        )
    assert await in_digests(press) == {"a": 1}
    assert await digests.last_until(press.database, "daily", CHANNEL) == NOW
