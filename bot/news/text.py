"""Text as articles bring it, made fit to read: repaired, plain, cut to a length."""

import html
import re
import unicodedata

ELLIPSIS = "…"

# C0 and C1 controls but tab and newline, and the two noncharacters that YAML refuses. U+0085 is
# in: YAML takes it for a line break, and wrongly decoded text is full of it.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# Zero-width and direction-changing characters: they hide text or turn the line around.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_REPAIRABLE = re.compile(r"[^\x20-\x7e]|[&<]|  ")


def without_controls(text: str) -> str:
    """Return `text` with no control character left but tab and newline.

    Control characters that wrongly decoded text carries are repaired with the words around them,
    any other is dropped. Line breaks are kept, so line numbers stay true.
    """
    if not _CONTROLS.search(text):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _CONTROLS.search(line):
            lines[number] = _CONTROLS.sub("", _decoded(line).replace("\n", " "))
    return "\n".join(lines)


def plain(text: str) -> str:
    """Return `text` as one readable line: no markup, entities, wrong decoding or odd spacing."""
    if not _REPAIRABLE.search(text):
        return text.strip()
    text = _unescaped(_TAG.sub(" ", text) if "<" in text else text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _decoded(text)))
    return " ".join(_CONTROLS.sub(" ", text).split())


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
    while 0 < end < len(text) and (
        unicodedata.combining(text[end]) or "\u200d" in text[end - 1 : end + 1]
    ):
        end -= 1
    return text[:end]


def _unescaped(text: str) -> str:
    """Return `text` with its entities read, also those that were escaped twice."""
    for _ in range(2):
        if not _ENTITY.search(text):
            return text
        text = html.unescape(text)
    return text


def _decoded(text: str) -> str:
    """Return `text` with the marks of a wrong decoding undone."""
    from ftfy import TextFixerConfig, fix_text  # costs 30 ms, and most text needs no repair

    keep = {
        "unescape_html": False,
        "uncurl_quotes": False,
        "fix_latin_ligatures": False,
        "fix_character_width": False,
        "max_decode_length": 4_000,
    }
    return fix_text(text, TextFixerConfig(normalization=None, **keep))  # type: ignore[arg-type]
