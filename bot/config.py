"""The configuration file and its overrides, read or refused with the line and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.news import document
from bot.settings import Section, Settings

PREFIX = "BROADSHEET_"

_Place = tuple[str | int, ...]


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read the configuration file, overridden by variables such as BROADSHEET_DATABASE.

    A variable names a key by its path, parts joined by two underscores; its value is read as
    YAML. Raises SettingsError with a line for each mistake.
    """
    text = _text(path)
    try:
        values = document.read(text) or {}
    except document.DocumentError as error:
        raise SettingsError(f"{path}:{error.line}: {error.reason}") from error
    if not isinstance(values, dict):
        raise SettingsError(f"{path}:1: not a list of `key: value` lines")
    overrides = dict(_overrides(environment))
    for keys, value in overrides.items():
        _override(values, keys, value)
    mistakes: list[tuple[_Place, str]] = []
    try:
        settings = Settings.model_validate(_without_empty(values))
        mistakes += _namesakes(settings)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            mistakes.append((problem["loc"], _mend(dict(problem))))
    if mistakes:
        lines = document.Lines(text)
        named = (f"{_name(path, lines, overrides, where)}: {mend}" for where, mend in mistakes)
        raise SettingsError("\n".join(named))
    return settings


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"{path}: not found: name the configuration with --config") from None
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error


def _overrides(environment: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in sorted(environment):
        if name.startswith(PREFIX):
            try:
                value = document.read(environment[name])
            except document.DocumentError as error:
                raise SettingsError(f"{name}: {error.reason}") from error
            yield tuple(name.removeprefix(PREFIX).lower().split("__")), value


def _override(values: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        inner = values.get(key)
        values[key] = dict(inner) if isinstance(inner, dict) else {}
        values = values[key]
    values[keys[-1]] = value


def _without_empty(value: Any) -> Any:
    """Return `value` without keys that have nothing after the colon: they mean the default."""
    if isinstance(value, dict):
        return {key: _without_empty(v) for key, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def _namesakes(settings: Settings) -> Iterator[tuple[_Place, str]]:
    """Yield where a name is used that an earlier subscription or source has."""
    subscriptions = [
        ("subscriptions", i, "name", s.name) for i, s in enumerate(settings.subscriptions)
    ]
    sources = [("sources", i, "folder", s.name) for i, s in enumerate(settings.sources)]
    seen: set[tuple[str, str]] = set()
    for kind, index, key, name in subscriptions + sources:
        if (kind, name) in seen:
            yield (kind, index, key), f"another of the {kind} has {name!r}: choose another"
        seen.add((kind, name))


def _name(
    path: Path, lines: document.Lines, overrides: Mapping[tuple[str, ...], Any], where: _Place
) -> str:
    for keys in overrides:
        if where[: len(keys)] == keys or keys[: len(where)] == where != ():
            return PREFIX + "__".join(keys).upper()
    name = ".".join(str(part) for part in where)
    return f"{path}:{lines.of(where)}: {name}" if name else str(path)


def _mend(problem: dict[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        known = [name for section in Section.__subclasses__() for name in section.model_fields]
        close = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1)
        return "unknown key" + (f": did you mean {close[0]}?" if close else ": take it out")
    if problem["type"] == "missing":
        return "missing: add it"
    message: str = problem["msg"]
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return message.replace("a valid tuple", "a list")
