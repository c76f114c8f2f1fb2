"""The history of the database's schema.

Order is important: a database's version is how many of these it has seen. Add new ones at the
end, change none that has been released.

Times are seconds since 1970 in UTC. An article's id is its publication time in seconds, shifted
left by 20 bits, plus a number for those of the same second: ids sort by time whatever order
files arrive in, so "the newest" is a walk along the primary key.
"""

from __future__ import annotations

from bot.store.early_migrations import FIRST, FOURTH, SECOND, THIRD

# A post is of an article or, one message or two, of a digest.
_FIFTH = (
    # What was promised for a period, in seconds since 1970; the key says that it is promised once.
    """CREATE TABLE digest (
        id INTEGER PRIMARY KEY,
        subscription TEXT NOT NULL,
        channel_id INTEGER NOT NULL,
        since REAL NOT NULL,
        until REAL NOT NULL,
        UNIQUE (subscription, channel_id, since)
    ) STRICT""",
    """CREATE TABLE remembered_post (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL,
        article_id INTEGER REFERENCES article (id) ON UPDATE CASCADE,
        digest_id INTEGER REFERENCES digest (id),
        part INTEGER NOT NULL DEFAULT 1,
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
        UNIQUE (channel_id, article_id),
        UNIQUE (digest_id, part),
        CHECK ((article_id IS NULL) <> (digest_id IS NULL))
    ) STRICT""",
    """INSERT INTO remembered_post (id, channel_id, article_id, subscription, nonce, fate, reason,
        claimed_at, tried_at, attempts, retry_at, settled_at, urls, message_id, thread_id,
        discussion)
    SELECT id, channel_id, article_id, subscription, nonce, fate, reason, claimed_at, tried_at,
        attempts, retry_at, settled_at, urls, message_id, thread_id, discussion FROM post""",
    "DROP TABLE post",
    "ALTER TABLE remembered_post RENAME TO post",
    "CREATE INDEX post_article ON post (article_id)",
    "CREATE INDEX post_open ON post (channel_id) WHERE settled_at IS NULL",
    "CREATE INDEX post_undiscussed ON post (channel_id) WHERE discussion = 'wanted'",
    "CREATE INDEX post_message ON post (message_id)",
    "CREATE INDEX post_settled ON post (channel_id, settled_at) WHERE settled_at IS NOT NULL",
    # Which articles a digest holds, the best first; those of one story have the same number.
    # post_id is null once Discord has refused the message: the article goes out by itself.
    """CREATE TABLE digest_article (
        channel_id INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES article (id) ON UPDATE CASCADE,
        digest_id INTEGER NOT NULL REFERENCES digest (id),
        post_id INTEGER REFERENCES post (id),
        place INTEGER NOT NULL,
        story INTEGER NOT NULL,
        PRIMARY KEY (channel_id, article_id),
        UNIQUE (digest_id, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX digest_article_post ON digest_article (post_id, place)",
    "CREATE INDEX digest_article_article ON digest_article (article_id)",
)

# `at` is from when on runs are counted; the schedule tells whether it was edited since.
_SIXTH = ("ALTER TABLE run ADD COLUMN schedule TEXT NOT NULL DEFAULT ''",)

# Which state of a subscription it is; a draft says to which one it is a change.
_SEVENTH = (
    "ALTER TABLE subscription ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE draft ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
)

# What is done once in Discord and is no post, and what members follow.
_EIGHTH = (
    # place: a channel, a thread, or a member who gets a direct message. content is JSON.
    """CREATE TABLE errand (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        place INTEGER NOT NULL,
        content TEXT NOT NULL,
        nonce TEXT NOT NULL UNIQUE,
        fate TEXT NOT NULL
            CHECK (fate IN ('planned', 'sending', 'posted', 'unknown', 'rejected', 'parked')),
        reason TEXT NOT NULL DEFAULT '',
        made_at REAL NOT NULL,
        claimed_at REAL NOT NULL,
        tried_at REAL NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        retry_at REAL,
        settled_at REAL,
        message_id INTEGER,
        UNIQUE (kind, subject)
    ) STRICT""",
    "CREATE INDEX errand_open ON errand (place) WHERE settled_at IS NULL",
    "CREATE INDEX errand_message ON errand (place) WHERE message_id IS NOT NULL",
    """CREATE TABLE follow (
        guild_id INTEGER NOT NULL,
        user_id INTEGER NOT NULL,
        topic_id INTEGER NOT NULL REFERENCES topic (id),
        way TEXT NOT NULL CHECK (way IN ('mention', 'digest', 'closed')),
        chosen_at REAL NOT NULL,
        PRIMARY KEY (guild_id, user_id, topic_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX follow_user ON follow (user_id)",
    "CREATE INDEX follow_mention ON follow (topic_id, guild_id) WHERE way = 'mention'",
)

# What made an article a subscription's, in JSON, and from when on: one row for each edit of it.
_NINTH = (
    """CREATE TABLE terms (
        id INTEGER PRIMARY KEY,
        subscription TEXT NOT NULL,
        since REAL NOT NULL,
        written TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX terms_subscription ON terms (subscription)",
)

# What staff decided about articles that `published: false` holds, for good.
_TENTH = (
    """CREATE TABLE decision (
        article_id INTEGER PRIMARY KEY REFERENCES article (id) ON UPDATE CASCADE,
        approved INTEGER NOT NULL,
        decided_by INTEGER NOT NULL,
        decided_at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX article_held ON article (id) WHERE NOT listed AND withdrawn_at IS NULL",
)

# What messages show, so that they can be drawn anew; earlier ones are taken to be as they should.
_ELEVENTH = (
    # shown: what was sent last; null if that is not known, empty if attempts differed.
    "ALTER TABLE post ADD COLUMN shown BLOB",
    "ALTER TABLE post ADD COLUMN edited_at REAL",
    """UPDATE post SET shown = (SELECT fingerprint FROM article WHERE id = article_id)
    WHERE article_id IS NOT NULL""",
    # times: how often it was promised; before `not_before` nobody does it.
    "ALTER TABLE errand ADD COLUMN times INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE errand ADD COLUMN not_before REAL NOT NULL DEFAULT 0",
)

# How much members make of a post: counts alone. seen is the reply up to which they are counted.
_TWELFTH = (
    """CREATE TABLE activity (
        post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
        guild_id INTEGER NOT NULL,
        replies INTEGER NOT NULL DEFAULT 0,
        reactions INTEGER NOT NULL DEFAULT 0,
        seen INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "DROP INDEX errand_message",  # nobody counts what the bot says any more
    "CREATE INDEX post_thread ON post (thread_id) WHERE thread_id IS NOT NULL",
)

# How often a post was retracted and restored so far: odd while it is retracted.
_THIRTEENTH = ("ALTER TABLE post ADD COLUMN turns INTEGER NOT NULL DEFAULT 0",)

# Follow-ups: posts in the discussion of another, and what posted articles list, by the number of
# the canonical address. What was posted before waits in `uncovered`.
_FOURTEENTH = (
    "ALTER TABLE post ADD COLUMN follows INTEGER REFERENCES post (id)",
    "CREATE INDEX post_follows ON post (follows) WHERE follows IS NOT NULL",
    """CREATE TABLE coverage (
        address INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES article (id) ON UPDATE CASCADE,
        PRIMARY KEY (address, article_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX coverage_article ON coverage (article_id)",
    """CREATE TABLE uncovered (
        article_id INTEGER PRIMARY KEY REFERENCES article (id) ON UPDATE CASCADE
    ) STRICT""",
    "INSERT INTO uncovered SELECT DISTINCT article_id FROM post WHERE article_id IS NOT NULL",
)

# What was published of a channel last.
_FIFTEENTH = ("CREATE INDEX errand_crosspost ON errand (place, id) WHERE kind = 'crosspost'",)

# From which publication time on a source is reviewed; null while it is not. Each staff channel has
# cards of its own.
_SIXTEENTH = (
    "ALTER TABLE source ADD COLUMN reviewed_since REAL",
    """UPDATE source SET reviewed_since = (SELECT CAST(strftime('%s', value) AS REAL) FROM setting
        WHERE key = 'reviewed_since') WHERE unpublished = 'review'""",
    "DELETE FROM setting WHERE key = 'reviewed_since'",
    "UPDATE errand SET subject = place || ' ' || subject WHERE kind = 'review'",
)

# What members of a server do something with, the posts of last first.
_SEVENTEENTH = ("CREATE INDEX activity_guild ON activity (guild_id)",)

# Which language an article's file says, and which its source says for others; "" if none.
_EIGHTEENTH = (
    "ALTER TABLE article ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE source ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX article_language ON article (language) WHERE listed AND language <> ''",
)

# A walk through the lists of usual words takes a fifth less time than with pages of half the size,
# and what a rare word asks of them no more.
_NINETEENTH = ("INSERT INTO article_text (article_text, rank) VALUES ('pgsz', 2000)",)

# Titles, too, are read from the newest on: below zero the newest row is the first of its list.
_TWENTIETH = (
    "DROP TABLE article_title",
    "CREATE VIEW title_below_zero AS SELECT -id AS id, title FROM article",
    """CREATE VIRTUAL TABLE article_title USING fts5 (
        title, content='title_below_zero', content_rowid='id', prefix='1 2 3 4',
        tokenize="unicode61 remove_diacritics 2"
    )""",
    "INSERT INTO article_title (rowid, title) SELECT -id, title FROM article ORDER BY id DESC",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    *(FIRST, SECOND, THIRD, FOURTH, _FIFTH),
    *(_SIXTH, _SEVENTH, _EIGHTH, _NINTH, _TENTH),
    *(_ELEVENTH, _TWELFTH, _THIRTEENTH, _FOURTEENTH, _FIFTEENTH),
    *(_SIXTEENTH, _SEVENTEENTH, _EIGHTEENTH, _NINETEENTH, _TWENTIETH),
)
