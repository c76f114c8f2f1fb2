"""When a subscription runs, in the words of people: presets, or a crontab."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.structs import Frozen

PRESETS = (
    "every 10 minutes",
    "every 30 minutes",
    "hourly",
    "every 6 hours",
    "daily at 08:00",
    "weekdays at 08:00",
    "weekends at 10:00",
    "Mondays at 08:00",
)
_MORNING = (8, 0)
_HOURLY = "0 * * * *"
_FIELDS = 5
_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400}  # seconds
_DAYS = ("Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays")
_NAMES = tuple(day[:3].upper() for day in _DAYS)
# Days of a crontab by the word for them; the first that stands for a word is what is written.
_WEEK = {
    "daily": ("*",),
    "weekdays": ("MON-FRI", "1-5"),
    "weekends": ("SAT,SUN", "SUN,SAT", "6,0", "0,6", "6,7"),
} | {day: (_NAMES[number], str(number)) for number, day in enumerate(_DAYS)}
_WORDS = {days: word for word, written in _WEEK.items() for days in written} | {"7": "Sundays"}

_EVERY = re.compile(r"every(?: (\d{1,4}))? ?(m|min|minutes?|h|hours?|d|days?)", re.ASCII)
_ON_THE_CLOCK = re.compile(r"every (\d{1,2}) minutes,? on the clock", re.ASCII)
_AT = re.compile(r"([a-z ]+?)(?: at (\d{1,2})(?:[:.](\d{2}))?)?", re.ASCII)
_EVERY_CRONTAB = re.compile(r"\*/(\d{1,2}) \* \* \* \*", re.ASCII)
_AT_CRONTAB = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* (\S+)", re.ASCII)


class When(Frozen):
    """Exactly one of a crontab and an interval."""

    crontab: str | None = None
    every: timedelta | None = None


def parse(text: str) -> When:
    """Return what `text` says; five fields are taken for a crontab, which is not checked here.

    Raises ValueError if it says nothing of the kind.
    """
    said = " ".join(text.split())
    if len(said.split(" ")) == _FIELDS and not said.lower().startswith("every "):
        return When(crontab=said)
    spoken = said.lower()
    if spoken == "hourly":
        return When(crontab=_HOURLY)
    when = _interval(spoken) or _on_the_clock(spoken) or _at(spoken)
    if when is None:
        examples = ", ".join(f"“{preset}”" for preset in PRESETS[::2])
        raise ValueError(f"not understood: write for example {examples}, or a crontab")
    return when


def words(when: When) -> str:
    """Return `when` in words that `parse` reads as the same; a crontab without words as it is."""
    if when.every is not None:
        return _interval_in_words(int(when.every.total_seconds()))
    crontab = " ".join((when.crontab or "").upper().split())
    if crontab == _HOURLY:
        return "hourly"
    if (every := _EVERY_CRONTAB.fullmatch(crontab)) and _divides_an_hour(int(every[1])):
        return f"every {int(every[1])} minutes, on the clock"
    if (at := _AT_CRONTAB.fullmatch(crontab)) and at[3] in _WORDS:
        minute, hour = int(at[1]), int(at[2])
        return f"{_WORDS[at[3]]} at {hour:02}:{minute:02}"
    return when.crontab or ""


def _interval(spoken: str) -> When | None:
    if (match := _EVERY.fullmatch(spoken)) is None:
        return None
    unit = next(name for name in _UNITS if name.startswith(match[2].rstrip("s")))
    if (number := int(match[1] or 1)) == 0:
        return None
    return When(every=timedelta(seconds=number * _UNITS[unit]))


def _on_the_clock(spoken: str) -> When | None:
    match = _ON_THE_CLOCK.fullmatch(spoken)
    if match is None or not _divides_an_hour(int(match[1])):
        return None
    return When(crontab=f"*/{int(match[1])} * * * *")


def _divides_an_hour(minutes: int) -> bool:
    return 1 < minutes <= 30 and 60 % minutes == 0


def _at(spoken: str) -> When | None:
    match = _AT.fullmatch(spoken)
    days = match and _days(match[1])
    if match is None or days is None:
        return None
    hour, minute = (int(match[2]), int(match[3] or 0)) if match[2] else _MORNING
    return When(crontab=f"{minute} {hour} * * {days}") if hour < 24 and minute < 60 else None


def _days(spoken: str) -> str | None:
    """Return the field of a crontab for days: daily, weekday mornings, Monday, on Mondays."""
    name = spoken.removeprefix("on ").removeprefix("every ").removesuffix(" mornings")
    name = {"day": "daily"}.get(name, name)
    for word, (written, *_) in _WEEK.items():
        if name.rstrip("s") == word.lower().rstrip("s"):
            return written
    return None


def _interval_in_words(seconds: int) -> str:
    for unit in ("day", "hour", "minute"):
        number, rest = divmod(seconds, _UNITS[unit])
        if number and not rest:
            return f"every {unit}" if number == 1 else f"every {number} {unit}s"
    return f"every {seconds} seconds"
