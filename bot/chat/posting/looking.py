"""Looking for a post of unknown fate in what the bot wrote in a channel."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bot.chat.link.trouble import UNKNOWN_CHANNEL
from bot.chat.looks import digests
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.post import Post, Sent

Channel = discord.TextChannel | discord.ForumChannel

LOOK_BACK = timedelta(minutes=1)  # Discord's clock and ours may differ


async def look_for(client: discord.Client, channel: Channel, dispatch: Dispatch) -> Sent | None:
    """Return where a post is: also a message in a thread, as follow-ups are.

    In a forum the second message of a digest is in the thread of the first.

    Raises whatever discord.py does.
    """
    since = dispatch.post.claimed_at - LOOK_BACK
    post = dispatch.post
    if post.follows is not None:
        return await _in_thread(client, client.get_partial_messageable(post.place_id), post, since)
    if isinstance(channel, discord.TextChannel):
        return await _in_history(client, channel, post, since)
    if post.part == 1:
        return await _among_threads(client, channel, post, since)
    thread = thread_of(client, channel, dispatch)
    return await _in_thread(client, thread, post, since) if thread else None


def thread_of(
    client: discord.Client, forum: discord.ForumChannel, dispatch: Dispatch
) -> discord.PartialMessageable | None:
    """Return the thread into which the second message of a digest goes; None if it has none."""
    page = dispatch.subject
    if not isinstance(page, Page) or page.thread_id is None:
        return None
    return client.get_partial_messageable(
        page.thread_id, guild_id=forum.guild.id, type=discord.ChannelType.public_thread
    )


async def _in_thread(
    client: discord.Client, thread: discord.PartialMessageable, post: Post, since: datetime
) -> Sent | None:
    try:
        return await _in_history(client, thread, post, since)
    except discord.NotFound as error:
        if error.code == UNKNOWN_CHANNEL:  # with its thread the message is gone, too
            return None
        raise


async def _in_history(
    client: discord.Client, place: discord.abc.Messageable, post: Post, since: datetime
) -> Sent | None:
    # To the end: what was sent again later stands later.
    async for message in place.history(limit=None, after=since, oldest_first=True):
        if message.author == client.user and _shows(message, post):
            return Sent(message.id)
    return None


async def _among_threads(
    client: discord.Client, forum: discord.ForumChannel, post: Post, since: datetime
) -> Sent | None:
    assert client.user is not None
    threads = [t for t in await forum.guild.active_threads() if t.parent_id == forum.id]
    async for thread in forum.archived_threads(limit=None):  # archived last comes first
        if thread.archive_timestamp < since:
            break
        threads.append(thread)
    for thread in threads:
        made = thread.created_at
        if thread.owner_id != client.user.id or (made is not None and made < since):
            continue
        async for message in thread.history(limit=1, oldest_first=True):
            if _shows(message, post):
                return Sent(thread.id, thread.id)
    return None


def _shows(message: discord.Message, post: Post) -> bool:
    """Whether a message of the bot is this post; an answer that a member shared is not.

    A digest shows addresses of articles, too, but says which digest it is.
    """
    if message.type is not discord.MessageType.default:
        return False
    if message.nonce is not None and str(message.nonce) == post.nonce:
        return True
    reference = digests.reference(message.content)
    if post.digest_id is not None or reference is not None:
        return post.digest_id is not None and reference == post.reference
    return any(embed.url in post.urls for embed in message.embeds)
