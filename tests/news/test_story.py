"""Which articles are further reports of a story, and which only look like it."""

import pytest

from bot.news.article import Related
from bot.news.post import Fate, Post
from bot.news.story import Told, beginnings, listed
from tests.samples import CHANNEL, NOW, article


def url(slug):
    return article(slug).canonical_url


def lists(slug, *others):
    return article(
        slug, related=tuple(Related("Elsewhere", f"{url(o)}?utm_source=x") for o in others)
    )


def post(number):
    return Post(number, CHANNEL, number, "space", f"n{number}", Fate.POSTED, NOW, NOW)


def followed(new, *told, known=("a", "b", "c", "d", "e", "new")):
    """Return the numbers of the posts, from 1 in the order of `told`, that an article follows."""
    there = [Told(each, post(number)) for number, each in enumerate(told, start=1)]
    return [each.id for each in beginnings(new, there, {url(slug) for slug in known})]


def test_what_lists_a_posted_article_or_is_listed_by_one_follows_it():
    assert followed(lists("new", "a"), article("a"), article("b")) == [1]
    assert followed(article("new"), lists("a", "new"), lists("b", "c")) == [1]


def test_titles_never_make_a_follow_up():
    assert followed(article("new", title="The same"), article("a", title="The same")) == []


def test_of_several_stories_the_latest_comes_first():
    assert followed(lists("new", "a", "b"), article("a"), article("b")) == [2, 1]


def test_two_articles_of_one_story_lead_to_its_first_post_once():
    there = [Told(article("a"), post(1)), Told(article("b"), post(1))]
    found = beginnings(lists("new", "a", "b"), there, set())
    assert [each.id for each in found] == [1]


@pytest.mark.parametrize(("others", "follows"), [("abc", [1]), ("abcd", [])])
def test_a_roundup_follows_none_of_what_it_lists(others, follows):
    assert followed(lists("new", *others), article("a")) == follows


@pytest.mark.parametrize(("others", "follows"), [(("new", "b", "c"), [1]), (("new", *"bcd"), [])])
def test_none_of_what_a_roundup_lists_follows_it(others, follows):
    assert followed(article("new"), lists("a", *others)) == follows


def test_a_roundup_that_is_listed_itself_is_one_of_the_story():
    assert followed(lists("new", *"abcd"), lists("a", "new")) == [1]
    assert followed(lists("new", "a"), lists("a", "new", *"bcd")) == [1]


def test_what_the_archive_does_not_have_makes_no_roundup():
    assert followed(lists("new", "a", *"uvwxyz"), article("a")) == [1]


def test_an_article_that_lists_itself_lists_nothing():
    assert listed(lists("a", "a", "b")) == {url("b")}
