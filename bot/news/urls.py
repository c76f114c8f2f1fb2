"""Addresses of pages and pictures: fit to publish, and comparable."""

from __future__ import annotations

import re

from yarl import URL

MAX_URL = 2048  # Discord's API description: longest address in an embed

_UNFIT = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+", re.IGNORECASE)


def web_url(text: str) -> str:
    """Return `text` as an ASCII http or https address that any client can follow.

    Raises ValueError with the reason if it is none, carries a password, or is too long.
    """
    text = text.strip()
    if len(text) > MAX_URL:
        raise ValueError(f"an address may have {MAX_URL} characters at most")
    if _UNFIT.search(text.replace(" ", "")):
        raise ValueError("the address holds invisible characters")
    try:
        url = URL(text)
    except ValueError as error:  # UnicodeError, from names that no domain can have, is one too
        raise ValueError(f"not an address: {error}") from error
    if url.scheme not in ("http", "https"):
        raise ValueError("not an http or https address")
    if not url.raw_host or not _HOST.fullmatch(url.raw_host):
        raise ValueError("an address without a proper host name")
    if url.user is not None or url.password is not None:
        raise ValueError("an address with a user name in it, which can pass for another site")
    address = str(url)
    if len(address) > MAX_URL:
        raise ValueError(f"an address may have {MAX_URL} characters at most")
    return address


def canonical(url: str) -> str:
    """Return what two addresses of the same story have in common.

    `url` is one that `web_url` let through. Fragment and tracking parameters go, the rest of the
    query is sorted.
    """
    from courlan import normalize_url  # costs 30 ms, and is needed only while importing

    return normalize_url(url.partition("#")[0])
