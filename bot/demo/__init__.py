"""The local playground: the whole bot on a simulated Discord, in a browser page.

SimCord ── server ──> channel ids ──> the bot ──> posts, threads, replies
   │                                                   │
   ├── pump: the real time in, fresh pages out         │ gateway events
   └── preview: a page per channel <── hub (overview) <── board
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.demo.channels import CHANNELS, ChannelPlan
from bot.demo.terms import Bot, Opener, Options, require_packages

__all__ = ["CHANNELS", "Bot", "ChannelPlan", "Opener", "Options", "play"]


async def play(opener: Opener, options: Options) -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises SettingsError if the packages of the demo are not installed, or its port is taken.
    """
    require_packages()
    with _no_needless_warning():
        from bot.demo.playground import play_until_signal
    await play_until_signal(opener, options)


@contextmanager
def _no_needless_warning() -> Iterator[None]:
    """SimCord tries out a client without intents while it is imported; discord.py warns of it."""
    logger = logging.getLogger("discord.state")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
