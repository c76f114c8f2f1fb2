"""When a subscription runs, also on the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.runs import Count, coming_runs, counted, next_run, schedule_of, was_put_off
from bot.news.subscription import Quiet
from bot.structs import replace
from tests.news.strategies import examples
from tests.samples import subscription

THURSDAY = datetime(2026, 1, 1, tzinfo=UTC)


def runs(crontab, after, until, zone="UTC"):
    """Return all runs later than `after` and not later than `until`, as readable UTC times."""
    cron = subscription(every=None, crontab=crontab, timezone=zone)
    times = []
    while (after := next_run(cron, after)) <= until:
        times.append(f"{after:%m-%d %H:%M}")
    return times


CRONTABS = {
    "daily": (
        "30 2 * * *",
        ["01-01 02:30", "01-02 02:30", "01-03 02:30", "01-04 02:30", "01-05 02:30"],
    ),
    "twice a day": ("0 6,18 2 * *", ["01-02 06:00", "01-02 18:00"]),
    "steps": ("0 */12 1 * *", ["01-01 12:00"]),
    "Sunday as 0": ("0 9 * * 0", ["01-04 09:00"]),
    "Sunday as 7": ("0 9 * * 7", ["01-04 09:00"]),
    "Sunday by name": ("0 9 * * sun", ["01-04 09:00"]),
    "Monday as 1": ("0 9 * * 1", ["01-05 09:00"]),
    "Saturday as 6": ("0 9 * * 6", ["01-03 09:00"]),
    "working days": ("0 9 * * Mon-Fri", ["01-01 09:00", "01-02 09:00", "01-05 09:00"]),
    "weekday or day of the month": ("0 9 3 * 0", ["01-03 09:00", "01-04 09:00"]),
    "month by name": ("0 9 3 jan *", ["01-03 09:00"]),
    "spaces around": ("  0\t9 3 1 *  ", ["01-03 09:00"]),
}


@pytest.mark.parametrize(("crontab", "times"), CRONTABS.values(), ids=CRONTABS)
def test_a_crontab_runs_at_its_times(crontab, times):
    assert runs(crontab, THURSDAY, THURSDAY + timedelta(days=4, hours=12)) == times


def test_a_run_is_later_than_the_moment_after_which_it_is_sought():
    cron = subscription(every=None, crontab="0 * * * *")
    assert next_run(cron, THURSDAY) == THURSDAY + timedelta(hours=1)
    assert next_run(cron, THURSDAY - timedelta(microseconds=1)) == THURSDAY


CLOCK_CHANGES = {
    "skipped hour, daily": (
        (3, 28),
        "30 2 * * *",
        ["03-28 01:30", "03-29 01:00", "03-30 00:30"],
    ),
    "repeated hour, daily": (
        (10, 24),
        "30 2 * * *",
        ["10-24 00:30", "10-25 00:30", "10-26 01:30"],
    ),
    "skipped hour, once": ((3, 28), "30 2 29 3 *", ["03-29 01:00"]),
    "repeated hour, once": ((10, 24), "30 2 25 10 *", ["10-25 00:30"]),
    "skipped hour, after it": (
        (3, 28),
        "30 3 * * *",
        ["03-28 02:30", "03-29 01:30", "03-30 01:30"],
    ),
    "repeated hour, after it": (
        (10, 24),
        "30 3 * * *",
        ["10-24 01:30", "10-25 02:30", "10-26 02:30"],
    ),
}


@pytest.mark.parametrize(("day", "crontab", "times"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_a_daily_run_comes_once_on_days_when_clocks_change(day, crontab, times):
    start = datetime(2026, *day, tzinfo=timezone(timedelta(hours=1)))
    assert runs(crontab, start, start + timedelta(days=2, hours=23), "Europe/Berlin") == times


CHANGE_DAYS = {
    "America/New_York": ((2026, 3, 8), (2026, 11, 1)),
    "Australia/Lord_Howe": ((2026, 10, 4), (2026, 4, 5)),
    "Europe/Berlin": ((2026, 3, 29), (2026, 10, 25)),
}


@pytest.mark.parametrize("crontab", ["30 2 * * *", "45 1 * * *", "15 2 * * *"])
@pytest.mark.parametrize("zone", CHANGE_DAYS)
def test_a_daily_run_in_the_night_comes_once_on_both_days_when_clocks_change(zone, crontab):
    here = ZoneInfo(zone)
    daily = subscription(every=None, crontab=crontab, timezone=zone)
    for change in CHANGE_DAYS[zone]:
        run, found = datetime(*change, tzinfo=here) - timedelta(days=1), []
        for _ in range(3):
            run = next_run(daily, run)
            found.append(run.astimezone(here).date())
        first = date(*change) - timedelta(days=1)
        assert found == [first + timedelta(days=day) for day in range(3)]


@pytest.mark.parametrize("crontab", ["30 2 * * *", "45 1 * * *", "15,40 2 * * *"])
@pytest.mark.parametrize("zone", CHANGE_DAYS)
def test_whenever_it_is_asked_while_clocks_change_the_next_run_lies_ahead(zone, crontab):
    daily = subscription(every=None, crontab=crontab, timezone=zone)
    for change in CHANGE_DAYS[zone]:
        first = datetime(*change, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        asked = [first + minute * HOUR / 60 for minute in range(6 * 60)]
        told = [next_run(daily, now) for now in asked]
        assert all(now < run for now, run in zip(asked, told, strict=True))
        assert told == sorted(told)


def test_a_run_in_quiet_hours_comes_at_their_end():
    night = Quiet(time(22), time(7))
    evening = subscription(every=None, crontab="0 23 * * *", quiet=night)
    assert next_run(evening, THURSDAY) == THURSDAY + timedelta(hours=31)
    tenth = subscription(quiet=night)
    assert next_run(tenth, THURSDAY) == THURSDAY + timedelta(hours=7)
    assert next_run(tenth, THURSDAY + timedelta(hours=7)) == THURSDAY + timedelta(hours=7.0 + 1 / 6)


@pytest.mark.parametrize("zone", CHANGE_DAYS)
def test_a_run_in_quiet_hours_comes_once_when_clocks_change(zone):
    here = ZoneInfo(zone)
    daily = subscription(
        every=None, crontab="30 2 * * *", timezone=zone, quiet=Quiet(time(22), time(7))
    )
    for change in CHANGE_DAYS[zone]:
        start = datetime(*change, tzinfo=here) - timedelta(days=1)
        first = next_run(daily, start)
        times = [each.astimezone(here) for each in (first, next_run(daily, first))]
        assert [f"{each:%H:%M}" for each in times] == ["07:00", "07:00"]
        assert times[1].date() == date(*change)


def test_the_coming_runs_are_those_of_the_schedule():
    tenth = subscription(every=timedelta(minutes=10))
    in_minutes = [THURSDAY + timedelta(minutes=number) for number in range(40)]
    assert coming_runs(tenth, None, THURSDAY) == (THURSDAY, in_minutes[10], in_minutes[20])
    last = Count(THURSDAY - timedelta(minutes=4))
    assert coming_runs(tenth, last, THURSDAY) == (
        in_minutes[6],
        in_minutes[16],
        in_minutes[26],
    )
    long_ago = THURSDAY - timedelta(days=4)
    assert coming_runs(tenth, Count(long_ago), THURSDAY)[0] == THURSDAY
    hourly = subscription(every=None, crontab="0 * * * *")
    first = THURSDAY + timedelta(hours=1)
    assert coming_runs(hourly, None, THURSDAY, count=1) == (first,)
    quiet = subscription(quiet=Quiet(time(22), time(7)))
    assert coming_runs(quiet, None, THURSDAY)[0] == THURSDAY + timedelta(hours=7)


HOUR = timedelta(hours=1)
DAILY = subscription(every=None, crontab="0 8 * * *")
TENTH = subscription(every=HOUR / 6)
COUNTS = {
    "a daily run that was never seen": (DAILY, None, 0),
    "an interval that never ran": (TENTH, None, -1 / 6),
    "one that ran": (DAILY, Count(THURSDAY - 5 * HOUR, schedule_of(DAILY)), -5),
    "one that ran before schedules were remembered": (DAILY, Count(THURSDAY - 5 * HOUR), -5),
    "one that was edited": (DAILY, Count(THURSDAY - 5 * HOUR, schedule_of(TENTH)), 0),
    "one that ran by a wrong clock": (DAILY, Count(THURSDAY + 99 * HOUR, schedule_of(DAILY)), 0),
}


@pytest.mark.parametrize(("wanted", "before", "hours"), COUNTS.values(), ids=COUNTS)
def test_runs_are_counted_from_the_last_one_or_from_now(wanted, before, hours):
    found = counted(wanted, before, THURSDAY)
    assert found == Count(THURSDAY + hours * HOUR, schedule_of(wanted))


def test_a_schedule_is_another_one_if_its_times_are():
    elsewhere = subscription(every=None, crontab="0 8 * * *", timezone="Europe/Berlin")
    often = subscription(every=HOUR)
    assert len({schedule_of(each) for each in (DAILY, elsewhere, TENTH, often)}) == 4
    renamed = subscription(every=HOUR, name="renamed", limit=9, timezone="Europe/Berlin")
    assert schedule_of(renamed) == schedule_of(often)


def test_a_schedule_that_is_edited_misses_no_run_of_before_the_edit():
    at_ten = subscription(every=None, crontab="0 10 * * *")
    noon = THURSDAY + 12 * HOUR
    before = Count(THURSDAY + 8 * HOUR, schedule_of(DAILY))
    assert coming_runs(at_ten, before, noon, count=1) == (THURSDAY + 34 * HOUR,)
    assert coming_runs(DAILY, Count(before.since - 24 * HOUR), noon, count=1) == (noon,)


QUIET = {"quiet": Quiet(time(22), time(7))}
PUT_OFF = {
    "no quiet hours": (TENTH, -3, 7, False),
    "a night": (subscription(**QUIET), -3, 7, True),
    "a quiet hour that no run fell into": (subscription(every=24 * HOUR, **QUIET), -13, 10, False),
    "a daily run by night": (subscription(every=None, crontab="0 23 * * *", **QUIET), -3, 7, True),
    "a daily run by day": (subscription(every=None, crontab="0 8 * * *", **QUIET), -16, 8, False),
    "from the end on": (subscription(**QUIET), 7, 21.9, False),
    "every second": (subscription(every=HOUR / 3600, **QUIET), 7, 22.1, True),
    "long ago": (subscription(every=HOUR / 3600, **QUIET), -9999, 12, True),
}


@pytest.mark.parametrize(("wanted", "since", "now", "expected"), PUT_OFF.values(), ids=PUT_OFF)
def test_a_run_was_put_off_if_it_fell_into_quiet_hours(wanted, since, now, expected):
    assert was_put_off(wanted, THURSDAY + since * HOUR, THURSDAY + now * HOUR) is expected


@examples
@given(
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.timedeltas(timedelta(0), timedelta(days=365)),
    st.sampled_from([{"every": HOUR / 2}, {"every": None, "crontab": "30 2 * * *"}]),
)
def test_a_run_at_the_end_of_quiet_hours_was_put_off_unless_it_was_for_that_time(
    zone, later, fields
):
    wanted = subscription(timezone=zone, quiet=Quiet(time(1), time(4)), **fields)
    last = THURSDAY + later
    run = next_run(wanted, last)
    plain = next_run(replace(wanted, quiet=None), last)
    assert was_put_off(wanted, last, run) is (run != plain)


@pytest.mark.parametrize(("month", "day"), [(3, 29), (10, 25)], ids=["spring", "autumn"])
def test_frequent_runs_keep_their_pace_when_clocks_change(month, day):
    start = datetime(2026, month, day, tzinfo=UTC) - timedelta(minutes=1)
    found = runs("*/30 * * * *", start, start + timedelta(hours=6), "Europe/Berlin")
    assert found == [f"{start + timedelta(minutes=1 + 30 * n):%m-%d %H:%M}" for n in range(12)]


@examples
@given(
    st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda since: THURSDAY + since),
    st.sampled_from(["30 2 * * *", "*/10 * * * *", "0 9 * * 1-5"]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_the_next_run_lies_ahead_in_utc_and_no_other_comes_before_it(now, crontab, zone):
    cron = subscription(every=None, crontab=crontab, timezone=zone)
    times = [next_run(cron, now)]
    times.append(next_run(cron, times[0]))
    assert all(earlier < later for earlier, later in pairwise((now, *times)))
    assert {time.tzinfo for time in times} == {UTC}
    assert next_run(cron, times[0] - timedelta(microseconds=1)) == times[0]


def test_an_interval_counts_from_the_last_run():
    tenth = subscription(every=timedelta(minutes=10))
    assert next_run(tenth, THURSDAY) == THURSDAY + timedelta(minutes=10)


def test_an_interval_counts_hours_that_pass_not_hours_on_the_clock():
    evening = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    daily = next_run(subscription(every=timedelta(days=1)), evening)
    assert daily == datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert daily.tzinfo is UTC


BAD = {
    "none": None,
    "empty": "",
    "four fields": "* * * *",
    "six fields": "* * * * * *",
    "a nickname": "@daily",
    "words": "every day at nine o'clock",
    "minute 60": "60 * * * *",
    "hour 24": "0 24 * * *",
    "day 0": "0 0 0 * *",
    "day 32": "0 0 32 * *",
    "month 13": "0 0 1 13 *",
    "weekday 8": "0 0 * * 8",
    "step 0": "*/0 * * * *",
    "range turned round": "30-10 * * * *",
    "negative": "-1 * * * *",
    "digits of another script": "\u0661 * * * *",
    "a day that never comes": "0 0 30 2 *",
}


@pytest.mark.parametrize("crontab", BAD.values(), ids=BAD)
def test_a_bad_crontab_is_refused(crontab):
    with pytest.raises(ValueError, match=r"\w"):
        next_run(subscription(every=None, crontab=crontab), THURSDAY)
