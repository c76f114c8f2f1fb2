"""Articles out of files that hold anything at all: Discord takes every one of them."""

import json
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.looks import embeds
from bot.news.article import Provider, Related
from bot.news.front_matter import parse
from bot.news.images import Illustration, illustration
from bot.news.text import units
from tests.chat.reading import AWKWARD, addresses, size
from tests.samples import article, front_matter

EVERY_AWKWARD = "".join(AWKWARD[:-1])  # without the half character: no file can hold one

fit_urls = st.one_of(
    st.just("https://gazette.example.org/comet"),
    st.integers(0, 2_048).map(lambda n: "https://gazette.example.org/(a)_b".ljust(n, "c")),
    st.just("https://gazette.example.org/ü [*]?q=<1>"),
)
urls = fit_urls | st.sampled_from(["javascript:alert(1)", "data:,x", "//x.example", "http://", ""])
words = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=20), max_size=20).map("".join)
words = words.map(lambda text: text.encode(errors="ignore").decode())
texts = words | words.map(lambda text: (text * 10_000)[:10_000])
dates = st.dates(date(1, 1, 2), date(9999, 12, 30)).map(str)
pictures = st.lists(st.fixed_dictionaries({"url": urls, "width": st.integers(0, 2_000)}))
providers = st.none() | st.fixed_dictionaries({"name": words, "images": pictures})
stories = {
    "title": words.map("Comet ".__add__),
    "publishedDateTime": dates,
    "type": st.sampled_from(["article", "video"]),
    "provider": providers,
    "images": pictures,
}
coverages = st.fixed_dictionaries({**stories, "webUrl": urls})
files = st.fixed_dictionaries(
    {
        **stories,
        "webUrl": fit_urls,
        "title": texts.map("Comet ".__add__),
        "excerpt": texts,
        "topics": st.lists(words, max_size=6),
        "related": st.lists(coverages, max_size=6),
    }
)
articles = files.map(lambda f: parse(front_matter(**f).encode(), source="seeds", slug="any")[0])


@settings(max_examples=50)
@given(articles)
def test_any_article_makes_a_post_that_discord_takes(found):
    shown = embeds.post(found, illustration(found.pictures), {})
    assert size(shown) <= 6_000
    assert {urlsplit(address).scheme for address in addresses(shown)} <= {"http", "https"}
    assert max(map(len, addresses(shown))) <= 2_048
    assert 0 < units(embeds.thread_name(found)) <= 100
    json.dumps(shown.to_dict()).encode("utf-8")


@settings(max_examples=10)
@given(st.lists(articles, min_size=1, max_size=3))
def test_any_ten_articles_fit_into_one_message(found):
    listed = [embeds.compact(each, frozenset(), {}) for each in (found * 10)[:10]]
    assert sum(map(size, listed)) <= 6_000


def test_the_fullest_article_there_can_be_fits_into_one_message():
    full = article(
        title=EVERY_AWKWARD * 99,
        excerpt=EVERY_AWKWARD * 999,
        provider=Provider(EVERY_AWKWARD * 99),
        topics=(EVERY_AWKWARD,) * 99,
        related=(Related(EVERY_AWKWARD, "https://courier.example.com/1", EVERY_AWKWARD),) * 9,
    )
    assert 5_400 < size(embeds.post(full, Illustration(), {})) <= 6_000
    listed = [embeds.compact(replace(full, slug=str(n)), frozenset(), {}) for n in range(10)]
    assert sum(map(size, listed)) <= 6_000
