"""The options of /subscription add, edit and discussions, and what they say in a file's words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypeVar
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.chat.wording import subscription_texts as texts
from bot.news.article import topic_key
from bot.news.language import askable
from bot.news.shape import Misfit
from bot.news.text import in_one_line, whole
from bot.news.when import parse
from bot.notation import Duration
from bot.settings import DIGESTS_ALONE, RESERVED

Callback = TypeVar("Callback", bound=Callable[..., Any])
Written = dict[str, Any]

_Text = app_commands.Range[str, 1, 1000]
_Word = app_commands.Range[str, 1, 100]


class _Place(app_commands.Transformer):
    """A channel in which news can be posted."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Text, announcement and forum channels: media channels cannot be offered."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, _: discord.Interaction[Any], value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """Return the channel as Discord tells of it."""
        return value


# What each option may be, by its name.
_KINDS: dict[str, Any] = {
    "channel": app_commands.Transform[app_commands.AppCommandChannel, _Place],
    "when": _Word,
    "topics": _Text,
    "match": Literal["any", "all"],
    "post": Literal["each", "digest", "discussed"],
    "min_quality": app_commands.Range[int, 0, 1_000_000],
    "type": Literal["article", "video"],
    "languages": _Text,
    "providers": _Text,
    "without_providers": _Text,
    "words": _Text,
    "without_words": _Text,
    "quiet": _Word,
    "hourly": app_commands.Range[int, 1, 1000],
    "limit": app_commands.Range[int, 1, 100],
    "backlog": _Word,
    "mention": discord.Role,
    "silent": bool,
    "retractions": Literal["mark", "delete", "leave"],
    "repeat": bool,
    "nothing_new": Literal["skip", "tell"],
    "timezone": _Word,
}
# What is about discussions, and whether others get the posts too. A command has 25 options at most:
# `edit` has none of it, and `add` what no later change takes back.
_TALK: dict[str, Any] = {
    "discuss": Literal["none", "thread"],
    "follow_ups": Literal["thread", "post"],
    "opening": bool,
    "archive_after": Literal["1h", "1d", "3d", "7d"],
    "reopen_within": _Word,
    "fallback_tag": app_commands.Range[str, 1, 20],
    "crosspost": bool,
}
_NEEDED = ("name", "channel", "when")
_AT_ONCE = ("discuss", "crosspost")
Clear = Literal[
    "topics",
    "type",
    "languages",
    "providers",
    "words",
    "quiet",
    "hourly",
    "mention",
    "timezone",
]

# Lists are typed with commas. Where a list stands in a file: by key, and by part of it.
_LISTS = {
    "topics": ("topics", None),
    "languages": ("languages", None),
    "providers": ("providers", "include"),
    "without_providers": ("providers", "exclude"),
    "words": ("words", "include"),
    "without_words": ("words", "exclude"),
}
_AS_A_WHOLE = {"post": DIGESTS_ALONE, "name": RESERVED}  # what options must be in keeping with
_OPTION_OF = {place: option for option, place in _LISTS.items()}


def for_new(callback: Callback) -> Callback:
    """Give a command of a group the options of a new subscription."""
    kinds = {"name": _Word, **_KINDS, **{key: _TALK[key] for key in _AT_ONCE}}
    return _with(callback, kinds, _NEEDED)


def for_change(callback: Callback) -> Callback:
    """Give a command of a group the options of a change."""
    return _with(callback, {"name": _Word, "rename": _Word, **_KINDS, "clear": Clear}, ("name",))


def for_talk(callback: Callback) -> Callback:
    """Give a command of a group the options of a change that is about discussions."""
    kinds = {"name": _Word, **_TALK, "clear": Literal["archive_after", "fallback_tag"]}
    return _with(callback, kinds, ("name",))


def _with(callback: Callback, kinds: Mapping[str, Any], needed: tuple[str, ...]) -> Callback:
    """Put options in place of `**given`, where discord.py looks for them."""
    own = list(inspect.signature(callback).parameters.values())[:-1]
    own += [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=kind if name in needed else kind | None,
            default=inspect.Parameter.empty if name in needed else None,
        )
        for name, kind in kinds.items()
    ]
    callback.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    return app_commands.describe(**{name: texts.OPTIONS[name] for name in kinds})(callback)


def written_from(given: Mapping[str, Any], before: Mapping[str, Any]) -> Written:
    """Return what a file would say: as `before`, and for what is given as that says.

    Raises ValueError if `when` says nothing that can be understood.
    """
    values: Written = {key: value for key, value in before.items() if key != given.get("clear")}
    for option, value in given.items():
        if value is not None:
            values |= _said(option, whole(value) if isinstance(value, str) else value, values)
    return {key: value for key, value in values.items() if value is not None}


def named(typed: str) -> str:
    """Return the name that was typed, as it can be kept and shown."""
    return in_one_line(whole(typed))


def option_at(misfit: Misfit) -> str:
    """Return the name of the option that something is wrong with."""
    key, *rest = [str(step) for step in misfit.path] or [""]
    if key in ("", "schedule", "every"):
        return next((option for option, why in _AS_A_WHOLE.items() if why in misfit.reason), "when")
    return _OPTION_OF.get((key, rest[0] if rest else None), key)


def parts(typed: str) -> list[str]:
    """Return what is typed with commas as a list, each part once."""
    return list(dict.fromkeys(part for part in map(str.strip, typed.split(",")) if part))


def being_typed(typed: str) -> tuple[list[str], str]:
    """Return what of a list with commas is chosen already, and its last part as far as it goes."""
    before, _, last = typed.rpartition(",")
    return parts(before), last.strip()


def lists(chosen: Sequence[str], found: Iterable[str]) -> list[str]:
    """Return what is chosen already, with commas, followed by each of what else was found."""
    taken = set(map(topic_key, chosen))
    return [", ".join([*chosen, each]) for each in found if topic_key(each) not in taken]


def languages(typed: str, found: Iterable[str]) -> list[str]:
    """Return a list of languages as it is typed, with each that its last part may become."""
    chosen, last = being_typed(typed.replace("_", "-"))
    begun = last.casefold()
    return lists(chosen, [tag for tag in askable(found) if tag.casefold().startswith(begun)])


def zones(typed: str, count: int) -> list[str]:
    """Return names of time zones with `typed` in them."""
    wanted = typed.casefold().strip().replace(" ", "_")
    return [name for name in _zones() if wanted in name.casefold()][:count]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _said(option: str, value: Any, so_far: Mapping[str, Any]) -> Written:
    if option in ("name", "clear"):  # they say which, and what to take out
        return {}
    if option == "rename":
        return {"name": named(value)}
    if option == "post":
        discussed = value == "discussed"
        manner = "digest" if discussed else value
        return {"post": manner, "sort": "discussed" if discussed else None}
    if option == "when":
        when = parse(value)
        return {"schedule": when.crontab, "every": when.every and str(Duration.of(when.every))}
    if option in _LISTS:
        key, part = _LISTS[option]
        return {key: parts(value) if part is None else so_far.get(key, {}) | {part: parts(value)}}
    return {option: value.id if isinstance(value, discord.abc.Snowflake) else value}
