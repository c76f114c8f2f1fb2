"""All that lookups go by, in a form that two archives can be compared in."""

import sqlite3
from contextlib import closing
from typing import Any

from bot.store.database import Database
from bot.store.index import EVERY


async def searched(database: Database) -> tuple[Any, ...]:
    """Return all that lookups go by, by the address of each article."""
    with closing(sqlite3.connect(database.path)) as eye:
        eye.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, article_text, instance)")
        terms = eye.execute(
            """SELECT canonical_url, term, col, "offset" FROM term JOIN article ON id = -doc
            WHERE term NOT LIKE ? ORDER BY 1, 2, 3, 4""",
            (f"{EVERY}%",),
        ).fetchall()
        eye.execute(
            "CREATE VIRTUAL TABLE temp.titled USING fts5vocab(main, article_title, instance)"
        )
        titles = eye.execute(
            """SELECT canonical_url, term, "offset" FROM titled JOIN article ON id = -doc
            WHERE listed ORDER BY 1, 2, 3"""
        ).fetchall()
        marks, labels = [], []
        for table in ("topic", "provider"):
            marks += eye.execute(
                f"""SELECT canonical_url, {table}.key FROM term
                JOIN {table} ON term = ? || substr('{table}', 1, 1) || {table}.id
                JOIN article ON article.id = -doc ORDER BY 1, 2""",
                (EVERY,),
            ).fetchall()
            labels += eye.execute(
                f"""SELECT key, articles, newest.canonical_url, group_concat(a.canonical_url)
                FROM {table} JOIN article AS newest ON newest.id = newest
                JOIN (SELECT * FROM article_{table} ORDER BY article_id) ON {table}_id = {table}.id
                JOIN article AS a ON a.id = article_id GROUP BY 1 ORDER BY 1"""
            ).fetchall()
        words = eye.execute("SELECT * FROM word WHERE articles > 0").fetchall()
        everything = eye.execute("SELECT count(*) FROM term WHERE term = ?", (EVERY,))
        return terms, titles, marks, labels, words, everything.fetchone()
