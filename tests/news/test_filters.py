"""Which articles a subscription's filters hold back, and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.article import Provider
from bot.news.filters import refusal
from bot.news.subscription import Filters
from tests.samples import article

PASSES = {
    "no filters": ({}, Filters()),
    "quality at the bar": ({"quality": 70}, Filters(min_quality=70)),
    "unknown quality": ({"quality": None}, Filters(min_quality=70)),
    "provider by domain": ({}, Filters(providers=("gazette.example.org",))),
    "provider by parent domain": ({}, Filters(providers=("example.org",))),
    "provider by name": ({}, Filters(providers=("puddle bay gazette",))),
    "one of several providers": ({}, Filters(providers=("other.example", "Puddle Bay Gazette"))),
    "another provider excluded": ({}, Filters(not_providers=("mudford.example.org",))),
    "end of a domain that is no subdomain": ({}, Filters(not_providers=("tte.example.org",))),
    "longer domain excluded": ({}, Filters(not_providers=("www.gazette.example.org",))),
    "part of a name excluded": ({}, Filters(not_providers=("Puddle Bay",))),
    "empty provider excluded": ({"provider": Provider("")}, Filters(not_providers=("", " "))),
    "word in the title": ({}, Filters(words=("comet",))),
    "word in the excerpt": ({}, Filters(words=("harbour",))),
    "word in the body": ({"body": "Astronomers rejoice."}, Filters(words=("rejoice",))),
    "one of several words": ({}, Filters(words=("asteroid", "comet"))),
    "phrase": ({}, Filters(words=("puddle bay",))),
    "phrase over odd spacing": ({"title": "Puddle\n Bay"}, Filters(words=("puddle  bay",))),
    "without regard to accents": ({"title": "Café Zürich"}, Filters(words=("CAFE ZURICH",))),
    "accents in the filter": ({"title": "Cafe Zurich"}, Filters(words=("café zürich",))),
    "sharp s": ({"title": "Neue STRASSE"}, Filters(words=("straße",))),
    "word with signs": ({"title": "Why C++ won"}, Filters(words=("c++",))),
    "word beside signs": ({"title": "“AI”, again"}, Filters(words=("ai",))),
    "only part of a word excluded": ({"title": "Paid in full"}, Filters(not_words=("ai",))),
    "phrase across title and excerpt": (
        {"title": "One", "excerpt": "two"},
        Filters(words=("one two",)),
    ),
    "the kind that is wanted": ({"kind": "video"}, Filters(kind="video")),
    "the language that is wanted": ({"language": "en"}, Filters(languages=("de", "en"))),
    "a narrower language": ({"language": "en-GB"}, Filters(languages=("EN",))),
    "any language": ({"language": "tlh"}, Filters()),
    "phrase over odd spacing in the text": ({"body": "a\u00a0\n  b"}, Filters(words=("a b",))),
    "the longer of two that begin alike": (
        {"title": "The AI labs"},
        Filters(words=("ai", "ai labs", "ai l")),
    ),
    "empty word excluded": ({}, Filters(not_words=("", " "))),
}


@pytest.mark.parametrize(("fields", "filters"), PASSES.values(), ids=PASSES)
def test_an_article_passes(fields, filters):
    assert refusal(article(**fields), filters) is None


HELD = {
    "quality": ({"quality": 69}, Filters(min_quality=70), "quality 69 is below 70"),
    "no quality at all": ({"quality": 0}, Filters(min_quality=1), "quality 0 is below 1"),
    "domain excluded": (
        {},
        Filters(not_providers=("gazette.example.org",)),
        "provider Puddle Bay Gazette is excluded",
    ),
    "parent domain excluded": (
        {},
        Filters(not_providers=("EXAMPLE.org",)),
        "provider Puddle Bay Gazette is excluded",
    ),
    "name excluded": (
        {},
        Filters(not_providers=("PuddleBay Gazette",)),
        "provider Puddle Bay Gazette is excluded",
    ),
    "excluded and included": (
        {},
        Filters(providers=("example.org",), not_providers=("gazette.example.org",)),
        "provider Puddle Bay Gazette is excluded",
    ),
    "provider not included": (
        {},
        Filters(providers=("mudford.example.org",)),
        "provider Puddle Bay Gazette is not among those included",
    ),
    "unknown provider": (
        {"provider": Provider("")},
        Filters(providers=("mudford.example.org",)),
        "provider unknown is not among those included",
    ),
    "word excluded": ({}, Filters(not_words=("Comet",)), "has the excluded words “Comet”"),
    "word excluded and included": (
        {},
        Filters(words=("comet",), not_words=("bay",)),
        "has the excluded words “bay”",
    ),
    "phrase excluded": (
        {},
        Filters(not_words=("Harbour  lamp",)),
        "has the excluded words “Harbour  lamp”",
    ),
    "one of many excluded, as it was written": (
        {},
        Filters(not_words=("gull", "Haven", "HARBOUR", "harbour lamps")),
        "has the excluded words “HARBOUR”",
    ),
    "word missing": ({}, Filters(words=("asteroid",)), "has none of the included words"),
    "only part of a word": ({}, Filters(words=("come",)), "has none of the included words"),
    "a pattern is not one": ({}, Filters(words=("c.met",)), "has none of the included words"),
    "another kind": ({"kind": "video"}, Filters(kind="article"), "type video, not article"),
    "another language": (
        {"language": "pt-PT"},
        Filters(languages=("pt-BR", "en")),
        "language pt-PT is not among those included",
    ),
    "a wider language": (
        {"language": "pt"},
        Filters(languages=("pt-BR",)),
        "language pt is not among those included",
    ),
    "unknown language": (
        {},
        Filters(languages=("en",)),
        "language unknown: say `language:` in its file or for its source",
    ),
    "several reasons": (
        {"quality": 1},
        Filters(min_quality=2, words=("asteroid",), not_providers=("example.org",)),
        "quality 1 is below 2",
    ),
}


@pytest.mark.parametrize(("fields", "filters", "why"), HELD.values(), ids=HELD)
def test_an_article_is_held_back_with_the_reason(fields, filters, why):
    assert refusal(article(**fields), filters) == why


words = st.text("ab+ é.", max_size=4)


@given(st.lists(words, max_size=6), st.text("ab+ é.", max_size=12))
def test_all_phrases_at_once_find_what_each_of_them_finds(phrases, title):
    def found(*some):
        return refusal(article(title=title, excerpt=""), Filters(not_words=some)) is not None

    assert found(*phrases) == any(found(phrase) for phrase in phrases)
