"""Keeping: what the bot holds on to in memory, without the stand-in in the same process."""

import gc
import sys
from asyncio import AbstractEventLoop, Future, all_tasks
from collections.abc import Iterable
from dataclasses import dataclass
from logging import Logger
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from discord.http import Ratelimit

# What leads out of the bot: to the whole interpreter, or over the event loop to the stand-in.
# discord.py remembers the limits of up to 256 places, however many there are.
BORDER = (
    *(type, ModuleType, CodeType, FrameType, BuiltinFunctionType, Logger),
    *(AbstractEventLoop, Future, Ratelimit),
)
OWN = "bot."  # what the modules of the bot's own classes begin with


@dataclass(frozen=True, slots=True)
class Kept:
    """How much memory the desk holds on to, and what there is of the bot's own anywhere."""

    bytes: int
    instances: int
    tasks: int


def kept_by(desk: object) -> Kept:
    """Measure what can be reached from `desk`; count instances of the bot's classes, and tasks."""
    gc.collect()
    instances = sum(str(type(each).__module__).startswith(OWN) for each in gc.get_objects())
    return Kept(_reachable(desk), instances, len(all_tasks()))


def _reachable(root: object) -> int:
    """Return the bytes of all that can be reached from `root` within the border."""
    seen, waiting, size = {id(root)}, [root], 0
    while waiting:
        thing = waiting.pop()
        size += sys.getsizeof(thing)
        for each in _referred_to(thing):
            if id(each) not in seen and not isinstance(each, BORDER):
                seen.add(id(each))
                waiting.append(each)
    return size


def _referred_to(thing: object) -> Iterable[Any]:
    """Return what a thing refers to; of a function what it encloses, not where it is defined."""
    if isinstance(thing, FunctionType):
        return thing.__closure__ or ()
    return gc.get_referents(thing)
