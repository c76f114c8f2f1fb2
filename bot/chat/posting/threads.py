"""Threads under posts: who is in them, what goes into them, and when one is opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord

from bot.chat.link.trouble import ARCHIVED, FULL, SHUT, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
from bot.errors import DiscussionClosed
from bot.jobs.outlet import Dispatch, Presence
from bot.news.post import Post, Sent

_TAKES_NOTHING = (ARCHIVED, UNKNOWN_CHANNEL, *SHUT, *FULL)


async def bring_in(
    client: discord.Client, thread_id: int, member_id: int, since: datetime
) -> Presence:
    """Add a member to a thread, which is opened again if it is not locked and began `since`.

    Raises whatever discord.py does.
    """
    try:
        try:
            await client.http.add_user_to_thread(thread_id, member_id)
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
            if not await _may_write(client, thread_id, since):
                return Presence.OUTSIDE
            await client.http.edit_channel(thread_id, archived=False)
            await client.http.add_user_to_thread(thread_id, member_id)
    except discord.HTTPException as error:
        if error.code in (ARCHIVED, *SHUT):
            return Presence.OUTSIDE
        if error.code == UNKNOWN_CHANNEL:
            return Presence.GONE
        raise
    return Presence.INSIDE


async def found(client: discord.Client, thread_id: int) -> discord.Thread | None:
    """Return a thread as it is now, None if it was deleted.

    Raises whatever discord.py does.
    """
    try:
        thread = await client.fetch_channel(thread_id)
    except discord.NotFound as error:
        if error.code != UNKNOWN_CHANNEL:
            raise
        return None
    return thread if isinstance(thread, discord.Thread) else None


def at_rest(thread: discord.Thread, since: datetime) -> bool:
    """Whether a thread was put away that began too long ago to be opened again."""
    return thread.archived and discord.utils.snowflake_time(thread.id) <= since


async def follow_up(
    client: discord.Client, dispatch: Dispatch, shown: dict[str, Any]
) -> Sent | None:
    """Send a follow-up into its discussion, which Discord opens again if it was put away.

    Raises DiscussionClosed if that takes nothing, or else whatever discord.py does.
    """
    post = dispatch.post
    where = f"<#{post.place_id}>"
    try:
        if not await _may_write(client, post.place_id, post.tried_at - dispatch.reopen_within):
            raise DiscussionClosed(f"{where}: gone, locked, or put away for too long")
        return await sent(client.get_partial_messageable(post.place_id), post, shown)
    except discord.HTTPException as error:
        if error.code in _TAKES_NOTHING:
            raise DiscussionClosed(f"{where}: {error.text}") from error
        raise


async def sent(place: discord.abc.Messageable, post: Post, shown: dict[str, Any]) -> Sent | None:
    """Send a post under its nonce; None if it was there before and someone deleted it.

    Raises whatever discord.py does.
    """
    try:
        message = await place.send(nonce=post.nonce, **shown)
    except discord.NotFound as error:
        if error.code == UNKNOWN_MESSAGE:  # the nonce is known, its message deleted
            return None
        raise
    return Sent(message.id)


async def _may_write(client: discord.Client, thread_id: int, since: datetime) -> bool:
    """Whether a thread is there and open, or may be opened again."""
    thread = await found(client, thread_id)
    return thread is not None and not thread.locked and not at_rest(thread, since)
