"""What is read from what a person types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.query import LITTLE, Query, read, respelt

COMET, SEEN = ("comet",), ("seen",)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("comet seen", Query((COMET, SEEN), (), "seen")),
        ("  Comet   SEEN ", Query((COMET, SEEN), (), "seen")),
        ("Cométe", Query((("comete",),), (), "comete")),
        ('"comet seen"', Query((("comet", "seen"),))),
        ("“comet seen” comet", Query((("comet", "seen"), COMET), (), "comet")),
        ('comet "seen', Query((COMET, SEEN))),
        ("comet -seen", Query((COMET,), (SEEN,))),
        ('comet -"seen twice"', Query((COMET,), (("seen", "twice"),))),
        ("-comet", Query((), (COMET,))),
        ("comet-seen", Query((("comet", "seen"),))),
        ("covid-19", Query((("covid", "19"),))),
        ("don't", Query((("don", "t"),))),
        ("the comet", Query((COMET,), (), "comet")),
        ("the", Query((("the",),))),
        ('"the who"', Query((("the", "who"),))),
        ("comet comet", Query((COMET,), (), "comet")),
        ("comet seen comet", Query((COMET, SEEN))),
        ("comet -seen comet", Query((COMET,), (SEEN,), "comet")),
        ("comet the", Query((COMET,))),
        ("comet AND seen*", Query((COMET, SEEN), (), "seen")),
        ("", Query()),
        ('"" - -- -"" ***', Query()),
        ("snake_case", Query((("snake", "case"),))),
    ],
)
def test_words_phrases_and_what_to_leave_out_are_told_apart(typed, asked):
    assert read(typed) == asked


def test_of_a_long_question_only_the_beginning_is_asked():
    query = read(" ".join(f"word{number}" for number in range(50)))
    assert len(query.wanted) == 12
    assert query.beginning == ""
    assert read("-".join("abcdefghijklmnop")).wanted == (tuple("abcdef"),)
    assert len(read(" ".join(["a-b-c-d-e-f-g", "h-i-j-k-l-m-n", "o"])).words) == 12


@given(st.text())
def test_any_text_is_a_question_of_words_alone(typed):
    query = read(typed)
    for phrase in (*query.wanted, *query.unwanted):
        assert phrase
        assert all(word.isalnum() and word == word.lower() for word in phrase)
    assert query.beginning == "" or query.wanted[-1] == (query.beginning,)


def test_a_question_is_respelt_where_it_was_wrong_and_nowhere_else():
    typed = 'Roboot "harbuor lamp" -comte, roboot!'
    better = {"roboot": "robot", "harbuor": "harbour"}
    assert respelt(typed, better) == 'robot "harbour lamp" -comte, robot!'


def test_little_words_are_compared_as_they_are_read():
    assert all(read(word).wanted == ((word,),) for word in LITTLE)
