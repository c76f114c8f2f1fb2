"""Which picture a post shows, and how large."""

import pytest

from bot.news.article import Picture
from bot.news.images import Illustration, illustration


def picture(name, width=0, height=0, cached=False):
    return Picture(f"https://gazette.example.org/{name}.jpg", width, height, cached)


def large(name):
    return Illustration(image=picture(name).url)


def small(name):
    return Illustration(thumbnail=picture(name).url)


CHOICES = {
    "none": ([], Illustration()),
    "the only one": ([picture("a", 1200, 630)], large("a")),
    "the largest": ([picture("a", 400, 300), picture("b", 800, 600)], large("b")),
    "the largest by area": ([picture("a", 900, 100), picture("b", 800, 600)], large("b")),
    "the larger before the cached": (
        [picture("a", 400, 300, cached=True), picture("b", 800, 600)],
        large("b"),
    ),
    "the cached of one size": (
        [picture("a", 800, 600), picture("b", 800, 600, cached=True)],
        large("b"),
    ),
    "the first of equals": ([picture("a", 800, 600), picture("b", 800, 600)], large("a")),
    "any size before an unknown one": ([picture("a"), picture("b", 300, 200)], large("b")),
    "an unknown size before none": ([picture("a")], large("a")),
    "an unknown size before a narrow one": ([picture("a", 120, 90), picture("b")], large("b")),
    "an unknown height": ([picture("a", 1200, 0), picture("b", 300, 200)], large("b")),
    "wide enough": ([picture("a", 200, 100)], large("a")),
    "too narrow": ([picture("a", 199, 900)], small("a")),
    "too narrow beside a wide one": ([picture("a", 199, 9000), picture("b", 300, 200)], large("b")),
    "a small square alone": ([picture("a", 300, 300)], large("a")),
    "a small square beside a wider one": (
        [picture("a", 399, 399), picture("b", 400, 210)],
        large("b"),
    ),
    "a small square beside a narrower one": (
        [picture("a", 300, 300), picture("b", 250, 100)],
        large("a"),
    ),
    "a square that is no longer small": (
        [picture("a", 400, 400), picture("b", 500, 200)],
        large("a"),
    ),
}


@pytest.mark.parametrize(("pictures", "chosen"), CHOICES.values(), ids=CHOICES)
def test_the_best_picture_is_shown(pictures, chosen):
    assert illustration(pictures) == chosen


SHARED = {
    "alone": ([picture("icon", 1200, 630)], small("icon")),
    "beside another": ([picture("icon", 1200, 630), picture("a", 300, 200)], large("a")),
    "beside one too narrow": ([picture("icon", 300, 300), picture("a", 100, 90)], small("icon")),
    "of unknown size": ([picture("icon")], small("icon")),
}


@pytest.mark.parametrize(("pictures", "chosen"), SHARED.values(), ids=SHARED)
def test_a_picture_that_belongs_to_the_site_is_a_thumbnail_at_most(pictures, chosen):
    assert illustration(pictures, {picture("icon").url}) == chosen


def test_the_real_picture_of_the_sample_article_is_shown_large():
    assert illustration([picture("open-graph", 400, 400, cached=True)]) == large("open-graph")
