"""Article text made safe to stand among Discord's markdown."""

from __future__ import annotations

import re

from bot.news.text import cut, in_one_line, units

_MARKS = re.compile(r"([\\*_~`|\[\]<>])")
_FIRST = re.compile(r"^(?:([#+-])|(\d+)([.)]))")
_LINK = re.compile(r"(?<=\w):(?=//)")
_PING = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


def escaped(text: str, limit: int) -> str:
    """Return plain text as one line of at most `limit` UTF-16 units, as it should be read.

    Nothing in it styles, links, mentions or starts a list, and it is cut at a word.
    """
    text, room = in_one_line(text), limit
    while units(safe := _escaped(cut(text, room))) > limit:
        room -= max(1, (units(safe) - limit) // 2)  # a mark and its backslash are two
    return safe


def link(title: str, url: str, limit: int) -> str:
    """Return a masked link whose title has at most `limit` units."""
    address = url.replace("(", "%28").replace(")", "%29")
    return f"[{escaped(title, limit)}]({address})"


def _escaped(text: str) -> str:
    text = _MARKS.sub(r"\\\1", text)
    text = _FIRST.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)
    text = _LINK.sub(r"\\:", text)
    # Discord reads a mention of everyone past a backslash, but not past this invisible space.
    return _PING.sub("@\u200b", text)
