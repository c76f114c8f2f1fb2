"""Discussions on demand: the button below a post, and /discuss."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.asking.choosing import Choices, chosen, titles
from bot.chat.asking.places import IN_SERVERS
from bot.chat.buttons import Handler
from bot.chat.looks.below_post import DISCUSS, article_of
from bot.chat.reply import Answer, Interaction, offer, reply, slowed
from bot.chat.wording import discussion_texts as texts
from bot.chat.wording import texts as common
from bot.errors import LoginError, OutletError
from bot.jobs.discussions import Asker, Discussion, Discussions
from bot.jobs.outlet import Presence
from bot.news.plan import Candidate
from bot.store.database import Database


class Discuss(app_commands.Group, name="discuss", description=texts.GROUP):
    """Opens discussions, or finds those that there are, for any member of a server."""

    def __init__(self, database: Database, discussions: Discussions) -> None:
        super().__init__(**IN_SERVERS)
        self._database = database
        self._discussions = discussions

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons below a post do that are about its discussion, by action."""
        return {DISCUSS: self._pressed}

    @app_commands.command(description=texts.ARTICLE)
    @app_commands.describe(title=common.OPTION_TITLE)
    async def article(
        self, interaction: Interaction, title: app_commands.Range[str, 1, 100]
    ) -> None:
        """Find the discussion of an article, or post it here with one."""
        await reply(interaction, self._of_title(interaction, title))

    @article.autocomplete("title")
    async def _titles(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, titles(self._database, self._discussions.now, typed))

    async def _of_title(self, interaction: Interaction, typed: str) -> Answer:
        found = await chosen(self._database, self._discussions.now, typed)
        return Answer(common.NO_ARTICLE) if found is None else await self._of(interaction, found)

    async def _of(self, interaction: Interaction, candidate: Candidate) -> Answer:
        try:
            return _told(
                await self._discussions.of(_place(interaction), candidate.id, _asker(interaction))
            )
        except OutletError as error:
            return _failed(error)

    async def _pressed(self, interaction: Interaction, subject: str) -> None:
        await reply(interaction, self._below(interaction, article_of(subject)))

    async def _below(self, interaction: Interaction, article_id: int) -> Answer:
        channel_id = interaction.channel_id or 0
        try:
            return _told(await self._discussions.below(channel_id, article_id, _asker(interaction)))
        except OutletError as error:
            return _failed(error)


def _place(interaction: Interaction) -> int:
    """Return the channel in which a discussion is opened: of a thread the one that it is in."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id
    return interaction.channel_id or 0


def _asker(interaction: Interaction) -> Asker:
    """Return who asks, and what they may do here: in a thread, in the channel that it is in."""
    may, channel = interaction.permissions, interaction.channel
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    writes = may.send_messages_in_threads
    opens = writes and may.create_public_threads
    # Whoever may write in a forum may post there: its posts are threads by themselves.
    begins = writes if isinstance(place, discord.ForumChannel) else opens
    posts = begins and may.send_messages and not slowed(interaction, place)
    return Asker(interaction.user.id, writes, opens, posts)


def _told(discussion: Discussion | str | None) -> Answer:
    if discussion is None:
        return Answer(texts.NOT_HERE)
    if isinstance(discussion, str):
        return Answer(texts.not_open(discussion) if discussion else texts.NO_POST)
    thread = f"<#{discussion.thread_id}>"
    if discussion.presence is Presence.GONE:
        return Answer(texts.GONE)
    inside = discussion.presence is Presence.INSIDE
    return Answer(texts.inside(thread) if inside else texts.outside(thread))


def _failed(error: OutletError) -> Answer:
    """Say why there is no discussion; what only the operator can mend is raised."""
    if isinstance(error, LoginError):
        raise error
    return Answer(texts.not_open(str(error)))
