"""What a person types in a terminal."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BroadsheetError
from bot.news.text import readable

# A command imports what it runs when it runs: `import` needs no discord.py, `run` no tables.
if TYPE_CHECKING:
    from bot.settings import Settings

Work = Coroutine[Any, Any, int]
Command = Callable[[argparse.Namespace], Work]

_CONFIG = Path("config/broadsheet.yaml")
_LEVELS = ("debug", "info", "warning", "error")
_LIBRARIES = {
    "discord": logging.WARNING,
    "discord.client": logging.ERROR,  # warns of voice, which nothing here needs
    "apscheduler": logging.ERROR,  # warns of each run that an earlier one outlasts
    "aiosqlite": logging.WARNING,  # tells every value that is stored, article bodies among them
    "filelock": logging.WARNING,
}


class _Readable(logging.Formatter):
    """Each record on one line that commands no terminal, whatever files are called."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return readable(super().formatMessage(record))


def execute(words: Sequence[str]) -> int:
    """Run the command in `words`; return its exit code.

    0 done, 1 the work found problems, 2 wrong usage or configuration.
    """
    typed = parser().parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # for terminals that cannot show everything
    _log(typed.log_level.upper())
    try:
        work: Work = typed.command(typed)
        gc.collect()  # what was imported is never garbage, but for what making classes left
        gc.freeze()
        gc.enable()
        return asyncio.run(work)
    except BroadsheetError as error:
        sys.stderr.writelines(f"{readable(line)}\n" for line in str(error).split("\n"))
        return 2
    except KeyboardInterrupt:
        return 130


def _log(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Readable("%(asctime)s %(levelname)-7s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name, least in _LIBRARIES.items():
        logging.getLogger(name).setLevel(max(least, logging.root.level))
    logging.getLogger("discord.client").addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Tell in one line that the gateway is away: discord.py shows its traceback at each try."""
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage()} ({type(record.exc_info[1]).__name__})"
        record.args, record.exc_info = (), None
    return True


def _demo(typed: argparse.Namespace) -> Work:
    from bot.demonstration import show

    return show(typed.seeds, port=typed.port, browser=typed.browser, say=_say)


def _run(typed: argparse.Namespace) -> Work:
    from bot.app import run

    return run(_settings(typed), os.environ.get("DISCORD_TOKEN", ""))


def _import(typed: argparse.Namespace) -> Work:
    from bot.commands import import_articles

    return import_articles(_settings(typed), typed.paths)


def _plan(typed: argparse.Namespace) -> Work:
    from bot.commands import show_plan

    return show_plan(_settings(typed), typed.held)


def _search(typed: argparse.Namespace) -> Work:
    from bot.commands import search_archive

    return search_archive(
        _settings(typed),
        " ".join(typed.words),
        topic=typed.topic,
        provider=typed.provider,
        newest=typed.newest,
        count=typed.count,
    )


def _subscriptions(typed: argparse.Namespace) -> Work:
    from bot.commands import export_subscriptions

    return export_subscriptions(_settings(typed), typed.server)


def _check(typed: argparse.Namespace) -> Work:
    from bot.app import check

    return check(_settings(typed), os.environ.get("DISCORD_TOKEN", ""), _say)


def _settings(typed: argparse.Namespace) -> Settings:
    from bot.config import load

    settings = load(typed.config, os.environ)
    return settings.with_database(typed.database) if typed.database else settings


def _say(line: str) -> None:
    sys.stdout.write(f"{readable(line)}\n")
    sys.stdout.flush()


def _between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a number of a command line that is neither smaller nor larger."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
        return int(text)

    return number


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="broadsheet", description="A news desk for your Discord community."
    )
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        name: str,
        command: Command,
        summary: str,
        *,
        level: str = "warning",
        configured: bool = True,
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(command=command)
        if configured:
            added.add_argument("--config", type=Path, metavar="PATH", default=_CONFIG)
            added.add_argument(
                "--database", type=Path, metavar="PATH", help="instead of the configured one"
            )
        added.add_argument("--log-level", choices=_LEVELS, default=level, help=f"default: {level}")
        return added

    demo = add(
        "demo", _demo, "Try everything in a local page: no token, no network.", configured=False
    )
    demo.add_argument("--seeds", type=Path, default=Path("seeds"), help="the articles to show")
    demo.add_argument("--port", type=_between(1, 65_535), help="where the page is")
    demo.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    add("run", _run, "Run the bot on Discord, with the token in DISCORD_TOKEN.", level="info")
    load = add("import", _import, "Load articles now, and tell what to mend in refused files.")
    load.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="folders or files")
    plan = add("plan", _plan, "Show what would be posted where now, and why all else is not.")
    plan.add_argument(
        "--held", type=_between(0, 10**9), default=20, help="held-back articles to list"
    )
    search = add(
        "search", _search, "Find articles by their words, as members do with /news search."
    )
    search.add_argument(
        "words", nargs="+", metavar="WORDS", help='words and "phrases"; behind --, also -words'
    )
    search.add_argument("--topic", default="", metavar="NAME", help="only this topic")
    search.add_argument("--provider", default="", metavar="NAME", help="only this provider")
    search.add_argument("--newest", action="store_true", help="newest first, not best first")
    search.add_argument("--count", type=_between(1, 50), default=10, help="articles to list")
    exporting = add("subscriptions", _subscriptions, "Write what was made in Discord as YAML.")
    exporting.add_argument("action", choices=["export"], help="print them, to put into a file")
    exporting.add_argument("--server", type=_between(1, 1 << 63), help="only those of one, by id")
    add("check", _check, "Check configuration, database, token and channels, a line each.")
    return root
