"""What members who follow a topic are told: in discussions, or once a day by direct message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Protocol

from bot.errors import ChannelClosed, FateUnknown, MemberUnreachable, OutletError, PostRefused
from bot.jobs.digests import Edition, page_of
from bot.jobs.errands import Kind, Task
from bot.news.digest import Page
from bot.news.errand import Errand, Wanted
from bot.news.follow import MENTION, MENTIONED, NEWS, PERSONAL, Mention, Personal, news_for
from bot.news.rank import rank
from bot.store import articles, follows, readings
from bot.store.database import Database
from bot.structs import Frozen

_ENOUGH = 3  # members about whom a server did not answer, until the others there are left for later


class Servers(Protocol):
    """What is asked about servers and their members; raises as a courier does."""

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel."""

    async def joined(self, guild_id: int) -> bool:
        """Whether the bot is in a server."""

    async def visible(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        """Return the channels that a member may see; None for who is no member any more."""


class Telling(Frozen):
    """Says what there is to say to members who follow a topic."""

    database: Database
    servers: Servers
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {MENTION: self.mention, PERSONAL: self.digest}

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

    async def digest(self, errand: Errand) -> Task | None:
        """Tell a member by direct message what is new: nothing if there is nothing."""
        user_id = errand.place
        topics: dict[int, dict[int, str]] = defaultdict(dict)
        for each in await follows.of_member(self.database, user_id):
            if each.way == "digest":
                topics[each.guild_id][each.topic_id] = each.topic
        places: dict[int, int] = {}
        for guild_id in topics:
            if await self._is_in(guild_id):
                places |= dict.fromkeys(await self._visible(guild_id, user_id), guild_id)
        page = await self._page(errand, topics, places)
        if page is None:
            return None
        return Task(Personal(page, places), refused=partial(self._unwelcome, user_id))

    async def promise(self, day: date) -> None:
        """Promise everyone's digest of a day; who gets one is asked for when it is made."""
        async with self.database.transaction() as transaction:
            await readings.sweep(transaction)
        for user_id in await readings.readers(self.database):
            await readings.promise(self.database, user_id, day, self.clock())

    async def forget_leavers(self) -> None:
        """Forget who has left a server, as far as no digest asks for them anyway.

        Raises OutletError if Discord could not be asked about someone; all others are done then,
        but for those of a server that seems to be out of order.
        """
        missed: list[OutletError] = []
        for guild_id in await follows.servers(self.database):
            missed += await self._forget_leavers_of(guild_id)
        if missed:
            raise missed[0]

    async def _forget_leavers_of(self, guild_id: int) -> list[OutletError]:
        """Forget who has left a server; return what went wrong, until that was enough."""
        missed: list[OutletError] = []
        try:
            there = await self._is_in(guild_id)
        except (ChannelClosed, FateUnknown) as error:
            return [error]
        for user_id in await follows.undigested(self.database, guild_id) if there else ():
            try:
                await self._visible(guild_id, user_id)
            except (ChannelClosed, FateUnknown) as error:
                missed.append(error)
                if len(missed) == _ENOUGH:
                    break
        return missed

    async def _is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server, which is forgotten otherwise.

        So nobody is asked for there: Discord shuts out who asks thousands of times in vain.
        """
        joined = await self.servers.joined(guild_id)
        if not joined:
            await follows.forget_server(self.database, guild_id)
        return joined

    async def _visible(self, guild_id: int, user_id: int) -> frozenset[int]:
        """Return the channels that a member may see; who is none any more is forgotten."""
        channels = await self.servers.visible(guild_id, user_id)
        if channels is None:
            await follows.forget(self.database, guild_id, user_id)
        return channels or frozenset()

    async def _page(
        self, errand: Errand, topics: Mapping[int, Mapping[int, str]], places: Mapping[int, int]
    ) -> Page | None:
        since, until = (
            datetime.fromtimestamp(errand.content[name], UTC) for name in ("since", "until")
        )
        names = {key: name for followed in topics.values() for key, name in followed.items()}
        shown = await readings.shown(self.database, places, names, since, until)
        ids = sorted(news_for(shown, places, topics, since, until))
        found = await articles.several(self.database, ids, self.clock())
        if not found:
            return None
        made = Edition(since, until, rank(found, since, until))
        return await page_of(self.database, made, tuple(names.values()))

    async def _unwelcome(self, user_id: int, error: PostRefused) -> None:
        if isinstance(error, MemberUnreachable):
            await follows.switch_off(self.database, user_id)

    async def _followers(
        self, guild_id: int, known: Mapping[str, Any], after: int, count: int
    ) -> tuple[int, ...]:
        chosen = datetime.fromtimestamp(known["chosen"], UTC)
        return await follows.followers(self.database, guild_id, known["post"], chosen, after, count)
