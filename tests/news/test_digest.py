"""How much of a digest fits into a message, to the last character."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.news.digest import (
    BLOCK,
    CLOSING,
    EMBEDS,
    UNITS,
    Line,
    Packed,
    Story,
    arranged,
    closing,
    lists,
    pack,
    section,
)
from bot.news.text import units
from tests.samples import article


def lines(*texts, heading=""):
    return [Line(text, heading) for text in texts]


def of(count, size=100, line=50):
    """Return so many stories of these sizes."""
    return [size] * count, lines(*("x" * line for _ in range(count)))


def embeds_and_units(packed, sizes):
    """Return what a message takes of Discord's limits, the closing line at its longest."""
    texts = packed.lists
    if packed.closed:
        texts = closing(texts, "x" * CLOSING)
    assert all(0 < units(text) <= BLOCK for text in texts)
    return packed.embeds + len(texts), sum(sizes[: packed.embeds]) + sum(map(units, texts))


@pytest.mark.parametrize(
    ("count", "embeds", "listed"),
    [(0, 0, 0), (1, 1, 0), (10, 10, 0), (11, 9, 2), (80, 9, 71), (300, 9, 78)],
)
def test_ten_stories_stand_by_themselves_or_nine_and_a_list(count, embeds, listed):
    sizes, texts = of(count)
    packed = pack(sizes, texts)
    assert (packed.embeds, packed.lines) == (embeds, listed)
    assert packed.closed is (embeds + listed < count)


@pytest.mark.parametrize(("last", "embeds"), [(600, 10), (601, 9)])
def test_the_tenth_story_may_fill_the_message_to_the_last_character(last, embeds):
    packed = pack([600] * 9 + [last], of(10)[1])
    assert (packed.embeds, packed.stories) == (embeds, 10)


@pytest.mark.parametrize(("length", "fits"), [(600, True), (601, False)])
def test_a_list_may_fill_the_message_to_the_last_character(length, fits):
    sizes, texts = of(11, size=600, line=10)
    packed = pack(sizes, [*texts[:9], *lines("a" * 300, "b" * (length - 301))])
    assert packed.stories == (11 if fits else 10)


@pytest.mark.parametrize(("length", "fits"), [(BLOCK, True), (BLOCK + 1, False)])
def test_a_list_may_fill_its_embed_to_the_last_character(length, fits):
    sizes = [10] * 11
    packed = pack(sizes, [*of(9)[1], *lines("a" * 2_000, "b" * (length - 2_001))])
    assert packed.stories == (11 if fits else 10)


def test_a_second_message_holds_no_stories_but_a_list_of_up_to_six_thousand_characters():
    sizes, texts = of(200, line=99)
    packed = pack(sizes, texts, part=2)
    assert packed.embeds == 0
    assert embeds_and_units(packed, sizes) == (2, 5_999)
    assert packed.lines == 59


def test_what_is_only_counted_takes_the_place_of_an_embed():
    sizes, texts = of(10)
    assert pack(sizes, texts, others=1) == Packed(9, 1, ("x" * 50,), closed=True)


def test_emoji_count_as_what_they_take():
    sizes, texts = of(9)
    packed = pack([*sizes, 10, 10], texts + lines("🚀" * 1_500, "🚀" * 1_500))
    assert packed.stories == 10


def test_lines_stand_under_their_heading_which_is_told_once():
    told = [*lines("a", heading="Sea"), *lines("b", heading="Sky"), *lines("c", heading="Sea")]
    assert lists(told) == ("Sea\na\nc\n\nSky\nb",)


def test_a_closing_line_that_does_not_fit_stands_by_itself():
    assert closing(("x" * BLOCK,), "more") == ("x" * BLOCK, "more")
    assert closing(("x" * (BLOCK - 5),), "more") == ("x" * (BLOCK - 5) + "\nmore",)
    assert closing((), "more") == ("more",)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.integers(1, BLOCK // 2),
            st.sampled_from(["", "Sea", "Sky", "🚀" * 20]),
        ),
        max_size=90,
    ),
    st.sampled_from([1, 2]),
    st.integers(0, 3),
)
def test_no_message_is_ever_too_full_and_every_story_is_shown_or_left(stories, part, others):
    sizes = [size for size, _, _ in stories]
    texts = [Line(f"{n}|".ljust(length, "x"), h) for n, (_, length, h) in enumerate(stories)]
    packed = pack(sizes, texts, part=part, others=others)
    embeds, size = embeds_and_units(packed, sizes)
    assert embeds <= EMBEDS
    assert size <= UNITS
    assert packed.closed is bool(others or packed.stories < len(stories))
    shown = "\n".join(packed.lists).split("\n")
    numbers = sorted(int(line.partition("|")[0]) for line in shown if "|" in line)
    assert numbers == list(range(packed.embeds, packed.stories))
    assert packed.stories or not stories


def test_an_article_stands_under_the_first_followed_topic_that_it_carries():
    found = article(topics=("AI", "space"))
    assert section(found, ("Sea", "Space", "AI")) == "Space"
    assert section(found, ("Sea", "Sky")) == ""
    assert section(found, ("Space",)) == ""
    assert section(found, ()) == ""


def test_sections_come_in_the_order_of_their_best_stories():
    stories = [Story(article(f"a{n}"), section=name) for n, name in enumerate("SASBA")]
    assert [story.article.slug for story in arranged(stories)] == ["a0", "a2", "a1", "a4", "a3"]
