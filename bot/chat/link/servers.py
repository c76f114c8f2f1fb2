"""What Discord says of servers and their members, asked without the gateway."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.chat.link.traffic import call
from bot.chat.link.trouble import NO_MEMBER, NO_SERVER, asking
from bot.errors import ChannelClosed
from bot.structs import Frozen


class DiscordServers(Frozen):
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

    async def joined(self, guild_id: int) -> bool:
        """Whether the bot is in a server; one that is only out of order counts."""
        if self.client.get_guild(guild_id) is not None:
            return True
        with asking():
            async with call(f"server {guild_id}"):
                try:
                    await self.client.fetch_guild(guild_id, with_counts=False)
                except (discord.NotFound, discord.Forbidden) as error:
                    if error.code in NO_SERVER:
                        return False
                    raise
        return True

    async def visible(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        """Return the channels that a member may see; None for who is no member any more.

        Nobody is a member of a server that the bot has left.
        """
        with asking():
            async with call(f"server {guild_id}"):
                try:
                    guild, channels = await self._server(guild_id)
                    member = await guild.fetch_member(user_id)
                except (discord.NotFound, discord.Forbidden) as error:
                    if error.code in (*NO_SERVER, *NO_MEMBER):
                        return None
                    raise
        return frozenset(c.id for c in channels if c.permissions_for(member).view_channel)

    async def _server(
        self, guild_id: int
    ) -> tuple[discord.Guild, Sequence[discord.abc.GuildChannel]]:
        """Return a server and its channels, as the gateway told of them last, or else as asked."""
        guild = self.client.get_guild(guild_id)
        if guild is not None and not guild.unavailable:
            return guild, guild.channels
        guild = await self.client.fetch_guild(guild_id, with_counts=False)
        return guild, await guild.fetch_channels()
