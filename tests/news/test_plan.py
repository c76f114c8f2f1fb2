"""What is due in a channel, in which order, and why the rest is not."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.pace import AT_WILL, Pace
from bot.news.plan import Baselines, Candidate, Hold, concerns, discussed, followed, start, verdicts
from bot.news.subscription import Backlog, Filters, Quiet
from bot.structs import replace
from tests.news.strategies import examples
from tests.samples import NOW, article, subscription

EVER = datetime.min.replace(tzinfo=UTC)
HOUR = timedelta(hours=1)


def candidate(
    number=1, *, hours=-15, listed=True, withdrawn=False, post_state=None, post_reason="", **fields
):
    """Return an article published `hours` from now, as the planner sees it."""
    news = article(f"comet-{number}", published_at=NOW + hours * HOUR, **fields)
    return Candidate(number, news, listed, withdrawn, post_state, post_reason)


def decided(*candidates, since=EVER, by_topic=None, pace=AT_WILL, **fields):
    """Return the verdicts for a channel where each followed topic counts from `since` on."""
    wanted = subscription(**fields)
    starts = dict.fromkeys(followed(wanted), since) if by_topic is None else by_topic
    return verdicts(candidates, wanted, Baselines(starts), NOW, pace)


DUE = {
    "all topics": (candidate(), {}),
    "a followed topic": (candidate(), {"topics": ("Sea", "Space")}),
    "another spelling of the topic": (candidate(), {"topics": (" SPACE",)}),
    "one of its topics": (candidate(topics=("Sea", "Space")), {"topics": ("Space",)}),
    "no topics where all are followed": (candidate(topics=()), {}),
    "passes the filters": (candidate(), {"filters": Filters(min_quality=80, words=("comet",))}),
    "published at the baseline": (candidate(), {"since": NOW - 15 * HOUR}),
    "published just now": (candidate(hours=0), {}),
    "the aggregator's bar, where it does not count": (candidate(published=False), {}),
}


@pytest.mark.parametrize(("news", "fields"), DUE.values(), ids=DUE)
def test_an_article_is_due(news, fields):
    (verdict,) = decided(news, **fields)
    assert (verdict.candidate, verdict.hold, verdict.why) == (news, None, "")


HELD = {
    "posted": (
        candidate(post_state="posted"),
        {},
        Hold.POSTED,
        "already in this channel",
    ),
    "parked": (
        candidate(post_state="parked", post_reason="title too long"),
        {},
        Hold.PARKED,
        "put aside: title too long",
    ),
    "unknown": (candidate(post_state="unknown"), {}, Hold.UNDERWAY, "on its way"),
    "withdrawn": (candidate(withdrawn=True), {}, Hold.WITHDRAWN, "withdrawn: its file is gone"),
    "unpublished": (
        candidate(listed=False),
        {},
        Hold.UNPUBLISHED,
        "held by `published: false`",
    ),
    "other topic": (candidate(), {"topics": ("Sea",)}, Hold.TOPIC, "other topic: Space"),
    "no topic": (candidate(topics=()), {"topics": ("Sea",)}, Hold.TOPIC, "other topic: none"),
    "several other topics": (
        candidate(topics=("Space", "Art")),
        {"topics": ("Sea",)},
        Hold.TOPIC,
        "other topic: Space, Art",
    ),
    "quality": (
        candidate(quality=10),
        {"filters": Filters(min_quality=70)},
        Hold.FILTER,
        "quality 10 is below 70",
    ),
    "before the baseline": (
        candidate(),
        {"since": NOW - 15 * HOUR + timedelta(microseconds=1)},
        Hold.BASELINE,
        "older than where this channel starts",
    ),
    "topic that does not count yet": (
        candidate(),
        {"topics": ("Space",), "by_topic": {}},
        Hold.BASELINE,
        "older than where this channel starts",
    ),
    "still to come": (candidate(hours=1), {}, Hold.FUTURE, "not yet: its date lies ahead"),
    "no room": (candidate(), {"limit": 0}, Hold.LIMIT, "over the limit of 0"),
    "quiet hours": (
        candidate(),
        {"quiet": Quiet(time(23), time(7)), "pace": Pace(quiet=True)},
        Hold.QUIET,
        "quiet hours (23:00–07:00)",
    ),
    "budget": (
        candidate(),
        {"hourly": 3, "pace": Pace(room=0)},
        Hold.BUDGET,
        "over the budget of 3 an hour in this channel",
    ),
}


@pytest.mark.parametrize(("news", "fields", "hold", "why"), HELD.values(), ids=HELD)
def test_an_article_is_held_back_with_the_reason(news, fields, hold, why):
    (verdict,) = decided(news, **fields)
    assert (verdict.hold, verdict.why) == (hold, why)


def test_what_stirs_nobody_is_held_back_from_a_digest_of_what_is_discussed():
    quiet, loud = decided(candidate(1), candidate(2), post="digest", sort="discussed")
    (withdrawn,) = decided(candidate(3, withdrawn=True), post="digest", sort="discussed")
    (alone,) = decided(candidate(4), post="each")
    held, *others = discussed([quiet, loud, withdrawn, alone], {2})
    assert (held.candidate, held.hold) == (quiet.candidate, Hold.UNDISCUSSED)
    assert "nobody here has replied" in held.why
    assert others == [loud, withdrawn, alone]


def test_every_reason_to_hold_back_is_tested():
    assert {hold for _, _, hold, _ in HELD.values()} | {Hold.UNDISCUSSED} == set(Hold)


def test_of_several_reasons_the_one_that_waiting_does_not_change_is_given():
    fields = {"listed": False, "withdrawn": True, "quality": 1, "hours": 1}
    strict = {"filters": Filters(min_quality=2), "topics": ("Sea",)}
    assert decided(candidate(post_state="posted", **fields), **strict)[0].hold is Hold.POSTED
    assert decided(candidate(**fields), **strict)[0].hold is Hold.WITHDRAWN


def test_the_oldest_are_due_first_and_the_rest_waits():
    news = [candidate(number, hours=-number) for number in (2, 4, 1, 5, 3)]
    found = decided(*news, limit=2)
    assert [verdict.candidate.id for verdict in found] == [5, 4, 3, 2, 1]
    assert [verdict.hold for verdict in found] == [None, None, *[Hold.LIMIT] * 3]


def test_the_budget_is_for_the_oldest_and_what_is_over_the_limit_is_so_first():
    news = [candidate(number, hours=-number) for number in (1, 2, 3)]
    found = decided(*news, limit=3, hourly=1, pace=Pace(room=1))
    assert [verdict.hold for verdict in found] == [None, Hold.BUDGET, Hold.BUDGET]
    found = decided(*news, limit=2, hourly=2, pace=Pace(room=2))
    assert [verdict.hold for verdict in found] == [None, None, Hold.LIMIT]


@pytest.mark.parametrize(
    ("room", "holds"),
    [(0, [Hold.BUDGET] * 4), (1, [Hold.BUDGET, None, None, None]), (2, [None] * 4)],
)
def test_what_is_held_back_beyond_the_limit_is_one_digest_and_needs_room_for_one(room, holds):
    news = [candidate(number, hours=-number) for number in (1, 2, 3)]
    let_go = replace(candidate(4, hours=-4), alone=True, digested=True)
    found = decided(*news, let_go, limit=2, post="digest", pace=Pace(room=room))
    assert [verdict.hold for verdict in found] == holds
    if room < 2:
        same = decided(*news, let_go, limit=2, hourly=2, pace=Pace(room=room))
        assert [(v.hold, v.digest) for v in same] == [(v.hold, v.digest) for v in found]
    assert [verdict.digest for verdict in found] == [False, *[room > 0] * 3]


def test_quiet_hours_hold_back_only_what_would_be_due():
    quiet = {"quiet": Quiet(time(23), time(7)), "pace": Pace(quiet=True)}
    found = decided(candidate(1, hours=-2), candidate(2, hours=-1, quality=1), limit=9, **quiet)
    assert [verdict.hold for verdict in found] == [Hold.QUIET, Hold.QUIET]
    strict = quiet | {"filters": Filters(min_quality=2)}
    assert decided(candidate(1, quality=1), **strict)[0].hold is Hold.FILTER


def test_of_the_same_moment_the_first_to_arrive_is_first():
    found = decided(candidate(3), candidate(1), candidate(2))
    assert [verdict.candidate.id for verdict in found] == [1, 2, 3]


def test_what_is_held_back_takes_no_room():
    found = decided(
        candidate(1, hours=-3, post_state="posted"),
        candidate(2, hours=-2, quality=1),
        candidate(3, hours=-1),
        limit=1,
        filters=Filters(min_quality=2),
    )
    assert [verdict.hold for verdict in found] == [Hold.POSTED, Hold.FILTER, None]


def test_each_topic_has_a_baseline_of_its_own():
    starts = {"space": EVER, "sea": NOW - HOUR}
    old = [
        candidate(1, topics=("Space",)),
        candidate(2, topics=("Sea",)),
        candidate(3, topics=("Sea", "Space")),
    ]
    found = decided(
        *old, candidate(4, hours=0, topics=("Sea",)), topics=("Space", "Sea"), by_topic=starts
    )
    assert [verdict.hold for verdict in found] == [None, Hold.BASELINE, None, None]


def test_a_topic_no_longer_followed_does_not_count():
    starts = {"space": EVER, "sea": EVER}
    (verdict,) = decided(candidate(topics=("Sea",)), topics=("Space",), by_topic=starts)
    assert verdict.hold is Hold.TOPIC


def test_followed_topics_are_remembered_by_key_and_once():
    assert followed(subscription(topics=("Deep Sea", "deepsea", "Space"))) == ("deepsea", "space")
    assert followed(subscription()) == ("",)


NEWEST = [NOW - HOUR, NOW - 2 * HOUR, NOW - 3 * HOUR]

STARTS = {
    "by age": (Backlog(age=timedelta(days=1)), NEWEST, NOW - timedelta(days=1)),
    "by no age": (Backlog(age=timedelta(0)), NEWEST, NOW),
    "by count": (Backlog(count=2), NEWEST, NOW - 2 * HOUR),
    "by a count of more than there are": (Backlog(count=9), NEWEST, NOW - 3 * HOUR),
    "by count where there is nothing": (Backlog(count=2), [], NOW + timedelta(microseconds=1)),
    "by a count of none": (Backlog(count=0), NEWEST, NOW + timedelta(microseconds=1)),
    "with all": (Backlog(), NEWEST, EVER),
}


@pytest.mark.parametrize(("backlog", "newest", "first"), STARTS.values(), ids=STARTS)
def test_a_channel_starts_where_its_backlog_says(backlog, newest, first):
    assert start(backlog, newest, NOW) == first


def test_a_backlog_of_none_leaves_out_what_is_published_at_this_moment():
    since = start(Backlog(count=0), NEWEST, NOW)
    assert decided(candidate(hours=0), since=since)[0].hold is Hold.BASELINE


def test_a_backlog_by_count_reads_no_more_than_it_needs():
    newest = iter(NEWEST)
    start(Backlog(count=2), newest, NOW)
    assert list(newest) == NEWEST[2:]


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 9),
        hours=st.integers(-5, 2),
        listed=st.booleans(),
        withdrawn=st.booleans(),
        post_state=st.sampled_from((None, None, "planned", "sending", "posted", "unknown")),
        topics=st.lists(st.sampled_from(("Space", "Sea")), unique=True).map(tuple),
        quality=st.sampled_from((None, 0, 80)),
    ),
    max_size=12,
)


@examples
@given(
    candidates,
    st.integers(0, 4),
    st.sampled_from(((), ("Space",), ("Sea", "Space"))),
    st.integers(-5, 1),
)
def test_no_more_are_due_than_the_limit_and_nothing_twice(news, limit, topics, since):
    found = decided(*news, limit=limit, topics=topics, since=NOW + since * HOUR)
    due = [verdict.candidate for verdict in found if verdict.hold is None]
    times = [verdict.candidate.article.published_at for verdict in found]
    assert len(due) <= limit
    assert not [c for c in due if c.post_state is not None or c.withdrawn or not c.listed]
    assert all(bool(verdict.why) == (verdict.hold is not None) for verdict in found)
    assert times == sorted(times)
    assert len(found) == len(news)


SPACE, SEA = ("Space",), ("Sea",)
EDITED = NOW - HOUR  # the edit that all but the first terms below came with
EDITS = {
    # The terms before, those of now, what is published before the edit; whether it is due then.
    "a lower quality": ({"filters": Filters(90)}, {"filters": Filters(50)}, {}, False),
    "fewer words": ({"filters": Filters(words=("tea",))}, {}, {}, False),
    "another language": (
        {"filters": Filters(languages=("de",))},
        {"filters": Filters(languages=("en", "de"))},
        {"language": "en"},
        False,
    ),
    "any topic instead of all": (
        {"topics": SPACE + SEA, "match": "all"},
        {"topics": SPACE + SEA},
        {},
        False,
    ),
    "one of all topics left out": (
        {"topics": SPACE + SEA, "match": "all"},
        {"topics": SPACE, "match": "all"},
        {},
        False,
    ),
    "what passed before, too": (
        {"filters": Filters(70)},
        {"filters": Filters(50)},
        {},
        True,
    ),
    "a topic more, which has a start of its own": (
        {"topics": SEA, "filters": Filters(90)},
        {"topics": SEA + SPACE},
        {},
        True,
    ),
    "a topic more, and it has another": (
        {"topics": SPACE, "filters": Filters(90)},
        {"topics": SPACE + SEA},
        {},
        False,
    ),
    "a topic of all, and it was let in before": ({}, {"topics": SPACE}, {}, True),
    "a topic of all, and a lower quality": (
        {"filters": Filters(90)},
        {"topics": SPACE},
        {},
        False,
    ),
    "repeat": ({}, {"repeat": True}, {"post_state": "posted"}, False),
    "repeat all along": ({"repeat": True}, {"repeat": True}, {"post_state": "posted"}, True),
}


@pytest.mark.parametrize(("before", "now", "fields", "due"), EDITS.values(), ids=EDITS)
def test_an_edit_lets_in_nothing_that_is_older_than_it(before, now, fields, due):
    wanted = subscription(post="digest", **now)
    history = (
        (EVER, subscription(**before).terms),
        (EDITED, wanted.terms),
    )
    baselines = Baselines(dict.fromkeys(followed(wanted), EVER), history)
    older, newer = candidate(1, hours=-2, **fields), candidate(2, hours=-1, **fields)
    verdict, after = verdicts([older, newer], wanted, baselines, NOW)
    assert (verdict.hold is None, after.hold) == (due, None)
    if not due and not fields:
        assert (verdict.hold, verdict.why) == (
            Hold.BASELINE,
            "older than the edit that lets it in",
        )


@pytest.mark.parametrize(("topic", "due"), [("Space", True), ("Tea", False)])
def test_what_waits_through_a_topic_goes_on_waiting_when_all_are_followed(topic, due):
    history = ((EVER, subscription(topics=SPACE).terms), (EDITED, subscription().terms))
    baselines = Baselines({"": EDITED, "space": EVER}, history)
    older, newer = candidate(1, hours=-2, topics=(topic,)), candidate(2, hours=-1, topics=(topic,))
    before, after = verdicts([older, newer], subscription(), baselines, NOW)
    assert (before.hold is None, after.hold) == (due, None)


@pytest.mark.parametrize(("hours", "due"), [(-9, True), (-7, True), (-5, False), (-1, True)])
def test_what_counts_are_the_terms_of_the_time_at_which_an_article_was_published(hours, due):
    wanted = subscription()
    strict = subscription(filters=Filters(90)).terms
    history = (
        (NOW - 8 * HOUR, wanted.terms),
        (NOW - 6 * HOUR, strict),
        (NOW - 2 * HOUR, wanted.terms),
    )
    (verdict,) = verdicts([candidate(hours=hours)], wanted, Baselines({"": EVER}, history), NOW)
    assert (verdict.hold is None) is due


def test_an_edit_that_is_not_noted_yet_lets_in_nothing_either():
    history = ((NOW - HOUR, subscription(filters=Filters(90)).terms),)
    baselines = Baselines({"": EVER}, history)
    (verdict,) = verdicts([candidate(hours=0)], subscription(), baselines, NOW)
    assert verdict.hold is Hold.BASELINE


HIDDEN = {
    "held": {"listed": False},
    "withdrawn": {"listed": False, "withdrawn": True},
    "of a later date": {"published_at": NOW + timedelta(seconds=1)},
}


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_is_the_business_of_those_alone_who_follow_a_topic_of_it(fields):
    published = fields.get("published_at", NOW)
    states = {name: value for name, value in fields.items() if name != "published_at"}
    topics = ("Deep Space", "Sea")
    found = Candidate(1, article(topics=topics, published_at=published), **states)
    sea = subscription(topics=("Tea", "SEA"), match="all", filters=Filters(min_quality=99))
    assert not concerns(found, [], NOW)
    assert not concerns(found, [subscription(topics=("Tea", "Space"))], NOW)
    assert concerns(found, [subscription(topics=("Tea",)), sea], NOW)
    assert concerns(found, [subscription(topics=("deepspace",))], NOW)
    assert concerns(found, [subscription()], NOW)


def test_what_members_may_see_is_everybody_s():
    assert concerns(Candidate(1, article(published_at=NOW)), [], NOW)
