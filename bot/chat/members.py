"""What members follow, chosen and left by a press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat import texts
from bot.chat.buttons import Handler
from bot.chat.reply import Interaction
from bot.store import follows
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Members:
    """Takes what a member presses; the answers are for that member alone."""

    database: Database

    @property
    def buttons(self) -> Mapping[str, Handler]:
        """What each button does, by its action."""
        return {"stop": self._stop}

    async def _stop(self, interaction: Interaction, post: str) -> None:
        """Let the presser not be mentioned any more for the topics of a post."""
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        await follows.leave_post(self.database, guild_id, user_id, int(post, 16))
        await interaction.response.send_message(texts.STOPPED, ephemeral=True)
