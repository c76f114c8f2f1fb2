"""Titles and excerpts among markdown: read as written, whatever they hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.looks.markdown import escaped, link
from bot.news.text import plain, units
from tests.chat.reading import AWKWARD, read

PINGS = re.compile(r"@(everyone|here)|<(@[!&]?|#|a?:\w+:|t:|/\w+:|id:)\w*", re.IGNORECASE)
LIVE = re.compile(r"\bhttps?://", re.IGNORECASE)

texts = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=9), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Comet seen over Puddle Bay", "Comet seen over Puddle Bay"),
        ("", ""),
        ("**bold** _it_ __under__ ~~no~~", r"\*\*bold\*\* \_it\_ \_\_under\_\_ \~\~no\~\~"),
        ("`code` ```block``` ||spoiler||", r"\`code\` \`\`\`block\`\`\` \|\|spoiler\|\|"),
        ("<@1> <@&1> <#1> <:a:1>", r"\<@1\> \<@&1\> \<#1\> \<:a:1\>"),
        ("<t:1:R> </news:1>", r"\<t:1:R\> \</news:1\>"),
        ("@everyone, @here and @HERE", "@\u200beveryone, @\u200bhere and @\u200bHERE"),
        ("ada@example.org", "ada@example.org"),
        (r"C:\temp \*", r"C:\\temp \\\*"),
        ("[free](https://evil.example)", r"\[free\](https\://evil.example)"),
        ("see https://evil.example/a", r"see https\://evil.example/a"),
        ("# heading", r"\# heading"),
        ("-# small", r"\-# small"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("> quote", r"\> quote"),
        (">>> quote", r"\>\>\> quote"),
        ("1. first", r"1\. first"),
        ("2026) second", r"2026\) second"),
        ("Space\n# heading\u2028-# small", "Space # heading -# small"),
        ("\n- item", r"\- item"),
        ("3.5 metres", r"3\.5 metres"),
        ("Up 3.5 # - > here", r"Up 3.5 # - \> here"),
        ("Ratio 3:2 // at 10:30", "Ratio 3:2 // at 10:30"),
        ("👩‍👩‍👧 🚀 漢字 عربي", "👩‍👩‍👧 🚀 漢字 عربي"),
    ],
)
def test_text_stands_as_it_is_written(text, safe):
    assert escaped(text, 100) == safe


@given(texts, st.integers(0, 300))
def test_no_text_is_too_long_once_it_is_escaped(text, limit):
    assert units(escaped(text, limit)) <= limit


@given(texts)
def test_no_text_styles_links_or_pings(text):
    # An entity is markup to this reader, though not to Discord.
    line = plain(text).replace("&", "+")
    safe = escaped(line, 4000)
    assert read(safe) == (line.replace("\u200b", ""), [])
    assert not PINGS.search(safe.replace("\\<", ""))
    assert not LIVE.search(safe)


@given(texts, st.integers(1, 60))
def test_what_is_cut_is_still_safe(text, limit):
    safe = escaped(plain(text).replace("&", "+"), limit)
    assert read(safe)[1] == []
    assert not PINGS.search(safe.replace("\\<", ""))
    assert len(re.search(r"\\*$", safe).group()) % 2 == 0  # nothing after it is escaped by it


def test_a_long_text_is_cut_at_a_word_before_escaping_makes_it_too_long():
    safe = escaped("snow_drift " * 1000, 100)
    assert safe == r"snow\_drift " * 7 + r"snow\_drift…"


def test_ten_thousand_stars_are_cut_between_two_of_them():
    safe = escaped("*" * 10_000, 4096)
    assert safe == r"\*" * 2047 + "…"


def test_a_character_of_two_units_is_never_cut_in_half():
    assert escaped("🚀" * 10_000, 256) == "🚀" * 127 + "…"
    assert escaped("🚀", 1) == "…"


def test_half_a_character_is_passed_on_as_one_unit():
    assert escaped("a\ud83d" * 10, 5) == "a\ud83da\ud83d…"


def test_a_link_shows_its_title_and_leads_to_its_address():
    made = link("Comet *seen*", "https://gazette.example.org/comet?a=1&b=2", 100)
    assert made == r"[Comet \*seen\*](https://gazette.example.org/comet?a=1&b=2)"


def test_parentheses_in_an_address_do_not_end_its_link():
    made = link("Comet", "https://wiki.example.org/Comet_(album)_(2026)", 100)
    assert read(made) == ("Comet", ["https://wiki.example.org/Comet_%28album%29_%282026%29"])


@given(texts)
def test_a_title_cannot_lead_a_link_elsewhere(title):
    line = plain(title).replace("&", "+")
    shown, links = read(link(line, "https://gazette.example.org/comet", 2000))
    assert links == ["https://gazette.example.org/comet"]
    assert shown == line.replace("\u200b", "")


def test_the_limit_of_a_link_is_that_of_its_title():
    made = link("word " * 100, "https://gazette.example.org/" + "c" * 500, 20)
    assert made == "[word word word word…](https://gazette.example.org/" + "c" * 500 + ")"
