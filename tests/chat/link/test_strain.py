"""Discord refuses a whole address that asks in vain 10,000 times in ten minutes: never this bot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.link.strain import Strain


def strained(times, most=5, status=403):
    strain = Strain(most)
    for time in times:
        strain.note(status, {}, time)
    return strain


@pytest.mark.parametrize("status", [401, 403, 429])
def test_after_so_many_refusals_nothing_is_asked_until_ten_minutes_have_passed(status):
    assert strained(range(4), status=status).pause(4) == 0
    strain = strained(range(5), status=status)
    assert strain.pause(4) == 596
    assert strain.pause(599.5) == 0.5
    assert strain.pause(600) == 0
    strain.note(status, {}, 600)
    assert strain.pause(600) == 1  # the second one goes out of sight


@pytest.mark.parametrize("status", [200, 204, 304, 400, 404, 500, 502])
def test_what_discord_does_not_count_is_not_counted(status):
    assert strained(range(99), status=status).pause(99) == 0


def test_a_limit_that_others_used_up_is_not_counted():
    strain = Strain(1)
    strain.note(429, {"X-RateLimit-Scope": "shared"}, 0)
    assert strain.pause(0) == 0
    strain.note(429, {"X-RateLimit-Scope": "user"}, 0)
    assert strain.pause(0) == 600


def test_what_nobody_needs_stops_long_before_the_posts_do():
    strain = strained(range(3), most=10)
    assert (strain.pause(3), strain.pause(3, optional=True)) == (0, 598)
    assert strain.pause(601, optional=True) == 0


@given(st.lists(st.floats(0, 60), max_size=60), st.integers(1, 9))
def test_whoever_waits_as_told_is_refused_no_more_often_in_any_ten_minutes(gaps, most):
    strain, now, times = Strain(most), 0.0, []
    for gap in gaps:
        now += gap
        while pause := strain.pause(now):
            now += pause
        strain.note(403, {}, now)
        times.append(now)
    assert all(later - earlier > 599.9 for earlier, later in zip(times, times[most:], strict=False))


def test_the_usual_bounds_are_well_below_those_of_discord():
    assert strained(range(400), most=Strain().most).pause(400, optional=True) == 0
    assert strained([0.0] * 1_000, most=Strain().most).pause(0, optional=True) > 0
    assert strained([0.0] * 5_000, most=Strain().most).pause(0) > 0
