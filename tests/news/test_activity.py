"""What trends: stories that members make something of, good ones, and new ones."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.news.activity import Activity, Stirring, trending
from tests.news.strategies import examples
from tests.samples import NOW

WEEK = timedelta(days=7)


def story(number, *, age=0.0, quality=50, heat=50, replies=0, reactions=0):
    """Return a story so many days old."""
    done = Activity(replies, reactions)
    return Stirring(number, NOW - timedelta(days=age), quality, heat, done)


def order(*stories, length=WEEK):
    return list(trending(stories, NOW, length))


def test_what_members_make_something_of_trends():
    assert order(story(1), story(2, reactions=1), story(3, replies=1)) == [3, 2, 1]
    assert order(story(1, reactions=3), story(2, replies=1)) == [1, 2]


def test_the_first_replies_count_most_and_very_many_no_more_than_many():
    few = Activity(1).share - Activity(0).share
    more = Activity(10).share - Activity(9).share
    assert few > 5 * more > 0
    assert Activity(15, 1).share == Activity(5_000, 5_000).share == 1.0


def test_what_is_good_or_hot_trends_before_the_rest():
    assert order(story(1, quality=40), story(2, quality=60), story(3, heat=90)) == [3, 2, 1]


def test_what_is_unknown_counts_like_what_is_known_here_on_average():
    good, bad = story(1, quality=90, heat=80), story(3, quality=10, heat=20)
    assert order(good, story(2, quality=None, heat=None), bad) == [1, 2, 3]


def test_a_quarter_of_the_time_halves_how_much_a_story_trends():
    old = story(1, age=1.75, quality=80, heat=80)
    assert order(old, story(2, quality=39, heat=39)) == [1, 2]
    assert order(old, story(2, quality=41, heat=41)) == [2, 1]
    assert order(old, story(2, quality=41, heat=41), length=4 * WEEK) == [1, 2]


def test_what_lies_ahead_by_a_wrong_clock_is_no_better_than_new():
    assert order(story(1, age=-9), story(2, quality=51)) == [2, 1]


stories = st.lists(
    st.builds(
        story,
        st.integers(1, 1 << 50),
        age=st.floats(-1, 400),
        quality=st.none() | st.integers(-5, 120),
        heat=st.none() | st.integers(0, 100),
        replies=st.integers(0, 1 << 40),
        reactions=st.integers(0, 1 << 40),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@examples
@given(stories, st.timedeltas(timedelta(0), timedelta(days=365)), st.randoms())
def test_every_story_is_told_once_in_an_order_that_depends_on_nothing_else(found, length, dice):
    told = trending(found, NOW, length)
    assert sorted(told) == sorted(each.id for each in found)
    dice.shuffle(found)
    assert trending(found, NOW, length) == told
