"""What can be pressed below a post in a channel. Each button knows its article by its id alone."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.chat.buttons import button
from bot.chat.looks.embeds import link_button
from bot.chat.reply import row
from bot.chat.wording import discussion_texts as texts
from bot.chat.wording import follow_texts
from bot.news.article import Article

KIND = "post"
DISCUSS = "discuss"
FOLLOW = "follow"

Items = tuple[discord.ui.Item[Any], ...]
# As many digits as the database takes; what was published before 1970 is below zero.
_ID = re.compile(r"-?[0-9a-f]{1,15}")


def below_post(article: Article, article_id: int, *, forum: bool) -> discord.ui.View:
    """Return the buttons below a post: in a forum it is its own discussion."""
    subject = f"{article_id:x}"
    items: Items = link_button(article)
    if not forum:
        items = (*items, button(DISCUSS, subject, label=texts.DISCUSS, kind=KIND))
    return row(*items, button(FOLLOW, subject, label=follow_texts.FOLLOW, kind=KIND))


def below_digest() -> discord.ui.View:
    """Return the buttons below the first message of a digest, which is known by the message."""
    return row(button(FOLLOW, label=follow_texts.FOLLOW, kind=KIND))


def article_of(subject: str) -> int:
    """Return the id of the article that a button is about; 0 if no version wrote it."""
    return int(subject, 16) if _ID.fullmatch(subject) else 0
