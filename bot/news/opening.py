"""What a discussion begins with: the excerpt, related coverage, and a question to start with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from string import Formatter

from bot.news.article import Article, Related
from bot.structs import Frozen, field

OPENING = "opening"  # the kind of errand that says it
REWORDING = "rewording"  # that says it anew, after a correction
SHOWN = 5  # of the coverage that an article lists, as many as its post has room for
NAMES = ("title", "provider", "topic")  # what a question may name, in braces

_BEGUN = timedelta(days=1)  # after that members have begun by themselves


class Opening(Frozen):
    """What is said first in an article's discussion; each part may be missing.

    `question` is a template, `words` is what it names.
    """

    article_id: int
    article: Article
    excerpt: str = ""
    related: tuple[Related, ...] = ()
    question: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.excerpt or self.related or self.question)


class Rewording(Frozen):
    """What was said first in a discussion is to be said anew; `said` None: its post is retracted.

    `reference` is that of the errand that said it.
    """

    channel_id: int
    message_id: int
    said: Opening | None
    reference: str


def opening(
    article_id: int, article: Article, questions: Sequence[str], *, inside: bool
) -> Opening:
    """Return what is said first in an article's discussion, if anything.

    `inside`: its post stands in there, as in a forum, so what that shows is not said again.
    """
    question, words = _asked(article, questions)
    return Opening(
        article_id,
        article,
        "" if inside else article.excerpt,
        article.related[SHOWN:] if inside else article.related,
        question,
        words,
    )


def is_late(promised_at: datetime, now: datetime) -> bool:
    """Whether a discussion has gone on for too long to be begun."""
    return now - promised_at > _BEGUN


def named_in(template: str) -> frozenset[str]:
    """Return what a question names; raises ValueError if that cannot be put in."""
    names: set[str] = set()
    for _, name, form, conversion in Formatter().parse(template):
        if name is None:
            continue
        if name not in NAMES or form or conversion:
            raise ValueError(f"there is no {{{name}}}")
        names.add(name)
    return frozenset(names)


def _asked(article: Article, questions: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    """Choose a question of which the article has all that it names: the same one every time."""
    words = {
        "title": article.title,
        "provider": article.provider.name,
        "topic": article.topics[0] if article.topics else "",
    }
    fitting = [each for each in questions if all(words[name] for name in named_in(each))]
    if not fitting:
        return "", {}
    dice = hashlib.sha256(article.canonical_url.encode()).digest()
    return fitting[int.from_bytes(dice[:8]) % len(fitting)], words
