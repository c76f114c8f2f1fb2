"""What Discord and the network say when something fails, put into our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import discord

from bot.errors import (
    ChannelClosed,
    ChannelGone,
    FateUnknown,
    LoginError,
    MemberUnreachable,
    OutletError,
    Part,
    PostRefused,
)

TOKEN_REFUSED = "Discord does not accept the token any more: set a new DISCORD_TOKEN"

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
NO_SERVER = (10004, 50001)  # the bot is not in it, or not any more
NO_MEMBER = (10007, 10013)
THREAD_EXISTS = 160004
ARCHIVED = 50083
ALREADY_PUBLISHED = 40033
OTHER_KIND = 50024  # of channel
SHUT = (160005, 30033)  # a thread that is locked, or has as many members as it can
FULL = (160006, 160007)  # as many threads are open as can be
_EXPLICIT = 20009  # pictures that a server or a member lets nobody send
_OTHERS = 50005  # the message of another bot, which this database was of once
_CONTENT = (200000, 200001, 240000)  # AutoMod, harmful links
_NO_DIRECT_MESSAGES = (50007, 50278)  # the second: no server in common any more
_ACCESS = (0, 50001, 50013)
# What Discord holds against the channel or the moment, never against the one post: sending or a
# feature switched off, write limits, thread limits, a channel that was turned into one of another
# kind.
_CLOSED = (
    *(40003, 40004, 40006, 20016, 20022, 20028, 20029, 30046),
    *(40062, 130000, *FULL),
    *(40058, 50008, OTHER_KIND),
)
_TAG = (10087, 40066, 40067)  # the forum wants a tag that no topic of this article is called like
_INVALID_BODY = 50035
_BAD_REQUEST, _FORBIDDEN = 400, 403
_NOT_IN_TIME = (408, 499)
_PICTURE = ("image.url", "thumbnail.url", "icon_url")
_TEXT = ("embeds", "components", "MAX_EMBED_SIZE_EXCEEDED")


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise one of our errors for whatever fails inside; `place` names where, for a person."""
    try:
        yield
    except discord.DiscordException as error:
        raise _meaning(error, place) from error
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        raise FateUnknown(f"{place}: no answer from Discord ({type(error).__name__})") from error


@contextmanager
def asking() -> Iterator[None]:
    """What a question is answered with holds nothing against what it is asked for."""
    try:
        yield
    except PostRefused as error:
        raise ChannelClosed(str(error)) from error


def _meaning(error: discord.DiscordException, place: str) -> OutletError:
    if isinstance(error, discord.RateLimited):
        return _too_many(place, error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return PostRefused(f"{place}: {error}")
    if error.status >= 500 or error.status in _NOT_IN_TIME:
        return FateUnknown(f"{place}: Discord answered {error.status}")
    if error.status == 429:
        return _too_many(place, error.response.headers.get("Retry-After", ""))
    if error.status == 401:
        return LoginError(TOKEN_REFUSED)
    return _refusal(error, place)


def _too_many(place: str, asked: float | str) -> ChannelClosed:
    said = f"{place}: Discord asks to wait"
    try:
        wait = timedelta(seconds=float(asked))
    except (ValueError, OverflowError):
        return ChannelClosed(said, passing=True)
    return ChannelClosed(f"{said} {wait.total_seconds():.0f} s", passing=True, wait=wait)


def _refusal(error: discord.HTTPException, place: str) -> OutletError:
    """Tell a channel that takes nothing from a post that is not taken; the code says it best."""
    said = f"{place}: {_said(error)} (code {error.code})"
    if error.code in _NO_DIRECT_MESSAGES:
        return MemberUnreachable(said)
    if error.code == UNKNOWN_CHANNEL:
        return ChannelGone(f"{place}: there is no such channel, or the bot cannot see it")
    if error.code in _TAG:
        return PostRefused(said, final=False)
    if error.code == _EXPLICIT:
        return PostRefused(said, part=Part.PICTURE)
    if error.code in (*_CONTENT, UNKNOWN_MESSAGE, ARCHIVED, *SHUT, _OTHERS):
        return PostRefused(said)
    # A proxy on the way has no codes: what it says holds nothing against the post.
    if error.code in (*_CLOSED, *_ACCESS):
        return ChannelClosed(said)
    if error.status == _BAD_REQUEST:
        return PostRefused(said, part=_offending(error))
    return PostRefused(said, final=False) if error.status == _FORBIDDEN else ChannelClosed(said)


def _offending(error: discord.HTTPException) -> Part | None:
    """Return what Discord objects to, as far as a post can do without it."""
    if error.code != _INVALID_BODY:
        return None
    if any(name in error.text for name in _PICTURE):
        return Part.PICTURE
    return Part.TEXT if any(name in error.text for name in _TEXT) else None


def _said(error: discord.HTTPException) -> str:
    return " ".join(error.text.split())[:300] or "no reason given"
