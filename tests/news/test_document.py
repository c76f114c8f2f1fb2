"""YAML read into plain values, within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.document import MAX_DEPTH, DocumentError, Lines, read, write
from tests.news.strategies import awkward_text, examples, yaml_like

VALUES = {
    "nothing": ("", None),
    "a comment": ("# nothing\n", None),
    "text": ("a: Comet seen", "Comet seen"),
    "no value": ("a:", None),
    "a tilde": ("a: ~", None),
    "null": ("a: NULL", None),
    "true": ("a: true", True),
    "false": ("a: False", False),
    "Norway": ("a: no", "no"),
    "Norway in capitals": ("a: NO", "NO"),
    "yes": ("a: Yes", "Yes"),
    "on": ("a: on", "on"),
    "off": ("a: off", "off"),
    "number": ("a: -12", -12),
    "19 digits": ("a: 1100000000000000001", 1_100_000_000_000_000_001),
    "too many digits": ("a: 12345678901234567890", "12345678901234567890"),
    "leading zeros": ("a: 007", "007"),
    "plus": ("a: +5", "+5"),
    "minus nothing": ("a: -0", "-0"),
    "decimal": ("a: 1.5", 1.5),
    "closing zero": ("a: 1.10", "1.10"),
    "exponent": ("a: 1e3", "1e3"),
    "infinite": ("a: .inf", ".inf"),
    "beyond infinite": ("a: 1e999", "1e999"),
    "hexadecimal": ("a: 0x1F", "0x1F"),
    "octal": ("a: 0o17", "0o17"),
    "base sixty": ("a: 12:30:45", "12:30:45"),
    "digits of another script": ("a: \u0661\u0662", "\u0661\u0662"),
    "date": ("a: 2026-05-31", "2026-05-31"),
    "date and time": ("a: 2026-05-31T14:00:00Z", "2026-05-31T14:00:00Z"),
    "quoted number": ('a: "12"', "12"),
    "quoted word": ("a: 'true'", "true"),
    "quoted nothing": ('a: ""', ""),
    "tagged as text": ("a: !!str 12", "12"),
    "not for resolving": ("a: ! 12", "12"),
    "block": ("a: |\n  one\n  two\n", "one\ntwo\n"),
    "folded": ("a: >-\n  one\n  two\n", "one two"),
    "list": ("a: [b, [1]]", ["b", [1]]),
    "mapping": ("a: {b: {c: 1}}", {"b": {"c": 1}}),
    "merge key": ("a: {<<: {b: 1}}", {"<<": {"b": 1}}),
    "percent sign": ("a: 50 %", "50 %"),
}


@pytest.mark.parametrize(("text", "value"), VALUES.values(), ids=VALUES)
def test_a_value_is_read_as_written(text, value):
    expected = {"a": value} if text.startswith("a") else value
    assert repr(read(text)) == repr(expected)


def test_keys_are_text():
    assert read("1: a\ntrue: b\n~: c\nno: d") == {"1": "a", "true": "b", "~": "c", "no": "d"}


def test_aliases_share_one_value():
    values = read("a: &a {name: Gazette}\nb: *a\nc: [*a, *a]")
    assert values["b"] == {"name": "Gazette"}
    assert values["a"] is values["b"] is values["c"][0] is values["c"][1]


def test_an_alias_stands_for_the_last_value_of_its_name():
    assert read("a: &a 1\nb: *a\nc: &a 2\nd: *a") == {"a": 1, "b": 1, "c": 2, "d": 2}


REFUSED = {
    "broken": ("a: 1\nb: [1, 2\n", "broken YAML: .* flow sequence", 3, ()),
    "no end of a quotation": ('a: 1\n\nb: "c\n', "broken YAML: .* quoted scalar", 4, ()),
    "colon in text": ("a: 1\nb: c: d", "broken YAML: mapping values are not allowed", 2, ()),
    "tab for indentation": ("a:\n\tb: 1", "broken YAML: .*cannot start any token", 2, ()),
    "control character": ("a: \x00", "broken YAML: .*not allowed", 0, ()),
    "lone surrogate": ("a: \ud800", "broken YAML: .*surrogates not allowed", 0, ()),
    "two documents": ("a: 1\n--- # again\nb: 2", "more than one YAML document", 2, ()),
    "same key": ("a: 1\nb: 2\na: 3", "the key 'a' stands here twice", 3, ("a",)),
    "same key in a mapping": ("a:\n  b: 1\n  b: 1", "the key 'b' stands", 3, ("a", "b")),
    "same key in a list": ("a:\n- {}\n- {b: 1, b: 1}", "the key 'b' stands", 3, ("a", 1, "b")),
    "same key in a deep list": ("a: [[{b: 1, b: 2}]]", "the key 'b' stands", 1, ("a", 0, 0, "b")),
    "list for a key": ("a: 1\n? [b]\n: c", "a key that is not text", 2, ()),
    "alias for a key": ("a: &a b\n*a : c", "a key that is not text", 2, ()),
    "unknown alias": ("a: 1\nb: *c", r"\*c points to nothing before it", 2, ("b",)),
    "alias inside itself": ("a: &a [*a]", r"\*a points to nothing before it", 1, ("a", 0)),
    "object": ("a: !!python/object:os.system x", "python/object:os.system has no", 1, ("a",)),
    "date by tag": ("a: !!timestamp 2026-05-31", "timestamp has no meaning here", 1, ("a",)),
    "own tag": ("a: !picture x", "the tag !picture has no meaning here", 1, ("a",)),
    "directive": ("%YAML 1.1\n--- # \na: 1", "starts with %", 1, ()),
    "later directive": ("a: 1\n... # end\n%TAG ! x\n--- # \nb: 1", "starts with %", 3, ()),
    "sequences too deep": ("a: " + "[" * 20, "nested too deep", 1, ("a", *[0] * 19)),
    "mappings too deep": ("a:\n" + "- " * 20 + "b", "nested too deep", 2, ("a", *[0] * 19)),
    "too many values": ("a:\n" + "- b\n" * 50_000, "too many values", 50_000, ("a", 49_998)),
    "too much text": ("a: " + "x" * 5_000_000 + "\nb: 1", "too many values", 1, ("a",)),
    "too many aliases": ("a: &a [b, c]\nd:\n" + "- *a\n" * 2_000, "aliases", 1_615, ("d", 1_612)),
    "aliases of a long text": (
        f"a: &a {'x' * 10_000}\nb:\n" + "- *a\n" * 100,
        "too many aliases",
        52,
        ("b", 49),
    ),
    "aliases of a long key": (
        f"a: &a\n  ? {'x' * 10_000}\n  : 1\nb:\n" + "- *a\n" * 100,
        "too many aliases",
        53,
        ("b", 48),
    ),
}


@pytest.mark.parametrize(("text", "reason", "line", "path"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_line_and_place(text, reason, line, path):
    with pytest.raises(DocumentError, match=reason) as caught:
        read(text)
    assert (caught.value.line, caught.value.path) == (line, path)


def test_a_bomb_of_aliases_is_refused_before_it_goes_off(watchdog):
    text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for key, inside in zip("bcdefghi", "abcdefgh", strict=True):
        text += f"{key}: &{key} [{', '.join([f'*{inside}'] * 9)}]\n"
    with pytest.raises(DocumentError, match="too many aliases") as caught:
        read(text)
    assert caught.value.line == 3


def test_nesting_is_read_up_to_the_limit():
    value = read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


PLACES = {
    "a value": (("a",), 2),
    "a mapping": (("b",), 3),
    "in a mapping": (("b", "c"), 4),
    "a list": (("d",), 5),
    "its first": (("d", 0), 6),
    "in its first": (("d", 0, "f"), 7),
    "its second": (("d", 1), 8),
    "in a list in a list": (("d", 1, 2), 9),
    "a block": (("g",), 10),
    "after a block": (("h",), 13),
    "in a flow mapping": (("h", "j"), 14),
    "missing from a mapping": (("b", "x"), 3),
    "missing from a list": (("d", 9), 5),
    "missing from an item": (("d", 0, "x"), 6),
    "missing": (("x",), 1),
    "all": ((), 1),
}


@pytest.mark.parametrize(("path", "line"), PLACES.values(), ids=PLACES)
def test_the_line_of_every_part_is_known(path, line):
    text = "# note\na: 1\nb:\n  c: 2\nd:\n- e: 3\n  f: 4\n- [5, 6,\n   7]\n"
    text += "g: |\n  8\n\nh: {i: 9,\n  j: 10}"
    assert Lines(text).of(path) == line


@examples
@given(st.one_of(yaml_like, st.text()))
def test_any_text_is_read_or_refused(text):
    try:
        value = read(text)
    except DocumentError as error:
        assert error.reason  # noqa: PT017
        assert 0 <= error.line <= len(text.splitlines()) + 1  # noqa: PT017
        return
    assert isinstance(value, dict | list | str | int | float | None)
    assert Lines(text).of(()) >= 1


@pytest.mark.parametrize(
    "text", ["no", "007", "1e5", "12:30", "2026-05-31", "true", "", "~", "- a"]
)
def test_text_is_written_so_that_it_is_read_as_text(text):
    assert read(write({"a": text})) == {"a": text}


def test_what_is_written_is_as_a_person_would_write_it():
    written = write(
        {"name": "Space news", "channel": 5, "topics": ["AI", "Zürich"], "silent": True}
    )
    assert written == 'name: Space news\nchannel: 5\ntopics:\n- AI\n- "Zürich"\nsilent: true\n'


@examples
@given(st.lists(st.one_of(awkward_text, st.text(st.characters(exclude_categories=["Cs"])))))
def test_whatever_is_written_is_seen_and_read_as_the_same(texts):
    written = write([{"a": text} for text in texts])
    assert written.replace("\n", "").isprintable()
    assert read(written) == [{"a": text} for text in texts]
