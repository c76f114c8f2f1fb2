"""Which stories come first, and which articles tell the same one."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.news.activity import Activity
from bot.news.article import Provider, Related
from bot.news.plan import Candidate
from bot.news.rank import most_discussed, rank
from tests.news.strategies import examples
from tests.samples import NOW, article

DAY = timedelta(days=1)
SINCE = NOW - DAY
FULL = {1: Activity(replies=15, reactions=1)}
PLAIN = {"quality": 50, "published_at": SINCE, "provider": Provider("")}


def candidate(number, **fields):
    return Candidate(number, article(f"a{number}", **PLAIN | fields))


def ranked(*candidates, **options):
    return rank(candidates, SINCE, NOW, **options)


def order(*candidates, **options):
    return [story.best.id for story in ranked(*candidates, **options)]


def score(one, *others, **options):
    (found,) = (s for s in ranked(one, *others, **options) if s.best.id == one.id)
    return round(found.score, 1)


def lists(number, *others, **fields):
    related = tuple(Related("Elsewhere", f"{o.article.url}?utm_source=x") for o in others)
    return candidate(number, related=related, **fields)


def test_a_score_adds_up_what_is_known():
    best = candidate(1, quality=100, heat=100, published_at=NOW)
    assert score(best, activity=FULL) == 100
    assert score(best) == 85
    assert score(candidate(1, quality=0, heat=0)) == 0
    assert score(candidate(1, quality=80, heat=0)) == 40
    assert score(candidate(1, quality=0, heat=80)) == 12
    assert score(candidate(1, quality=0, heat=0, published_at=NOW - DAY / 4)) == 15
    assert score(candidate(1, quality=0, heat=0), activity=FULL) == 15


def test_what_is_unknown_counts_like_what_is_known_here_on_average():
    good, bad = candidate(1, quality=90, heat=60), candidate(2, quality=30, heat=20)
    unknown = candidate(3, quality=None, heat=None)
    assert order(good, bad, unknown) == [1, 3, 2]
    assert score(unknown, good, bad) == 36
    assert score(unknown) == 32.5


def test_what_is_older_than_the_period_is_no_fresher_than_its_beginning():
    assert score(candidate(1, heat=0, published_at=SINCE - 30 * DAY)) == 25
    assert score(candidate(1, heat=0, published_at=NOW + DAY)) == 45


def test_a_story_that_members_talk_about_comes_before_a_slightly_better_one():
    assert order(candidate(1, quality=60), candidate(2, quality=70), activity=FULL) == [1, 2]


def test_no_provider_takes_over():
    gazette, courier = Provider("Gazette", "gazette.example"), Provider("Courier")
    many = [candidate(n, quality=90, provider=gazette) for n in range(1, 9)]
    few = [candidate(n, quality=60, provider=courier) for n in (11, 12)]
    assert order(*many, *few) == [8, 7, 12, 6, 11, 5, 4, 3, 2, 1]
    unknown = [candidate(n, quality=90) for n in range(1, 9)]
    assert order(*unknown, *few)[:8] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_equals_come_in_one_order_whatever_order_they_are_given_in():
    later = candidate(1, published_at=SINCE - DAY)
    equals = [
        candidate(2, published_at=SINCE - 2 * DAY),
        candidate(3, published_at=SINCE - 2 * DAY),
    ]
    assert order(later, *equals) == order(*reversed(equals), later) == [1, 3, 2]


def told(*candidates):
    return {story.best.id: [each.id for each in story.also] for story in ranked(*candidates)}


def test_articles_stand_together_where_one_lists_the_other():
    better, worse = candidate(1, quality=90), candidate(2, quality=20)
    assert told(better, lists(3, better, quality=10)) == {1: [3]}
    assert told(worse, lists(4, worse, quality=95)) == {4: [2]}
    assert told(better, worse) == {1: [], 2: []}


def test_the_same_title_alone_makes_no_story():
    assert told(candidate(1, title="Comet"), candidate(2, title="Comet")) == {1: [], 2: []}


def test_no_more_than_three_stand_with_a_better_one_the_best_of_them():
    best = candidate(1, quality=90)
    others = [lists(number, best, quality=number) for number in range(10, 15)]
    assert told(best, *others) == {1: [14, 13, 12], 11: [], 10: []}


def test_what_lists_many_takes_the_place_of_none_of_them():
    stories = [candidate(number, quality=number) for number in range(10, 14)]
    for quality in (90, 1):
        roundup = lists(1, *stories, quality=quality)
        assert told(roundup, *stories) == {key: [] for key in (1, 10, 11, 12, 13)}
    assert told(lists(1, *stories[:3], quality=90), *stories) == {1: [12, 11, 10], 13: []}


def test_those_who_list_each_other_tell_one_story_however_many_they_list():
    everything = [candidate(number) for number in range(1, 6)]
    each_other = [lists(number, *everything, quality=number) for number in range(1, 6)]
    assert told(*each_other) == {5: [4, 3, 2], 1: []}


def test_what_is_related_to_something_related_is_another_story():
    first = candidate(1, quality=90)
    second = lists(2, first, quality=60)
    third = lists(3, second, quality=30)
    assert told(first, second, third) == {1: [2], 3: []}


articles = st.lists(
    st.builds(
        dict,
        quality=st.none() | st.integers(-5, 120),
        heat=st.none() | st.integers(0, 100),
        published_at=st.integers(-30, 50).map(lambda hours: NOW - timedelta(hours=hours)),
        provider=st.sampled_from([Provider(""), Provider("Gazette"), Provider("C", "c.example")]),
        related=st.lists(
            st.integers(0, 9).map(lambda n: Related("R", f"https://gazette.example.org/a{n}")),
            max_size=6,
        ).map(tuple),
    ),
    max_size=10,
)


activities = st.dictionaries(
    st.integers(0, 9), st.builds(Activity, st.integers(0, 99), st.integers(0, 99))
)


@examples
@given(articles, activities, st.randoms())
def test_every_article_is_in_one_story_and_the_order_depends_on_nothing_else(found, done, dice):
    given_ = [candidate(number, **fields) for number, fields in enumerate(found)]
    stories = ranked(*given_, activity=done)
    ids = [each.id for story in stories for each in (story.best, *story.also)]
    assert sorted(ids) == list(range(len(found)))
    assert all(0 <= story.score <= 100 and len(story.also) <= 3 for story in stories)
    assert [s.score for s in stories] == sorted((s.score for s in stories), reverse=True)
    dice.shuffle(given_)
    assert ranked(*given_, activity=done) == stories


def most(*candidates, **activity):
    found = most_discussed(candidates, {int(k[1:]): Activity(*v) for k, v in activity.items()})
    return [(story.best.id, [each.id for each in story.also], story.score) for story in found]


def test_what_members_make_most_of_comes_first_and_what_they_leave_alone_not_at_all():
    stories = [candidate(number, quality=100 - number) for number in range(5)]
    told = most(*stories, n1=(0, 3), n2=(2, 1), n3=(0, 0), n4=(1, 1))
    assert told == [(2, [], 5), (4, [], 3), (1, [], 3)]


def test_one_story_is_told_once_with_the_article_that_members_make_most_of():
    first = candidate(1)
    second = lists(2, first)
    assert most(first, second, n1=(1, 0), n2=(3, 0)) == [(2, [1], 6)]


def test_no_provider_is_held_back_among_the_most_discussed():
    same = [candidate(n, provider=Provider("Gazette")) for n in range(3)]
    other = candidate(3, provider=Provider("Lantern"))
    told = most(*same, other, n0=(9, 0), n1=(8, 0), n2=(7, 0), n3=(6, 0))
    assert [best for best, _, _ in told] == [0, 1, 2, 3]
