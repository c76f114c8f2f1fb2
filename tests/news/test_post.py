"""The mark by which Discord knows a post again."""

from itertools import product

from bot.news.post import nonce
from tests.samples import CHANNEL


def test_a_nonce_is_as_long_as_discord_allows():
    assert {
        len(nonce(channel, article)) for channel in (1, CHANNEL) for article in (1, 1 << 60)
    } == {25}


def test_a_nonce_is_the_same_after_every_restart():
    assert nonce(CHANNEL, 1_852_254_720_000_001) == "izsddjdhppciyflvzekul2fgl"
    assert nonce(CHANNEL, 1_852_254_720_000_001, revision=1) == "p3kvfhrmsfdrvqtdhvxolqlve"


def test_a_nonce_differs_by_channel_article_and_revision():
    parts = list(product((1, 11, 111), (1, 11, 111), (0, 1, 11)))
    assert len({nonce(*part) for part in parts}) == len(parts)
