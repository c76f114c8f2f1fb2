"""Where commands can be used, and by whom, as Discord is told with them."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

ANYWHERE: dict[str, Any] = {
    "allowed_contexts": app_commands.AppCommandContext(
        guild=True, dm_channel=True, private_channel=True
    ),
    "allowed_installs": app_commands.AppInstallationType(guild=True, user=True),
}
IN_SERVERS: dict[str, Any] = {
    "guild_only": True,
    "allowed_contexts": app_commands.AppCommandContext(guild=True),
    "allowed_installs": app_commands.AppInstallationType(guild=True),
}
FOR_MANAGERS: dict[str, Any] = {
    **IN_SERVERS,
    "default_permissions": discord.Permissions(manage_guild=True),
}
