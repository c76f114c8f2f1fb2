"""Which of an article's pictures a post shows, and how large."""

from __future__ import annotations

from collections.abc import Collection

from bot.news.article import Picture
from bot.structs import Frozen

MIN_WIDTH = 200  # pixels; anything narrower looks lost under a post
_ICON_SIDE = 400  # pixels; a smaller square beside a wider picture is a logo
SHARED_BY = 3  # articles of one provider with the same picture: it is the site's, not the story's


class Illustration(Frozen):
    """Addresses of the large picture and of the small one; at most one of them is set."""

    image: str | None = None
    thumbnail: str | None = None


def illustration(pictures: Collection[Picture], shared: Collection[str] = ()) -> Illustration:
    """Choose from `pictures`; `shared` are the addresses that belong to the site.

    The largest comes first, a cached one before an uncached one of the same size, one of unknown
    size after all others. A site icon is a thumbnail at most.
    """
    ranked = sorted(pictures, key=lambda p: (p.width * p.height, p.cached), reverse=True)
    widest = max((picture.width for picture in ranked), default=0)
    for picture in ranked:
        if _wide_enough(picture) and not _is_icon(picture, widest, shared):
            return Illustration(image=picture.url)
    return Illustration(thumbnail=ranked[0].url) if ranked else Illustration()


def _wide_enough(picture: Picture) -> bool:
    return picture.width == 0 or picture.width >= MIN_WIDTH


def _is_icon(picture: Picture, widest: int, shared: Collection[str]) -> bool:
    small_square = picture.width == picture.height and 0 < picture.width < _ICON_SIDE
    return picture.url in shared or (small_square and widest > picture.width)
