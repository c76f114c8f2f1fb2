"""What makes an article another one, and a topic the same one."""

from datetime import timedelta

import pytest

from bot.news.article import Picture, Provider, Related, fingerprint, topic_key
from tests.samples import NOW, article

COVERAGE = Related("Also seen in Mudford", "https://mudford.example.org/comet", "Mudford Echo", NOW)

SHOWN = {
    "url": {"url": "https://gazette.example.org/comet-2"},
    "title": {"title": "Comet lost over Puddle Bay"},
    "excerpt": {"excerpt": ""},
    "date": {"published_at": NOW},
    "kind": {"kind": "video"},
    "provider": {"provider": Provider("Mudford Echo", "gazette.example.org")},
    "domain": {"provider": Provider("Puddle Bay Gazette")},
    "logo": {
        "provider": Provider(
            "Puddle Bay Gazette", "gazette.example.org", (Picture("https://example.org/logo.png"),)
        )
    },
    "topic": {"topics": ("Space", "Sea")},
    "no topic": {"topics": ()},
    "no picture": {"pictures": ()},
    "width": {"pictures": (Picture("https://gazette.example.org/comet.jpg", 600, 630),)},
    "cached": {"pictures": (Picture("https://gazette.example.org/comet.jpg", 1200, 630, True),)},
    "related": {"related": (COVERAGE,)},
}


@pytest.mark.parametrize("fields", SHOWN.values(), ids=SHOWN)
def test_what_a_post_shows_changes_the_fingerprint(fields):
    assert fingerprint(article(**fields)) != fingerprint(article())


RELATED_SHOWN = {
    "title": {"title": "Mudford saw it too"},
    "url": {"url": "https://mudford.example.org/comet-2"},
    "provider": {"provider": "Mudford Times"},
    "date": {"published_at": NOW - timedelta(seconds=1)},
    "no date": {"published_at": None},
}


@pytest.mark.parametrize("fields", RELATED_SHOWN.values(), ids=RELATED_SHOWN)
def test_what_a_post_shows_of_related_coverage_changes_the_fingerprint(fields):
    shown = {"title": COVERAGE.title, "url": COVERAGE.url, "provider": COVERAGE.provider}
    other = Related(**{**shown, "published_at": NOW, **fields})
    assert fingerprint(article(related=(other,))) != fingerprint(article(related=(COVERAGE,)))


HIDDEN = {
    "source": {"source": "elsewhere"},
    "slug": {"slug": "moved", "url": article().url, "canonical_url": article().canonical_url},
    "body": {"body": "A long story."},
    "category": {"category": "news"},
    "language": {"language": "en"},
    "quality": {"quality": 12},
    "heat": {"heat": 3},
    "published": {"published": False},
    "secured": {"extra": {"secured": "aGVsbG8="}},
    "same moment": {"published_at": article().published_at.astimezone()},
}


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
def test_what_a_post_does_not_show_leaves_the_fingerprint(fields):
    assert fingerprint(article(**fields)) == fingerprint(article())


def test_what_a_post_does_not_show_of_related_coverage_leaves_the_fingerprint():
    richer = Related(
        COVERAGE.title,
        COVERAGE.url,
        COVERAGE.provider,
        COVERAGE.published_at,
        excerpt="They were first.",
        quality=9,
        pictures=(Picture("https://mudford.example.org/1.jpg"),),
    )
    assert fingerprint(article(related=(richer,))) == fingerprint(article(related=(COVERAGE,)))


def test_a_fingerprint_is_the_same_in_every_version():
    assert fingerprint(article()).hex() == "1de484b06732e00677ac8816e273cdb9"


SAME_TOPIC = {
    "case": ("Computer Vision", "computer VISION"),
    "spacing": ("Computer Vision", " ComputerVision "),
    "odd spaces": ("Computer Vision", "Computer\xa0\tVision"),
    "sharp s": ("STRASSE", "Straße"),
}


@pytest.mark.parametrize(("name", "other"), SAME_TOPIC.values(), ids=SAME_TOPIC)
def test_spellings_of_one_topic_have_one_key(name, other):
    assert topic_key(name) == topic_key(other)


def test_other_topics_have_other_keys():
    names = ("AI", "Art", "Computer-Vision", "Computer Vision", "Über", "Uber")
    assert len({topic_key(name) for name in names}) == len(names)
