"""The row of buttons below a post: for all posts put together here."""

from __future__ import annotations

import discord

from bot.chat.buttons import row
from bot.chat.embeds import link_button
from bot.news.article import Article


def below_post(article: Article) -> discord.ui.View:
    """Return what can be pressed below the post of an article.

    What is pressed there knows its post by the message that it is below.
    """
    items = link_button(article)
    return row(*items) if items else discord.utils.MISSING
