"""Text as articles bring it: repaired, plain, cut."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.news.text import ELLIPSIS, cut, plain, units, without_controls
from tests.news.strategies import awkward_text, examples

READABLE = {
    "nothing to do": ("Comet seen", "Comet seen"),
    "spacing": ("  Comet\n\tseen  twice ", "Comet seen twice"),
    "odd spaces": ("Comet\xa0seen\u2003now", "Comet seen now"),
    "entities": ("Fish &amp; chips &#8211; &#x201C;hot&rdquo;", "Fish & chips – “hot”"),
    "escaped twice": ("Fish &amp;amp; chips", "Fish & chips"),
    "escaped four times": ("Fish &amp;amp;amp;amp; chips", "Fish & chips"),
    "no entities": ("AT&T R&D;", "AT&T R&D;"),
    "not quite entities": ("a &notit; b &copy 2026", "a &notit; b &copy 2026"),
    "entities of Windows": ("&#128;5 and &#x80;6", "€5 and €6"),
    "markup": ("<p>Comet <b>seen</b></p><br/>", "Comet seen"),
    "escaped markup": ("&lt;p&gt;Comet&lt;/p&gt;", "Comet"),
    "comment": ("Comet<!-- a <b> --> seen", "Comet seen"),
    "signs, no markup": ("3 < 5, 7 &gt; 6 and <3", "3 < 5, 7 > 6 and <3"),
    "wrongly decoded dash": ("a \u00e2\u20ac\u201d b", "a \u2014 b"),
    "wrongly decoded": ("The cityâ€” and cafÃ©", "The city— and café"),
    "wrongly decoded with C1": ("He said â€œhiâ€\x9d.", "He said “hi”."),
    "C1 of Windows": ("It\x92s \x93hot\x94", "It’s “hot”"),
    "C0 controls": ("Comet\x00\x07seen", "Comet seen"),
    "invisible": ("pay\u200bload \u202eevil\u202c \ufeffend", "payload evil end"),
    "one spelling of accents": ("Cafe\u0301", "Café"),
    "curly quotes": ("‘Curly’ quotes stay", "‘Curly’ quotes stay"),
    "typography stays": ("ﬁne １２", "ﬁne １２"),
    "joined emoji stay": ("👩‍🚀 landed", "👩‍🚀 landed"),
    "nothing visible": ("&nbsp; \u200b", ""),
}


@pytest.mark.parametrize(("text", "readable"), READABLE.values(), ids=READABLE)
def test_plain_text_is_one_readable_line(text, readable):
    assert plain(text) == readable


@examples
@given(awkward_text)
def test_plain_text_stays_as_it_is(text):
    once = plain(text)
    assert plain(once) == once


@examples
@given(awkward_text)
def test_plain_text_has_no_controls_breaks_or_outer_spaces(text):
    line = plain(text)
    assert line == line.strip()
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Zl", "Zp")]


def test_text_that_is_escaped_without_end_loses_its_signs(watchdog):
    line = plain("&#59" * 2_000 + ";")
    assert "&" not in line
    assert plain(line) == line


WITHOUT_CONTROLS = {
    "tab and newline stay": ("Tab\tand\nbreak", "Tab\tand\nbreak"),
    "dropped or repaired": ("a\x00b\x1bc\x7fd\x8ee", "abcdŽe"),
    "only the damaged line is repaired": ("â€œhiâ€\x9d\nâ€œstays", "“hi”\nâ€œstays"),
    "breaks of YAML 1.1": ("a\x85b\u2028c\u2029d", "a…b c d"),
    "noncharacters": ("\ufffea\uffffb", "ab"),
}


@pytest.mark.parametrize(("text", "clean"), WITHOUT_CONTROLS.values(), ids=WITHOUT_CONTROLS)
def test_controls_are_repaired_or_dropped(text, clean):
    assert without_controls(text) == clean


def test_controls_are_dropped_unrepaired_where_there_are_very_many(watchdog):
    lines = without_controls("It\x92s\n" * 200_000).split("\n")
    assert lines[0] == "It’s"
    assert lines[-2] == "Its"
    assert len(lines) == 200_001


@examples
@given(awkward_text)
def test_dropping_controls_keeps_the_number_of_lines(text):
    clean = without_controls(text)
    assert clean.count("\n") == text.count("\n")
    assert not [c for c in clean if unicodedata.category(c) == "Cc" and c not in "\t\n"]
    assert len(clean.splitlines()) <= clean.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 2),
        ("日本", 2),
        ("😀", 2),
        ("👩‍🚀", 5),
        ("\ud800", 1),
    ],
    ids=ascii,
)
def test_units_are_those_of_utf_16(text, count):
    assert units(text) == count


CUT = {
    "fits": ("Comet seen", 10, "Comet seen"),
    "at a word": ("Comet seen", 9, "Comet…"),
    "just after a word": ("Comet seen over", 11, "Comet seen…"),
    "no comma before the ellipsis": ("Comet, seen over", 8, "Comet…"),
    "no dash before the ellipsis": ("Comet – seen over", 9, "Comet…"),
    "an endless word": ("A " + "x" * 20, 10, "A xxxxxxx…"),
    "a script without spaces": ("彗星は港の上に見えた", 6, "彗星は港の…"),
    "room for the ellipsis alone": ("Comet", 1, "…"),
    "no room": ("Comet", 0, ""),
    "less than no room": ("Comet", -1, ""),
    "nothing": ("", 0, ""),
    "a surrogate pair fits": ("ab😀😀", 5, "ab😀…"),
    "a surrogate pair is not split": ("ab😀😀", 4, "ab…"),
    "a combining sequence is not split": ("abe\u0301e\u0301", 4, "ab…"),
    "a joined emoji is not split": ("ab👩‍🚀cd", 6, "ab…"),
    "a coloured emoji is not split": ("ab👍🏽cd", 5, "ab…"),
    "a flag is not split": ("ab🇩🇪🇫🇷", 9, "ab🇩🇪…"),
    "a variation selector stays with its sign": ("ab❤\ufe0fcd", 4, "ab…"),
    "a conjunct is not split": ("abक्षकख", 5, "ab…"),
    "one endless character": ("e" + "\u0301" * 30, 10, "…"),
}


@pytest.mark.parametrize(("text", "limit", "short"), CUT.values(), ids=CUT)
def test_text_is_cut_at_a_word(text, limit, short):
    assert cut(text, limit) == short


@examples
@given(awkward_text, st.integers(-2, 60))
def test_cut_text_is_never_longer_than_the_limit(text, limit):
    short = cut(text, limit)
    assert units(short) <= max(limit, 0)
    if units(text) <= limit:
        assert short == text
    elif limit > 0:
        assert short.endswith(ELLIPSIS)


@examples
@given(awkward_text.map(plain), st.integers(1, 60))
def test_cut_text_is_a_start_of_whole_characters(text, limit):
    short = cut(text, limit)
    if short != text:
        head = short.removesuffix(ELLIPSIS)
        ends = [match.end() for match in regex.finditer(r"\X", text)]
        assert text.startswith(head)
        assert len(head) in (0, *ends)
