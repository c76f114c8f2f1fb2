"""What the demo is given: a bot, and how to show it; needs nothing of SimCord."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from importlib.util import find_spec
from typing import Protocol

import discord

from bot.errors import SettingsError
from bot.news.article import Picture
from bot.structs import Frozen

_PACKAGES = ("simcord", "markdown_it", "linkify_it", "regex", "PIL")


class Bot(Protocol):
    """A bot that is ready to be logged in."""

    @property
    def client(self) -> discord.Client:
        """The client; its `setup_hook` publishes the commands."""

    def working(self) -> AbstractAsyncContextManager[object]:
        """Run the schedule and post; entered once the client is ready, left before it closes."""


Opener = Callable[[Mapping[str, int]], AbstractAsyncContextManager[Bot]]
"""Opens a bot for the channels given by name and id, and closes what it opened."""


class Options(Frozen):
    """How the demo runs.

    `say` gets each line meant for the person at the terminal. `pictures` are painted in the size
    they state. `hints` stand on the page; text between backticks is shown as code. A `port` of
    None is the usual one, or any free one if that is taken.
    """

    say: Callable[[str], None]
    pictures: Iterable[Picture] = ()
    hints: tuple[str, ...] = ()
    port: int | None = None
    browser: bool = True


def require_packages(names: tuple[str, ...] = _PACKAGES) -> None:
    """Raise SettingsError, with the mend, unless the packages of the demo are installed."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"the demo needs {', '.join(missing)}: run  pip install 'broadsheet[demo]'"
        )
