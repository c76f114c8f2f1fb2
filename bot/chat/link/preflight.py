"""Whether the bot may do in a channel what its subscription asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import discord

from bot.chat.link.traffic import call
from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.news.article import topic_key
from bot.news.subscription import Subscription
from bot.structs import Frozen, Struct, field

Seen = tuple[discord.abc.GuildChannel, discord.Permissions]
Sight = dict[int, Seen | str]  # what channels are like, or why they cannot be seen

_STANDS = timedelta(seconds=5)  # for so long nobody asks Discord the same again

_LOCKS = "without it the discussions of retracted posts are told, but not locked"
_PING = "Mention @everyone, @here and All Roles"
_TAGS = 5  # Discord's limit for one forum post
_ALWAYS = ("view_channel", "send_messages", "embed_links", "read_message_history")
_THREADS = ("create_public_threads", "send_messages_in_threads")


class Finding(Frozen):
    """What is wrong with a subscription's channel, in words with the mend; "" if nothing is.

    `advice` is what it can do without: all is posted all the same.
    """

    subscription: Subscription
    place: str
    problem: str = ""
    advice: str = ""


def missing(has: discord.Permissions, *, forum: bool, threads: bool) -> str:
    """Name the permissions that posts, and the threads under them, need in a channel; "" if none.

    A forum's posts are threads by themselves: there the right to write is enough to make them.
    What another one that is missing takes away with it is not named.
    """
    if not has.view_channel:
        return "View Channel"
    wanted = (*_ALWAYS, _THREADS[1]) if forum else (*_ALWAYS, *_THREADS) if threads else _ALWAYS
    lacks = [name for name in wanted if not getattr(has, name)]
    if not has.send_messages:
        lacks.remove("embed_links")
    return ", ".join(name.replace("_", " ").title() for name in lacks)


def asked_for(place: str, permissions: str) -> str:
    """Say what whoever runs the server has to give the bot in a place."""
    return f"{place}: give the bot the permission {permissions}"


def takes_cards(channel: discord.abc.GuildChannel) -> bool:
    """Whether what is held can be shown to staff in a channel: in a forum it cannot."""
    return isinstance(channel, discord.TextChannel)


def no_cards(place: str) -> str:
    """Say what whoever runs the bot has to do where staff can be shown nothing."""
    return f"{place}: takes no cards: name a text channel as `review.channel`"


def tags(
    forum: discord.ForumChannel, topics: Iterable[str], fallback: str
) -> list[discord.ForumTag]:
    """Return the tags of a forum post: those called like its topics, as many as it can have.

    The one called like `fallback` where there is none, and the forum wants one.
    """
    found = _matching(forum, topics)[:_TAGS]
    return found if found or not forum.flags.require_tag else _matching(forum, [fallback])


class Glances(Struct):
    """What was seen of channels within a few seconds: whoever asks on and on is told the same."""

    _sight: Sight = field(default_factory=dict)
    _until: datetime = datetime.min.replace(tzinfo=UTC)

    def at(self, now: datetime) -> Sight:
        """Return what is known now; what is seen meanwhile is to be added to it."""
        if not timedelta() < self._until - now <= _STANDS:
            self._sight, self._until = {}, now + _STANDS
        return self._sight


async def preflight(
    client: discord.Client,
    subscriptions: Iterable[Subscription],
    sight: Sight | None = None,
    *,
    staffed: Iterable[Subscription] = (),
) -> tuple[Finding, ...]:
    """Look at every subscription's channel through the API; the gateway is not needed.

    `staffed` are those where staff is shown cards. What is in `sight` is not asked again, and what
    is seen is added to it. Raises FateUnknown or LoginError if Discord cannot be asked.
    """
    sight = {} if sight is None else sight
    findings: list[Finding] = []
    wanted = [*((each, False) for each in subscriptions), *((each, True) for each in staffed)]
    for subscription, cards in wanted:
        channel_id = subscription.channel_id
        if channel_id not in sight:
            sight |= await _sight(client, channel_id)
        seen = sight[channel_id]
        if isinstance(seen, str):
            findings.append(Finding(subscription, f"channel {channel_id}", seen))
        elif cards and not takes_cards(seen[0]):
            place = f"#{seen[0].name}"
            findings.append(Finding(subscription, place, no_cards(place)))
        else:
            findings.append(_finding(subscription, *seen))
    return tuple(findings)


async def _sight(client: discord.Client, channel_id: int) -> Sight:
    try:
        return {**await look(client, channel_id, optional=True)}
    except (ChannelClosed, PostRefused) as error:
        if error.passing:
            raise FateUnknown(str(error)) from error
        return {channel_id: str(error)}


async def look(
    client: discord.Client, channel_id: int, *, optional: bool = False
) -> dict[int, Seen]:
    """Return what the bot may do in this channel, and in all others of its server, by their ids."""
    assert client.user is not None
    async with call(f"channel {channel_id}", optional=optional):
        channel = await client.fetch_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            raise ChannelClosed(f"channel {channel_id}: not a channel of a server")
        guild = await client.fetch_guild(channel.guild.id, with_counts=False)
        me = await guild.fetch_member(client.user.id)
        return {c.id: (c, c.permissions_for(me)) for c in await guild.fetch_channels()}


def _finding(
    subscription: Subscription, channel: discord.abc.GuildChannel, has: discord.Permissions
) -> Finding:
    place = f"#{channel.name}"
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return Finding(
            subscription, place, f"{place}: not a text, announcement, forum or media channel"
        )
    forum = isinstance(channel, discord.ForumChannel)
    lacks = missing(has, forum=forum, threads=subscription.discuss == "thread")
    if lacks:
        return Finding(subscription, place, asked_for(place, lacks))
    if isinstance(channel, discord.ForumChannel) and (mend := _tags_to_mend(channel, subscription)):
        return Finding(subscription, place, f"{place}: this forum wants a tag on each post: {mend}")
    hints = _unpinged(channel, has, subscription.mention)
    locks = subscription.retractions != "leave" and (forum or subscription.discuss == "thread")
    if locks and not has.manage_threads:
        hints += [f"{asked_for(place, 'Manage Threads')}: {_LOCKS}"]
    return Finding(subscription, place, advice="; ".join(hints))


def _unpinged(
    channel: discord.abc.GuildChannel, has: discord.Permissions, role_id: int | None
) -> list[str]:
    """Return what to do so that posts ping a role, if they would not."""
    if role_id is None:
        return []
    role = channel.guild.get_role(role_id)
    if role is None:
        mend = f"this server has no role {role_id}: change `mention`"
    elif not (role.mentionable or has.mention_everyone):
        mend = f"let anyone mention the role {role.name}, or give the bot the permission {_PING}"
    else:
        return []
    return [f"#{channel.name}: nobody is pinged: {mend}"]


def _tags_to_mend(forum: discord.ForumChannel, subscription: Subscription) -> str:
    """Return what to do so that each post can have a tag, where the forum wants one."""
    fallback = subscription.fallback_tag
    if not forum.flags.require_tag or (fallback and _matching(forum, [fallback])):
        return ""
    if fallback:
        return f"add one called {fallback} that the bot may give, or change `fallback_tag`"
    topics = subscription.topics or [tag.name for tag in forum.available_tags]
    if _matching(forum, topics):
        return ""
    return "add tags called like the topics, or name one of its tags as `fallback_tag`"


def _matching(forum: discord.ForumChannel, names: Iterable[str]) -> list[discord.ForumTag]:
    """Return the tags that are called like `names`, in their order, and that the bot may give."""
    given = {topic_key(tag.name): tag for tag in forum.available_tags if not tag.moderated}
    keys = dict.fromkeys(topic_key(name) for name in names)
    return [given[key] for key in keys if key in given]
