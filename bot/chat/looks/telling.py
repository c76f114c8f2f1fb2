"""What followers of topics are told, and what they can choose. Nothing here asks or sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import discord

from bot.chat import limits
from bot.chat.buttons import button
from bot.chat.looks import digests
from bot.chat.looks.markdown import escaped
from bot.chat.reply import row
from bot.chat.wording import follow_texts as texts
from bot.news.errand import Errand
from bot.news.follow import Mention, Personal
from bot.news.text import cut, in_one_line
from bot.store.labels import Label

Chosen = Literal["mention", "digest"]

FOLLOW = "follow"  # how the ids of its buttons begin
WAYS: dict[str, Chosen] = {"m": "mention", "d": "digest"}  # by the letter in an option's value

_TOPICS = 3  # that a message names
_TOPIC = 60


def messages(
    errand: Errand, deed: Mention | Personal, colours: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield what an errand says, in full and then with less that Discord could object to.

    It says which errand it is: in the id of a button, or in its last line as any digest does.
    """
    if isinstance(deed, Mention):
        yield _mention(errand, deed)
        return
    jump = digests.jumps_into(deed.servers)
    below = [my_topics(), button("enough", label=texts.NO_DIGESTS, kind=FOLLOW)]
    for less in ({}, {"pictures": False}, {"pictures": False, "brief": True}):
        look = digests.Look(colours, jump, **less)
        yield digests.message(deed.page, look, errand.reference) | {"view": row(*below)}


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


def ways(topics: Sequence[Label]) -> list[discord.SelectOption]:
    """Return each way of following each topic, as options."""
    return [
        discord.SelectOption(
            label=cut(texts.option(in_one_line(topic.name), way), limits.CHOICE),
            value=f"{letter}{topic.id:x}",
        )
        for topic in topics
        for letter, way in WAYS.items()
    ]


def select(
    placeholder: str, action: str, options: list[discord.SelectOption]
) -> discord.ui.Item[Any]:
    """Return a select that is handled like the buttons."""
    made: discord.ui.Select[Any] = discord.ui.Select(
        placeholder=placeholder, custom_id=f"{FOLLOW}:{action}:", options=options
    )
    return made


def my_topics() -> discord.ui.Item[Any]:
    """Return the button that shows what a member follows."""
    return button("list", label=texts.MY_TOPICS, kind=FOLLOW)
