"""What Discord says of servers and their members, asked without the gateway."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.chat.traffic import call
from bot.chat.trouble import asking
from bot.errors import ChannelClosed


@dataclass(frozen=True, slots=True)
class DiscordServers:
    """Asks through a client that is logged in."""

    client: discord.Client

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel."""
        channel = self.client.get_channel(channel_id)
        if channel is None:
            with asking():
                async with call(f"channel {channel_id}"):
                    channel = await self.client.fetch_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            raise ChannelClosed(f"channel {channel_id} is of no server")
        return channel.guild.id
