"""What a person types in a terminal."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import BroadsheetError

# A command imports what it runs when it runs: `import` needs no discord.py, `run` no tables.
if TYPE_CHECKING:
    from bot.settings import Settings

application = typer.Typer(
    help="A news desk for your Discord community.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Level(StrEnum):
    """How much the log says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_Config = Annotated[Path, typer.Option("--config", metavar="PATH", help="The configuration file.")]
_Database = Annotated[
    Path | None,
    typer.Option("--database", metavar="PATH", help="The database, instead of the configured one."),
]
_Log = Annotated[Level, typer.Option("--log-level", help="How much the log says.")]
_Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", help="Folders or files; left out: all sources."),
]
_CONFIG = Path("config/broadsheet.yaml")


@application.command()
def demo(
    seeds: Annotated[
        Path, typer.Option("--seeds", metavar="PATH", help="The folder of articles to show.")
    ] = Path("seeds"),
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where the page is.")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser, if there is one.")] = True,
    log_level: _Log = Level.WARNING,
) -> None:
    """Try everything in a local page: a simulated Discord, no token, no network."""

    async def work() -> int:
        from bot.app import show

        return await show(seeds, port=port, browser=browser, say=typer.echo)

    _exit_with(work(), log_level)


@application.command()
def run(
    config: _Config = _CONFIG, database: _Database = None, log_level: _Log = Level.INFO
) -> None:
    """Run the bot on Discord; its token comes from the variable DISCORD_TOKEN."""

    async def work() -> int:
        from bot.app import run

        return await run(_settings(config, database), os.environ.get("DISCORD_TOKEN", ""))

    _exit_with(work(), log_level)


@application.command(name="import")
def import_(
    paths: _Paths = None,
    config: _Config = _CONFIG,
    database: _Database = None,
    log_level: _Log = Level.WARNING,
) -> None:
    """Load articles now, and tell of every file that is refused what to mend."""

    async def work() -> int:
        from bot.commands import import_articles

        return await import_articles(_settings(config, database), paths or [])

    _exit_with(work(), log_level)


@application.command()
def plan(
    held: Annotated[
        int, typer.Option("--held", min=0, help="How many held-back articles to list each.")
    ] = 20,
    config: _Config = _CONFIG,
    database: _Database = None,
    log_level: _Log = Level.WARNING,
) -> None:
    """Show what would be posted where right now, and why all else is held back."""

    async def work() -> int:
        from bot.commands import show_plan

        return await show_plan(_settings(config, database), held)

    _exit_with(work(), log_level)


@application.command()
def check(
    config: _Config = _CONFIG, database: _Database = None, log_level: _Log = Level.WARNING
) -> None:
    """Check configuration, database, token, channels and permissions, a line each."""

    async def work() -> int:
        from bot.app import check

        return await check(
            _settings(config, database), os.environ.get("DISCORD_TOKEN", ""), say=typer.echo
        )

    _exit_with(work(), log_level)


def _settings(config: Path, database: Path | None) -> Settings:
    from bot.config import load

    settings = load(config, os.environ)
    return settings.model_copy(update={"database": database}) if database else settings


def _exit_with(work: Coroutine[Any, Any, int], level: Level) -> None:
    """Run `work` and exit with what it returns: 0 done, 1 problems found, 2 not to be had so."""
    logging.basicConfig(
        level=level.value.upper(), format="%(asctime)s %(levelname)-7s %(name)s %(message)s"
    )
    logging.getLogger("discord").setLevel(max(logging.WARNING, logging.root.level))
    logging.getLogger("apscheduler").setLevel(max(logging.WARNING, logging.root.level))
    try:
        code = asyncio.run(work)
    except BroadsheetError as error:
        typer.echo(str(error), err=True)
        code = 2
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)
