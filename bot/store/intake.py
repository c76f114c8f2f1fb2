"""What was read from a source, saved in one go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.news.article import Article
from bot.news.changes import Change, Intent, Known, reconcile
from bot.store import faces, index, stories
from bot.store.database import Database, Transaction
from bot.store.outbox import take_back
from bot.store.rows import article_values
from bot.structs import Frozen

_COLUMNS = (
    "source, slug, canonical_url, url, title, excerpt, provider, provider_domain, kind, "
    "published_at, quality, heat, published, fingerprint, details, body, language"
)
_NAMES = tuple(_COLUMNS.split(", "))


class Problem(Frozen):
    """Something to mend in a file; `line` 0 is the file as a whole."""

    line: int
    field: str
    reason: str


class FileRead(Frozen):
    """A file as it was read; `article` is None for one that is refused."""

    path: str
    mtime_ns: int
    size: int
    article: Article | None
    problems: tuple[Problem, ...] = ()


class Saved(Frozen):
    """What became of a file; `change` is None for one that is refused."""

    path: str
    change: Change | None
    problems: tuple[Problem, ...] = ()


async def save(
    database: Database, source: str, files: Sequence[FileRead], now: datetime
) -> tuple[Saved, ...]:
    """Save a batch of read files of one source, all or nothing."""
    articles = [file.article for file in files if file.article is not None]
    async with database.transaction() as transaction:
        known = await _known(transaction, source, articles)
        intents = reconcile(articles, known)
        await _leave_copies_alone(transaction, intents, known)
        await _save_articles(transaction, intents, await _anew(transaction, source, files), now)
        by_slug = {intent.article.slug: intent for intent in intents}
        saved = tuple(_saved(file, by_slug) for file in files)
        await _remember(transaction, source, files, saved)
    return saved


async def _known(
    transaction: Transaction, source: str, articles: Iterable[Article]
) -> tuple[Known, ...]:
    slugs = json.dumps([article.slug for article in articles])
    urls = json.dumps([article.canonical_url for article in articles])
    rows = await transaction.read(
        """SELECT id, source, slug, canonical_url, fingerprint, withdrawn_at FROM article
        WHERE source = ?1 AND slug IN (SELECT value FROM json_each(?2))
        UNION SELECT id, source, slug, canonical_url, fingerprint, withdrawn_at FROM article
        WHERE canonical_url IN (SELECT value FROM json_each(?3))""",
        (source, slugs, urls),
    )
    return tuple(
        Known(key, owner, slug, url, mark, withdrawn_at is not None)
        for key, owner, slug, url, mark, withdrawn_at in rows
    )


async def _leave_copies_alone(
    transaction: Transaction, intents: Iterable[Intent], known: Iterable[Known]
) -> None:
    """Part the copies from articles that are about to tell another story than they do."""
    urls = {row.id: row.canonical_url for row in known}
    turned = [
        intent.id
        for intent in intents
        if intent.id is not None and urls[intent.id] != intent.article.canonical_url
    ]
    if turned:
        await transaction.write(
            """UPDATE file SET article_id = NULL
            WHERE outcome = 'duplicate' AND article_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(turned),),
        )


async def _anew(transaction: Transaction, source: str, files: Sequence[FileRead]) -> frozenset[str]:
    """Return the slugs of files that are read anew only because the reader has changed.

    Going by their size: with a new version all files may have been written anew.
    """
    rows = await transaction.read(
        """SELECT path, -1 - size AS size FROM file WHERE source = ? AND size < 0
        AND path IN (SELECT value FROM json_each(?))""",
        (source, json.dumps([file.path for file in files])),
    )
    before = {row["path"]: row["size"] for row in rows}
    return frozenset(
        f.article.slug for f in files if f.article is not None and before.get(f.path) == f.size
    )


async def _save_articles(
    transaction: Transaction, intents: Sequence[Intent], anew: frozenset[str], now: datetime
) -> None:
    displaced = [intent.displaced for intent in intents if intent.displaced is not None]
    await index.unlist(transaction, displaced)
    await transaction.write_all(
        "UPDATE article SET slug = NULL, listed = 0, withdrawn_at = ? WHERE id = ?",
        [(now.timestamp(), each) for each in displaced],
    )
    await faces.changed(transaction, displaced, now)
    intents = [intent for intent in intents if intent.change is not Change.DUPLICATE]
    values = [
        {
            **article_values(i.article, i.fingerprint),
            "id": i.id,
            "now": now.timestamp(),
            "anew": i.article.slug in anew,
        }
        for i in intents
    ]
    stale = await _stale(transaction, intents)
    known = [intent.id for intent in stale if intent.id is not None]
    await index.take_out(transaction, known)
    await take_back(transaction, known)
    for intent in stale:
        if intent.id is not None and intent.article.slug in anew:
            await faces.adopt(transaction, intent.id, intent.fingerprint)
    shown = [i.id for i in stale if i.id is not None and i.article.slug not in anew]
    await faces.changed(transaction, shown, now)
    await transaction.write_all(_UPDATE, [v for v in values if v["id"] is not None])
    await transaction.write_all(_FORMER, [v for v in values if v["id"] is not None])
    await transaction.write_all(_INSERT, [v for v in values if v["id"] is None])
    await _index(transaction, [intent.article for intent in stale])


async def _stale(transaction: Transaction, intents: Sequence[Intent]) -> list[Intent]:
    """Return those that change what is searched: all but files with a new secured value, mostly."""
    same = [intent for intent in intents if intent.change is Change.UNCHANGED]
    rows = await transaction.read(
        "SELECT id, body, published FROM article WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([intent.id for intent in same]),),
    )
    before = {row["id"]: (row["body"], bool(row["published"])) for row in rows}
    return [
        intent
        for intent in intents
        if intent.change is not Change.UNCHANGED
        or before.get(intent.id) not in (None, (intent.article.body, intent.article.published))
    ]


# Listed is what its file publishes, what its source means to be posted all the same, and what
# staff has approved.
_LISTED = """(:published OR EXISTS (
    SELECT 1 FROM source WHERE name = :source AND unpublished = 'post'))"""
_APPROVED = "EXISTS (SELECT 1 FROM decision WHERE article_id = article.id AND approved)"

# The number after the second is one more than any of that second ever was: a button of long ago
# may still name it.
_NEXT_ID = """(SELECT ifnull(max(id) + 1, :published_at << 20) FROM (
    SELECT max(id) AS id FROM article
    WHERE id BETWEEN :published_at << 20 AND (:published_at << 20) + 1048575
    UNION ALL SELECT max(id) FROM former_id
    WHERE id BETWEEN :published_at << 20 AND (:published_at << 20) + 1048575))"""

_INSERT = f"""INSERT INTO article (id, {_COLUMNS}, listed, added_at, updated_at)
    VALUES ({_NEXT_ID}, {", ".join(f":{name}" for name in _NAMES)}, {_LISTED}, :now, :now)"""

# With a corrected date an article moves to its place in time; its posts and files go with it.
_UPDATE = f"""UPDATE article SET
    id = iif(published_at = :published_at, id, {_NEXT_ID}),
    updated_at = iif(fingerprint = :fingerprint OR :anew, updated_at, :now),
    {", ".join(f"{name} = :{name}" for name in _NAMES)},
    listed = {_LISTED} OR {_APPROVED}, withdrawn_at = NULL
    WHERE id = :id"""


_FORMER = """INSERT INTO former_id SELECT :id, id FROM article
    WHERE canonical_url = :canonical_url AND id <> :id"""


async def _index(transaction: Transaction, articles: Sequence[Article]) -> None:
    rows = await transaction.read(
        """SELECT canonical_url, id, listed FROM article
        WHERE canonical_url IN (SELECT value FROM json_each(?))""",
        (json.dumps([article.canonical_url for article in articles]),),
    )
    ids = {row["canonical_url"]: row["id"] for row in rows}
    listed = {row["id"] for row in rows if row["listed"]}
    await index.put_in(transaction, [(ids[a.canonical_url], a) for a in articles], listed)
    await stories.renew(transaction, ids.values())


def _saved(file: FileRead, intents: dict[str, Intent]) -> Saved:
    if file.article is None:
        return Saved(file.path, None, file.problems)
    intent = intents[file.article.slug]
    problems = file.problems
    if intent.change is Change.DUPLICATE:
        copy = Problem(0, "webUrl", f"tells the same story as {intent.original}")
        problems = (*problems, copy)
    return Saved(file.path, intent.change, problems)


async def _remember(
    transaction: Transaction, source: str, files: Sequence[FileRead], saved: Sequence[Saved]
) -> None:
    outcomes = {None: "refused", Change.DUPLICATE: "duplicate"}
    await transaction.write_all(
        """INSERT OR REPLACE INTO file
            (source, path, mtime_ns, size, outcome, article_id, problems)
        VALUES (?, ?, ?, ?, ?, (SELECT id FROM article WHERE canonical_url = ?), ?)""",
        [
            (
                source,
                file.path,
                file.mtime_ns,
                file.size,
                outcomes.get(result.change, "article"),
                file.article and file.article.canonical_url,
                json.dumps([(p.line, p.field, p.reason) for p in result.problems]),
            )
            for file, result in zip(files, saved, strict=True)
        ],
    )
