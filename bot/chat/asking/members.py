"""What members follow: chosen below a post or with `/news follow`, and left by one tap."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.asking import choosing
from bot.chat.asking.choosing import Choices
from bot.chat.asking.following import heard
from bot.chat.asking.lookup import Name
from bot.chat.buttons import Handler, button
from bot.chat.looks.below_post import article_of
from bot.chat.looks.embeds import BLUE
from bot.chat.looks.markdown import escaped
from bot.chat.looks.telling import FOLLOW, WAYS, Chosen, my_topics, select, ways
from bot.chat.reply import Answer, Interaction, exchange, offer, reply, tell
from bot.chat.wording import follow_texts as texts
from bot.chat.wording import texts as common
from bot.news.follow import Followed
from bot.news.subscription import Subscription
from bot.news.text import cut, in_one_line, whole
from bot.store import follows, labels
from bot.store.database import Database
from bot.store.labels import Label
from bot.structs import Frozen

_OFFERED = 12  # topics of a post: each of them in two ways, and a list has 25 places
_TOPIC = 80
_LISTED, _SERVER = 70, 45  # of a topic and its server in a list: as many as there can be fit in
_CHOSEN = re.compile(r"(?P<way>[md])(?P<topic>[0-9a-f]{1,15})")
_DROPPED = re.compile(r"(?P<guild>[0-7]?[0-9a-f]{1,15})-(?P<topic>[0-9a-f]{1,15})")


class Members(Frozen):
    """Takes what a member chooses or leaves; the answers are for that member alone.

    `lookups` is the database as members ask it, `subscriptions` what is posted at the moment.
    """

    database: Database
    lookups: Database
    subscriptions: Callable[[], Iterable[Subscription]]
    clock: Callable[[], datetime]

    @property
    def buttons(self) -> Mapping[str, Handler]:
        """What each button of its own messages does, by its action."""
        return {
            "stop": self._stop,
            "enough": self._enough,
            "list": self._list,
            "choose": self._choose,
            "leave": self._leave,
            "drop": self._drop,
            "again": self._again,
            "none": self._none,
        }

    def commands(self) -> tuple[app_commands.Command[app_commands.Group, ..., None], ...]:
        """Return the commands, for the group of lookups to offer."""
        how = [app_commands.Choice(name=name, value=way) for way, name in texts.WAYS.items()]

        @app_commands.command(description=texts.COMMAND)
        @app_commands.describe(topic=texts.OPTION_TOPIC, how=texts.OPTION_HOW)
        @app_commands.choices(how=how)
        async def follow(interaction: Interaction, topic: Name, how: str) -> None:
            """Let the asker follow a topic in this server."""
            await reply(interaction, self._followed(interaction, topic, cast(Chosen, how)))

        @follow.autocomplete("topic")
        async def _topics(interaction: Interaction, typed: str) -> Choices:
            return await offer(interaction, choosing.topics(self.lookups, self.clock(), typed))

        @app_commands.command(description=texts.LIST)
        async def following(interaction: Interaction) -> None:
            """Show what the asker follows."""
            await reply(interaction, self._listed(interaction))

        return follow, following

    async def offer(self, interaction: Interaction, subject: str) -> None:
        """Offer the topics of the post whose button was pressed."""
        await reply(interaction, self._offered(interaction, article_of(subject)))

    async def _offered(self, interaction: Interaction, article_id: int) -> Answer:
        if not _at_home(interaction):
            return Answer(texts.SERVERS_ONLY)
        if article_id:
            topics = await follows.topics_of_article(self.lookups, article_id)
        else:  # a digest: its message says which
            message_id = interaction.message.id if interaction.message else 0
            topics = await follows.topics_of_message(self.lookups, message_id)
        if not topics:
            return Answer(texts.NO_TOPIC)
        return Answer(
            embeds=(_embed(texts.CHOOSE_HOW, texts.CHOOSE_TITLE),),
            items=(select(texts.CHOOSE, "choose", ways(topics[:_OFFERED])), my_topics()),
        )

    async def _followed(self, interaction: Interaction, typed: str, way: Chosen) -> Answer:
        topic = await labels.topic(self.lookups, self.clock(), typed)
        if topic is None:
            return Answer(common.no_news_of(escaped(whole(typed), _TOPIC)))
        return await self._chosen(interaction, topic, way)

    async def _chosen(self, interaction: Interaction, topic: Label, way: Chosen) -> Answer:
        if not _at_home(interaction):
            return Answer(texts.SERVERS_ONLY)
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        if not await follows.choose(self.database, guild_id, user_id, topic.id, way, self.clock()):
            return Answer(texts.TOO_MANY)
        stop = button("leave", f"{topic.id:x}", label=texts.STOP_THIS, kind=FOLLOW)
        posted, discussed = heard(interaction, self.subscriptions(), topic.name)
        name = escaped(topic.name, _TOPIC)
        said = texts.confirmed(name, way, posted=posted, discussed=discussed)
        return Answer(embeds=(_embed(said),), items=(stop, my_topics()))

    async def _listed(
        self, interaction: Interaction, change: Awaitable[None] | None = None
    ) -> Answer:
        """Show what the asker follows, after a change to that."""
        if change is not None:
            await change
        followed = await follows.of_member(self.lookups, interaction.user.id)
        if not followed:
            return Answer(embeds=(_embed(texts.NOTHING),))
        lines = [
            texts.line(
                escaped(each.topic, _LISTED), escaped(_server(interaction, each), _SERVER), each.way
            )
            for each in followed
        ]
        closed = any(each.way == "closed" for each in followed)
        text = "\n".join([*lines, *(["", texts.CLOSED] if closed else [])])
        options = [
            discord.SelectOption(
                label=cut(in_one_line(each.topic), limits.CHOICE),
                description=cut(_server(interaction, each), limits.CHOICE) or None,
                value=f"{each.guild_id:x}-{each.topic_id:x}",
            )
            for each in followed
        ]
        again = button("again", label=texts.AGAIN, kind=FOLLOW)
        return Answer(
            embeds=(_embed(text, texts.LIST_TITLE),),
            items=(
                select(texts.DROP, "drop", options),
                *([again] if closed else []),
                button("none", label=texts.STOP_ALL, kind=FOLLOW),
            ),
        )

    async def _stop(self, interaction: Interaction, post: str) -> None:
        """Let the presser not be mentioned any more for the topics of a post."""
        await reply(interaction, self._stopped(interaction, article_of(post)))

    async def _stopped(self, interaction: Interaction, post_id: int) -> Answer:
        """Say that it is done, or show what there is to stop: an article may lose its topics."""
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        if await follows.leave_post(self.database, guild_id, user_id, post_id):
            return Answer(texts.STOPPED)
        return await self._listed(interaction)

    async def _enough(self, interaction: Interaction, _: str) -> None:
        """Send the presser no digest any more."""
        left = follows.leave_digests(self.database, interaction.user.id)
        await reply(interaction, _said(texts.STOPPED_DIGESTS, left))

    async def _list(self, interaction: Interaction, _: str) -> None:
        await exchange(interaction, self._listed(interaction))

    async def _choose(self, interaction: Interaction, _: str) -> None:
        chosen = _CHOSEN.fullmatch(_value(interaction))
        topic_id = int(chosen["topic"], 16) if chosen else 0
        name = await labels.topic_named(self.lookups, topic_id) if topic_id else ""
        if chosen is None or not name:
            await tell(interaction, common.STALE)
            return
        topic, way = Label(topic_id, name), WAYS[chosen["way"]]
        await exchange(interaction, self._chosen(interaction, topic, way))

    async def _leave(self, interaction: Interaction, topic: str) -> None:
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        left = follows.leave(self.database, guild_id, user_id, article_of(topic))
        await exchange(interaction, self._listed(interaction, left))

    async def _drop(self, interaction: Interaction, _: str) -> None:
        left = None
        if chosen := _DROPPED.fullmatch(_value(interaction)):
            guild_id, topic_id = int(chosen["guild"], 16), int(chosen["topic"], 16)
            left = follows.leave(self.database, guild_id, interaction.user.id, topic_id)
        await exchange(interaction, self._listed(interaction, left))

    async def _again(self, interaction: Interaction, _: str) -> None:
        back = follows.switch_on(self.database, interaction.user.id, self.clock())
        await exchange(interaction, self._listed(interaction, back))

    async def _none(self, interaction: Interaction, _: str) -> None:
        left = follows.leave_all(self.database, interaction.user.id)
        await exchange(interaction, self._listed(interaction, left))


async def _said(text: str, change: Awaitable[None]) -> Answer:
    await change
    return Answer(text)


def _at_home(interaction: Interaction) -> bool:
    """Whether it was asked in a server that the bot is in: members take it elsewhere, too."""
    return interaction.client.get_guild(interaction.guild_id or 0) is not None


def _server(interaction: Interaction, followed: Followed) -> str:
    """Return the name of a topic's server, unless that is where it is asked for."""
    if followed.guild_id == interaction.guild_id:
        return ""
    guild = interaction.client.get_guild(followed.guild_id)
    return guild.name if guild is not None else str(followed.guild_id)


def _embed(text: str, title: str | None = None) -> discord.Embed:
    return discord.Embed(title=title, description=text, colour=BLUE)


def _value(interaction: Interaction) -> str:
    """Return what was chosen in a select."""
    data: dict[str, Any] = dict(interaction.data or {})
    values = data.get("values") or [""]
    return str(values[0])
