"""What an article file says, as it is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.news.article import Picture, Provider, Related
from bot.news.front_matter import parse
from tests.samples import front_matter

REAL = """\
---
category: news
language: en_us
title: "Rights Groups Call for a Ban"
excerpt: "Two dozen groups â€” on Wednesday &amp; later &#8212; called for it."
publishedDateTime: 2021-04-15T13:00:00Z
originalUrl: "https://www.example.org/original/"
webUrl: "https://www.example.org/2021/04/ban/?utm_source=feed#top"
type: article
quality: 36
heat: -1
published: false

provider:
  name: Example Gov
  domain: example.org
  images:
    - url: "https://www.example.org/logo.png"
      width: 64

topics:
  - Computer Vision
  - AI

images:
  - url: "https://cdn.example.org/open-graph.jpg"
    width: 400
    height: 400
    isCached: true

related:
  - title: "Waterville to consider a ban"
    excerpt: "The council meets on Tuesday."
    publishedDateTime: 2021-04-20T01:59:00Z
    webUrl: "https://www.example.net/waterville/"
    type: video
    provider:
      name: Portland Example
      domain: example.net
    quality: 39
    images:
      - url: "http://files.example.net/icon.png"
        width: 300
        height: 300
        isCached: true

secured: "jsCjPeZdvTbs/rfGH2TSeFt6Z3rcOxojFZBnOqiRoLqPfYxVtGOuZg=="
---

"""


def read(text, **identity):
    """Return the article in a text or bytes, with no part left out."""
    data = text if isinstance(text, bytes) else text.encode()
    article, notes = parse(data, **{"source": "seeds", "slug": "comet", **identity})
    assert notes == ()
    return article


def test_every_field_is_read():
    article = read(REAL, source="wire", slug="2021/ban")
    assert (article.source, article.slug) == ("wire", "2021/ban")
    assert article.title == "Rights Groups Call for a Ban"
    assert article.excerpt == "Two dozen groups — on Wednesday & later — called for it."
    assert article.published_at == datetime(2021, 4, 15, 13, tzinfo=UTC)
    assert article.url == "https://www.example.org/2021/04/ban/?utm_source=feed#top"
    assert article.canonical_url == "https://www.example.org/2021/04/ban/"
    assert (article.kind, article.category, article.body) == ("article", "news", "")
    assert article.language == "en-US"
    assert (article.quality, article.heat, article.published) == (36, None, False)
    assert article.topics == ("Computer Vision", "AI")
    logo = Picture("https://www.example.org/logo.png", width=64)
    assert article.provider == Provider("Example Gov", "example.org", (logo,))
    assert article.pictures == (Picture("https://cdn.example.org/open-graph.jpg", 400, 400, True),)


def test_related_coverage_is_read():
    assert read(REAL).related == (
        Related(
            title="Waterville to consider a ban",
            url="https://www.example.net/waterville/",
            provider="Portland Example",
            published_at=datetime(2021, 4, 20, 1, 59, tzinfo=UTC),
            excerpt="The council meets on Tuesday.",
            kind="video",
            quality=39,
            pictures=(Picture("http://files.example.net/icon.png", 300, 300, True),),
        ),
    )


def test_secured_is_kept_to_the_byte():
    secured = "jsCjPeZdvTbs/rfGH2TSeFt6Z3rcOxojFZBnOqiRoLqPfYxVtGOuZg=="
    assert read(REAL).extra == {"secured": secured}


WRITTEN = {
    "CRLF": REAL.replace("\n", "\r\n").encode(),
    "CR": REAL.replace("\n", "\r").encode(),
    "BOM": b"\xef\xbb\xbf" + REAL.encode(),
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbf" + REAL.encode(),
    "BOM and CRLF": b"\xef\xbb\xbf" + REAL.replace("\n", "\r\n").encode(),
    "blank lines before": b"\n \t\n" + REAL.encode(),
    "spaces after the marks": REAL.replace("---\n", "---  \n").encode(),
    "dots at the end": REAL.removesuffix("---\n\n").encode() + b"...\n",
    "no line break at the end": REAL.rstrip().encode(),
    "C1 in the dash": REAL.replace("â€”", "â\x80\x94").encode(),
    "escaped twice": REAL.replace("&amp;", "&amp;amp;").encode(),
}


@pytest.mark.parametrize("data", WRITTEN.values(), ids=WRITTEN)
def test_the_way_a_file_is_written_changes_nothing(data):
    assert read(data) == read(REAL)


TITLES = {
    "entities": ('"Fish &amp; chips"', "Fish & chips"),
    "entities escaped twice": ('"Fish &amp;amp; chips"', "Fish & chips"),
    "wrongly decoded": ('"Itâ€™s cafÃ© â€” now"', "It’s café — now"),
    "wrongly decoded with C1": ('"â€œComet.â€\x9d"', "“Comet.”"),
    "C1 of Windows": ("It\x92s", "It’s"),
    "other controls": ('"Co\x00m\x1be\x7ft"', "Comet"),
    "escaped controls": ('"Comet\\0 \\x85seen\\e"', "Comet …seen"),
    "line separator": ("Comet\u2028seen", "Comet seen"),
    "markup": ('"<b>Comet</b> seen"', "Comet seen"),
    "two lines": ("|\n  Comet\n  seen", "Comet seen"),
    "number": ("2001", "2001"),
    "number with zeros": ("007", "007"),
    "decimal": ("1.10", "1.10"),
    "id": ("1100000000000000001", "1100000000000000001"),
    "truth": ("true", "true"),
    "Norway": ("no", "no"),
    "date": ("2026-05-31", "2026-05-31"),
    "very long": ("x" * 100_000, "x" * 10_000),
}


@pytest.mark.parametrize(("written", "title"), TITLES.values(), ids=TITLES)
def test_a_title_is_read_as_one_readable_line(written, title):
    text = (
        f"---\ntitle: {written}\npublishedDateTime: 2026-01-01\nwebUrl: https://example.org\n---\n"
    )
    assert read(text).title == title


DATES = {
    "UTC": ("2026-05-31T14:00:00Z", datetime(2026, 5, 31, 14, tzinfo=UTC)),
    "offset": ("2026-05-31T14:00:00+02:00", datetime(2026, 5, 31, 12, tzinfo=UTC)),
    "no offset": ("2026-05-31 14:00", datetime(2026, 5, 31, 14, tzinfo=UTC)),
    "fraction": ("2026-05-31T14:00:00.500Z", datetime(2026, 5, 31, 14, 0, 0, 500_000, tzinfo=UTC)),
    "day": ("2026-05-31", datetime(2026, 5, 31, tzinfo=UTC)),
    "spaces": (" 2026-05-31 ", datetime(2026, 5, 31, tzinfo=UTC)),
}


@pytest.mark.parametrize(("written", "moment"), DATES.values(), ids=DATES)
def test_a_date_is_read_as_utc(written, moment):
    published_at = read(front_matter(publishedDateTime=written)).published_at
    assert (published_at, published_at.tzinfo) == (moment, UTC)


def test_without_a_web_address_the_original_one_counts():
    for missing in (None, ""):
        article = read(front_matter(webUrl=missing, originalUrl="https://example.org/a?gclid=1"))
        assert article.url == "https://example.org/a?gclid=1"
        assert article.canonical_url == "https://example.org/a"


EMPTY = (
    "excerpt",
    "type",
    "language",
    "quality",
    "heat",
    "published",
    "provider",
    "topics",
    "images",
    "related",
)


@pytest.mark.parametrize("value", ["", "~", '""'], ids=["nothing", "null", "empty text"])
@pytest.mark.parametrize("field", EMPTY)
def test_an_empty_value_counts_as_a_missing_one(field, value):
    text = front_matter(**{field: None})
    assert read(text.replace("---\n", f"---\n{field}: {value}\n", 1)) == read(text)


def test_an_empty_value_inside_a_part_counts_as_a_missing_one():
    image = {"url": "https://example.org/1.jpg", "width": "", "height": None, "isCached": ""}
    related = {
        "title": "Seen in Mudford",
        "webUrl": "https://example.org/mudford",
        "publishedDateTime": "",
        "provider": "",
        "images": [image],
    }
    article = read(front_matter(provider={"name": "Gazette", "domain": ""}, related=[related]))
    assert article.provider == Provider("Gazette")
    picture = Picture("https://example.org/1.jpg")
    assert article.related == (
        Related("Seen in Mudford", "https://example.org/mudford", pictures=(picture,)),
    )


def test_an_article_needs_no_more_than_title_address_and_date():
    text = (
        "---\ntitle: Comet\npublishedDateTime: 2026-01-01\noriginalUrl: https://example.org/\n---"
    )
    article = read(text)
    assert (article.excerpt, article.kind, article.category, article.body) == (
        "",
        "article",
        "",
        "",
    )
    assert (article.quality, article.heat, article.published) == (None, None, True)
    assert (article.topics, article.pictures, article.related) == ((), (), ())
    assert (article.provider, article.language, article.extra) == (Provider(""), "", {})


FLAGS = {"false": False, "False": False, '"false"': False, "no": False, "Off": False, "0": False}
FLAGS |= {"true": True, "TRUE": True, "yes": True, "on": True, "1": True, "~": True}


@pytest.mark.parametrize(("written", "published"), FLAGS.items())
def test_published_is_a_truth_value_also_in_the_words_of_old(written, published):
    text = front_matter(published=None).replace("---\n", f"---\npublished: {written}\n", 1)
    assert read(text).published is published


@pytest.mark.parametrize("score", [-1, "-1", -1.0, None])
def test_an_unknown_score_is_none(score):
    article = read(front_matter(quality=score, heat=score))
    assert (article.quality, article.heat) == (None, None)


def test_a_score_of_nothing_is_known():
    article = read(front_matter(quality=0, heat="80"))
    assert (article.quality, article.heat) == (0, 80)


def test_words_of_norway_and_numbers_are_topics():
    text = front_matter(topics=None).replace("---\n", "---\ntopics: [NO, on, 2001, 1.10, ~x]\n", 1)
    assert read(text).topics == ("NO", "on", "2001", "1.10", "~x")


def test_norwegian_is_a_language():
    text = front_matter().replace("---\n", "---\nlanguage: no\n", 1)
    assert read(text).language == "no"


def test_a_topic_that_is_listed_twice_counts_once_as_first_written():
    topics = ["Computer Vision", "AI", "computervision", " ", ""]
    assert read(front_matter(topics=topics)).topics == ("Computer Vision", "AI")


def test_unknown_keys_are_kept_as_they_are():
    extra = {
        "ampWebUrl": "https://example.org/amp",
        "featuredContent": True,
        "channel": 1_100_000_000_000_000_001,
        "score": 0.5,
        "nested": {"list": [1, {"a": None}], "text": "Fish &amp; <b>chips</b>"},
        "empty": "",
        "none": "~",
        "web_url": "not ours",
    }
    assert read(front_matter(**extra)).extra == extra


def test_aliases_stand_for_what_they_point_to():
    text = front_matter(provider=None, topics=None, images=None).removesuffix("---\n") + (
        "provider: &gazette\n  name: Gazette\n  images: &logo\n    - url: https://example.org/1.png\n"
        "images: *logo\nrelated:\n  - {title: M, webUrl: https://example.org, provider: *gazette}\n"
        "extra: [*gazette, *gazette]\n---\n"
    )
    article = read(text)
    logo = (Picture("https://example.org/1.png"),)
    assert article.provider == Provider("Gazette", "", logo)
    assert article.pictures == logo
    assert article.related[0].provider == "Gazette"
    assert article.extra["extra"][0] is article.extra["extra"][1]


def test_the_body_is_all_that_follows():
    body = "\n\nThe comet.\n\n---\n\nIt&amp;s <b>gone</b>.\n\n"
    assert read(front_matter(body)).body == "The comet.\n\n---\n\nIt&amp;s <b>gone</b>."


def test_an_address_is_made_fit_to_publish():
    article = read(front_matter(webUrl=" https://Example.org/ü b "))
    assert article.url == "https://example.org/%C3%BC%20b"


def test_the_sample_of_the_repository_is_read():
    seeds = sorted((Path(__file__).parents[2] / "seeds").rglob("*.md"))
    assert all(read(path.read_bytes()).title for path in seeds)
