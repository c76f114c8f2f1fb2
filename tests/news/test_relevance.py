"""Which article fits a question best."""

from datetime import timedelta

import pytest

from bot.news.query import read
from bot.news.relevance import Match, ranked
from tests.samples import NOW


def match(key, title, excerpt="", days=1.0):
    return Match(key, title, excerpt, NOW - timedelta(days=days))


def order(typed, *matches):
    """Return which of the matches, counted from 1, is the best, the second, and so on."""
    numbered = [match(key, *each) for key, each in enumerate(matches, start=1)]
    return list(ranked(read(typed), numbered, NOW))


TABLE = [
    ("a title before an excerpt", "comet", ("Harbour news", "A comet."), ("Comet seen", "")),
    ("all words before some", "comet harbour", ("Comet", "harbour"), ("Comet over the harbour",)),
    (
        "a phrase before scattered words",
        "harbour lamp",
        ("Lamp in the harbour",),
        ("Harbour lamp",),
    ),
    (
        "a phrase in the excerpt before scattered words",
        "harbour lamp",
        ("News", "A lamp, later a harbour."),
        ("News", "The harbour lamp."),
    ),
    (
        "whole words that stand together before parts of words",
        "art car",
        ("News", "A smart car, an art cart."),
        ("News", "It was an art car."),
    ),
    ("another form of a word as the word", "robots", ("Gulls", "robots"), ("A robot counts",)),
    ("no difference in accents", "kometen über", ("Kometen",), ("Uber Kometen",)),
    ("what the last word begins", "robot har", ("Robot", "hard"), ("Robot at the harbour",)),
    ("the newer of two that fit alike", "comet", ("Comet one", "", 40.0), ("Comet two", "", 2.0)),
    (
        "a title from last year before an excerpt from today",
        "comet",
        ("Gulls", "a comet", 0.0),
        ("Comet", "", 365.0),
    ),
]


@pytest.mark.parametrize(("why", "typed", "worse", "better"), TABLE, ids=[row[0] for row in TABLE])
def test_the_better_one_comes_first(why, typed, worse, better):
    assert order(typed, worse, better) == [2, 1], why
    assert order(typed, better, worse) == [1, 2], why


def test_of_equal_ones_the_order_is_always_the_same():
    same = [match(key, "Comet seen") for key in (3, 1, 2)]
    assert ranked(read("comet"), same, NOW) == ranked(read("comet"), same[::-1], NOW) == (3, 2, 1)


def test_an_article_without_a_wanted_word_in_sight_still_counts():
    assert order("tide", ("Gulls", "body has it")) == [1]
    assert order("-tide", ("Gulls", "", 5.0), ("Gulls", "", 1.0)) == [2, 1]
