"""Articles out of files that hold anything at all: Discord takes every one of them."""

import json
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.looks import embeds
from bot.news.article import Provider, Related
from bot.news.images import Illustration, illustration
from bot.news.text import units
from bot.structs import replace
from tests.chat.looks.anything import EVERY_AWKWARD, articles
from tests.chat.reading import addresses, size
from tests.samples import article


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
