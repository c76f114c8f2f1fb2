"""Threads under posts: who is in them, and when one that is put away is opened again."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.chat.trouble import ARCHIVED, SHUT, UNKNOWN_CHANNEL
from bot.jobs.outlet import Presence


async def bring_in(
    client: discord.Client, thread_id: int, member_id: int, since: datetime
) -> Presence:
    """Add a member to a thread, which is opened again if it is not locked and began `since`.

    Raises whatever discord.py does.
    """
    try:
        await client.http.add_user_to_thread(thread_id, member_id)
    except discord.HTTPException as error:
        if error.code == ARCHIVED:
            if not await _reopened(client, thread_id, since):
                return Presence.OUTSIDE
            await client.http.add_user_to_thread(thread_id, member_id)
        elif error.code in SHUT:
            return Presence.OUTSIDE
        elif error.code == UNKNOWN_CHANNEL:
            return Presence.GONE
        else:
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
    return thread.archived and discord.utils.snowflake_time(thread.id) < since


async def _reopened(client: discord.Client, thread_id: int, since: datetime) -> bool:
    """Open a thread again that Discord has put away; return whether it is open now."""
    if discord.utils.snowflake_time(thread_id) < since:
        return False
    thread = await client.fetch_channel(thread_id)
    if isinstance(thread, discord.Thread) and thread.locked:
        return False
    await client.http.edit_channel(thread_id, archived=False)
    return True
