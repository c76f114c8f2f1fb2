"""No file whatever makes the parser fail in a way of its own, nor run away in time or memory."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ArticleError
from bot.news.front_matter import MAX_BYTES, parse
from tests.news import huge
from tests.news.strategies import address_like, awkward_text, examples, yaml_like
from tests.samples import front_matter

MOST_MEMORY = 60 << 20  # bytes


def read_or_refuse(data):
    """Parse, and check what must hold of everything that is read or refused."""
    last = data.count(b"\n") + data.count(b"\r") + 1
    try:
        article, notes = parse(data, source="seeds", slug="comet")
    except ArticleError as error:
        assert 0 <= error.line <= last  # noqa: PT017
        assert 0 < len(error.reason) <= 200  # noqa: PT017
        assert "\n" not in error.reason + error.field  # noqa: PT017
        return None
    assert article.title == article.title.strip() != ""
    assert article.url.isascii()
    assert article.canonical_url
    json.dumps(article.extra)
    assert all(0 < note.line <= last and note.field and note.reason for note in notes)
    return article


@examples
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    read_or_refuse(data)


@examples
@given(st.one_of(st.text(), awkward_text, yaml_like))
def test_any_front_matter_is_read_or_refused(text):
    read_or_refuse(f"---\n{text}\n---\n".encode("utf-8", "replace"))


@examples
@given(st.one_of(st.text(), awkward_text, yaml_like))
def test_anything_more_in_good_front_matter_is_read_or_refused(text):
    read_or_refuse(f"---\n{huge.GOOD}{text}\n---\n".encode("utf-8", "replace"))


RELATED = {"title": "More", "webUrl": "https://example.org/1", "provider": {"name": "Echo"}}
VALID = front_matter("Body.\n", related=[RELATED], secured="abc==", category="news").encode()


@examples
@given(st.data())
def test_a_good_file_with_damages_is_read_or_refused(data):
    damaged = bytearray(VALID)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(damaged)))
        end = data.draw(st.integers(start, min(len(damaged), start + 20)))
        patch = data.draw(st.one_of(st.binary(max_size=4), yaml_like.map(lambda t: t.encode())))
        damaged[start:end] = patch
    read_or_refuse(bytes(damaged))


FIELDS = (
    *("title", "publishedDateTime", "webUrl", "originalUrl", "excerpt", "category", "type"),
    *("quality", "heat", "published", "provider", "topics", "images", "related", "secured"),
)
PARTS = ("url", "width", "height", "isCached", "name", "domain")
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        awkward_text,
        address_like,
        st.sampled_from(("https://example.org/x", "2026-01-01", "article", "x - at `$.title`")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from((*FIELDS, *PARTS)), inner, max_size=5),
    ),
    max_leaves=15,
)


@examples
@given(st.dictionaries(st.sampled_from(FIELDS), values, max_size=6))
def test_fields_of_any_values_are_read_or_refused(fields):
    read_or_refuse(front_matter(**fields).encode("utf-8", "replace"))


@pytest.mark.parametrize("made", huge.READ.values(), ids=huge.READ)
def test_a_huge_file_is_read_in_time(made, watchdog):
    data = made()
    assert len(data) <= MAX_BYTES
    assert read_or_refuse(data).title.startswith("Comet")


@pytest.mark.parametrize("made", huge.REFUSED.values(), ids=huge.REFUSED)
def test_a_huge_file_is_refused_in_time(made, watchdog):
    data = made()
    assert len(data) <= MAX_BYTES
    assert read_or_refuse(data) is None


@pytest.mark.parametrize("name", huge.HEAVY)
def test_a_huge_file_is_read_in_little_memory(name, watchdog):
    data = huge.READ[name]()
    tracemalloc.start()
    try:
        parse(data, source="seeds", slug="comet")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
