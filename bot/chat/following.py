"""Which channels of a server follow which topics, as far as the asker may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import discord

from bot.chat.reply import Interaction
from bot.news.plan import followed
from bot.news.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Following:
    """Mentions of channels: by topic key, and of those that follow everything."""

    by_topic: Mapping[str, list[str]] = field(default_factory=dict)
    everything: tuple[str, ...] = ()


def following(interaction: Interaction, subscriptions: Iterable[Subscription]) -> Following:
    """Return what is followed where the asker is; outside of a server nothing is."""
    by_topic: dict[str, list[str]] = defaultdict(list)
    for subscription in subscriptions:
        if _sees(interaction, subscription.channel_id):
            for key in followed(subscription):
                by_topic[key].append(f"<#{subscription.channel_id}>")
    unique = {key: list(dict.fromkeys(channels)) for key, channels in by_topic.items()}
    return Following(unique, tuple(unique.get("", ())))


def _sees(interaction: Interaction, channel_id: int) -> bool:
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild is not None else None
    if channel is None or not isinstance(interaction.user, discord.Member):
        return False
    return channel.permissions_for(interaction.user).view_channel
