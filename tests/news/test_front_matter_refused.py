"""What is refused of an article file, and what is left out, with line, field and reason."""

import pytest

from bot.errors import ArticleError
from bot.news.front_matter import MAX_BYTES, Note, parse

TITLE, DATE, URL = (
    "title: Comet\n",
    "publishedDateTime: 2026-01-01\n",
    "webUrl: https://example.org\n",
)
GOOD = TITLE + DATE + URL  # lines 2 to 4 of a file


def file(*lines):
    """Return an article file with these lines for front matter."""
    return f"---\n{''.join(lines)}---\n"


NO_DATE = "not a date such as 2026-05-31T14:00:00Z"
NO_WEB = "not an http or https address"
NO_FRONT_MATTER = "no front matter: the first line must be ---"
NO_FIELDS = "the front matter is not a list of `key: value` lines"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join([f'*{inside}'] * 9)}]\n"
    for key, inside in zip("bcdefghi", "abcdefgh", strict=True)
)

REFUSED = {
    "empty file": ("", 1, "", NO_FRONT_MATTER),
    "no front matter": ("Comet seen.\n", 1, "", NO_FRONT_MATTER),
    "fields without marks": (GOOD, 1, "", NO_FRONT_MATTER),
    "another mark": (f"+++\n{GOOD}+++\n", 1, "", NO_FRONT_MATTER),
    "no end": (f"---\n{GOOD}", 1, "", "the front matter has no end: a second line --- is missing"),
    "no end, after blank lines": (f"\n\n---\n{GOOD}", 3, "", "the front matter has no end"),
    "nothing in it": (file(), 1, "", NO_FIELDS),
    "a list": (file("- title\n"), 1, "", NO_FIELDS),
    "text": (file("Comet seen\n"), 1, "", NO_FIELDS),
    "broken list": (file(GOOD, "topics: [Space\n"), 6, "", "broken YAML: while parsing a flow"),
    "broken quotation": (file(TITLE, 'excerpt: "It\n', DATE, URL), 6, "", "broken YAML: while sc"),
    "colon in text": (file(GOOD, "excerpt: Comet: seen\n"), 5, "", "broken YAML: mapping values"),
    "wrong indentation": (file(TITLE, "  x: 1\n", DATE, URL), 3, "", "broken YAML: mapping values"),
    "tab": (file(GOOD, "provider:\n\tname: Gazette\n"), 6, "", "broken YAML: while scanning"),
    "broken after blank lines": ("\n\n" + file(GOOD, "a: b: c\n"), 7, "", "broken YAML"),
    "broken after a line separator": (file("x: b\u2028c\n", "a: b: c\n"), 3, "", "broken YAML"),
    "broken after C1": (file("x: b\x85c\x9d\n", "a: b: c\n"), 3, "", "broken YAML"),
    "no title": (file(DATE, URL), 2, "title", "missing"),
    "empty title": (file(DATE, 'title: ""\n', URL), 3, "title", "missing"),
    "title without a value": (file(DATE, URL, "title:\n"), 4, "title", "missing"),
    "title of nothing visible": (file(DATE, URL, "title: '&nbsp;'\n"), 4, "title", "empty"),
    "title that is a list": (file(DATE, URL, "title: [a]\n"), 4, "title", "should be text"),
    "no address": (file(TITLE, DATE), 1, "webUrl", "missing"),
    "empty address": (file(TITLE, DATE, "webUrl: ''\n"), 1, "webUrl", "missing"),
    "address by ftp": (file(TITLE, DATE, "webUrl: ftp://a.example\n"), 4, "webUrl", NO_WEB),
    "script": (file(TITLE, DATE, "webUrl: javascript:alert(1)\n"), 4, "webUrl", NO_WEB),
    "bad original address": (file(GOOD, "originalUrl: a\n"), 5, "originalUrl", NO_WEB),
    "number for an address": (file(TITLE, DATE, "webUrl: 5\n"), 4, "webUrl", "should be an addr"),
    "no date": (file(TITLE, URL), 2, "publishedDateTime", "missing"),
    "empty date": (file(TITLE, "publishedDateTime:\n", URL), 3, "publishedDateTime", "missing"),
    "words for a date": (
        file(URL, TITLE, "publishedDateTime: now\n"), 4, "publishedDateTime", NO_DATE
    ),
    "a day that is none": (
        file("publishedDateTime: 2026-02-30\n", URL, TITLE), 2, "publishedDateTime", NO_DATE
    ),
    "a number for a date": (
        file(URL, "publishedDateTime: 20260131\n", TITLE), 3, "publishedDateTime", NO_DATE
    ),
    "a date before all others": (
        file("publishedDateTime: 0001-01-01T00:00:00+14:00\n", URL), 2, "publishedDateTime", NO_DATE
    ),
    "same key": (file(GOOD, "title: Again\n"), 5, "title", "the key 'title' stands here twice"),
    "same key in a mapping": (
        file(GOOD, "provider:\n  name: a\n  name: b\n"), 7, "provider.name", "the key 'name' stands"
    ),
    "same key in a list": (
        file("related:\n- title: a\n- title: b\n  title: c\n", GOOD),
        5, "related.1.title", "the key 'title' stands here twice",
    ),
    "same key among unknown ones": (file(GOOD, "a: {b: {c: 1, c: 1}}\n"), 5, "a.b.c", "the key"),
    "bomb": (file(GOOD, BOMB), 7, "c.5", "too many values, or too many aliases"),
    "nesting": (file(GOOD, f"a: {'[' * 99}{']' * 99}\n"), 5, "a" + ".0" * 19, "nested too deep"),
    "tag": (file(GOOD, "a: !!python/name:os.system\n"), 5, "a", "the tag tag:yaml.org"),
    "directive": (file("%YAML 1.1\n", GOOD), 2, "", "a line that starts with %"),
    "two documents": (file(GOOD, "--- # more\n", "a: b\n"), 5, "", "more than one YAML document"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field", "reason"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_is_refused_with_line_field_and_reason(text, line, field, reason, ends):
    with pytest.raises(ArticleError) as caught:
        parse(text.replace("\n", ends).encode(), source="seeds", slug="comet")
    assert (caught.value.line, caught.value.field) == (line, field)
    assert caught.value.reason.startswith(reason)
    assert str(caught.value) == caught.value.reason


BYTES = {
    "Latin-1": (file(GOOD, "excerpt: café\n").encode("latin-1"), 5),
    "cut off": (file(GOOD).encode() + b"\xe2\x82", 6),
    "surrogate": (file(GOOD).encode() + b"\n\n\xed\xa0\x80", 8),
    "UTF-16": (file(GOOD).encode("utf-16"), 1),
    "picture": (b"\x89PNG\r\n\x1a\n", 1),
}


@pytest.mark.parametrize(("data", "line"), BYTES.values(), ids=BYTES)
def test_a_file_that_is_not_utf_8_is_refused_with_the_line(data, line):
    with pytest.raises(ArticleError, match="not UTF-8 text: save the file as UTF-8") as caught:
        parse(data, source="seeds", slug="comet")
    assert (caught.value.line, caught.value.field) == (line, "")


def test_a_file_over_one_mebibyte_is_refused_as_a_whole():
    text = file(GOOD).encode()
    largest = text + b"x" * (MAX_BYTES - len(text))
    article, _ = parse(largest, source="seeds", slug="comet")
    assert len(article.body) == MAX_BYTES - len(text)
    with pytest.raises(ArticleError, match="larger than 1 MiB") as caught:
        parse(largest + b"x", source="seeds", slug="comet")
    assert (caught.value.line, caught.value.field) == (0, "")


LEFT_OUT = """\
type: podcast
quality: high
heat: -2
xtra: perhaps
provider: Gazette
category: [news]
excerpt: {a: b}
topics: [Space, [Sea], ~, Art]
language: Klingon
images:
  - url: https://example.org/1.jpg
  - url: data:image/png;base64,x
  - width: 3
  - url: https://example.org/4.jpg
    width: wide
  - url: https://example.org/5.jpg
related:
  - title: No address
  - title: ""
    webUrl: https://example.org/2
  - title: Bad date
    webUrl: https://example.org/3
    publishedDateTime: yesterday
  - title: Bad picture
    webUrl: https://example.org/4
    images: [{url: nope}, {url: https://example.org/6.jpg}]
  - Mudford Echo
  - title: Fine
    webUrl: https://example.org/6
    colour: red
"""


def test_a_mark_that_may_hold_an_article_back_is_not_guessed_at():
    with pytest.raises(ArticleError, match="should be true or false") as caught:
        parse(file(GOOD, "published: perhaps\n").encode(), source="seeds", slug="comet")
    assert (caught.value.line, caught.value.field) == (5, "published")


def test_parts_that_do_not_fit_are_left_out_with_a_note():
    article, notes = parse(file(GOOD, LEFT_OUT).encode(), source="seeds", slug="comet")
    assert notes == (
        Note(5, "type", "there is no 'podcast'"),
        Note(6, "quality", "should be a whole number, not text"),
        Note(7, "heat", "should be a whole number >= -1"),
        Note(9, "provider", "should be `key: value` lines, not text"),
        Note(10, "category", "should be text"),
        Note(11, "excerpt", "should be text"),
        Note(12, "topics.1", "should be text"),
        Note(12, "topics.2", "should be text"),
        Note(13, "language", "'Klingon' is no language tag: write for example en or pt-BR"),
        Note(16, "images.1.url", NO_WEB),
        Note(17, "images.2.url", "missing"),
        Note(19, "images.3.width", "should be a whole number, not text"),
        Note(22, "related.0.webUrl", "missing"),
        Note(23, "related.1.title", "missing"),
        Note(27, "related.2.publishedDateTime", NO_DATE),
        Note(30, "related.3.images.0.url", NO_WEB),
        Note(31, "related.4", "should be `key: value` lines, not text"),
    )
    assert article.topics == ("Space", "Art")
    assert [p.url[-5:] for p in article.pictures] == ["1.jpg", "5.jpg"]
    assert [(r.title, len(r.pictures)) for r in article.related] == [
        ("Bad picture", 1),
        ("Fine", 0),
    ]
    assert (article.kind, article.quality, article.heat) == ("article", None, None)
    assert (article.provider.name, article.category, article.excerpt) == ("", "", "")
    assert (article.language, article.extra) == ("", {"xtra": "perhaps"})


def test_a_list_that_is_too_long_is_left_out():
    related = "related: [" + "{title: a, webUrl: 'https://example.org'}, " * 101 + "]\n"
    article, (note,) = parse(file(GOOD, related).encode(), source="seeds", slug="comet")
    assert (note.line, note.field, note.reason) == (
        5,
        "related",
        "should be a list of at most 100",
    )
    assert (article.title, article.related) == ("Comet", ())


def test_a_name_that_is_too_long_is_left_out():
    topics = f"topics: [{'a' * 201}, {'b' * 200}]\n"
    article, (note,) = parse(file(GOOD, topics).encode(), source="seeds", slug="comet")
    assert (note.line, note.field) == (5, "topics.0")
    assert note.reason == "a name may have 200 characters at most"
    assert article.topics == ("b" * 200,)


def test_where_very_much_does_not_fit_a_whole_list_is_left_out_not_the_article():
    related = "related:\n" + "- {}\n" * 40 + "- {title: a, webUrl: 'https://example.org'}\n"
    article, notes = parse(file(GOOD, related).encode(), source="seeds", slug="comet")
    assert (article.title, article.related) == ("Comet", ())
    assert notes[0].field == "related"
    assert notes[0].reason.startswith("left out as a whole, for too much is wrong: ")
    assert [note.field for note in notes[1:3]] == ["related.0.title", "related.1.title"]
    assert len(notes) == 21


def test_a_reason_and_a_field_are_never_long():
    key = "k" * 5_000
    text = file(GOOD, f"? {key}\n: 1\n? {key}\n: 2\n").encode()
    with pytest.raises(ArticleError) as caught:
        parse(text, source="seeds", slug="comet")
    assert len(caught.value.reason) <= 200
    assert len(caught.value.field) <= 200
