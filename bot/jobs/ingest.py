"""Articles from a source into the archive: only what changed is read, and nothing is lost."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Literal, TypeVar

from bot.jobs.workers import processes
from bot.news.changes import Change
from bot.news.face import most_of
from bot.news.front_matter import VERSION
from bot.news.source import Source
from bot.sources import folder
from bot.sources.folder import Listing, Reading, read_all, read_packed, unpacked
from bot.store import files, upkeep
from bot.store.database import Database
from bot.store.intake import FileRead, Problem, Saved, save
from bot.structs import Frozen

log = logging.getLogger(__name__)

_CHUNK = 150  # files read at a time: what a batch holds in memory, and how long members wait for it
_WORTH_WORKERS = 1_000  # changed files from which starting processes is quicker than not
_TURN = 0.0005  # seconds until other threads get their turn while files are saved; usually 0.005
_AHEAD = 2  # chunks that each worker may be ahead of the writer

T = TypeVar("T")
Kind = Literal["refused", "duplicate", "left out"]
Progress = Callable[[int, int], None]  # files done, files to do


class Finding(Frozen):
    """Something that a person may want to mend in a source."""

    path: str
    kind: Kind
    problem: Problem

    def told(self, source: str) -> str:
        """Return file, line, field and reason in one line."""
        line = f":{self.problem.line}" if self.problem.line else ""
        field = f"{self.problem.field}: " if self.problem.field else ""
        return f"{source}/{self.path}{line}: {field}{self.problem.reason}"


class Report(Frozen):
    """What one pass over a source did: files by outcome, and what is to be mended."""

    source: str
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]


def _unwatched(done: int, total: int) -> None:
    """Show nobody how far the work is."""


async def ingest(
    database: Database,
    source: Source,
    now: datetime,
    *,
    within: str = "",
    progress: Progress = _unwatched,
) -> Report:
    """Bring the archive up to date with a source, or with the part of it below `within`.

    Raises SourceError if the folder cannot be listed; nothing is withdrawn then.
    """
    await files.open_source(
        database,
        source.name,
        now,
        unpublished=source.unpublished,
        reader_version=VERSION,
        language=source.language,
    )
    known = _below(within, await files.known_files(database, source.name))
    listing = await asyncio.to_thread(folder.scan, source.folder)
    found, refused = _below(within, listing.files), _below(within, listing.refused)
    missing = known.keys() - found.keys()
    gone = {path for path in missing if not _unseen(path, listing)}
    slugs = {folder.slug(path) for path in gone} - {folder.slug(path) for path in found}
    withdrawn = await files.forget(database, source.name, gone, slugs, now) if gone else 0
    if withdrawn and most_of(len(gone), len(known)):
        log.warning(
            "most of source=%s is gone: %d articles are withdrawn, and their posts are marked as"
            " retracted in an hour unless the files come back",
            *(source.name, withdrawn),
        )
    changed = sorted(path for path, stamp in found.items() if known.get(path) != stamp)
    with _taking_turns():
        saved = await _load(database, source, changed, now, progress)
        await upkeep.grown(database, len(saved))
    alone = await files.copies_alone(database, source.name)
    saved += await _load(database, source, [path for path in alone if path in found], now)
    findings = [
        *_unread(refused),
        *_kept(within, await files.known_problems(database, source.name)),
        *_left_out(saved),
    ]
    seen = len(found.keys() | refused.keys() | (missing - gone))
    report = _report(source.name, seen, withdrawn, saved, findings)
    level = logging.INFO if saved or withdrawn else logging.DEBUG
    log.log(level, "ingested source=%s %s", source.name, " ".join(_pairs(report.counts)))
    return report


def _below(within: str, paths: dict[str, T]) -> dict[str, T]:
    return {p: v for p, v in paths.items() if p.startswith(within)} if within else paths


def _unseen(path: str, listing: Listing) -> bool:
    return any(path.startswith(prefix) for prefix in listing.unseen)


async def _load(
    database: Database,
    source: Source,
    paths: list[str],
    now: datetime,
    progress: Progress = _unwatched,
) -> list[Saved]:
    saved: list[Saved] = []
    async for readings in _read(source, paths):
        saved += await save(database, source.name, [_file(reading) for reading in readings], now)
        progress(len(saved), len(paths))
    return saved


async def _read(source: Source, paths: list[str]) -> AsyncIterator[list[Reading]]:
    """Yield what reading these files gave, chunk by chunk, while later chunks are being read."""
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    workers = min(os.cpu_count() or 1, len(chunks))
    ahead: deque[asyncio.Task[list[Reading]]] = deque()
    with processes(workers) if len(paths) >= _WORTH_WORKERS else nullcontext() as pool:
        try:
            for chunk in chunks:
                ahead.append(asyncio.create_task(_reading(source, chunk, pool)))
                if len(ahead) > workers * _AHEAD:
                    yield await ahead.popleft()
            while ahead:
                yield await ahead.popleft()
        finally:
            for task in ahead:
                task.cancel()


async def _reading(
    source: Source, chunk: list[str], pool: ProcessPoolExecutor | None
) -> list[Reading]:
    if pool is not None:
        try:
            # In a thread: the first one starts the processes, which takes a quarter of a second.
            packed = await asyncio.to_thread(
                pool.submit, read_packed, source.folder, source.name, chunk
            )
            return unpacked(await asyncio.wrap_future(packed))
        except BrokenExecutor:  # the system killed a worker, and with it the pool
            log.warning("worker process died source=%s: reading without it", source.name)
    return await asyncio.to_thread(read_all, source.folder, source.name, chunk)


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let a lookup go on soon, which changes threads twice; importing is busy all the time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, _TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _file(reading: Reading) -> FileRead:
    problems = tuple(Problem(note.line, note.field, note.reason) for note in reading.notes)
    return FileRead(reading.path, *reading.stamp, reading.article, problems)


def _unread(refused: dict[str, str]) -> list[Finding]:
    return [Finding(path, "refused", Problem(0, "", why)) for path, why in refused.items()]


def _kept(within: str, problems: list[tuple[str, str, tuple[Problem, ...]]]) -> list[Finding]:
    kinds: dict[str, Kind] = {"refused": "refused", "duplicate": "duplicate"}
    return [
        Finding(path, kinds[outcome], problem)
        for path, outcome, found in problems
        if path.startswith(within)
        for problem in found
    ]


def _left_out(saved: list[Saved]) -> list[Finding]:
    return [
        Finding(result.path, "left out", problem)
        for result in saved
        if result.change is not None and result.change is not Change.DUPLICATE
        for problem in result.problems
    ]


def _report(
    source: str, files: int, withdrawn: int, saved: list[Saved], findings: list[Finding]
) -> Report:
    """Sum up a pass over `files` files, those that could not be looked at among them."""
    changes = Counter(result.change for result in saved)
    counts = {
        "added": changes[Change.ADDED],
        "updated": changes[Change.UPDATED],
        "restored": changes[Change.RESTORED],
        "withdrawn": withdrawn,
        "duplicate": len({f.path for f in findings if f.kind == "duplicate"}),
        "refused": len({f.path for f in findings if f.kind == "refused"}),
    }
    other = ("added", "updated", "restored", "duplicate", "refused")
    counts["unchanged"] = files - sum(counts[outcome] for outcome in other)
    return Report(source, counts, tuple(findings))


def _pairs(counts: Mapping[str, int]) -> list[str]:
    return [f"{name}={count}" for name, count in counts.items()]
