"""/publish: what members who manage the server can set off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.asking.choosing import Choices, chosen, titles
from bot.chat.asking.places import FOR_MANAGERS
from bot.chat.reply import Interaction, offer
from bot.chat.wording import texts
from bot.errors import OutletError
from bot.jobs.dispatching import look_of
from bot.jobs.publish import Publisher
from bot.jobs.session import Run
from bot.news.plan import Candidate
from bot.news.post import Fate, Post
from bot.news.subscription import Subscription
from bot.news.text import cut
from bot.store import outbox
from bot.store.database import Database
from bot.structs import replace


def manages(interaction: Interaction) -> bool:
    """Whether a member may manage the server now, and the bot is in it.

    Discord's own check can be set to anything, and lets members take the bot elsewhere.
    """
    at_home = interaction.client.get_guild(interaction.guild_id or 0) is not None
    return at_home and interaction.permissions.manage_guild


class Publish(app_commands.Group, name="publish", description=texts.PUBLISH):
    """Posts now, through the same outbox as the schedule."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        super().__init__(**FOR_MANAGERS)
        self._database = database
        self._publisher = publisher

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let through only who may manage this server."""
        return manages(interaction)

    @app_commands.command(description=texts.PUBLISH_DUE)
    async def due(self, interaction: Interaction) -> None:
        """Run every subscription of this server once; digests wait for their time."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        subscriptions = of_server(interaction, self._publisher.subscriptions)
        if not subscriptions:
            await say(interaction, texts.NO_SUBSCRIPTIONS)
            return
        single = [each for each in subscriptions if each.post == "each"]
        posts, notes = await ran(self._publisher, single)
        said = told_of(interaction, posts) or ([] if notes else [texts.NOTHING_DUE])
        waiting = [texts.DIGESTS_WAIT] if len(single) < len(subscriptions) and not posts else []
        await say(interaction, "\n".join(said + notes + waiting))

    @app_commands.command(description=texts.PUBLISH_ARTICLE)
    @app_commands.describe(title=texts.OPTION_TITLE)
    async def article(
        self, interaction: Interaction, title: app_commands.Range[str, 1, 100]
    ) -> None:
        """Post one article here, or say where it is already."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        followed = of_server(interaction, self._publisher.subscriptions)
        candidate = await chosen(self._database, self._publisher.clock(), title, followed)
        await say(interaction, await self._publish(interaction, candidate))

    @article.autocomplete("title")
    async def _titles(self, interaction: Interaction, typed: str) -> Choices:
        if not manages(interaction):
            return []
        followed = of_server(interaction, self._publisher.subscriptions)
        now = self._publisher.clock()
        return await offer(interaction, titles(self._database, now, typed, followed))

    async def _publish(self, interaction: Interaction, candidate: Candidate | None) -> str:
        if candidate is None:
            return texts.NO_ARTICLE
        if candidate.withdrawn:
            return texts.WITHDRAWN
        assert interaction.channel_id is not None  # the command is for servers only
        channel_id = interaction.channel_id
        before = await outbox.find(self._database, channel_id, candidate.id)
        if before is not None and before.fate is Fate.POSTED:
            return texts.already(link_to(interaction, before))
        try:
            look = look_of(self._publisher.subscriptions, channel_id)
            post = await self._publisher.post(candidate.id, replace(look, mention=None))
        except OutletError as error:
            return texts.not_posted(str(error))
        if post is None:
            return texts.STOPPING
        if post.fate is not Fate.POSTED:
            return texts.not_posted(post.reason)
        return texts.posted_here(link_to(interaction, post))


def of_server(interaction: Interaction, known: Iterable[Subscription]) -> list[Subscription]:
    """Return the subscriptions of the channels of this server, and of no other."""
    guild = interaction.guild
    return [s for s in known if guild and guild.get_channel(s.channel_id) is not None]


async def ran(publisher: Publisher, wanted: Iterable[Subscription]) -> tuple[list[Post], list[str]]:
    """Run subscriptions ahead of time; return their posts, and what kept others from going out."""
    runs = await asyncio.gather(*(_ran(publisher, each) for each in wanted))
    return [post for posts, _ in runs for post in posts], [note for _, note in runs if note]


async def _ran(publisher: Publisher, subscription: Subscription) -> tuple[tuple[Post, ...], str]:
    place = f"<#{subscription.channel_id}>"
    try:
        run = await publisher.session(subscription)
    except OutletError as error:
        return (), texts.trouble(place, str(error))
    told = held_back(run)
    return run.posts, texts.trouble(place, told) if told else ""


def told_of(interaction: Interaction, posts: Iterable[Post]) -> list[str]:
    """Say where posts are, in one text; nothing if there are none. A digest is one, in any case."""
    shown = [post for post in posts if post.part == 1]
    links = [link_to(interaction, post) for post in shown]
    if any(post.digest_id is not None for post in shown):
        return [texts.digests_posted(links)]
    return [texts.posted(links)] if links else []


def held_back(run: Run) -> str:
    """Say what the pace of a run held back, and from when on it comes; nothing if nothing."""
    if not run.held or run.comes is None:
        return ""
    return texts.waiting(run.held, discord.utils.format_dt(run.comes, "f"), quiet=run.quiet)


def link_to(interaction: Interaction, post: Post) -> str:
    """Return the address of a post, or of its channel if the post was deleted."""
    channel = interaction.client.get_channel(post.channel_id)
    places = (interaction.guild_id, post.place_id, post.message_id)
    if post.follows is None and isinstance(
        channel, discord.ForumChannel
    ):  # a forum post is a channel of its own
        places = (interaction.guild_id, post.thread_id or post.channel_id, None)
    return "/".join(["https://discord.com/channels", *(str(place) for place in places if place)])


async def say(interaction: Interaction, text: str) -> None:
    """Give the answer that was put off, as much of it as a message holds."""
    await interaction.edit_original_response(content=cut(text, limits.CONTENT))
