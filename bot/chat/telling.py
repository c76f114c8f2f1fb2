"""What members who follow a topic are told, and how they leave. Nothing here asks or sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.chat import digests
from bot.chat import follow_texts as texts
from bot.chat.buttons import button, row
from bot.chat.markdown import escaped
from bot.news.errand import Errand
from bot.news.follow import Mention, Personal

FOLLOW = "follow"  # how the ids of its buttons begin

_TOPICS = 3  # that a message names
_TOPIC = 60


def messages(
    errand: Errand, deed: Mention | Personal, colours: Mapping[str, int]
) -> tuple[dict[str, Any], ...]:
    """Return what an errand says, in full and then with less that Discord could object to.

    It says which errand it is: in the id of a button, or in its last line as any digest does.
    """
    if isinstance(deed, Mention):
        return (_mention(errand, deed),)
    jump = digests.jumps_into(deed.servers)
    looks = (
        digests.Look(colours, jump),
        digests.Look(colours, jump, pictures=False),
        digests.Look(colours, jump, pictures=False, brief=True),
    )
    below = [
        button("list", label=texts.MY_TOPICS, kind=FOLLOW),
        button("enough", label=texts.NO_DIGESTS, kind=FOLLOW),
    ]
    return tuple(
        digests.message(deed.page, look, errand.reference) | {"view": row(*below)} for look in looks
    )


def _mention(errand: Errand, deed: Mention) -> dict[str, Any]:
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
        "content": texts.new(topics, mentions),
        "allowed_mentions": discord.AllowedMentions(everyone=False, roles=False, users=users),
        "view": row(leave),
    }
