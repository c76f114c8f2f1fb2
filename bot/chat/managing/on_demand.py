"""/digest: a digest for one member, or for all ahead of its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import discord
from discord import app_commands

from bot.chat.asking.choosing import Choices, topics
from bot.chat.asking.places import ANYWHERE
from bot.chat.looks import digests
from bot.chat.looks.markdown import escaped
from bot.chat.managing.manage import manages, of_server, ran, say, told_of
from bot.chat.reply import Answer, Interaction, offer, reply
from bot.chat.wording import texts
from bot.jobs.digests import Edition, page_of
from bot.jobs.publish import Publisher
from bot.news.rank import rank
from bot.store import activity, articles, labels
from bot.store.database import Database

_DAYS = 30
_TOPIC = 100  # characters of one that is told back
_MOST = 1_000  # articles that a preview looks at, the newest


class Digest(app_commands.Group, name="digest", description=texts.DIGEST):
    """Shows what is new to whoever asks; posts it for staff."""

    def __init__(
        self, database: Database, publisher: Publisher, colours: Mapping[str, int]
    ) -> None:
        super().__init__(**ANYWHERE)
        self._database = database
        self._publisher = publisher
        self._colours = colours

    @app_commands.command(description=texts.DIGEST_NOW)
    async def now(self, interaction: Interaction) -> None:
        """Make every digest of this server once, if there is anything new for it."""
        if interaction.guild is None or not manages(interaction):
            refusal = texts.STAFF_ONLY if interaction.guild else texts.SERVERS_ONLY
            await interaction.response.send_message(refusal, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        known = of_server(interaction, self._publisher.subscriptions)
        wanted = [subscription for subscription in known if subscription.post == "digest"]
        posts, notes = await ran(self._publisher, wanted)
        said = told_of(interaction, posts)
        if not said and not notes:
            said = [texts.NOTHING_FOR_DIGEST if wanted else texts.NO_DIGESTS]
        await say(interaction, "\n".join(said + notes))

    @app_commands.command(description=texts.DIGEST_PREVIEW)
    @app_commands.describe(topic=texts.OPTION_TOPIC, days=texts.OPTION_DAYS)
    async def preview(
        self,
        interaction: Interaction,
        topic: app_commands.Range[str, 1, 100] | None = None,
        days: app_commands.Range[int, 1, _DAYS] = 1,
    ) -> None:
        """Show a digest to the asker alone."""
        await reply(interaction, self._preview(interaction.guild, topic, days))

    @preview.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, topics(self._database, self._publisher.clock(), typed))

    async def _preview(self, guild: discord.Guild | None, topic: str | None, days: int) -> Answer:
        now = self._publisher.clock()
        since = now - timedelta(days=days)
        label = await labels.topic(self._database, now, topic) if topic else None
        if topic and label is None:
            return Answer(texts.no_news_of(escaped(topic, _TOPIC)))
        topic_id = label.id if label else None
        found = await articles.since(self._database, since, now, topic_id, _MOST)
        if not found:
            return Answer(texts.nothing_in(days, escaped(label.name, _TOPIC) if label else ""))
        server = guild.id if guild else 0
        done = await activity.of(self._database, server, (each.id for each in found))
        made = Edition(since, now, rank(found, since, now, done))
        page = await page_of(self._database, made, (label.name,) if label else ())
        channels = guild.channels if guild else ()
        jump = digests.jumps(server, (channel.id for channel in channels))
        shown = digests.message(page, digests.Look(self._colours, jump))
        return Answer(shown["content"], tuple(shown["embeds"]))
