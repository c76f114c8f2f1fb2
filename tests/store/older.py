"""Databases as earlier versions left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

BEFORE_SEARCH = 2  # migrations of a database that knew no full text
SEARCHED = (*("article_text", "article_provider", "provider", "word", "unindexed", "former_id"),)
LATER = (  # tables that came after it
    *("decision", "activity"),
    *("draft", "subscription", "file_subscription"),
    *("digest_article", "digest"),
    *("errand", "follow", "terms"),
    *("coverage", "uncovered"),
)


def before_search(path: Path) -> None:
    """Take out of a database what members look up in the full text."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DROP VIEW title_below_zero")
        for index in ("post_settled", "article_held", "post_thread", "article_language"):
            database.execute(f"DROP INDEX {index}")
        for table in ("article", "source"):
            database.execute(f"ALTER TABLE {table} DROP COLUMN language")
        database.execute("ALTER TABLE run DROP COLUMN schedule")
        database.execute("ALTER TABLE source DROP COLUMN reviewed_since")
        for table in (*LATER, *SEARCHED):
            database.execute(f"DROP TABLE {table}")
        database.execute("DROP INDEX topic_newest")
        for column in ("words", "articles", "newest"):
            database.execute(f"ALTER TABLE topic DROP COLUMN {column}")
        database.execute("DROP INDEX IF EXISTS post_message")
        database.execute(f"PRAGMA user_version = {BEFORE_SEARCH}")
