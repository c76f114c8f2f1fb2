"""A YAML document read into plain values, within bounds, with the line of every part; or written.

Built on the event stream of PyYAML's C parser rather than on its loaders: events show duplicate
keys, aliases and nesting before a value exists, and cost a third of the time. Plain scalars follow
YAML 1.2's core schema, so `no` is a word and a date stays text for its reader to judge; a number
that would not be written back the same, such as 007 or 1.10, stays text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

MAX_DEPTH = 20
MAX_WEIGHT = 50_000  # after aliases are followed: a bomb of nine aliases weighs a billion
_TEXT_WEIGHT = 100  # this many characters of text weigh as much as one more value
_ALIAS_WEIGHT = 10  # times what it stands for: a few bytes that make work for all of it

_INTEGER = re.compile(r"[-+]?[0-9]{1,19}")  # up to 64 bits: ids of Discord have 19 digits
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PLAIN = re.compile(r"[A-Za-z](?:[\w -]*\w)?", re.ASCII)  # text that needs no quotes
_STR_TAGS = ("!", "tag:yaml.org,2002:str")


class DocumentError(Exception):
    """YAML that cannot be read; `line` counts from 1 in the text, `path` is where it is."""

    def __init__(self, reason: str, line: int, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.path = path

    def inside(self, part: str | int) -> DocumentError:
        """Return the same error as seen from the collection that holds `part`."""
        self.path = (part, *self.path)
        return self


def read(text: str) -> Any:
    """Return the one document in `text` as dicts, lists, strings, numbers, booleans and None.

    Raises DocumentError, and nothing else, whatever `text` is.
    """
    _refuse_directives(text)
    try:
        return _Reader(CParser(text)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        reason = " ".join(filter(None, (error.context, error.problem)))
        if "mapping values are not allowed" in reason:
            reason += ': put the text after the first colon into "quotes"'
        raise DocumentError(f"broken YAML: {reason}", line) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise DocumentError(f"broken YAML: {' '.join(str(error).split())}", 0) from error


def write(value: Any) -> str:
    """Return plain values as YAML that `read` reads as the same; text is quoted where it must."""
    text = _dumped(value, as_it_is=True)
    # What cannot be seen is written by its number.
    return text if text.replace("\n", "").isprintable() else _dumped(value, as_it_is=False)


def _dumped(value: Any, *, as_it_is: bool) -> str:
    return yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=as_it_is, width=10**6)


class _Writer(yaml.SafeDumper):
    """Quotes whatever could be taken for something else than text."""


def _written(writer: _Writer, text: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(text) and text not in _WORDS
    return writer.represent_scalar("tag:yaml.org,2002:str", text, None if plain else '"')


_Writer.add_representer(str, _written)


def _refuse_directives(text: str) -> None:
    """Raise if a line starts as directives do: libyaml compares each with all before it."""
    place = text.find("\n%")
    if place >= 0 or text.startswith("%"):
        line = 1 if text.startswith("%") else text.count("\n", 0, place) + 2
        raise DocumentError("a line that starts with %: put it in quotes, on one line", line)


class Lines:
    """Where the parts of a readable document stand."""

    def __init__(self, text: str) -> None:
        self._lines = dict(_lines(CParser(text)))

    def of(self, path: tuple[str | int, ...]) -> int:
        """Return the line, from 1, of the value at `path`, or of the part that lacks it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return 1


class _Reader:
    """Builds one document from a parser's events."""

    def __init__(self, parser: CParser) -> None:
        self._next: Callable[[], Any] = parser.get_event
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._weight = 0

    def document(self) -> Any:
        self._next()  # the start of the stream
        event = self._next()
        if isinstance(event, StreamEndEvent):
            return None
        value = self._value(self._next(), 0)
        self._next()  # the end of the document
        event = self._next()
        if not isinstance(event, StreamEndEvent):
            raise DocumentError("more than one YAML document", _line(event))
        return value

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        before = self._weight
        value: Any
        if kind is ScalarEvent:
            value = event.value
            self._weight += 1 + len(value) // _TEXT_WEIGHT
            if not event.implicit[1]:
                value = _scalar(event)
        elif depth >= MAX_DEPTH:
            raise DocumentError("nested too deep", _line(event))
        else:
            self._weight += 1
            inside = self._mapping if kind is MappingStartEvent else self._sequence
            value = inside(depth + 1)
        if self._weight > MAX_WEIGHT:
            raise DocumentError("too many values, or too many aliases", _line(event))
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._weight - before)
        return value

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:  # also one that stands inside its own value
            raise DocumentError(f"*{event.anchor} points to nothing before it", _line(event))
        value, weight = self._anchors[event.anchor]
        self._weight += 1 + weight * _ALIAS_WEIGHT
        if self._weight > MAX_WEIGHT:
            raise DocumentError("too many values, or too many aliases", _line(event))
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while type(event := self._next()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                raise DocumentError("a key that is not text", _line(event))
            key = event.value
            self._weight += len(key) // _TEXT_WEIGHT
            if key in result:
                raise DocumentError(f"the key {key!r} stands here twice", _line(event), (key,))
            try:
                result[key] = self._value(self._next(), depth)
            except DocumentError as error:
                raise error.inside(key) from error.__cause__
        return result

    def _sequence(self, depth: int) -> list[Any]:
        result: list[Any] = []
        while type(event := self._next()) is not SequenceEndEvent:
            try:
                result.append(self._value(event, depth))
            except DocumentError as error:
                raise error.inside(len(result)) from error.__cause__
        return result


def _line(event: Any) -> int:
    line: int = event.start_mark.line + 1
    return line


def _scalar(event: Any) -> Any:
    """Return the value of a scalar that is plain or tagged."""
    text: str = event.value
    if event.tag in _STR_TAGS:
        return text
    if event.tag is not None:
        raise DocumentError(f"the tag {event.tag} has no meaning here", _line(event))
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.fullmatch(text) and str(number := int(text)) == text:
            return number
        if _FLOAT.fullmatch(text) and repr(decimal := float(text)) == text:
            return decimal
    return text


def _lines(parser: CParser) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Yield the path and line of every value in order; a mapping's value has its key's line."""
    stack: list[list[Any]] = []  # per open collection: its path, and its next key or index
    while (event := parser.get_event()) is not None:
        if isinstance(event, CollectionEndEvent):
            stack.pop()
            continue
        if not isinstance(event, NodeEvent):
            continue
        line = _line(event)
        if stack and stack[-1][1] is None:
            key: str = getattr(event, "value", "")
            stack[-1][1] = key
            yield (*stack[-1][0], key), line
            continue
        path: tuple[Any, ...] = ()
        if stack:
            around, index = stack[-1]
            path = (*around, index)
            stack[-1][1] = index + 1 if isinstance(index, int) else None
            if isinstance(index, int):
                yield path, line
        if isinstance(event, CollectionStartEvent):
            stack.append([path, 0 if isinstance(event, SequenceStartEvent) else None])
