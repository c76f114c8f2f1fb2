"""What a message is about: the addresses in it, and the words that say most."""

from __future__ import annotations

import re
from collections.abc import Iterator

import discord

from bot.news.query import LITTLE
from bot.news.text import units
from bot.news.urls import web_url

_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_END = ".,;:!?*_~|`)]"  # what stands behind an address more often than it ends one
_MARKUP = re.compile(r"<(?:[@#]|a?:|t:|/|id:)[^>]*>")  # mentions, emojis, times
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LINKS = 10
_TEXT = 10_000  # characters of a message that are read
_SHORTEST = 3
_TITLE = 6  # what it counts to be in a title, or to be written like a name, in letters
_NAME = 4


def links(message: discord.Message) -> tuple[str, ...]:
    """Return the addresses in a message and its embeds, each once, at most ten."""
    found: dict[str, None] = {}
    for embed in _embeds(message):
        _add(found, embed.url or "")
    for text in _texts(message):
        for match in _URL.findall(text[:_TEXT]):
            _add(found, _ended(match))
    return tuple(found)[:_LINKS]


def gist(message: discord.Message, room: int) -> str:
    """Return the words of a message that say most about it, in at most `room` UTF-16 units.

    Long words and names come first, those of titles before others. They stay in their order.
    """
    titles = _words(" ".join(embed.title or "" for embed in _embeds(message)))
    weights = {word: _TITLE + _weight(word) for word in titles}
    for word in _words(" ".join(_texts(message))):
        weights.setdefault(word, _weight(word))
    kept: set[str] = set()
    for word in sorted(weights, key=weights.__getitem__, reverse=True):
        if units(word) <= room:
            kept.add(word)
            room -= units(word) + 1
    return " ".join(word for word in weights if word in kept)


def _words(text: str) -> list[str]:
    plain = _MARKUP.sub(" ", _URL.sub(" ", text[:_TEXT]))
    found = {word.casefold(): word for word in reversed(_WORD.findall(plain))}
    return [word for key, word in reversed(found.items()) if _says_something(key)]


def _says_something(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in LITTLE


def _weight(word: str) -> int:
    return len(word) + (0 if word.islower() else _NAME)


def _add(found: dict[str, None], url: str) -> None:
    try:
        found[web_url(url)] = None
    except ValueError:  # no address that an article could have
        return


def _ended(url: str) -> str:
    """Return an address without what stands behind it; a bracket that it opens itself is its."""
    end, foreign = len(url), url.count(")") - url.count("(")
    while url[end - 1] in _END and (url[end - 1] != ")" or foreign > 0):
        foreign -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _texts(message: discord.Message) -> Iterator[str]:
    for part in _parts(message):
        yield part.content
    for embed in _embeds(message):
        yield embed.description or ""
        yield from (f"{field.name or ''} {field.value or ''}" for field in embed.fields)


def _embeds(message: discord.Message) -> Iterator[discord.Embed]:
    for part in _parts(message):
        yield from part.embeds


def _parts(message: discord.Message) -> tuple[discord.Message | discord.MessageSnapshot, ...]:
    """Return a message and what it forwards."""
    return (message, *message.message_snapshots)
