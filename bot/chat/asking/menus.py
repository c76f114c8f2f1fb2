"""What members can ask about any message, from its menu."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.asking.answers import Answers
from bot.chat.asking.listing import Kind, Listing, room
from bot.chat.asking.message import gist, links
from bot.chat.asking.places import ANYWHERE
from bot.chat.reply import Answer, Interaction, reply
from bot.chat.wording import texts
from bot.store import articles
from bot.store.database import Database
from bot.structs import replace


class Menus:
    """Answers about a message, to the asker alone."""

    def __init__(self, database: Database, answers: Answers) -> None:
        self._database = database
        self._answers = answers

    def commands(self) -> tuple[app_commands.ContextMenu, ...]:
        """Return the commands of the menu."""
        asked = {texts.MENU_RELATED: self.related, texts.MENU_ABOUT: self.about}
        return tuple(
            app_commands.ContextMenu(name=name, callback=answer, **ANYWHERE)
            for name, answer in asked.items()
        )

    async def related(self, interaction: Interaction, message: discord.Message) -> None:
        """Show what is close to the article that the message shows; a list shows its first."""
        await reply(interaction, self._related(interaction, message))

    async def about(self, interaction: Interaction, message: discord.Message) -> None:
        """Show what fits the message."""
        await reply(interaction, self._about(interaction, message))

    async def _related(self, interaction: Interaction, message: discord.Message) -> Answer:
        posted = await articles.in_message(self._database, message.id)
        shown = posted.id if posted is not None else 0
        if not shown and message.author == interaction.client.user:
            shown = await self._answers.at(links(message)[:1])
        if not shown:
            return await self._about(interaction, message)
        return await self._answers.page(interaction, Listing(Kind.RELATED, number=shown))

    async def _about(self, interaction: Interaction, message: discord.Message) -> Answer:
        linked = links(message)
        listing = Listing(Kind.ABOUT, number=await self._answers.at(linked))
        listing = replace(listing, words=gist(message, room(listing)))
        if not (listing.number or listing.words):
            return Answer(texts.NOTHING_ABOUT if linked else texts.NO_SUBJECT)
        return await self._answers.page(interaction, listing)
