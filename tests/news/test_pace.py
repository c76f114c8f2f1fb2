"""Quiet hours, also on the days when clocks change, and the budget of an hour."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.pace import HOUR, Pace, makes_digest, pace, quiet_until
from bot.news.subscription import Quiet
from tests.news.strategies import examples
from tests.samples import NOW, subscription

NIGHT = Quiet(time(22), time(7))
NOON = Quiet(time(12), time(13, 30))


def until(quiet, zone, *local):
    """Return when quiet hours end by the clock on the wall, asked at a time by that clock."""
    *day, fold = local if len(local) == 6 else (*local, 0)
    here = ZoneInfo(zone)
    now = datetime(*day, fold=fold, tzinfo=here)
    found = quiet_until(subscription(quiet=quiet, timezone=zone), now)
    assert found is None or found.tzinfo is UTC
    return found and f"{found.astimezone(here):%m-%d %H:%M %Z}"


ENDS = {
    "before": (NOON, "UTC", (2026, 1, 1, 11, 59), None),
    "at the start": (NOON, "UTC", (2026, 1, 1, 12, 0), "01-01 13:30 UTC"),
    "just before the end": (NOON, "UTC", (2026, 1, 1, 13, 29), "01-01 13:30 UTC"),
    "at the end": (NOON, "UTC", (2026, 1, 1, 13, 30), None),
    "before midnight": (NIGHT, "UTC", (2026, 1, 1, 23, 0), "01-02 07:00 UTC"),
    "after midnight": (NIGHT, "UTC", (2026, 1, 2, 3, 0), "01-02 07:00 UTC"),
    "at midnight": (NIGHT, "UTC", (2026, 1, 2, 0, 0), "01-02 07:00 UTC"),
    "by day": (NIGHT, "UTC", (2026, 1, 2, 12, 0), None),
    "skipped hour, Berlin": (NIGHT, "Europe/Berlin", (2026, 3, 28, 23, 0), "03-29 07:00 CEST"),
    "repeated hour, Berlin": (NIGHT, "Europe/Berlin", (2026, 10, 24, 23, 0), "10-25 07:00 CET"),
    "skipped hour, New York": (NIGHT, "America/New_York", (2026, 3, 8, 1, 0), "03-08 07:00 EDT"),
    "repeated hour, New York": (NIGHT, "America/New_York", (2026, 11, 1, 0, 0), "11-01 07:00 EST"),
    "skipped half hour, Lord Howe": (
        NIGHT,
        "Australia/Lord_Howe",
        (2026, 10, 4, 1, 0),
        "10-04 07:00 +11",
    ),
    "repeated half hour, Lord Howe": (
        Quiet(time(1), time(1, 45)),
        "Australia/Lord_Howe",
        (2026, 4, 5, 1, 40),
        "04-05 01:45 +11",
    ),
    "that half hour's second time": (
        Quiet(time(1), time(1, 45)),
        "Australia/Lord_Howe",
        (2026, 4, 5, 1, 40, 1),
        "04-05 01:45 +1030",
    ),
    "an end that the clock skips": (
        Quiet(time(1), time(2, 30)),
        "Europe/Berlin",
        (2026, 3, 29, 1, 59),
        "03-29 03:00 CEST",
    ),
}


@pytest.mark.parametrize(("quiet", "zone", "local", "end"), ENDS.values(), ids=ENDS)
def test_quiet_hours_end_by_the_clock_on_the_wall(quiet, zone, local, end):
    assert until(quiet, zone, *local) == end


def test_quiet_hours_in_a_skipped_hour_do_not_come_at_all():
    quiet = subscription(quiet=Quiet(time(2), time(3)), timezone="Europe/Berlin")
    start = datetime(2026, 3, 29, tzinfo=UTC)
    assert not any(quiet_until(quiet, start + n * timedelta(minutes=1)) for n in range(180))


times = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@examples
@given(
    times,
    times,
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.timedeltas(timedelta(0), timedelta(days=365)),
)
def test_quiet_hours_always_end_within_a_day_and_a_clock_change(start, end, zone, later):
    if start == end:
        return
    wanted = subscription(quiet=Quiet(start, end), timezone=zone)
    found = quiet_until(wanted, NOW + later)
    if found is not None:
        assert NOW + later < found <= NOW + later + timedelta(hours=25)
        assert quiet_until(wanted, found) is None


def minutes(*ago):
    return [NOW - timedelta(minutes=each) for each in ago]


PACES = {
    "no bound": ({}, minutes(1, 2, 3), Pace()),
    "nothing posted": ({"hourly": 2}, [], Pace(room=2, until=NOW + HOUR)),
    "room for one": ({"hourly": 2}, minutes(40), Pace(room=1, until=NOW + HOUR / 3)),
    "full": ({"hourly": 2}, minutes(40, 10), Pace(room=0, until=NOW + HOUR / 3)),
    "more than full": ({"hourly": 2}, minutes(50, 40, 10), Pace(room=0, until=NOW + HOUR / 3)),
    "an hour ago is long ago": ({"hourly": 2}, minutes(60, 30), Pace(room=1, until=NOW + HOUR / 2)),
    "posted by a clock that ran ahead": (
        {"hourly": 2},
        minutes(-600, -60),
        Pace(room=2, until=NOW + HOUR),
    ),
    "quiet": (
        {"hourly": 2, "quiet": NIGHT},
        minutes(1),
        Pace(quiet=True, until=NOW + 7 * HOUR),
    ),
}


@pytest.mark.parametrize(("fields", "recent", "expected"), PACES.values(), ids=PACES)
def test_the_pace_is_that_of_quiet_hours_and_budget(fields, recent, expected):
    assert pace(subscription(**fields), recent, NOW) == expected


@examples
@given(st.integers(1, 5), st.lists(st.integers(0, 90), max_size=12))
def test_there_is_room_again_when_it_is_said(hourly, ago):
    wanted, posts = subscription(hourly=hourly), minutes(*ago)
    now = pace(wanted, posts, NOW)
    assert now.room == max(0, hourly - sum(each < 60 for each in ago))
    assert NOW < now.until <= NOW + HOUR
    assert pace(wanted, posts, now.until).room > now.room or not ago or min(ago) >= 60


FULL = Pace(room=0)
DIGESTS = {
    "no more than the limit": ({}, 3, FULL, True, False),
    "more, and nothing is held back": ({}, 4, Pace(), False, False),
    "more, put off by quiet hours": ({}, 4, Pace(), True, True),
    "more, in quiet hours": ({}, 4, Pace(quiet=True), True, True),
    "more, and no room": ({}, 4, FULL, False, True),
    "more, and less room than a run needs": ({}, 4, Pace(room=2), False, True),
    "more, and room for a run": ({}, 4, Pace(room=3), False, False),
    "a digest anyway": ({"post": "digest"}, 0, Pace(), False, True),
}


@pytest.mark.parametrize(
    ("fields", "waiting", "now", "put_off", "expected"), DIGESTS.values(), ids=DIGESTS
)
def test_what_is_held_back_is_one_digest_if_it_is_more_than_the_limit(
    fields, waiting, now, put_off, expected
):
    wanted = subscription(limit=3, **fields)
    assert makes_digest(wanted, waiting, now, put_off=put_off) is expected
