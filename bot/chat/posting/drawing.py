"""A post drawn: as it goes out first, and as it is drawn anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import discord

from bot.chat.link.preflight import look
from bot.chat.link.trouble import asking
from bot.chat.looks import digests, embeds
from bot.chat.looks.below_post import below_digest, below_post
from bot.chat.posting.looking import Channel
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.images import Illustration


async def looks(
    client: discord.Client, colours: Mapping[str, int], channel: Channel, dispatch: Dispatch
) -> dict[str, Any]:
    """Return content, embeds and buttons of a post, as discord.py has them."""
    subject = dispatch.subject
    if isinstance(subject, Page):
        jump = await _jump(client, channel, subject)
        look = digests.Look(colours, jump, dispatch.pictures, dispatch.brief)
        message = digests.message(subject, look, dispatch.post.reference)
        first = dispatch.is_discussed and not dispatch.brief
        return message | ({"view": below_digest()} if first else {})
    mark = dispatch.mark
    more = embeds.follow_ups(mark, channel.guild.id)
    if dispatch.brief:
        return {"content": None, "embed": embeds.brief(subject, colours, mark=mark, more=more)}
    shown = dispatch.illustration if dispatch.pictures else Illustration()
    embed = embeds.post(subject, shown, colours, icon=dispatch.pictures, mark=mark, more=more)
    # Whoever reads a follow-up is in its discussion already.
    forum = isinstance(channel, discord.ForumChannel) or dispatch.post.follows is not None
    view = below_post(subject, dispatch.post.article_id or 0, forum=forum)
    return {"content": None, "embed": embed, "view": view}


async def anew(
    client: discord.Client, colours: Mapping[str, int], channel: Channel, dispatch: Dispatch
) -> dict[str, Any]:
    """Return what a message is to show from now on; whom it pinged, and its first lines, stay."""
    looked = await looks(client, colours, channel, dispatch)
    del looked["content"]
    return looked | {"allowed_mentions": discord.AllowedMentions.none()}


def name(dispatch: Dispatch) -> str:
    """Return what the discussion of a post is called."""
    subject = dispatch.subject
    if isinstance(subject, Page):
        return digests.thread_name(subject)
    return embeds.thread_name(subject, dispatch.mark)


async def _jump(client: discord.Client, channel: Channel, page: Page) -> digests.Jump:
    """Return what makes links to posts of a channel's own server, and of no other."""
    ids: Iterable[int] = [each.id for each in channel.guild.channels]
    if not ids and any(story.spots for story in page.stories):  # the gateway is not there
        with asking():
            ids = await look(client, channel.id)
    return digests.jumps(channel.guild.id, ids)
