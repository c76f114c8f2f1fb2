"""A newsroom on a simulated Discord: folders of files in, messages out."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import discord
import simcord
from discord.http import Route

from bot.config import fitted
from bot.desk import Desk, open_desk
from bot.jobs.ingest import Report, ingest
from bot.news.post import Post
from bot.settings import Settings
from tests.contract import violations
from tests.publishing import run
from tests.samples import NOW, write


@dataclass(slots=True)
class Newsroom:
    """The bot, a server with channels, someone who manages it and someone who does not."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channels: dict[str, simcord.ChannelHandle]
    staff: simcord.MemberActor
    member: simcord.MemberActor
    folder: Path
    subscriptions: list[dict[str, Any]]
    source: dict[str, Any]
    guild_only: bool = False
    colours: dict[str, str] = field(default_factory=dict)
    subscriptions_per_server: int = 50
    review: str = ""
    questions: tuple[str, ...] = ()
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """The bot of the moment."""
        assert self._desk is not None
        return self._desk

    @property
    def settings(self) -> Settings:
        """The configuration with the ids of this server's channels."""
        followed = [
            {"every": "10m", "backlog": "all", "limit": 50}
            | subscription
            | {"channel": self.channels[subscription["channel"]].id}
            for subscription in self.subscriptions
        ]
        values = {
            "database": str(self.folder.parent / "broadsheet.db"),
            "sources": [{"folder": str(self.folder)} | self.source],
            "subscriptions": followed,
            "discord": {
                "guild": self.guild.id if self.guild_only else None,
                "subscriptions_per_server": self.subscriptions_per_server,
            },
            "review": {"channel": self.channels[self.review].id} if self.review else {},
            "questions": list(self.questions),
            "colours": self.colours,
        }
        settings, mistakes = fitted(values)
        assert settings is not None
        assert not mistakes
        return settings

    def abroad(self, name: str = "elsewhere") -> simcord.MemberActor:
        """Return someone who manages another server, with one channel called as it is."""
        guild = self.env.create_guild(name.title())
        self.channels[name] = guild.create_text_channel(name)
        editor = guild.create_role("editor", permissions=discord.Permissions(manage_guild=True))
        return guild.add_member(self.env.create_user(f"manager of {name}"), roles=[editor])

    async def start(self) -> None:
        """Start the bot, or start it anew on the same database."""
        await self.stop()
        self._desk = await self._stack.enter_async_context(
            open_desk(self.settings, clock=discord.utils.utcnow)
        )
        await self.env.restart_bot(self._desk.client)
        self._stack.push_async_callback(self._desk.client.close)

    async def stop(self) -> None:
        """Stop the bot, if it runs."""
        await self._stack.aclose()
        self._desk = None

    async def fill(self, **files: Mapping[str, Any]) -> None:
        """Load article files, by name: titled like it, and each a day older than the last."""
        for day, (name, fields) in enumerate(files.items(), start=1):
            date = (NOW - timedelta(days=day)).isoformat()
            values = {"title": name.title(), "publishedDateTime": date} | dict(fields)
            write(self.folder, name, **values)
        await self.ingest()

    async def ingest(self) -> Report:
        """Load the folder."""
        (source,) = self.desk.settings.articles_from()
        return await ingest(self.desk.database, source, self.env.now())

    async def withdraw(self, *names: str) -> None:
        """Take article files away, and load the folder."""
        for name in names:
            (self.folder / f"{name}.md").unlink()
        await self.ingest()

    async def publish(self) -> tuple[Post, ...]:
        """Run every subscription once; return what went out."""
        return await run(self.desk.publisher, *self.desk.publisher.subscriptions)

    async def later(self, seconds: float) -> None:
        """Let so many seconds pass, and do what is to be done then besides posts."""
        await self.env.advance_time(seconds)
        await self.desk.errands.run()

    async def forbid(self, channel: str, *permissions: str) -> None:
        """Take permissions from the bot in a channel; without any, give back what was taken."""
        there = self.desk.client.get_channel(self.channels[channel].id)
        assert isinstance(there, discord.abc.GuildChannel)
        denied = discord.PermissionOverwrite(**dict.fromkeys(permissions, False))
        with self.arranging():
            await there.set_permissions(there.guild.me, overwrite=denied if permissions else None)
            await self.env.settle()

    @contextmanager
    def arranging(self) -> Iterator[None]:
        """Use the bot's client for what a person does; none of it counts as the bot's request."""
        before = len(self.env.http_requests)
        yield
        del self.env.http_requests[before:]

    def upset(self, endpoint: str, error: Exception, *, done: bool = False) -> None:
        """Let the next request to an endpoint fail; with `done` it did its work before.

        `endpoint` is method and route, such as `POST /channels/{channel_id}/messages`.
        """
        http = self.desk.client.http
        through = http.request

        async def request(route: Route, **options: Any) -> Any:
            if f"{route.method} {route.path}" != endpoint:
                return await through(route, **options)
            http.request = through  # type: ignore[method-assign]
            if done:
                await through(route, **options)
            raise error

        http.request = request  # type: ignore[method-assign]

    def requests(self, method: str, path: str) -> list[Any]:
        """The bodies of the bot's requests, by method and a pattern such as `/channels/*`."""
        log = self.env.http_requests
        return [r.json for r in log if r.method == method and fnmatch(r.path, path)]

    def posts(self, channel: str) -> list[discord.Message]:
        """The bot's messages with an embed in a channel, oldest first."""
        user = self.desk.client.user
        assert user is not None
        messages = self.channels[channel].history()
        return [m for m in messages if m.author.id == user.id and m.embeds]


def answer(
    status: int, code: int, message: str = "", errors: Mapping[str, Any] | None = None
) -> discord.HTTPException:
    """Return what discord.py makes of a refusal by Discord; `errors` are the nested details."""
    kinds = {403: discord.Forbidden, 404: discord.NotFound}
    response = SimpleNamespace(status=status, reason="", headers={})
    body = {"code": code, "message": message, "errors": errors or {}}
    return kinds.get(status, discord.HTTPException)(response, body)  # type: ignore[arg-type]


@asynccontextmanager
async def newsroom(
    folder: Path,
    *subscriptions: Mapping[str, Any],
    forums: tuple[str, ...] = (),
    announcements: tuple[str, ...] = (),
    **source: Any,
) -> AsyncIterator[Newsroom]:
    """Open a newsroom with the channels that the subscriptions name."""
    _make(folder)
    async with _simulation() as env:
        guild = env.create_guild("Puddle Bay")
        names = dict.fromkeys([str(each["channel"]) for each in subscriptions] + ["lobby"])
        channels = {
            name: guild.create_forum_channel(name)
            if name in forums
            else guild.create_news_channel(name)
            if name in announcements
            else guild.create_text_channel(name)
            for name in names
        }
        editor = guild.create_role("editor", permissions=discord.Permissions(manage_guild=True))
        room = Newsroom(
            env,
            guild,
            channels,
            staff=guild.add_member(env.create_user("ada"), roles=[editor]),
            member=guild.add_member(env.create_user("bob")),
            folder=folder,
            subscriptions=[{"name": str(each["channel"])} | dict(each) for each in subscriptions],
            source=source,
        )
        try:
            await room.start()
            yield room
            if refused := violations(env.http_requests):
                raise AssertionError("\n".join(refused))
        finally:
            await room.stop()


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


@asynccontextmanager
async def _simulation() -> AsyncIterator[simcord.Env]:
    """A simulated Discord that takes a millisecond of silence, not 50, for the end of all work."""
    keeper = discord.Client(intents=discord.Intents(guilds=True))
    defaults = simcord.Env._settle_internal.__kwdefaults__
    usual = defaults["idle"]
    defaults["idle"] = 0.001
    try:
        async with simcord.run(keeper, check_errors=False) as env:
            yield env
    finally:
        defaults["idle"] = usual
