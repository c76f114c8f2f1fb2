"""Words are compared as SQLite's full text index compares them."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.words import folded, forms, stands_in, stems, words

LETTERS = st.text(st.sampled_from("aàçéğïñőšẽüýžæøßþłдёйλώĲſﬁ٣漢12e\u0301n\u0303"), max_size=12)
ENGLISH = st.text(st.sampled_from("aeioubcdlmnrstvyz"), min_size=3, max_size=9)
ENDINGS = st.sampled_from(
    ("", "s", "ed", "ing", "ies", "ational", "iveness", "fully", "izer", "ally")
)

FORMS = """agreed batteries census climate comets community computational councils counted
counting decided engineering explored faster festivals government happily harbours hopping hopeful
issues libraries lighthouse measurement meetings museums newest opening orchards organisation
policies politics quickly received relational researchers robotics robots running scientists
sensibility stopped studies sustainability telescopes universities volunteers weekly"""


def indexed(text, tokenizer):
    """Return the words of a text as SQLite has them."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f'CREATE VIRTUAL TABLE told USING fts5 (text, tokenize="{tokenizer}")')
        database.execute("CREATE VIRTUAL TABLE term USING fts5vocab (told, instance)")
        database.execute("INSERT INTO told VALUES (?)", (text,))
        return [row[0] for row in database.execute('SELECT term FROM term ORDER BY "offset"')]


@given(LETTERS | st.text(st.characters(min_codepoint=1, max_codepoint=127)))
def test_words_are_split_and_folded_as_in_the_index(text):
    assert words(text) == indexed(text, "unicode61 remove_diacritics 2")


def test_every_latin_letter_is_folded_as_in_the_index():
    latin = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    text = " ".join(f"b{chr(code)}b" for code in latin if chr(code).isalpha())
    assert words(text) == indexed(text, "unicode61 remove_diacritics 2")


@pytest.mark.parametrize("word", FORMS.split())
def test_words_have_the_stem_that_the_index_gives_them(word):
    assert stems([word]) == indexed(word, "porter unicode61 remove_diacritics 2")


@pytest.mark.parametrize(
    ("one", "other"),
    [("robots", "robot"), ("counting", "counted"), ("companies", "company"), ("seen", "seen")],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stems([one]) == stems([other])


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("robots", "robot"),
        ("robot", "robots"),
        ("companies", "company"),
        ("company", "companies"),
        ("counting", "counted"),
        ("file", "filing"),
        ("filing", "files"),
        ("hopping", "hop"),
        ("car", "cars"),
        ("launches", "launch"),
        ("election", "elections"),
    ],
)
def test_the_usual_forms_of_a_word_are_known(word, other):
    assert forms(word)[0] == word
    assert other in forms(word)


@given(st.builds(str.__add__, ENGLISH, ENDINGS) | LETTERS.filter(str.isalnum))
def test_all_forms_of_a_word_have_its_stem(word):
    assert forms(word)[0] == word
    assert set(stems(forms(word))) == set(stems([word]))
    assert len(set(forms(word))) == len(forms(word))


@pytest.mark.parametrize(
    ("phrase", "text", "is_there"),
    [
        ("art car", "an art car.", True),
        ("art car", "art cars", False),
        ("art car", "smart car", False),
        ("art car", "smart car, art car", True),
        ("19", "covid-19", True),
        ("19", "covid19", False),
        ("art", "", False),
    ],
)
def test_words_stand_in_a_text_as_they_are_or_not(phrase, text, is_there):
    assert stands_in(phrase, text) == is_there


@given(LETTERS.filter(str.isalnum))
def test_any_word_stands_where_it_stands(word):
    assert stands_in(folded(word), folded(f"before, {word}: behind"))


def test_case_and_accents_do_not_matter():
    assert folded("ÜBER den Kometen: naïve Żółw") == "uber den kometen: naive zołw"
