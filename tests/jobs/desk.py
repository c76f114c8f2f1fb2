"""A folder of articles and the archive it is loaded into."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.jobs.ingest import Report, ingest
from bot.news.plan import Candidate
from bot.news.source import Source
from bot.store.database import Database
from tests.samples import EVER, NOW, front_matter
from tests.store.archive import latest


@dataclass(slots=True)
class Desk:
    """One source and the database behind it."""

    database: Database
    folder: Path
    name: str = "seeds"
    unpublished: Any = "review"
    language: str = ""

    async def load(self, within: str = "", now: datetime = NOW, **options: Any) -> Report:
        """Bring the archive up to date."""
        source = Source(self.name, self.folder, self.unpublished, language=self.language)
        return await ingest(self.database, source, now, within=within, **options)

    async def told(self) -> dict[str, Candidate]:
        """Return the articles that members see, by slug."""
        found = await latest(self.database, EVER, count=100_000)
        return {candidate.article.slug: candidate for candidate in found}


def outcome(report: Report) -> dict[str, int]:
    """Return the outcomes that a pass had at all."""
    return {name: count for name, count in report.counts.items() if count}


def findings(report: Report) -> list[tuple[str, str, str]]:
    """Return what is to be mended, in short."""
    return sorted((f.kind, f.path, f.problem.reason) for f in report.findings)


def rewritten(path: Path, **fields: Any) -> None:
    """Write another article of the same length over a file and give it back its time."""
    before = path.stat()
    text = front_matter(**fields)
    room = before.st_size - len(text.encode())
    assert room >= 0, f"{-room} characters too long"
    path.write_text(text + " " * room, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
