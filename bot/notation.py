"""How single settings are written: durations, time zones, crontabs, colours, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.news.language import Language, language
from bot.news.opening import NAMES, named_in
from bot.news.runs import next_run
from bot.news.subscription import Backlog, Quiet, Subscription
from bot.news.text import in_one_line, units
from bot.news.urls import web_url

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_QUESTION = 300  # characters
_LONGEST = 36_500 * 86_400  # seconds


class Duration(str):
    """A length of time as it is written: 30s, 10m, 1h30m, 7d."""

    @classmethod
    def of(cls, length: timedelta) -> Duration:
        """Return a length of whole seconds as it is written, in the largest unit that fits."""
        seconds = int(length.total_seconds())
        unit, name = next(pair for pair in _UNITS if seconds % pair[0] == 0)
        return cls(f"{seconds // unit}{name}")

    @property
    def length(self) -> timedelta:
        """The length; raises ValueError if the text is none, from a second to a hundred years."""
        match = _DURATION.fullmatch(self.replace(" ", ""))
        if not match or not self.strip():
            raise ValueError("not a duration: write for example 30s, 10m, 1h30m or 7d")
        days, hours, minutes, seconds = (min(int(part or 0), 10**10) for part in match.groups())
        length = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
        if not 1 <= length <= _LONGEST:
            raise ValueError("a duration is from 1s to 36500d")
        return timedelta(seconds=length)


class BacklogText(str):
    """How far back a channel starts, as it is written: 24h, 20, all."""

    @property
    def backlog(self) -> Backlog:
        """The backlog; raises ValueError if the text is none."""
        if self == "all":
            return Backlog()
        if self.isascii() and self.isdigit() and len(self) < 8:
            return Backlog(count=int(self))
        try:
            return Backlog(age=Duration(self).length)
        except ValueError:
            reason = "not a backlog: write a duration such as 24h, a number of articles, or all"
            raise ValueError(reason) from None


class QuietText(str):
    """Hours of the day as they are written: 22:00-07:00."""

    @property
    def quiet(self) -> Quiet:
        """The quiet hours; raises ValueError if the text is none."""
        match = _HOURS.fullmatch(self.strip())
        try:
            hour, minute, end_hour, end_minute = map(int, match.groups() if match else ())
            quiet = Quiet(time(hour, minute), time(end_hour, end_minute))
        except ValueError:
            raise ValueError("no hours of the day: write for example 22:00-07:00") from None
        if quiet.start == quiet.end:
            raise ValueError("quiet all day: nothing would ever be posted")
        return quiet


class Timezone(str):
    """A time zone's name in the IANA database."""


class Crontab(str):
    """Five fields of a crontab."""


class Colour(str):
    """A colour as #rrggbb."""


class Question(str):
    """A question to begin a discussion with."""


class FilePath(str):
    """A file or folder, as it is written."""

    @property
    def path(self) -> Path:
        """The path, relative to where the program runs unless it begins at the root."""
        return Path(self)


class GatewayUrl(str):
    """A ws or wss address."""


class ApiUrl(str):
    """An http or https address."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("should be text")
    return value


def _duration(value: Any) -> Duration:
    duration = Duration(value if isinstance(value, str) else "")
    _ = duration.length
    return duration


def _backlog(value: Any) -> BacklogText:
    backlog = BacklogText(value if isinstance(value, str | int) else "")
    _ = backlog.backlog
    return backlog


def _quiet(value: Any) -> QuietText:
    text = QuietText(value if isinstance(value, str) else "")
    _ = text.quiet
    return text


def _timezone(value: Any) -> Timezone:
    name = _text(value)
    try:
        return Timezone(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}: write for example Europe/Berlin") from None


def _crontab(value: Any) -> Crontab:
    crontab = Crontab(value if isinstance(value, str) else "")
    try:
        next_run(Subscription("", 0, crontab=crontab), datetime.now(UTC))
    except ValueError as error:
        raise ValueError(
            f'no crontab ({error}): write five fields, such as "*/10 * * * *" for every ten minutes'
        ) from None
    return crontab


def _gateway_url(value: Any) -> GatewayUrl:
    text = _text(value)
    if not re.match("wss?://", text):
        raise ValueError("not a ws or wss address")
    web_url(f"http{text[2:]}")  # what holds for an address of the web holds for it, too
    return GatewayUrl(text)


def _colour(value: Any) -> Colour:
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return Colour(value)
    raise ValueError('not a colour: write for example "#3b82f6", in quotes')


def _question(value: Any) -> Question:
    text = in_one_line(_text(value))
    if units(text) > _QUESTION:
        raise ValueError(f"a question has at most {_QUESTION} characters")
    try:
        named_in(text)
    except ValueError as error:
        braces = " ".join(f"{{{name}}}" for name in NAMES)
        raise ValueError(f"not a question ({error}): in braces it can have {braces}") from None
    return Question(text)


CHECKS: dict[Any, Callable[[Any], Any]] = {
    Duration: _duration,
    BacklogText: _backlog,
    QuietText: _quiet,
    Timezone: _timezone,
    Language: language,
    Crontab: _crontab,
    Colour: _colour,
    Question: _question,
    ApiUrl: lambda value: ApiUrl(web_url(_text(value))),
    GatewayUrl: _gateway_url,
    FilePath: lambda value: FilePath(_text(value)),
}
