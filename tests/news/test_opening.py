"""What a discussion begins with, and with which question."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.article import Provider, Related
from bot.news.opening import NAMES, SHOWN, is_late, named_in, opening
from tests.news.strategies import examples
from tests.samples import NOW, article

PLAIN = article(excerpt="", provider=Provider(""), topics=())
MANY = tuple(Related(f"Other {n}", f"https://gazette.example.org/{n}") for n in range(SHOWN + 2))


def asked(*questions, **fields):
    said = opening(7, article(**fields), questions, inside=True)
    return said.question if said else ""


def test_it_is_the_excerpt_all_coverage_and_a_question():
    said = opening(7, article(related=MANY), ["What now?"], inside=False)
    assert (said.excerpt, said.related, said.question) == (article().excerpt, MANY, "What now?")


def test_where_the_post_stands_above_only_what_it_has_no_room_for_is_said():
    said = opening(7, article(related=MANY), [], inside=True)
    assert (said.excerpt, said.related, said.question) == ("", MANY[SHOWN:], "")


@pytest.mark.parametrize("inside", [True, False])
def test_where_there_is_nothing_to_say_nothing_is_said(inside):
    assert not opening(7, PLAIN, [], inside=inside).says_anything
    assert not opening(7, PLAIN, ["What of {topic}?"], inside=inside).says_anything


def test_a_question_is_asked_only_of_what_has_all_that_it_names():
    assert asked("Of {topic}?", "By {provider}?", topics=()) == "By {provider}?"
    assert asked("Of {topic}?", "By {provider}?", provider=Provider("")) == "Of {topic}?"


@examples
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True))
def test_an_article_gets_the_same_question_every_time(questions):
    found = {asked(*questions) for _ in range(3)}
    assert len(found) == 1
    assert found <= set(questions)


def test_articles_get_different_questions():
    found = {asked("a", "b", "c", canonical_url=f"https://x.example/{n}") for n in range(50)}
    assert found == {"a", "b", "c"}


@examples
@given(st.text())
def test_any_text_is_a_template_or_none(text):
    try:
        names = named_in(text)
    except ValueError:
        return
    assert names <= set(NAMES)
    text.format_map(dict.fromkeys(NAMES, "x"))


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{title.x}", "{title!r}", "{title:>9}"])
def test_what_cannot_be_put_in_is_no_template(text):
    with pytest.raises(ValueError, match=r"."):
        named_in(text)


def test_after_a_day_members_have_begun_by_themselves():
    assert not is_late(NOW, NOW + timedelta(hours=24))
    assert is_late(NOW, NOW + timedelta(hours=25))
