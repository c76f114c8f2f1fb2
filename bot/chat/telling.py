"""What members who follow a topic are told, and how they leave. Nothing here asks or sends."""

from __future__ import annotations

from typing import Any

import discord

from bot.chat import texts
from bot.chat.buttons import button, row
from bot.chat.markdown import escaped
from bot.news.errand import Errand
from bot.news.follow import Mention

FOLLOW = "follow"  # how the ids of its buttons begin

_TOPICS = 3  # that a message names
_TOPIC = 60


def message(errand: Errand, deed: Mention) -> dict[str, Any]:
    """Return what an errand says, with a button whose id says which errand it is."""
    users = [discord.Object(user) for user in deed.users]
    topics = ", ".join(f"**{escaped(topic, _TOPIC)}**" for topic in deed.topics[:_TOPICS])
    mentions = " ".join(f"<@{user}>" for user in deed.users)
    leave = button(
        "stop",
        f"{deed.post_id:x}",
        label=texts.STOP,
        kind=FOLLOW,
        reference=errand.reference,
    )
    return {
        "content": texts.new_for_followers(topics, mentions),
        "allowed_mentions": discord.AllowedMentions(everyone=False, roles=False, users=users),
        "view": row(leave),
    }
