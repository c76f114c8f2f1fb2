"""When a subscription runs, in the words of people."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.when import PRESETS, When, parse, words
from tests.news.strategies import examples

SAID = {
    "every 10 minutes": When(every=timedelta(minutes=10)),
    "Every 10m": When(every=timedelta(minutes=10)),
    "every minute": When(every=timedelta(minutes=1)),
    "every 6 hours": When(every=timedelta(hours=6)),
    "every 2 days": When(every=timedelta(days=2)),
    "every 20 minutes on the clock": When("*/20 * * * *"),
    "hourly": When("0 * * * *"),
    "daily": When("0 8 * * *"),
    "daily at 02:30": When("30 2 * * *"),
    "every day at 7.15": When("15 7 * * *"),
    "weekday mornings": When("0 8 * * MON-FRI"),
    "Weekdays at 9": When("0 9 * * MON-FRI"),
    "weekends at 10:00": When("0 10 * * SAT,SUN"),
    "Monday": When("0 8 * * MON"),
    "on  Sundays   at 18:05": When("5 18 * * SUN"),
    "*/5 8-18 * * 1-5": When("*/5 8-18 * * 1-5"),
    " 0\t9 3 jan * ": When("0 9 3 jan *"),
}


@pytest.mark.parametrize(("said", "when"), SAID.items(), ids=SAID)
def test_what_people_say_is_understood(said, when):
    assert parse(said) == when


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_read_and_written_the_same(preset):
    assert words(parse(preset)) == preset


WRITTEN = {
    "*/10 * * * *": "every 10 minutes, on the clock",
    "0 * * * *": "hourly",
    "5 7 * * 1-5": "weekdays at 07:05",
    "0 10 * * 6,0": "weekends at 10:00",
    "0 9 * * 7": "Sundays at 09:00",
    "0  9 * *  mon": "Mondays at 09:00",
    "*/7 * * * *": "*/7 * * * *",
    "0 9 3 * 0": "0 9 3 * 0",
    "0 9,18 * * *": "0 9,18 * * *",
}


@pytest.mark.parametrize(("crontab", "said"), WRITTEN.items(), ids=WRITTEN)
def test_a_crontab_is_told_in_words_where_there_are_any(crontab, said):
    assert words(When(crontab)) == said


def test_an_interval_of_a_file_is_told_in_the_largest_unit_that_fits():
    seconds = {45: "every 45 seconds", 5_400: "every 90 minutes", 86_400: "every day"}
    assert {n: words(When(every=timedelta(seconds=n))) for n in seconds} == seconds


@examples
@given(st.sampled_from(list(SAID)), st.integers(0, 23), st.integers(0, 59))
def test_words_are_understood_as_what_they_were_made_of(said, hour, minute):
    for when in (parse(said), When(f"{minute} {hour} * * SAT,SUN"), When(f"{minute} {hour} * * *")):
        assert parse(words(when)) == when


BAD = (
    *("", " ", "soon", "every", "every 0 minutes", "every -1 hours", "every ten minutes"),
    *("daily at 24:00", "daily at 8:60", "at 08:00", "Moonday at 9", "every 99999 minutes"),
    *("every 7 minutes on the clock", "* * * *", "* * * * * *", "daily at \u0662"),
)


@pytest.mark.parametrize("said", BAD)
def test_what_says_nothing_is_refused_with_examples(said):
    with pytest.raises(ValueError, match=r"write for example “every 10 minutes”, .* or a crontab"):
        parse(said)


@examples
@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused(said):
    try:
        when = parse(said)
    except ValueError:
        return
    assert (when.crontab is None) != (when.every is None)
