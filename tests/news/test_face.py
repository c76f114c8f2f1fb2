"""What a message shows, when it may be edited, and how much is published."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.crosspost import HOURLY, published_from
from bot.news.face import (
    PAUSE,
    Mark,
    Told,
    face,
    marked,
    most_of,
    redrawn_from,
    retracted_from,
)
from tests.samples import NOW

MARKS = st.binary(min_size=16, max_size=16)
RETRACTED = Mark(retracted=True)


@given(st.lists(st.builds(Told, st.integers(1, 9), MARKS, st.sampled_from([Mark(), RETRACTED]))))
def test_a_face_tells_apart_what_is_shown_and_nothing_else(told):
    dated = [Told(each.article_id, each.fingerprint, each.mark) for each in told]
    assert face(told) == face(dated)
    for number, each in enumerate(told):
        other = Mark(retracted=not each.mark.retracted)
        changed = [*told[:number], Told(1, each.fingerprint, other), *told[number + 1 :]]
        assert face(changed) != face(told)
        assert face(told[:number] + told[number + 1 :]) != face(told)


@given(MARKS)
def test_the_face_of_an_article_as_it_is_is_its_fingerprint(fingerprint):
    assert face([Told(1, fingerprint, Mark(updated_at=NOW))]) == fingerprint


def test_with_leave_nothing_is_retracted():
    told = (Told(1, b"x" * 16, Mark(NOW, retracted=True)),)
    assert marked(told, "leave") == (Told(1, b"x" * 16, Mark(NOW)),)
    assert marked(told, "mark") == marked(told, "delete") == told


def test_a_message_is_edited_at_once_and_then_not_for_a_while():
    assert redrawn_from(None, NOW) == NOW
    assert redrawn_from(NOW - timedelta(minutes=1), NOW) == NOW - timedelta(minutes=1) + PAUSE
    assert redrawn_from(NOW - timedelta(hours=1), NOW) == NOW


@pytest.mark.parametrize(
    ("gone", "among", "most"), [(9, 9, False), (10, 20, False), (10, 19, True), (500, 501, True)]
)
def test_most_of_a_source_gone_at_once_has_an_hour_to_come_back(gone, among, most):
    assert most_of(gone, among) is most
    wait = timedelta(hours=1) if most else timedelta(minutes=1)
    assert retracted_from(gone, among, NOW) == NOW + wait


@given(st.lists(st.integers(-7200, 3600), max_size=HOURLY))
def test_no_more_than_ten_are_published_in_any_hour(seconds):
    last = [NOW + timedelta(seconds=each) for each in seconds]
    begin = published_from(last, NOW)
    assert begin >= NOW
    within = [each for each in last if each > begin - timedelta(hours=1)]
    assert len(within) < HOURLY or begin == NOW
