"""Listings as buttons carry them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.asking.listing import (
    LONGEST,
    Kind,
    Listing,
    fitted,
    number,
    pages,
    read,
    room,
    written,
)
from bot.news.text import units
from bot.structs import replace

ids = st.integers(0, (1 << 63) - 1)
listings = st.builds(
    Listing,
    kind=st.sampled_from(Kind),
    page=st.integers(0, 99),
    topic=st.integers(0, 10**6),
    provider=st.integers(0, 10**6),
    days=st.sampled_from([0, 1, 7, 30, 92, 365]),
    newest=st.booleans(),
    number=ids,
    words=st.text(max_size=150) | st.text("🚀é. -\n", max_size=150),
)


@given(listings)
def test_whatever_is_asked_fits_into_a_button_and_is_read_as_it_was(listing):
    listing = fitted(listing)
    text = f"news:l:{written(listing)}"
    assert units(text) <= 100
    assert read(written(listing)) == listing
    assert fitted(listing) == listing


@given(st.text() | st.text("lsrat.0123456789-x²", max_size=40))
def test_no_text_is_too_strange_to_be_read(text):
    listing = read(text)
    assert listing is None or 0 <= listing.page < 1 << 63


@pytest.mark.parametrize(
    "text",
    [
        "",
        "l",
        "x.......",
        "l......",
        "l.-1......",
        "l..-1.....",
        "l....36501...",
        "l.....2..",
        "l.one......",
        "l.²......",
        f"l.{'9' * 19}......",
        f"l.{'9' * 5000}......",
        "l.-......",
    ],
)
def test_what_no_version_wrote_is_no_listing(text):
    assert read(text) is None


def test_words_may_hold_anything():
    assert read("s.......a.b. .c").words == "a.b. .c"


def test_words_are_cut_where_the_room_ends():
    short = Listing(Kind.SEARCH, words="comet  over\nthe bay ")
    assert fitted(short).words == "comet over the bay"
    cut = fitted(Listing(Kind.SEARCH, topic=12, words="comet " * 30))
    assert cut.words.endswith("comet…")
    assert 60 <= units(cut.words) <= room(cut)


def test_a_search_fits_beside_all_options_on_every_page():
    most = Listing(Kind.SEARCH, 99, 99_999, 999_999, 365, newest=True)
    assert room(most) >= LONGEST
    assert room(replace(most, number=1)) == room(most) - 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-3", -3), ("", None), ("-", None), ("1.5", None), (str(1 << 63), None)],
)
def test_a_number_is_one_that_the_archive_could_hold(text, value):
    assert number(text) == value


def test_five_articles_are_a_page():
    assert [pages(n) for n in (0, 1, 5, 6, 50)] == [1, 1, 1, 2, 10]
