"""Language tags as BCP 47 writes them, read from anything and matched as RFC 4647 filters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_LONGEST = 35  # characters
_SHOWN = 40  # characters of what is no tag
_TAG = re.compile(
    r"([a-z]{2,3}(?:-[a-z]{3}){0,3})"  # language
    r"((?:-[a-z]{4})?)"  # script
    r"((?:-(?:[a-z]{2}|[0-9]{3}))?)"  # region
    r"((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)"  # extensions
)


class Language(str):
    """A well-formed tag in its usual case: en, pt-BR, zh-Hant."""


def language(value: Any) -> Language:
    """Return what is written as a tag, also with `_` for `-`.

    Raises ValueError for what is none; whether there is such a language is not looked up.
    """
    if not isinstance(value, str):
        raise ValueError("should be a language tag such as en or pt-BR")
    if (tag := _read(value)) is None:
        raise ValueError(f"{value[:_SHOWN]!r} is no language tag: write for example en or pt-BR")
    return tag


def passes(tag: str, wanted: Iterable[str]) -> bool:
    """Whether a tag is one of those wanted or narrower: en lets en-GB pass, not the reverse."""
    said = f"{tag}-".casefold()
    return any(said.startswith(f"{each}-".casefold()) for each in wanted)


def askable(tags: Iterable[str]) -> list[str]:
    """Return all tags that let one of `tags` pass: each itself, and what it narrows."""
    found: set[str] = set()
    for tag in tags:
        parts = tag.split("-")
        found.update(filter(None, (_read("-".join(parts[:n])) for n in range(1, len(parts) + 1))))
    return sorted(found)


def _read(text: str) -> Language | None:
    text = text.strip()
    if len(text) > _LONGEST or not text.isascii():
        return None
    found = _TAG.fullmatch(text.replace("_", "-").lower())
    if found is None:
        return None
    spoken, script, region, rest = found.groups()
    return Language(f"{spoken}{script.title()}{region.upper()}{rest}")
