"""Which channels of a server follow which topics, as far as the asker may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import discord

from bot.chat.reply import Interaction
from bot.news.article import topic_key
from bot.news.plan import followed
from bot.news.subscription import Subscription
from bot.structs import Frozen, field


class Following(Frozen):
    """Mentions of channels: by topic key, and of those that follow everything."""

    by_topic: Mapping[str, list[str]] = field(default_factory=dict)
    everything: tuple[str, ...] = ()


def following(
    interaction: Interaction, subscriptions: Iterable[Subscription], *, shared: bool
) -> Following:
    """Return what is followed where the asker is; outside of a server nothing is.

    Channels that the asker may see, or, of what is `shared`, channels that everyone may see.
    """
    by_topic: dict[str, list[str]] = defaultdict(list)
    for subscription in subscriptions:
        if _is_seen(interaction, subscription.channel_id, shared=shared):
            for key in followed(subscription):
                by_topic[key].append(f"<#{subscription.channel_id}>")
    unique = {key: list(dict.fromkeys(channels)) for key, channels in by_topic.items()}
    return Following(unique, tuple(unique.get("", ())))


def heard(
    interaction: Interaction, subscriptions: Iterable[Subscription], topic: str
) -> tuple[bool, bool]:
    """Whether a topic is posted where the asker may look, and any of that has discussions."""
    guild, keys = interaction.guild, {topic_key(topic), ""}
    posted = [
        each
        for each in subscriptions
        if keys.intersection(followed(each))
        and _is_seen(interaction, each.channel_id, shared=False)
    ]
    forums = {each.id for each in guild.forums} if guild is not None else ()
    discussed = any(each.discuss == "thread" or each.channel_id in forums for each in posted)
    return bool(posted), discussed


def _is_seen(interaction: Interaction, channel_id: int, *, shared: bool) -> bool:
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or channel is None or not isinstance(interaction.user, discord.Member):
        return False
    by = guild.default_role if shared else interaction.user
    return channel.permissions_for(by).view_channel
