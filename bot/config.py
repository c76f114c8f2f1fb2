"""The configuration file and its overrides, read or refused with the line and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import SettingsError
from bot.news import document
from bot.news.shape import Misfit, fit
from bot.notation import CHECKS, BacklogText
from bot.settings import Settings, SubscriptionSettings, subscription_settings

PREFIX = "BROADSHEET_"

_Place = tuple[str | int, ...]
_WRITTEN_AS = dict.fromkeys(CHECKS, "string") | {BacklogText: ["string", "integer"]}


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
    settings, mistakes = fitted(values)
    if settings is None or mistakes:
        lines = document.Lines(text)
        named = (f"{_name(path, lines, overrides, m.path)}: {_mend(m)}" for m in mistakes)
        raise SettingsError("\n".join(named))
    return settings


def fitted(values: Mapping[str, Any]) -> tuple[Settings | None, tuple[Misfit, ...]]:
    """Return plain values as settings, and all that is wrong with them."""
    given = _without_empty(values)
    settings, misfits = fit(given, Settings, CHECKS)
    if settings is not None and not misfits:
        misfits = tuple(_namesakes(settings))
    return settings, tuple(exact for misfit in misfits for exact in _exact(misfit, given))


def fitted_subscription(
    values: Mapping[str, Any],
) -> tuple[SubscriptionSettings | None, tuple[Misfit, ...]]:
    """Return one subscription as settings, and all that is wrong with it, with the mend.

    What holds for one in the file holds for one from anywhere else.
    """
    settings, misfits = subscription_settings(_without_empty(values))
    told = [Misfit(m.path, _mend(Misfit(("subscriptions", 0, *m.path), m.reason))) for m in misfits]
    # Without a key that is wrong, the whole may be wrong too: that is no second mistake.
    return (None if told else settings), tuple([m for m in told if m.path] or told)


def json_schema() -> dict[str, Any]:
    """Return a JSON Schema of the configuration, by which editors help to write it."""
    return msgspec.json.schema(Settings, schema_hook=lambda kind: {"type": _WRITTEN_AS[kind]})


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"{path}: not found: name the configuration with --config") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: not UTF-8 text: save the file as UTF-8") from error


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


def _namesakes(settings: Settings) -> Iterator[Misfit]:
    """Yield where a name is used that an earlier subscription or source has."""
    used: set[tuple[str, str]] = set()
    names = [("subscriptions", i, "name", s.name) for i, s in enumerate(settings.subscriptions)]
    names += [("sources", i, "folder", s.source().name) for i, s in enumerate(settings.sources)]
    for kind, index, key, name in names:
        if (kind, name) in used:
            yield Misfit((kind, index, key), f"another of the {kind} has {name!r}: choose another")
        used.add((kind, name))


def _name(
    path: Path, lines: document.Lines, overrides: Mapping[tuple[str, ...], Any], where: _Place
) -> str:
    name = ".".join(str(part) for part in where)
    for keys in overrides:
        if where[: len(keys)] == keys or keys[: len(where)] == where != ():
            inside = ".".join(str(part) for part in where[len(keys) :])
            return PREFIX + "__".join(keys).upper() + (f": {inside}" if inside else "")
    return f"{path}:{lines.of(where)}: {name}" if name else str(path)


def _mend(misfit: Misfit) -> str:
    if misfit.reason == "missing":
        return "missing: add it"
    if misfit.reason == "unknown key":
        known = _described(misfit.path[:-1]).get("properties", ())
        from difflib import get_close_matches  # most files have no mistake

        close = get_close_matches(str(misfit.path[-1]), known, n=1)
        return "unknown key" + (f": did you mean {close[0]}?" if close else ": take it out")
    if choices := _described(misfit.path).get("enum"):
        return f"{misfit.reason}: write {' or '.join(choices)}"
    return misfit.reason


def _described(path: _Place) -> dict[str, Any]:
    """Return what the JSON Schema says of the part at `path`; nothing where it ends."""
    schema = json_schema()
    part: dict[str, Any] = schema
    for step in (None, *path):
        if step is not None:
            part = part.get("items", {}) if isinstance(step, int) else _inside(part, step)
        part = part.get("anyOf", [part])[0]  # the other one is nothing
        if reference := part.get("$ref"):
            part = schema["$defs"][reference.rpartition("/")[2]]
    return part


def _inside(part: dict[str, Any], key: str) -> dict[str, Any]:
    inner: dict[str, Any] = part.get("properties", {}).get(key, {})
    return inner


def _exact(misfit: Misfit, given: Mapping[str, Any]) -> Iterator[Misfit]:
    """Yield the same with the key that is wrong, which msgspec does not tell of a mapping."""
    colours = given.get("colours")
    if misfit.path != ("colours",) or not isinstance(colours, dict):
        yield misfit
        return
    for name, colour in colours.items():
        for one in fit({"colours": {name: colour}}, Settings, CHECKS)[1]:
            yield Misfit(("colours", name), one.reason)
