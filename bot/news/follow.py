"""Members who follow topics: how, and what they are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.news.digest import Page
from bot.structs import Frozen

MENTION = "mention"  # the kind of errand that mentions members in a discussion
PERSONAL = "personal"  # the kind that is a member's digest, by direct message
NEWS = timedelta(days=1)  # after that nobody is mentioned for a post any more
TOPICS = 25  # that a member may follow: as many as one list offers to leave
MENTIONED = 75  # members whom one message names: all their mentions surely fit into it

# closed: a digest that was switched off, since the member takes no direct messages.
Way = Literal["mention", "digest", "closed"]


class Followed(Frozen):
    """A topic that a member follows in a server."""

    guild_id: int
    topic_id: int
    topic: str
    way: Way


class Mention(Frozen):
    """Members who are to be told that a post's discussion is open, and the topics they follow."""

    post_id: int
    users: tuple[int, ...]
    topics: tuple[str, ...]


class Personal(Frozen):
    """One member's digest; `servers` has the server of each channel that the member may see."""

    page: Page
    servers: Mapping[int, int]


class Shown(Frozen):
    """An article as it was posted once: in which channel, when, and of which topics it is."""

    article_id: int
    channel_id: int
    at: datetime
    topics: frozenset[int]


def news_for(
    shown: Iterable[Shown],
    servers: Mapping[int, int],
    topics: Mapping[int, Collection[int]],
    since: datetime,
    until: datetime,
) -> frozenset[int]:
    """Return what a member has not been told of yet, as ids of articles.

    It was posted after `since`, and up to `until`, for the first time where it counts: in a
    channel that the member may see (`servers` has its server) and of a topic that the member
    follows in that server (`topics`).
    """
    first: dict[int, datetime] = {}
    for each in shown:
        followed = topics.get(servers.get(each.channel_id, 0), ())
        if not each.topics.isdisjoint(followed):
            first[each.article_id] = min(each.at, first.get(each.article_id, each.at))
    return frozenset(key for key, at in first.items() if since < at <= until)
