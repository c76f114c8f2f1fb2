"""Article files of up to 1 MiB that were made to keep a parser busy."""

from bot.news.front_matter import MAX_BYTES

GOOD = "title: Comet\npublishedDateTime: 2026-01-01\nwebUrl: https://example.org\n"
WRONG = "â€œmÃ¼ â€™ Ã¢â‚¬â„¢ "  # decoded wrongly once and twice


def file(front="", body="", good=GOOD):
    """Return an article file."""
    return f"---\n{good}{front}---\n{body}".encode()


def full(start, piece, end="\n", good=GOOD):
    """Return a file of almost 1 MiB that says `piece` again and again."""
    room = MAX_BYTES - len(file(start + end, good=good))
    return file(start + piece * (room // len(piece.encode())) + end, good=good)


def numbered(start, line, count):
    """Return a file with `line` once for each number below `count`."""
    return file(start + "".join(line % number for number in range(count)))


def aliased(text, entry, count, start="related:\n"):
    """Return a file that says `entry` again and again, with `text` for its *t."""
    return file(f'text: &t "{text}"\n{start}{entry * count}')


COVERAGE = '- {title: *t, excerpt: *t, webUrl: "https://example.org"}\n'
PICTURES = "- {title: a, webUrl: https://example.org, images: [%s]}\n"


def wordy(text, count=99):
    """Return a file with related coverage that says `text` in each title and excerpt."""
    entry = f'- title: "{text}"\n  excerpt: "{text}"\n  webUrl: https://example.org\n'
    return file("related:\n" + entry * count)


READ = {
    "empty lists": lambda: file("x: [" + "[]," * 20_000 + "]\n"),
    "spaces": lambda: full("x: ", " "),
    "line breaks": lambda: full("x: ", "\n"),
    "comments": lambda: full("x: ", "#\n"),
    "49,000 keys": lambda: numbered("", "k%d: v\n", 49_000),
    "a key of 1 MiB": lambda: full("? ", "k", "\n: v\n"),
    "plain text": lambda: full("x: ", "abc "),
    "plain word": lambda: full("x: ", "a"),
    "plain lines": lambda: full("x: ", "a\n "),
    "digits": lambda: full("x: ", "1"),
    "quoted text": lambda: full('x: "', "abc ", '"\n'),
    "escapes": lambda: full('x: "', "\\n", '"\n'),
    "single quotes": lambda: full("x: '", "''", "'\n"),
    "block": lambda: full("x: |\n", "  abc abc\n"),
    "folded block": lambda: full("x: >\n", "  a\n\n"),
    "long title": lambda: full("title: ", "Comet ", good=GOOD.replace("title: Comet\n", "")),
    "excerpt decoded wrongly": lambda: full('excerpt: "', WRONG, '"\n'),
    "line decoded wrongly with C1": lambda: full('excerpt: "', "â€\x9d ab ", '"\n'),
    "lines decoded wrongly with C1": lambda: full('excerpt: "', "â€\x9d ab\n ", '"\n'),
    "line of C1": lambda: full("x: ", "\x9d"),
    "lines of C1": lambda: full("x: ", "\x9d\n"),
    "body of C1": lambda: file(body="\x9d\n" * 340_000),
    "body of line breaks": lambda: file(body="\n" * 1_000_000),
    "20,000 broken related": lambda: file("related:\n" + "- {}\n" * 20_000),
    "related decoded wrongly": lambda: wordy((WRONG * 99)[:1500]),
    "related in layers": lambda: wordy(("&amp;" + "amp;" * 9 + WRONG) * 50),
    "aliases of what is decoded wrongly": lambda: aliased(WRONG * 500, COVERAGE, 24),
    "aliases of entities": lambda: aliased("&#59" * 2_500 + ";", COVERAGE, 24),
    "open comments": lambda: wordy("Comet" + "<!--" * 2_500, 50),
    "aliases of open tags": lambda: aliased("<a" * 5_000, COVERAGE, 24),
    "aliases of a host": lambda: aliased(f"http://{'ü.' * 900}", "- {title: a, webUrl: *t}\n", 99),
    "broken pictures": lambda: file("related:\n" + PICTURES % ("{url: x}," * 90) * 99),
    "broken pictures after good ones": lambda: file(
        f"related:\n{PICTURES % ('{url: https://example.org/1},' * 90) * 99}"
        f"images: [{'{url: x},' * 21}]\n"
    ),
}

REFUSED = {
    **{f"only {sign!r}": lambda sign=sign: full("", sign) for sign in "[]{}&*\"'!?-%@`|>,:"},
    **{
        f"a value of {sign!r}": lambda sign=sign: full("x: ", sign)
        for sign in ("[", "{", "[{", "? ", "- ", "? - ", ": ", '"', "'", "&", "*", "|\n", "\t-")
    },
    "list": lambda: full("x: [", "a,", "]\n"),
    "list over lines": lambda: full("x: [", "a,\n", "]\n"),
    "directives": lambda: numbered("", "%%TAG !%x! x\n", 65_500),
    "directives after the end": lambda: numbered("... # end\n", "%%TAG !%x! x\n", 65_500),
    "90,000 keys": lambda: numbered("", "k%d: v\n", 90_000),
    "one key again and again": lambda: full("", "k: v\n"),
    "anchors": lambda: numbered("x:\n", "- &a%d v\n", 80_000),
    "aliases": lambda: full("a: &a v\nx:\n", "- *a\n"),
    "aliases of a long key": lambda: file(
        f"a: &a\n  ? {'k' * 500_000}\n  : v\nx:\n" + "- *a\n" * 90_000
    ),
    "aliases of a long text": lambda: aliased("x" * 500_000, "- *t\n", 90_000, "x:\n"),
    "20,000 related": lambda: numbered(
        "related:\n", "- title: a\n  webUrl: https://example.org/%d\n", 20_000
    ),
    "deep indentation": lambda: file("x:\n" + "".join(" " * n + "- \n" for n in range(1, 1400))),
    "deep mappings": lambda: file("".join(" " * n + "k:\n" for n in range(1400))),
    "no end": lambda: b"---\n" + b"\n" * 1_000_000,
    "no front matter": lambda: b"\n" * 1_000_000,
    "not UTF-8 at the end": lambda: file(body="\n" * 1_000_000) + b"\xff",
}

# Those that take the most memory for what they are.
HEAVY = ("lines of C1", "lines decoded wrongly with C1", "49,000 keys", "20,000 broken related")
