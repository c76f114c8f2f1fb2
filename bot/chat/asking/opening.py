"""The first message of a discussion: what it looks like, and what its button does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.chat import limits
from bot.chat.asking.answers import Answers
from bot.chat.asking.listing import Kind, Listing
from bot.chat.buttons import Handler, button
from bot.chat.looks import embeds
from bot.chat.looks.below_post import KIND, article_of
from bot.chat.looks.markdown import escaped
from bot.chat.reply import Interaction, reply, row
from bot.chat.wording import correction_texts, texts
from bot.news.opening import Opening
from bot.news.text import cut, units

RELATED = "related"  # what its button does

_WORDS = 200  # of a name in a question


def message(deed: Opening, colours: Mapping[str, int], reference: str) -> dict[str, Any]:
    """Return what a discussion begins with; the id of its button says which errand it is.

    It pings nobody, and nobody is notified of it.
    """
    words = {name: escaped(text, _WORDS) for name, text in deed.words.items()}
    question = cut(deed.question.format_map(words), limits.CONTENT)
    subject = f"{deed.article_id:x}"
    below = button(RELATED, subject, label=texts.MORE_LIKE_THIS, kind=KIND, reference=reference)
    return {
        "content": question or None,
        "embeds": _embeds(deed, embeds.colour(deed.article, colours)),
        "view": row(below),
        "allowed_mentions": discord.AllowedMentions.none(),
        "silent": True,
    }


def reworded(said: Opening | None, colours: Mapping[str, int], reference: str) -> dict[str, Any]:
    """Return what a discussion that has begun is to begin with now; None: that of a retraction."""
    if said is None:
        return {"content": correction_texts.RETRACTED, "embeds": []}
    shown = message(said, colours, reference)
    del shown["silent"]
    if not said.says_anything:  # Discord takes no message without words
        shown["content"] = escaped(said.article.title, _WORDS)
    return shown


def _embeds(deed: Opening, colour: int) -> list[discord.Embed]:
    """Return the excerpt in full and all related coverage there is room for, in text alone."""
    text = escaped(deed.excerpt, limits.DESCRIPTION)
    room = min(limits.EMBEDS - units(text) - units(texts.RELATED), limits.DESCRIPTION)
    lines = embeds.coverage(deed.related, len(deed.related), room)
    shown = [discord.Embed(description=text, colour=colour)] if text else []
    if lines:
        shown.append(discord.Embed(title=texts.RELATED, description=lines, colour=colour))
    return shown


def related(answers: Answers) -> Handler:
    """Return what shows whoever presses the button, alone, what is close to the article."""

    async def pressed(interaction: Interaction, subject: str) -> None:
        listing = Listing(Kind.RELATED, number=article_of(subject))
        await reply(interaction, answers.page(interaction, listing))

    return pressed
