"""What a mistyped word was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.spelling import begun_otherwise, nearest, slips

KNOWN = {"harbour": 40, "climate": 90, "robot": 70, "robots": 12, "comet": 30, "cat": 5, "car": 9}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harbuor", "harbour"),
        ("habrour", "harbour"),
        ("climte", "climate"),
        ("climmate", "climate"),
        ("robt", "robot"),
        ("roboots", "robots"),
        ("caf", "car"),
        ("zebra", ""),
        ("dog", ""),
    ],
)
def test_the_nearest_word_is_meant_and_of_two_the_usual_one(typed, meant):
    assert (*nearest(typed, KNOWN), "")[0] == meant


def test_short_words_are_given_one_slip_and_long_ones_two():
    assert [slips(word) for word in ("tide", "tides")] == [1, 2]
    assert nearest("caat", {"cart": 1}) == ("cart",)
    assert nearest("ct", {"cart": 1}) == ()


@given(
    st.text("abcdeé", min_size=3, max_size=7),
    st.integers(0, 1),
    st.sampled_from("abcdefz"),
    st.sampled_from(("missing", "extra", "wrong", "swapped")),
)
def test_any_slip_in_the_first_two_letters_is_thought_of(meant, at, letter, kind):
    if kind == "missing":
        typed = meant[:at] + meant[at + 1 :]
    elif kind == "extra":
        typed = meant[:at] + letter + meant[at:]
    elif kind == "wrong":
        typed = meant[:at] + letter + meant[at + 1 :]
    else:
        typed = meant[1] + meant[0] + meant[2:]
    if meant.isascii():
        assert meant in (typed, *begun_otherwise(typed))
