"""A source of articles, as a value."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bot.structs import Frozen

Unpublished = Literal["post", "review", "skip"]


class Source(Frozen):
    """A folder of articles; `unpublished` is what `published: false` means in it.

    `name` is the key under which its articles are remembered, `language` the tag of those whose
    file says none, "" if unknown.
    """

    name: str
    folder: Path
    unpublished: Unpublished = "review"
    watch: bool = True
    language: str = ""
