"""Article files in any number, shaped like those of the aggregator."""

import base64
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_WORDS = [
    "harbour",
    "council",
    "opens",
    "library",
    "robot",
    "comet",
    "garden",
    "museum",
    "lantern",
    "village",
    "study",
    "finds",
    "local",
    "school",
    "team",
    "water",
    "market",
    "bridge",
    "winter",
    "museum",
    "orchard",
    "printer",
    "volunteers",
    "train",
    "river",
    "census",
]
_TOPICS = ("AI", "Computer Vision", "Robotics", "Space", "Climate", "Open Source", "Community")
_FOLDERS = 100
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def texts(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield path and text of `count` articles, about 2.5 kB each, always the same ones."""
    chance = random.Random(seed)
    for number in range(count):
        yield f"{number % _FOLDERS:02d}/article-{number}.md", _text(number, chance)


def write(folder: Path, count: int) -> None:
    """Write `count` article files below `folder`."""
    for place in range(_FOLDERS):
        (folder / f"{place:02d}").mkdir(parents=True, exist_ok=True)
    for path, text in texts(count):
        (folder / path).write_text(text, encoding="utf-8")


def _text(number: int, chance: random.Random) -> str:
    when = (_FIRST + timedelta(minutes=7 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        "---",
        "category: news",
        f"title: {json.dumps(_words(chance, 10).capitalize())}",
        f"excerpt: {json.dumps(_sentence(chance))}",
        f"publishedDateTime: {when}",
        f'originalUrl: "https://paper-{number % 50}.example.org/{number}/?utm_source=feed"',
        f'webUrl: "https://paper-{number % 50}.example.org/{number}/"',
        "type: article",
        f"quality: {chance.randrange(101)}",
        "heat: -1",
        f"published: {'true' if chance.random() < 0.7 else 'false'}",
        "",
        "provider:",
        f"  name: Paper {number % 50}",
        f"  domain: paper-{number % 50}.example.org",
        "",
        "topics:",
        *(f"  - {topic}" for topic in chance.sample(_TOPICS, 2)),
        "",
        "images:",
        f'  - url: "https://paper-{number % 50}.example.org/{number}.jpg"',
        "    width: 1200",
        "    height: 630",
        "    isCached: true",
        "",
        "related:",
    ]
    for other in range(2):
        lines += [
            f"  - title: {json.dumps(_words(chance, 11).capitalize())}",
            f"    excerpt: {json.dumps(_sentence(chance))}",
            f"    publishedDateTime: {when}",
            f'    webUrl: "https://other-{other}.example.net/{number}/"',
            "    type: article",
            "    provider:",
            f"      name: Other {other}",
            f"      domain: other-{other}.example.net",
            f"    quality: {chance.randrange(101)}",
        ]
    secret = base64.b64encode(chance.randbytes(540)).decode()
    return "\n".join([*lines, "", f'secured: "{secret}"', "---", ""])


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


def _sentence(chance: random.Random) -> str:
    """Return an excerpt; now and then with what real ones carry."""
    text = _words(chance, 26).capitalize()
    kind = chance.random()
    if kind < 0.02:  # a dash decoded wrongly
        return f"{text} â€” so they say."
    if kind < 0.07:  # an entity
        return f"{text} &amp; more."
    return f"{text}, it’s said." if kind < 0.2 else f"{text}."
