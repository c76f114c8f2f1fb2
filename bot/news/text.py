"""Text as articles bring it, made fit to read: repaired, plain, cut to a length."""

import re
import unicodedata

ELLIPSIS = "…"

# C0 and C1 controls but tab and newline, and the two noncharacters that YAML refuses. U+0085 is
# in: YAML takes it for a line break, and wrongly decoded text is full of it.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# Zero-width and direction-changing characters: they hide text or turn the line around.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--(?:(?!<!--|-->).)*-->", re.IGNORECASE | re.DOTALL)
_ZWJ = "\u200d"
_VIRAMA = 9  # the combining class of the signs that tie one consonant to the next
# What colours the emoji before it, or spells out which flag it is.
_MODIFIERS = "".join(map(chr, [*range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]))
_REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_LAYERS = 6  # of escaping and wrong decoding, one around the other; real text has up to three
_MOST_LINES = 1_000  # whose controls are repaired; in the lines after them they are dropped


def without_controls(text: str) -> str:
    """Return `text` with no control character left but tab and newline.

    Control characters that wrongly decoded text carries are repaired with the words around them,
    any other is dropped. Line breaks are kept and no others made, so line numbers stay true: the
    two that only Unicode and YAML 1.1 know become spaces.
    """
    text = text.replace("\u2028", " ").replace("\u2029", " ")
    # A fraction of the time of a search, and true of most files.
    if text.replace("\n", "").isprintable() or not _CONTROLS.search(text):
        return text
    lines = text.split("\n")
    damaged = [number for number, line in enumerate(lines) if _CONTROLS.search(line)]
    for number in damaged[:_MOST_LINES]:
        lines[number] = _CONTROLS.sub("", _decoded(lines[number]).replace("\n", " "))
    return _CONTROLS.sub("", "\n".join(lines))


def plain(text: str) -> str:
    """Return `text` as one readable line: no markup, entities, wrong decoding or odd spacing."""
    sound = text.isascii() and text.isprintable()
    if sound and "&" not in text and "<" not in text and "  " not in text:
        return text.strip()
    for _ in range(_LAYERS):
        before, text = text, _unwrapped(text)
        if text == before:
            return text
    return " ".join(text.replace("&", " ").replace("<", " ").split())


def readable(text: str) -> str:
    """Return `text` as one line that commands no terminal: what cannot be seen becomes a sign."""
    return "".join(c if c.isprintable() else "�" for c in text)


def whole(text: str) -> str:
    """Return `text` with a question mark for each half character, as JSON can hold them."""
    return text.encode(errors="replace").decode()


def in_one_line(text: str) -> str:
    """Return `text` as one line, with one space between its words."""
    return " ".join(text.split())


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units.

    Discord does not say how it counts; these are never fewer than its characters.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return `text` in at most `limit` UTF-16 units, cut at a word, with an ellipsis if cut."""
    if units(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = _head(text, limit - 1)
    words = head.rsplit(None, 1)
    # A single endless word, or a script without spaces, is cut where the room ends.
    whole = words[0] if len(words) == 2 and units(words[0]) * 2 >= units(head) else head
    if text[len(head)].isspace():
        whole = head
    return whole.rstrip(" ,;:-–—") + ELLIPSIS


def _head(text: str, limit: int) -> str:
    """Return the longest start of `text` in `limit` units that splits no visible character."""
    room, end = limit, 0
    while end < len(text) and room > (ord(text[end]) > 0xFFFF):
        room -= 2 if ord(text[end]) > 0xFFFF else 1
        end += 1
    while 0 < end < len(text) and _joined(text, end):
        end -= 1
    return text[:end]


def _joined(text: str, place: int) -> bool:
    """Tell whether what stands before and after `place` is seen as one character."""
    before, after = text[place - 1], text[place]
    if unicodedata.category(after)[0] == "M" or after in _MODIFIERS:
        return True
    if _ZWJ in (before, after) or unicodedata.combining(before) == _VIRAMA:
        return True
    flags = len(text[:place]) - len(text[:place].rstrip(_REGIONAL))
    return after in _REGIONAL and flags % 2 == 1  # two of these letters make one flag


def _unwrapped(text: str) -> str:
    """Return `text` with markup, entities and wrong decoding taken off, as far as they show."""
    for _ in range(_LAYERS if "&" in text or "<" in text else 0):
        before, text = text, _ENTITY.sub(_character, _TAG.sub(" ", text))
        if text == before:
            break
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _decoded(text)))
    return " ".join(_CONTROLS.sub(" ", text).split())


def _character(entity: re.Match[str]) -> str:
    """Return what an entity stands for, or one that does not exist as it is."""
    from html import entities, unescape  # half a MiB of names, for the few texts that have any

    if entity[0].startswith("&#"):
        return unescape(entity[0])
    return entities.html5.get(entity[0][1:], entity[0])


def _decoded(text: str) -> str:
    """Return `text` with the marks of a wrong decoding undone."""
    from ftfy import fix_encoding  # costs 30 ms, and most text needs no repair

    return fix_encoding(text)
