"""`python -m benchmarks.load`: importing, re-scanning, starting and idling, each as a ratio."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import corpus

_BARE = """
import discord, sys, yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
Route.BASE, gateway, token = sys.argv[1:]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
class Bare(discord.Client):
    async def on_connect(self):
        print("connected", file=sys.stderr, flush=True)
Bare(intents=discord.Intents(guilds=True)).run(token, log_handler=None)
"""
_IDLE = 3.0  # seconds of doing nothing before memory is read


def main() -> None:
    """Print the four ratios, each the median of its rounds."""
    typed = _options()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        corpus.write(place / "small", typed.files)
        _report("import / PyYAML's C loader alone", 1.0, _import(place, typed))
        corpus.write(place / "large", typed.scanned)
        _report("re-scan, nothing changed / hashing", 0.7, _rescan(place, typed))
        with _stand_in() as wire:
            starts, memory = _start(place, wire, typed)
        _report("start to ready / import discord", 1.5, starts)
        _report("idle memory / bare client", 1.3, memory)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="files to import")
    parser.add_argument("--scanned", type=int, default=100_000, help="files to re-scan")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _report(name: str, bound: float, pairs: list[tuple[float, float]]) -> None:
    ratios = [ours / theirs for ours, theirs in pairs]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"{name:38} {statistics.median(ratios):5.2f}  (aim: at most {bound})"
        f"   {ours:.3g} / {theirs:.3g}, rounds {min(ratios):.2f} to {max(ratios):.2f}"
    )


def _import(place: Path, typed: argparse.Namespace) -> list[tuple[float, float]]:
    import yaml

    texts = [text.split("---\n")[1] for _, text in corpus.texts(typed.files)]
    pairs = []
    for number in range(typed.rounds):
        ours = asyncio.run(_ingest(place / f"{number}.db", place / "small"))
        theirs = _timed(lambda: [yaml.load(text, yaml.CSafeLoader) for text in texts])
        pairs.append((ours, theirs))
    return pairs


def _rescan(place: Path, typed: argparse.Namespace) -> list[tuple[float, float]]:
    folder = place / "large"
    database = place / "large.db"
    asyncio.run(_ingest(database, folder))
    pairs = []
    for _ in range(typed.rounds):
        ours = asyncio.run(_ingest(database, folder))
        pairs.append((ours, _timed(lambda: _hash_all(folder))))
    return pairs


# The bot is imported by what measures it: worker processes import this module, too.
async def _ingest(database: Path, folder: Path) -> float:
    from bot.jobs.ingest import ingest
    from bot.news.source import Source
    from bot.store.database import open_database

    began = time.perf_counter()
    async with open_database(database) as opened:
        report = await ingest(opened, Source("corpus", folder), datetime.now(UTC))
        took = time.perf_counter() - began
    assert report.counts["refused"] == 0
    return took


def _hash_all(folder: Path) -> None:
    for directory, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                hashlib.sha256(file.read()).digest()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _stand_in() -> Iterator[dict[str, str]]:
    """Run the stand-in for Discord as a process; yield its addresses."""
    command = [sys.executable, "-m", "tests.wire"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.communicate()


def _start(
    place: Path, wire: dict[str, str], typed: argparse.Namespace
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    config = place / "broadsheet.yaml"
    config.write_text(_configuration(place, wire), encoding="utf-8")
    ours = [sys.executable, "-m", "bot", "run", "--config", str(config)]
    bare = [sys.executable, "-c", _BARE, wire["api_url"], wire["gateway_url"], wire["token"]]
    _until_connected(
        ours, wire["token"]
    )  # the first start imports the samples and makes the database
    starts, memory = [], []
    for _ in range(typed.rounds):
        imported = _timed(
            lambda: subprocess.run([sys.executable, "-c", "import discord"], check=True)
        )
        ready, ours_kib = _until_connected(ours, wire["token"])
        _, bare_kib = _until_connected(bare, wire["token"])
        starts.append((ready, imported))
        memory.append((ours_kib / 1024, bare_kib / 1024))
    return starts, memory


def _configuration(place: Path, wire: dict[str, str]) -> str:
    settings = {
        "database": str(place / "start.db"),
        "discord": {"api_url": wire["api_url"]},
        "sources": [{"folder": "seeds"}],
        "subscriptions": [
            {"name": name, "channel": int(channel), "schedule": "0 0 1 1 *"}
            for name, channel in wire["channels"].items()
            if name.startswith("text")
        ],
    }
    return json.dumps(settings)  # JSON is YAML


def _until_connected(command: list[str], token: str) -> tuple[float, int]:
    """Return seconds until Discord has welcomed it, and its KiB of memory when idle."""
    environment = {**os.environ, "DISCORD_TOKEN": token}
    began = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        seen = ""
        while "connected" not in (line := process.stderr.readline()):
            seen += line
            assert line, f"it ended before it was connected:\n{seen}"
        took = time.perf_counter() - began
        time.sleep(_IDLE)
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.terminate()
        process.communicate()
    return took, int(status.split("VmRSS:")[1].split()[0])


if __name__ == "__main__":
    main()
