"""SQLite: the archive of articles and the outbox. Only this package knows SQL."""
