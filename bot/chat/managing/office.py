"""What a server's managers may know of its subscriptions: its own, and nothing of any other's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import discord

from bot.chat.link.preflight import Glances, preflight
from bot.chat.reply import Interaction
from bot.chat.wording import subscription_texts as texts
from bot.errors import FateUnknown
from bot.jobs.planning import next_runs
from bot.jobs.roster import Entry, Roster
from bot.news.subscription import Subscription
from bot.settings import subscription_settings
from bot.store.database import Database
from bot.store.made import Made, name_key
from bot.structs import Frozen, field, replace


class Office(Frozen):
    """Where the subscriptions of all servers are looked after; `most` is how many one may make."""

    database: Database
    roster: Roster
    most: int
    colours: Mapping[str, int]
    _glances: Glances = field(default_factory=Glances)

    @property
    def now(self) -> datetime:
        """The time by which everything is told."""
        return self.roster.publisher.clock()

    def entries(self, interaction: Interaction) -> list[Entry]:
        """Return the subscriptions of the server in which something was asked, by name.

        One of the file belongs to the server of its channel.
        """
        guild = interaction.guild
        if guild is None:
            return []
        own = [
            entry
            for entry in self.roster.entries
            if (
                entry.made.guild_id == guild.id
                if entry.made
                else guild.get_channel(entry.subscription.channel_id) is not None
            )
        ]
        return sorted(own, key=lambda entry: name_key(entry.subscription.name))

    def subscriptions(self, interaction: Interaction) -> list[Subscription]:
        """Return what is followed in this server, also by what is paused."""
        return [entry.subscription for entry in self.entries(interaction) if not entry.broken]

    def find(self, interaction: Interaction, chosen: str) -> Entry | None:
        """Return the subscription of this server that was chosen from the list, or typed."""
        entries = self.entries(interaction)
        keyed = [entry for entry in entries if mark(entry.subscription) == chosen]
        named = [e for e in entries if name_key(e.subscription.name) == name_key(chosen)]
        return next(iter(keyed + named), None)

    def names(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        """Return the subscriptions of this server with `typed` in their name, as choices."""
        return [
            (f"{'' if entry.made else texts.LOCK + ' '}{found.name}", mark(found))
            for entry in self.entries(interaction)
            if typed.casefold() in (found := entry.subscription).name.casefold()
        ]

    def is_full(self, interaction: Interaction) -> bool:
        """Whether this server has made as many as it may."""
        return sum(entry.made is not None for entry in self.entries(interaction)) >= self.most

    async def runs(self, subscription: Subscription) -> tuple[datetime, ...]:
        """Return the next three runs."""
        return await next_runs(self.database, subscription, self.now)

    async def problems(self, client: discord.Client, *wanted: Subscription) -> list[str]:
        """Return what is to be mended in the channel of each, "" where nothing is."""
        try:
            findings = await preflight(client, wanted, self._glances.at(self.now))
        except FateUnknown:
            return [texts.UNKNOWN_CHANNEL for _ in wanted]
        return [finding.problem for finding in findings]

    def subscription(self, made: Made) -> Subscription | None:
        """Return what was made, or is to be, as the work knows it; None if it cannot be read."""
        settings, misfits = subscription_settings({"name": made.name, **made.written})
        if settings is None or misfits:
            return None
        made_here = settings.subscription(self.roster.timezone)
        return replace(made_here, id=made.id, guild_id=made.guild_id)


def mark(subscription: Subscription) -> str:
    """Return what stands for a subscription in a choice or a button, however long its name."""
    return sha256(subscription.key.encode()).hexdigest()[:16]
