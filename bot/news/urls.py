"""Addresses of pages and pictures: fit to publish, and comparable."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from yarl import URL

MAX_URL = 2048  # Discord's API description: longest address in an embed

_UNFIT = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
# An address that comes out of the long way as it went in; most are such.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]+(/[\w~-][\w.~-]*)*/?(\?[\w.~=&-]*[\w=])?", re.ASCII
)
# Parameters that say how a reader came, never what is read. Only sure ones: a parameter too many
# would make one story of two, and the second would never be posted.
_TRACKING = re.compile(
    r"(utm|mtm|matomo|itm|hsa|oly|vero)_.*|pk_(campaign|kwd|keyword|source|medium|content)"
    r"|(fb|d|g|sc|tt|tw|y|ys)clid|msclkid|gclsrc|[gw]braid|igshid|igsh|mc_[ce]id|mkt_tok|_ga|_gl"
    r"|_hs(enc|mi)|ref_(src|url)|s_cid|wt_mc|xtor|cmpid",
    re.IGNORECASE,
)


def web_url(text: str) -> str:
    """Return `text` as an ASCII http or https address that any client can follow.

    Raises ValueError with the reason if it is none, carries a password, or is too long.
    """
    text = text.strip()
    if len(text) <= MAX_URL and _PLAIN.fullmatch(text):
        return text
    if _UNFIT.search(text.replace(" ", "")):
        raise ValueError("the address holds invisible characters")
    try:
        url = URL(text[: MAX_URL + 1])
    except ValueError as error:  # UnicodeError, from names that no domain can have, is one too
        raise ValueError(f"not an address: {error}") from error
    if url.scheme not in ("http", "https"):
        raise ValueError("not an http or https address")
    if not url.raw_host or not _is_host(url.raw_host):
        raise ValueError("an address without a proper host name")
    if url.user is not None or url.password is not None:
        raise ValueError("an address with a user name in it, which can pass for another site")
    if len(text) > MAX_URL or len(address := str(url)) > MAX_URL:
        raise ValueError(f"an address may have {MAX_URL} characters at most")
    return address


def canonical(url: str) -> str:
    """Return what two addresses of the same story have in common.

    `url` is one that `web_url` let through. Fragment and tracking parameters go, the rest of the
    query is sorted.
    """
    if "?" not in url and _PLAIN.fullmatch(url):
        return url if url.count("/") > 2 else f"{url}/"
    from w3lib.url import canonicalize_url, url_query_cleaner

    query = url.partition("#")[0].partition("?")[2]
    names = {pair.partition("=")[0] for pair in query.split("&")}
    if tracking := [name for name in names if _TRACKING.fullmatch(name)]:
        url = url_query_cleaner(url, tracking, remove=True, unique=False)
    return canonicalize_url(url)


def _is_host(name: str) -> bool:
    if ":" not in name:
        return _HOST.fullmatch(name) is not None
    try:
        return IPv6Address(name).scope_id is None
    except ValueError:
        return False
