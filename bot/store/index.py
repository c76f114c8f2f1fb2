"""What the archive is searched by, kept in step with its articles.

Titles and pictures of all articles; topics, providers, words and the full text of those that are
listed. SQLite's full text tables keep no copy of the text: an article is taken out by telling
what it was put in with, so it has to be taken out before it changes. Rows go in from the lowest
to the highest, or each one is a merge of its own.

A row is the id of its article below zero, so the newest is the first: SQLite reads a list of rows
from its beginning in two thirds of the time that it takes from its end.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from bot.news.article import Article, topic_key
from bot.news.words import words
from bot.store.database import Row, Transaction
from bot.store.rows import article_from, picture_key
from bot.structs import Frozen

EVERY = "\ue000"  # stands in every text of the index: a character that no text is left with

Keyed = tuple[int, Article]


def topic_mark(topic_id: int) -> str:
    """Return the word of the index that stands in the articles of a topic."""
    return f"{EVERY}t{topic_id}"


def provider_mark(provider_id: int) -> str:
    """Return the word of the index that stands in the articles of a provider."""
    return f"{EVERY}p{provider_id}"


async def put_in(transaction: Transaction, articles: Iterable[Keyed], listed: set[int]) -> None:
    """Index new or changed articles, and list those with the ids in `listed`."""
    keyed = _in_order(articles)
    await transaction.write_all(
        "INSERT INTO article_title (rowid, title) VALUES (?, ?)",
        [(-key, article.title) for key, article in reversed(keyed)],
    )
    await transaction.write_all(
        "INSERT INTO article_picture (picture, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(picture_key(a.provider, p.url), key) for key, a in keyed for p in a.pictures],
    )
    await list_articles(transaction, [each for each in keyed if each[0] in listed])


async def take_out(transaction: Transaction, ids: Collection[int]) -> None:
    """Take articles out of everything, as they are before they change."""
    rows = await _rows(transaction, ids)
    keyed = _keyed(rows)
    await _unlist(transaction, _keyed(row for row in rows if row["listed"]))
    await transaction.write_all(
        "INSERT INTO article_title (article_title, rowid, title) VALUES ('delete', ?, ?)",
        [(-key, article.title) for key, article in keyed],
    )
    await transaction.write_all(
        "DELETE FROM article_picture WHERE picture = ? AND article_id = ?",
        [(picture_key(a.provider, p.url), key) for key, a in keyed for p in a.pictures],
    )


async def unlist(transaction: Transaction, ids: Collection[int]) -> None:
    """Take articles out of what members look up, before they are marked as not listed."""
    await _unlist(transaction, _keyed(r for r in await _rows(transaction, ids) if r["listed"]))


async def list_ids(transaction: Transaction, ids: Collection[int]) -> None:
    """Put articles into what members look up that were not listed until now."""
    await list_articles(transaction, _keyed(await _rows(transaction, ids)))


async def list_articles(transaction: Transaction, articles: Iterable[Keyed]) -> None:
    """Put articles into what members look up."""
    keyed = _in_order(articles)
    labels = _labels(keyed)
    for each in labels:
        await transaction.write_all(
            f"""INSERT INTO {each.table} (key, name, words, articles, newest)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET words = excluded.words,
            articles = articles + excluded.articles,
            newest = max(ifnull(newest, excluded.newest), excluded.newest)""",
            each.rows(),
        )
        await transaction.write_all(
            f"""INSERT INTO article_{each.table} ({each.table}_id, article_id)
            SELECT id, ?2 FROM {each.table} WHERE key = ?1 ON CONFLICT DO NOTHING""",
            each.links,
        )
    await transaction.write_all(
        """INSERT INTO word VALUES (?, ?)
        ON CONFLICT (word) DO UPDATE SET articles = articles + excluded.articles""",
        sorted(_words(keyed).items()),
    )
    await transaction.write_all(
        "INSERT INTO article_text (rowid, title, excerpt, body, more) VALUES (?, ?, ?, ?, ?)",
        await _texts(transaction, keyed, labels),
    )


async def _unlist(transaction: Transaction, keyed: Sequence[Keyed]) -> None:
    labels = _labels(keyed)
    await transaction.write_all(
        """INSERT INTO article_text (article_text, rowid, title, excerpt, body, more)
        VALUES ('delete', ?, ?, ?, ?, ?)""",
        await _texts(transaction, keyed, labels),
    )
    await transaction.write_all(
        "UPDATE word SET articles = articles - ?2 WHERE word = ?1",
        list(_words(keyed).items()),
    )
    for each in labels:
        await transaction.write_all(
            f"""DELETE FROM article_{each.table} WHERE article_id = ?2
            AND {each.table}_id = (SELECT id FROM {each.table} WHERE key = ?1)""",
            each.links,
        )
        await transaction.write_all(
            f"""UPDATE {each.table} SET articles = articles - ?2, newest = (
                SELECT max(article_id) FROM article_{each.table} WHERE {each.table}_id = id)
            WHERE key = ?1""",
            list(Counter(key for key, _ in each.links).items()),
        )


class _Labels(Frozen):
    """The topics or the providers of some articles: names by key, and which article has which."""

    table: str
    names: dict[str, str]
    links: list[tuple[str, int]]

    def rows(self) -> list[tuple[str, str, str, int, int]]:
        counts = Counter(key for key, _ in self.links)
        newest = dict(sorted(self.links, key=lambda link: link[1]))
        return [
            (key, name, _spaced(name), counts[key], newest[key]) for key, name in self.names.items()
        ]


def _labels(keyed: Sequence[Keyed]) -> tuple[_Labels, _Labels]:
    topics = [(topic_key(name), key, name) for key, a in keyed for name in a.topics]
    providers = [
        (topic_key(a.provider.name), key, a.provider.name) for key, a in keyed if a.provider.name
    ]
    return _labelled("topic", topics), _labelled("provider", providers)


def _labelled(table: str, found: Sequence[tuple[str, int, str]]) -> _Labels:
    names = {key: name for key, _, name in reversed(found)}
    return _Labels(table, names, list(dict.fromkeys((key, id_) for key, id_, _ in found)))


async def _texts(
    transaction: Transaction, keyed: Sequence[Keyed], labels: tuple[_Labels, _Labels]
) -> list[tuple[int, str, str, str, str]]:
    """Return what stands in the full text for each article, to put it in and to take it out."""
    topics, providers = [await _ids(transaction, each) for each in labels]
    result = []
    for key, article in keyed:
        marks = [EVERY, *(topic_mark(topics[topic_key(name)]) for name in article.topics)]
        if article.provider.name:
            marks.append(provider_mark(providers[topic_key(article.provider.name)]))
        names = (article.provider.name, *article.topics, *(r.title for r in article.related))
        # With a mark between them no phrase goes from one into the next.
        more = f"{f' {EVERY} '.join(map(_unmarked, names))} {' '.join(marks)}"
        text = (_unmarked(article.title), _unmarked(article.excerpt), _unmarked(article.body))
        result.append((-key, *text, more))
    return result[::-1]


async def _ids(transaction: Transaction, labels: _Labels) -> dict[str, int]:
    rows = await transaction.read(
        f"SELECT key, id FROM {labels.table} WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(labels.names)),),
    )
    return {row["key"]: row["id"] for row in rows}


async def _rows(transaction: Transaction, ids: Collection[int]) -> list[Row]:
    return await transaction.read(
        "SELECT * FROM article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(ids)),),
    )


def _keyed(rows: Iterable[Row]) -> list[Keyed]:
    return [(int(row["id"]), article_from(row)) for row in rows]


def _in_order(articles: Iterable[Keyed]) -> list[Keyed]:
    return sorted(articles, key=lambda each: each[0])


def _words(keyed: Iterable[Keyed]) -> Counter[str]:
    """Return how many of some articles have each word in their title or excerpt."""
    return Counter(word for _, a in keyed for word in {*words(a.title), *words(a.excerpt)})


def _spaced(name: str) -> str:
    return "".join(f" {word}" for word in words(name))


def _unmarked(text: str) -> str:
    return text.replace(EVERY, " ") if EVERY in text else text
