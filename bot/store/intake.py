"""What was read from a source, saved in one go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.news.article import Article, topic_key
from bot.news.changes import Change, Intent, Known, reconcile
from bot.store.database import Database, Transaction
from bot.store.outbox import take_back
from bot.store.rows import article_from, article_values, picture_key

_COLUMNS = (
    "source, slug, canonical_url, url, title, excerpt, provider, provider_domain, kind, "
    "published_at, quality, heat, published, fingerprint, details, body"
)
_NAMES = tuple(_COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in a file; `line` 0 is the file as a whole."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file as it was read; `article` is None for one that is refused."""

    path: str
    mtime_ns: int
    size: int
    article: Article | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
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
        await _save_articles(transaction, intents, now)
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


async def _save_articles(
    transaction: Transaction, intents: Sequence[Intent], now: datetime
) -> None:
    displaced = [(now.timestamp(), i.displaced) for i in intents if i.displaced is not None]
    await transaction.write_all(
        "UPDATE article SET slug = NULL, listed = 0, withdrawn_at = ? WHERE id = ?", displaced
    )
    intents = [intent for intent in intents if intent.change is not Change.DUPLICATE]
    values = [{**article_values(i.article), "id": i.id, "now": now.timestamp()} for i in intents]
    # What is indexed is part of what a post shows: where that is unchanged, so is the index.
    stale = [intent for intent in intents if intent.change is not Change.UNCHANGED]
    known = [intent.id for intent in stale if intent.id is not None]
    await _unindex(transaction, known)
    await take_back(transaction, known)
    await transaction.write_all(_UPDATE, [v for v in values if v["id"] is not None])
    await transaction.write_all(_INSERT, [v for v in values if v["id"] is None])
    await _index(transaction, [intent.article for intent in stale])


_LISTED = """(:published OR EXISTS (
    SELECT 1 FROM source WHERE name = :source AND unpublished = 'post'))"""

# The number after the second is one more than the last of that second.
_NEXT_ID = """(SELECT ifnull(max(id) + 1, :published_at << 20) FROM article
    WHERE id BETWEEN :published_at << 20 AND (:published_at << 20) + 1048575)"""

_INSERT = f"""INSERT INTO article (id, {_COLUMNS}, listed, added_at, updated_at)
    VALUES ({_NEXT_ID}, {", ".join(f":{name}" for name in _NAMES)}, {_LISTED}, :now, :now)"""

# With a corrected date an article moves to its place in time; its posts and files go with it.
_UPDATE = f"""UPDATE article SET
    id = iif(published_at = :published_at, id, {_NEXT_ID}),
    updated_at = iif(fingerprint = :fingerprint, updated_at, :now),
    {", ".join(f"{name} = :{name}" for name in _NAMES)},
    listed = {_LISTED}, withdrawn_at = NULL
    WHERE id = :id"""


async def _unindex(transaction: Transaction, ids: Sequence[int]) -> None:
    """Take articles out of what `_index` puts them into, as they are before they change.

    By the keys that the article itself names, so that no table needs an index for this alone.
    """
    rows = await transaction.read(
        "SELECT * FROM article WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    keyed = [(int(row["id"]), article_from(row)) for row in rows]
    await transaction.write_all(
        "INSERT INTO article_title (article_title, rowid, title) VALUES ('delete', ?, ?)",
        [(key, article.title) for key, article in keyed],
    )
    await transaction.write_all(
        """DELETE FROM article_topic
        WHERE topic_id = (SELECT id FROM topic WHERE key = ?) AND article_id = ?""",
        [(topic_key(name), key) for key, article in keyed for name in article.topics],
    )
    await transaction.write_all(
        "DELETE FROM article_picture WHERE picture = ? AND article_id = ?",
        [(picture_key(a.provider, p.url), key) for key, a in keyed for p in a.pictures],
    )


async def _index(transaction: Transaction, articles: Sequence[Article]) -> None:
    rows = await transaction.read(
        """SELECT canonical_url, id FROM article
        WHERE canonical_url IN (SELECT value FROM json_each(?))""",
        (json.dumps([article.canonical_url for article in articles]),),
    )
    ids = {row["canonical_url"]: row["id"] for row in rows}
    keyed = [(ids[article.canonical_url], article) for article in articles]
    await transaction.write_all(
        "INSERT INTO article_title (rowid, title) VALUES (?, ?)",
        [(key, article.title) for key, article in keyed],
    )
    topics = {topic_key(name): name for article in articles for name in article.topics}
    await transaction.write_all(
        "INSERT INTO topic (key, name) VALUES (?, ?) ON CONFLICT DO NOTHING", list(topics.items())
    )
    await transaction.write_all(
        """INSERT INTO article_topic (topic_id, article_id)
        SELECT id, ?2 FROM topic WHERE key = ?1""",
        [(topic_key(name), key) for key, article in keyed for name in article.topics],
    )
    await transaction.write_all(
        "INSERT INTO article_picture (picture, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(picture_key(a.provider, p.url), key) for key, a in keyed for p in a.pictures],
    )


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
