"""Plain values fitted into structs: every mistake found, with its path and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from bot.structs import Frozen

T = TypeVar("T")
Path = tuple[str | int, ...]
Check = Callable[[Any], Any]

_MOST = 20  # mistakes that are told apart, for each costs another pass over the values

_PLACE = re.compile(r"(.*) - at `(\$[^`]*)`", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "`key: value` lines",
    "null": "nothing",
}


class Misfit(Frozen):
    """Something that does not fit, where, and why."""

    path: Path
    reason: str

    @property
    def part(self) -> Path:
        """The smallest part around it that can be left out: an item of a list, or a key."""
        for end in range(len(self.path), 0, -1):
            if isinstance(self.path[end - 1], int):
                return self.path[:end]
        return self.path[:1]


def fit(
    value: Any, kind: type[T], checks: Mapping[Any, Check], required: tuple[str, ...] = ()
) -> tuple[T | None, tuple[Misfit, ...]]:
    """Return `value` as a `kind` without the parts that do not fit, and what those are.

    The first is None if nothing is left, or if one of the keys `required` does not fit. Where very
    much does not, whole keys are left out. `checks` make the types that msgspec does not know, or
    raise ValueError.
    """

    def made(wanted: type, given: Any) -> Any:
        return checks[wanted](given)

    misfits: list[Misfit] = []
    gone: list[Path] = []
    while True:
        try:
            fitted = msgspec.convert(value, kind, strict=False, dec_hook=made)
            return fitted, tuple(misfits)
        except msgspec.ValidationError as error:
            misfit = _misfit(str(error))
        part = misfit.part
        if len(misfits) >= _MOST and misfit.path:
            part = misfit.path[:1]
            misfit = Misfit(part, f"left out as a whole, for too much is wrong: {misfit.reason}")
        misfits.append(Misfit(_before(gone, misfit.path), misfit.reason))
        if not misfit.path or misfit.path[0] in required or not _holds(value, part):
            break
        gone.append(part)
        value = _without(value, part)
    return None, tuple(misfits)


def _holds(value: Any, path: Path) -> bool:
    for step in path:
        if not (step in value if isinstance(value, dict) else isinstance(value, list)):
            return False
        value = value[step]
    return True


def _before(gone: Sequence[Path], path: Path) -> Path:
    """Return where `path` was before the parts at `gone` were taken out, one after the other."""
    for *around, step in reversed(gone):
        place = len(around)
        if isinstance(step, int) and path[:place] == tuple(around) and path[place:]:
            here = path[place]
            if isinstance(here, int) and here >= step:
                path = (*path[:place], here + 1, *path[place + 1 :])
    return path


def _misfit(message: str) -> Misfit:
    path: Path = ()
    if place := _PLACE.fullmatch(message):
        message, where = place.groups()
        path = tuple(key or int(index) for key, index in _STEP.findall(where))
    if missing := _MISSING.fullmatch(message):
        return Misfit((*path, missing[1]), "missing")
    if unknown := _UNKNOWN.fullmatch(message):
        return Misfit((*path, unknown[1]), "unknown key")
    return Misfit(path, _in_words(message))


def _in_words(message: str) -> str:
    """Return what msgspec says in the words of someone who writes files, not programs."""
    message = message.replace("Expected ", "should be ", 1).replace(", got ", ", not ", 1)
    message = message.replace(" | null`", "`").replace("Invalid enum value", "there is no")
    message = message.replace("`array` of length <= ", "`array` of at most ")
    return re.sub(r"`(\w+)`", lambda m: _WORDS.get(m[1], m[0]), message)


def _without(value: Any, path: Path) -> Any:
    """Return a copy of `value` without what stands at `path`."""
    step, rest = path[0], path[1:]
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    kept = [
        (key, _without(part, rest) if key == step else part)
        for key, part in parts
        if rest or key != step
    ]
    return dict(kept) if isinstance(value, dict) else [part for _, part in kept]
