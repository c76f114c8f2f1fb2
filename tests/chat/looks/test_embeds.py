"""Articles as embeds: what they show, and that Discord takes every one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.looks import embeds
from bot.news.article import Picture, Provider, Related
from bot.news.front_matter import parse
from bot.news.images import Illustration
from bot.news.text import units
from bot.store.labels import TopicCount
from tests.chat.reading import read, size
from tests.samples import NOW, article, front_matter

PLAIN = Illustration()


def related(number=1, **fields):
    url = f"https://courier.example.com/{number}"
    values = {"title": f"Story {number}", "url": url, "provider": "Courier", "published_at": NOW}
    return Related(**values | fields)


def coverage(shown):
    """Return the lines of the field that lists related coverage."""
    (field,) = shown.fields
    assert field.name == "Related coverage"
    return field.value.split("\n")


def test_an_article_is_shown_with_all_it_has():
    shown = embeds.post(
        article(
            provider=Provider(
                "Puddle Bay Gazette",
                "gazette.example.org",
                (Picture("https://gazette.example.org/icon.png"),),
            ),
            topics=("Space", "Harbour"),
            related=(related(),),
        ),
        Illustration(image="https://gazette.example.org/comet.jpg"),
        {"space": 0x112233},
    )
    assert shown.to_dict() == {
        "type": "rich",
        "flags": 0,
        "title": "Comet seen over Puddle Bay",
        "url": "https://gazette.example.org/comet",
        "description": "It was brighter than the harbour lamp.",
        "color": 0x112233,
        "timestamp": "2025-12-31T09:00:00+00:00",
        "author": {
            "name": "Puddle Bay Gazette",
            "icon_url": "https://gazette.example.org/icon.png",
        },
        "image": {"url": "https://gazette.example.org/comet.jpg"},
        "fields": [
            {
                "name": "Related coverage",
                "value": "[Story 1](https://courier.example.com/1) · Courier · <t:1767225600:R>",
                "inline": False,
            }
        ],
        "footer": {"text": "Space · Harbour"},
    }


def test_an_article_with_next_to_nothing_has_no_empty_parts():
    bare = article(excerpt="", provider=Provider(""), topics=(), pictures=())
    assert embeds.post(bare, PLAIN, {}).to_dict() == {
        "type": "rich",
        "flags": 0,
        "title": "Comet seen over Puddle Bay",
        "url": "https://gazette.example.org/comet",
        "color": 0x5865F2,
        "timestamp": "2025-12-31T09:00:00+00:00",
    }


def test_a_small_picture_is_a_thumbnail():
    shown = embeds.post(article(), Illustration(thumbnail="https://gazette.example.org/i.png"), {})
    assert (shown.image.url, shown.thumbnail.url) == (None, "https://gazette.example.org/i.png")


def test_titles_and_excerpts_are_escaped_and_the_rest_is_shown_as_it_is():
    shown = embeds.post(
        article(title="**Free** @here", excerpt="[x](https://evil.example)"), PLAIN, {}
    )
    assert shown.title == "\\*\\*Free\\*\\* @\u200bhere"
    assert shown.description == r"\[x\](https\://evil.example)"
    named = article(provider=Provider("Bay_Gazette*"), topics=("C*", "_D_"))
    shown = embeds.post(named, PLAIN, {})
    assert (shown.author.name, shown.footer.text) == ("Bay_Gazette*", "C* · _D_")


def test_right_to_left_marks_do_not_reach_discord():
    text = front_matter(title="\u202eteler\u202c safe", excerpt="\u2067abc\u2069 \u200fdef")
    found, _ = parse(text.encode(), source="seeds", slug="comet")
    shown = embeds.post(found, PLAIN, {})
    assert (shown.title, shown.description) == ("teler safe", "abc def")


def test_ten_thousand_characters_are_cut_at_a_word():
    shown = embeds.post(article(excerpt="comet " * 1_700, title="Comet " * 2_000), PLAIN, {})
    assert shown.title == "Comet " * 41 + "Comet…"
    assert shown.description.endswith("comet comet…")
    assert 4_090 <= units(shown.description) <= 4_096


def test_characters_of_two_units_count_as_two():
    shown = embeds.post(article(title="🚀" * 300, excerpt="🚀" * 5_000), PLAIN, {})
    assert shown.title == "🚀" * 127 + "…"
    assert shown.description == "🚀" * 2_047 + "…"


def test_up_to_five_stories_are_related():
    shown = embeds.post(article(related=tuple(related(n) for n in range(9))), PLAIN, {})
    assert coverage(shown) == [
        f"[Story {n}](https://courier.example.com/{n}) · Courier · <t:1767225600:R>"
        for n in range(5)
    ]


def test_a_related_story_of_unknown_origin_and_date_is_a_link_alone():
    shown = embeds.post(article(related=(related(provider="", published_at=None),)), PLAIN, {})
    assert coverage(shown) == ["[Story 1](https://courier.example.com/1)"]


def test_a_related_address_that_does_not_fit_is_passed_over():
    long = related(1, url="https://courier.example.com/" + "a" * 1_000)
    shown = embeds.post(article(related=(long, *(related(n) for n in range(2, 9)))), PLAIN, {})
    assert [line.split("]")[0] for line in coverage(shown)] == [f"[Story {n}" for n in range(2, 7)]


@pytest.mark.parametrize(("length", "kept"), [(1_024, "Story 1"), (1_025, "Story 2")])
def test_a_related_address_that_only_just_fits_is_kept(length, kept):
    line = "[Story 1]() · Courier · <t:1767225600:R>"
    url = "https://courier.example.com/".ljust(length - len(line), "a")
    shown = embeds.post(article(related=(related(url=url), related(2))), PLAIN, {})
    assert [line.split("]")[0] for line in coverage(shown)] == [f"[{kept}"]


def test_nothing_related_means_no_field():
    long = related(url="https://courier.example.com/" + "a" * 2_000)
    assert embeds.post(article(related=(long,)), PLAIN, {}).fields == []


def test_a_related_title_cannot_lead_its_link_elsewhere():
    trap = related(
        title="a](https://evil.example) [b", url="https://wiki.example.org/Comet_(album)"
    )
    (line,) = coverage(embeds.post(article(related=(trap,)), PLAIN, {}))
    shown, links = read(line)
    assert links == ["https://wiki.example.org/Comet_%28album%29"]
    assert shown.startswith("a](https://evil.example) [b")


def test_the_first_topic_with_a_colour_gives_it():
    colours = {"harbour": 0x00FF00, "weather": 0x0000FF}
    assert embeds.colour(article(topics=("Space", "HAR BOUR", "Weather")), colours) == 0x00FF00


def test_a_topic_without_a_colour_always_gets_the_same_one():
    assert embeds.colour(article(topics=("Space",)), {}) == 0x9BD957
    assert embeds.colour(article(topics=("s p a c e", "Harbour")), {}) == 0x9BD957
    several = {embeds.colour(article(topics=(name,)), {}) for name in ("Space", "Harbour", "AI")}
    assert len(several) == 3


@given(st.text(min_size=1))
def test_every_topic_has_a_colour_that_discord_knows(name):
    assert 0 <= embeds.colour(article(topics=(name.replace("\ud800", ""),)), {}) <= 0xFFFFFF


def test_one_of_a_list_is_short_and_has_a_thumbnail():
    shown = embeds.compact(article(excerpt="word " * 100), frozenset(), {})
    assert units(shown.description) <= 240
    assert shown.description.endswith("word…")
    assert shown.thumbnail.url == "https://gazette.example.org/comet.jpg"
    assert (shown.image.url, shown.footer.text) == (None, "Puddle Bay Gazette")


def test_a_picture_that_a_site_shares_is_only_a_thumbnail():
    mine, logo = (Picture(f"https://gazette.example.org/{n}.jpg", 900, 600) for n in "ab")
    shown = embeds.compact(article(pictures=(logo, mine)), frozenset({logo.url}), {})
    assert shown.thumbnail.url == mine.url


async def test_a_button_opens_the_article():
    (button,) = embeds.link_button(article())
    assert (button.label, button.url) == ("Read the article", "https://gazette.example.org/comet")
    (button,) = embeds.link_button(article(kind="video"))
    assert button.label == "Watch the video"


async def test_an_address_too_long_for_a_button_goes_without():
    address = "https://gazette.example.org/".ljust(512, "a")
    assert len(embeds.link_button(article(url=address))) == 1
    assert embeds.link_button(article(url=address + "a")) == ()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Comet *seen*", "Comet *seen*"),
        ("Comet " * 30, "Comet " * 15 + "Comet…"),
        ("🚀" * 80, "🚀" * 49 + "…"),
    ],
)
def test_a_thread_is_called_what_its_article_is_as_far_as_it_fits(title, name):
    assert embeds.thread_name(article(title=title)) == name


def test_topics_are_listed_with_how_much_there_is_of_them_and_who_follows_them():
    lines = [
        embeds.topic_line(TopicCount(1, "C_3_PO", 2, NOW), ["<#1>", "<#2>"]),
        embeds.topic_line(TopicCount(2, "Tea", 1, NOW), []),
    ]
    shown = embeds.topics(lines, ["<#3>"], "page 1 of 1 · 2 topics")
    assert (shown.title, shown.footer.text) == ("Topics", "page 1 of 1 · 2 topics")
    assert shown.description.split("\n") == [
        r"**C\_3\_PO** · 2 articles · last <t:1767225600:R> · in <#1>, <#2>",
        "**Tea** · 1 article · last <t:1767225600:R>",
        "All topics: <#3>",
    ]


def test_the_longest_topics_fit_into_one_message():
    channels = [f"<#{(1 << 63) - 1}>"] * 9
    lines = [embeds.topic_line(TopicCount(n, "*" * 300, 10**6, NOW), channels) for n in range(15)]
    assert size(embeds.topics(lines, channels, "page 1 of 1 · 15 topics")) <= 4_096
    assert all(line.endswith(f"{channels[0]}, …") for line in lines)


def test_what_stands_above_a_list_leaves_room_for_it():
    coverage = (Related("*" * 300, "https://courier.example.com/1", "*" * 300, NOW),) * 9
    shown = embeds.heading(
        "*" * 300,
        scope="*" * 400,
        footer="page 10 of 10 · 50+ articles",
        subject=article(related=coverage),
    )
    listed = [embeds.compact(article(title="*" * 300, excerpt="*" * 999), frozenset(), {})] * 5
    assert size(shown) + sum(map(size, listed)) <= 6_000
