"""The beginning of the history of the database's schema: what has not changed for long."""

from __future__ import annotations

FIRST = (
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE source (name TEXT PRIMARY KEY, unpublished TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # slug is null once the article's file tells another story. listed: members may see it.
    """CREATE TABLE article (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        slug TEXT,
        canonical_url TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        excerpt TEXT NOT NULL,
        provider TEXT NOT NULL,
        provider_domain TEXT NOT NULL,
        kind TEXT NOT NULL,
        published_at INTEGER NOT NULL,
        quality INTEGER,
        heat INTEGER,
        published INTEGER NOT NULL,
        listed INTEGER NOT NULL,
        withdrawn_at REAL,
        added_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        fingerprint BLOB NOT NULL,
        details TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (source, slug)
    ) STRICT""",
    "CREATE INDEX article_published_at ON article (published_at)",
    "CREATE TABLE topic (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL)"
    " STRICT",
    """CREATE TABLE article_topic (
        topic_id INTEGER NOT NULL REFERENCES topic (id),
        article_id INTEGER NOT NULL REFERENCES article (id),
        PRIMARY KEY (topic_id, article_id)
    ) STRICT, WITHOUT ROWID""",
    # picture is a hash of provider and address: enough to see that several articles share it.
    """CREATE TABLE article_picture (
        picture INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES article (id),
        PRIMARY KEY (picture, article_id)
    ) STRICT, WITHOUT ROWID""",
    # Titles alone, for autocomplete: with this prefix index 25 titles take a tenth of a
    # millisecond among a million. Positions are kept, though no phrase is asked for: what Python
    # takes for one word may be several to SQLite, and such a phrase would be an error without.
    """CREATE VIRTUAL TABLE article_title USING fts5 (
        title, content='article', content_rowid='id', prefix='1 2 3 4',
        tokenize="unicode61 remove_diacritics 2"
    )""",
    """CREATE TABLE file (
        source TEXT NOT NULL,
        path TEXT NOT NULL,
        mtime_ns INTEGER NOT NULL,
        size INTEGER NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('article', 'duplicate', 'refused')),
        article_id INTEGER REFERENCES article (id) ON UPDATE CASCADE,
        problems TEXT NOT NULL,
        PRIMARY KEY (source, path)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX file_copy ON file (source, article_id) WHERE outcome = 'duplicate'",
    # The outbox. A row is never deleted: it is the only memory of what went out.
    """CREATE TABLE post (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES article (id) ON UPDATE CASCADE,
        subscription TEXT NOT NULL,
        nonce TEXT NOT NULL UNIQUE,
        fate TEXT NOT NULL
            CHECK (fate IN ('planned', 'sending', 'posted', 'unknown', 'rejected')),
        reason TEXT NOT NULL DEFAULT '',
        claimed_at REAL NOT NULL,
        settled_at REAL,
        message_id INTEGER,
        thread_id INTEGER,
        discussion TEXT NOT NULL DEFAULT 'none'
            CHECK (discussion IN ('none', 'wanted', 'open', 'failed')),
        UNIQUE (channel_id, article_id)
    ) STRICT""",
    "CREATE INDEX post_article ON post (article_id)",
    "CREATE INDEX post_open ON post (channel_id, fate) WHERE fate <> 'posted'",
    "CREATE INDEX post_undiscussed ON post (channel_id) WHERE discussion = 'wanted'",
    # Where a subscription starts in its channel, for each topic it follows ('' for all).
    """CREATE TABLE baseline (
        subscription TEXT NOT NULL,
        channel_id INTEGER NOT NULL,
        topic_key TEXT NOT NULL,
        published_at INTEGER NOT NULL,
        PRIMARY KEY (subscription, channel_id, topic_key)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE run (subscription TEXT PRIMARY KEY, at REAL NOT NULL) STRICT, WITHOUT ROWID",
)

# More is remembered of a post: under which addresses it may be there, how often it was tried and
# when last, and when it is tried again. settled_at is null until nothing is left to be done.
SECOND = (
    """CREATE TABLE remembered_post (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES article (id) ON UPDATE CASCADE,
        subscription TEXT NOT NULL,
        nonce TEXT NOT NULL UNIQUE,
        fate TEXT NOT NULL
            CHECK (fate IN ('planned', 'sending', 'posted', 'unknown', 'rejected', 'parked')),
        reason TEXT NOT NULL DEFAULT '',
        claimed_at REAL NOT NULL,
        tried_at REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 1,
        retry_at REAL,
        settled_at REAL,
        urls TEXT NOT NULL,
        message_id INTEGER,
        thread_id INTEGER,
        discussion TEXT NOT NULL DEFAULT 'none'
            CHECK (discussion IN ('none', 'wanted', 'open', 'failed')),
        UNIQUE (channel_id, article_id)
    ) STRICT""",
    # What was called rejected was given up; what was planned had been refused by its channel.
    """INSERT INTO remembered_post (id, channel_id, article_id, subscription, nonce, fate, reason,
        claimed_at, tried_at, settled_at, urls, message_id, thread_id, discussion)
    SELECT post.id, channel_id, article_id, subscription, nonce,
        CASE fate WHEN 'rejected' THEN 'parked' WHEN 'planned' THEN 'rejected' ELSE fate END,
        reason, claimed_at, claimed_at,
        CASE WHEN fate IN ('posted', 'rejected') THEN coalesce(settled_at, claimed_at) END,
        json_array(article.url), message_id, thread_id, discussion
    FROM post JOIN article ON article.id = article_id""",
    "DROP TABLE post",
    "ALTER TABLE remembered_post RENAME TO post",
    "CREATE INDEX post_article ON post (article_id)",
    "CREATE INDEX post_open ON post (channel_id) WHERE settled_at IS NULL",
    "CREATE INDEX post_undiscussed ON post (channel_id) WHERE discussion = 'wanted'",
)

# What members look up. Topics, providers, words and the full text know just the articles that are
# listed; those that are there already wait in `unindexed` until they are put in.
THIRD = (
    # words: the name's words as they are compared, each behind a space.
    "ALTER TABLE topic ADD COLUMN words TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE topic ADD COLUMN articles INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE topic ADD COLUMN newest INTEGER",
    """CREATE TABLE provider (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        words TEXT NOT NULL DEFAULT '',
        articles INTEGER NOT NULL DEFAULT 0,
        newest INTEGER
    ) STRICT""",
    """CREATE TABLE article_provider (
        provider_id INTEGER NOT NULL REFERENCES provider (id),
        article_id INTEGER NOT NULL REFERENCES article (id),
        PRIMARY KEY (provider_id, article_id)
    ) STRICT, WITHOUT ROWID""",
    # What is offered while somebody types is a walk along these until there are enough.
    "CREATE INDEX topic_newest ON topic (newest)",
    "CREATE INDEX provider_newest ON provider (newest)",
    # The words of titles and excerpts, and how many articles have each.
    "CREATE TABLE word (word TEXT PRIMARY KEY, articles INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    # more: provider, topics, related titles, and marks for what an article belongs to. Nothing of
    # the text is kept twice: what is taken out is told from the article itself.
    """CREATE VIRTUAL TABLE article_text USING fts5 (
        title, excerpt, body, more, content='', tokenize="porter unicode61 remove_diacritics 2"
    )""",
    # Small pages: of a usual word's list a question with a rare one reads a little here and there.
    "INSERT INTO article_text (article_text, rank) VALUES ('pgsz', 1000)",
    "DELETE FROM article_topic WHERE article_id IN (SELECT id FROM article WHERE NOT listed)",
    # Which post a message is, when a member asks for what is related to it.
    "CREATE INDEX post_message ON post (message_id)",
    # What an article was called before its date was corrected: buttons in Discord still say it.
    """CREATE TABLE former_id (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES article (id) ON UPDATE CASCADE
    ) STRICT""",
    "CREATE INDEX former_id_article ON former_id (article_id)",
    "CREATE TABLE unindexed (article_id INTEGER PRIMARY KEY) STRICT",
    "INSERT INTO unindexed SELECT id FROM article WHERE listed",
)

# Subscriptions made in Discord, and what is known of those of the configuration file. `written` is
# JSON: what the file would say of one, but for its name.
FOURTH = (
    # An id is never given twice: all that is remembered of a subscription is found by it.
    """CREATE TABLE subscription (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        guild_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        written TEXT NOT NULL,
        made_by INTEGER NOT NULL,
        made_at REAL NOT NULL,
        UNIQUE (guild_id, name_key)
    ) STRICT""",
    # What someone has still to confirm: a new subscription, or a change of one.
    """CREATE TABLE draft (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        guild_id INTEGER NOT NULL,
        subscription_id INTEGER REFERENCES subscription (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        written TEXT NOT NULL,
        made_by INTEGER NOT NULL,
        made_at REAL NOT NULL
    ) STRICT""",
    "CREATE TABLE file_subscription (name TEXT PRIMARY KEY, written TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID",
    "CREATE INDEX post_settled ON post (channel_id, settled_at) WHERE settled_at IS NOT NULL",
)
