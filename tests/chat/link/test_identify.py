"""The bot never introduces itself to the gateway so often that Discord takes its token away."""

from datetime import timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.link.identify import reserve
from tests.samples import NOW

DAY = timedelta(days=1)


def introductions(gaps, start=NOW):
    """Return when a bot introduces itself that wants to after each of these gaps, in seconds."""
    booked, now, times = None, start, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        booked, pause = reserve(booked, now)
        now += pause
        times.append(now)
    return times


def test_the_first_times_are_at_once():
    assert introductions([0.0] * 50) == [NOW] * 50


def test_a_connection_that_never_holds_stays_within_a_day_s_limit():
    times = introductions([1.0] * 3_000)
    most = max(sum(start <= time < start + DAY for time in times) for start in times[::100])
    assert 800 < most < 1_000


@given(gaps=st.lists(st.integers(100, 4_000), max_size=200))
def test_who_comes_rarely_never_waits(gaps):
    assert introductions(gaps) == [NOW + timedelta(seconds=passed) for passed in accumulate(gaps)]


def test_a_clock_that_was_set_back_keeps_the_bot_away_for_no_longer_than_one_turn():
    booked, _ = reserve(None, NOW + timedelta(days=300))
    _, pause = reserve(booked, NOW)
    assert pause == timedelta(seconds=100)
