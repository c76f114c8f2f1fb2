"""What members who follow a topic are told: in the discussion of each new post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.jobs.errands import Kind, Task
from bot.news.errand import Errand, Wanted
from bot.news.follow import MENTION, MENTIONED, NEWS, Mention
from bot.store import follows
from bot.store.database import Database


class Servers(Protocol):
    """What is asked about servers and their members; raises as a courier does."""

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Says what there is to say to members who follow a topic."""

    database: Database
    servers: Servers
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {MENTION: self.mention}

    async def mention(self, errand: Errand) -> Task | None:
        """Mention members in a discussion: as many as one message may name, then the next."""
        if self.clock() - errand.made_at > NEWS:
            return None
        known = {"chosen": errand.made_at.timestamp(), "after": 0, "part": 1, **errand.content}
        guild_id = await self.servers.server_of(known["channel"])
        users = await self._followers(guild_id, known, known["after"], MENTIONED)
        # Once it was tried, it is about the same members: those that are still there.
        upto = known.get("upto", max(users, default=0))
        users = tuple(user for user in users if user <= upto)
        if not users:
            return None
        post_id, part = known["post"], known["part"] + 1
        more = await self._followers(guild_id, known, upto, 1)
        following = {**known, "after": upto, "part": part}
        following.pop("upto", None)
        return Task(
            Mention(post_id, users, await follows.followed(self.database, guild_id, post_id)),
            then=[Wanted(MENTION, f"{post_id} {part}", errand.place, following)] if more else (),
            content={**known, "upto": upto},
        )

    async def _followers(
        self, guild_id: int, known: Mapping[str, Any], after: int, count: int
    ) -> tuple[int, ...]:
        chosen = datetime.fromtimestamp(known["chosen"], UTC)
        return await follows.followers(self.database, guild_id, known["post"], chosen, after, count)
