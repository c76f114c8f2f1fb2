"""The pictures that stand in for those of sample articles."""

import io

import pytest
from PIL import Image

from bot.demo.pictures import Pictures
from bot.news.article import Picture

URL = "https://example.org/harbour.jpg"


def size(pictures: Pictures, url: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(pictures[url][1])).size


@pytest.mark.parametrize(
    ("stated", "painted"),
    [
        ((640, 360), (640, 360)),
        ((128, 128), (128, 128)),
        ((1, 1), (1, 1)),
        ((3200, 800), (1600, 400)),
        ((0, 0), (1200, 675)),
    ],
)
def test_a_picture_is_painted_in_the_size_its_article_states(stated, painted):
    assert size(Pictures([Picture(URL, *stated)]), URL) == painted


def test_a_picture_that_no_article_states_is_painted_all_the_same():
    assert size(Pictures(), "https://example.net/new.png") == (1200, 675)


def test_the_same_address_always_gets_the_same_picture_and_another_one_another():
    first, again = Pictures(), Pictures()
    assert first[URL] == again[URL]
    assert first[URL][1] != first["https://example.org/other.jpg"][1]


@pytest.mark.parametrize(
    ("url", "ending"),
    [
        ("https://example.org/a.png?w=2", ".png"),
        ("https://example.org/a.JPEG", ".jpeg"),
        ("https://example.org/a", ".jpg"),
    ],
)
def test_a_picture_keeps_the_ending_of_its_address(url, ending):
    assert Pictures()[url][0].endswith(ending)


def test_only_web_addresses_have_pictures():
    assert "attachment://a.png" not in Pictures()


def test_an_avatar_does_not_depend_on_the_id_of_its_member():
    pictures = Pictures()
    one = pictures["https://cdn.example.org/avatars/1/alice.png"][1]
    assert one == pictures["https://cdn.example.org/avatars/2/alice.png"][1]
