"""What the overview page shows: the channels, threads and forum posts, and what was said last."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import discord

from bot.structs import Frozen, replace, to_builtins

_FORUM = 15
_THREADS = (10, 11, 12)
_SAID = (0, 19, 20, 23)  # plain, reply, slash command, context menu; the rest are notices
_LINE = 160
_REMEMBERED = 100
_HEADLINE = re.compile("#{1,3} (.+)")
_ESCAPE = re.compile(r"\\([^\w\s])")
_STYLE = re.compile(r"(?<!\\)(\*\*|~~|\*(?=Updated )|(?<=>)\*$)")
_TIME = re.compile(r"<t:(\d+):\w>")


class Post(Frozen):
    """What a message says and shows."""

    title: str = ""
    summary: str = ""
    picture: str = ""


NOTHING = Post()


class Place(Frozen):
    """A channel, thread or forum post, with its latest message.

    `count` is the number of messages, `at` the ISO time of the latest one. `opening` is the first
    message; for a thread under a post, that post. `first` and `last` are the ids of these two.
    """

    id: str
    name: str
    kind: str = "text"
    parent: str = ""
    about: str = ""
    tags: tuple[str, ...] = ()
    count: int = 0
    author: str = ""
    line: str = ""
    at: str = ""
    opening: Post = NOTHING
    first: str = ""
    last: str = ""


class Board:
    """Keeps the places up to date from gateway events, and remembers which ones changed."""

    def __init__(self) -> None:
        self.version = 0
        self._places: dict[str, Place] = {}
        self._tags: dict[str, str] = {}
        self._posts: dict[str, Post] = {}
        self._changed: set[int] = set()

    def note(self, event: str, payload: Mapping[str, Any]) -> None:
        """Take in one gateway event by its name and payload, as Discord documents them."""
        if event == "GUILD_CREATE":
            for channel in payload.get("channels", ()):
                self._channel(channel)
        elif event in {"CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE"}:
            self._channel(payload)
        elif event in {"CHANNEL_DELETE", "THREAD_DELETE"}:
            self._places.pop(str(payload["id"]), None)
        elif event == "MESSAGE_CREATE":
            self._message(payload)
        elif event == "MESSAGE_UPDATE":
            self._edited(str(payload["id"]), _post(payload))
        if "channel_id" in payload:
            self._changed.add(int(payload["channel_id"]))
        self.version += 1

    def changed(self) -> frozenset[int]:
        """Ids of the channels in which something happened since the last call."""
        changed, self._changed = frozenset(self._changed), set()
        return changed

    def places(self) -> list[dict[str, Any]]:
        """Every place as plain JSON values, in the order of their making."""
        return [to_builtins(place) for place in self._places.values()]

    def place(self, channel_id: int) -> Place | None:
        """The place with this id."""
        return self._places.get(str(channel_id))

    def _channel(self, payload: Mapping[str, Any]) -> None:
        key, kind = str(payload["id"]), int(payload.get("type", 0))
        offered = payload.get("available_tags", ())
        self._tags.update({str(tag["id"]): str(tag["name"]) for tag in offered})
        tags = payload.get("applied_tags", ()) if kind in _THREADS else (t["id"] for t in offered)
        self._places[key] = replace(
            self._places.get(key) or self._opened(key),
            name=str(payload.get("name") or ""),
            kind="thread" if kind in _THREADS else "forum" if kind == _FORUM else "text",
            parent=str(payload.get("parent_id") or ""),
            about=str(payload.get("topic") or ""),
            tags=tuple(self._tags[str(tag)] for tag in tags if str(tag) in self._tags),
        )

    def _opened(self, key: str) -> Place:
        """A new place; a thread has the id of the post under which it was opened."""
        made_at = discord.utils.snowflake_time(int(key)).isoformat()
        return Place(key, "", at=made_at, opening=self._posts.pop(key, NOTHING), first=key)

    def _message(self, payload: Mapping[str, Any]) -> None:
        place = self._places.get(str(payload["channel_id"]))
        if place is None or int(payload.get("type", 0)) not in _SAID:
            return
        author, post = payload["author"], _post(payload)
        self._remember(str(payload["id"]), post)
        self._places[place.id] = replace(
            place,
            count=place.count + 1,
            author=str(author.get("global_name") or author["username"]),
            line=post.title or post.summary,
            at=str(payload["timestamp"]),
            opening=place.opening if place.opening != NOTHING else post,
            first=place.first if place.opening != NOTHING else str(payload["id"]),
            last=str(payload["id"]),
        )

    def _edited(self, message_id: str, post: Post) -> None:
        if message_id in self._posts:
            self._posts[message_id] = post
        for key, place in self._places.items():
            shown = replace(place, opening=post) if place.first == message_id else place
            if place.last == message_id:
                shown = replace(shown, line=post.title or post.summary)
            self._places[key] = shown

    def _remember(self, message_id: str, post: Post) -> None:
        self._posts[message_id] = post
        if len(self._posts) > _REMEMBERED:
            del self._posts[next(iter(self._posts))]


def _post(payload: Mapping[str, Any]) -> Post:
    """What a message says and shows, from its text or its first embed."""
    embed = (payload.get("embeds") or [{}])[0]
    shown = embed.get("image") or embed.get("thumbnail") or {}
    said = payload.get("content") or ""
    headline = _HEADLINE.match(said)
    return Post(
        title=_cut(headline[1] if headline else said or embed.get("title")),
        summary=_cut(embed.get("description") or payload.get("content")),
        picture=str(shown.get("url") or ""),
    )


def _moment(found: re.Match[str]) -> str:
    return f"{datetime.fromtimestamp(int(found[1]), UTC):%d/%m/%Y, %H:%M}"


def _cut(text: str | None) -> str:
    words = " ".join(_ESCAPE.sub(r"\1", _TIME.sub(_moment, _STYLE.sub("", text or ""))).split())
    return words if len(words) <= _LINE else words[: _LINE - 1].rstrip() + "…"
