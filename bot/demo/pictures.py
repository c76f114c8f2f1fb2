"""Pictures for sample articles, painted on the spot because the demo has no network.

Every address gets a picture of its own, and the same address always the same one.
"""

import io
import math
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import PurePosixPath
from random import Random
from urllib.parse import urlsplit

from PIL import Image, ImageColor, ImageDraw, ImageOps

from bot.news.article import Picture

Colour = tuple[int, int, int]
Size = tuple[int, int]

_USUAL: Size = (1200, 675)
_LONGEST = 1600
_ICON = 320
_FACE: Size = (128, 128)
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_AVATARS = "/avatars/"


class Pictures(Mapping[str, tuple[str, bytes]]):
    """File name and bytes of a JPEG for any http(s) address, painted when first asked for.

    Iteration gives the addresses known beforehand; those are painted in the size they state, up
    to 1600 pixels, all others in 1200 x 675. Addresses of avatars get a small square.
    """

    def __init__(self, known: Iterable[Picture] = ()) -> None:
        self._sizes = {one.url: _painted(one) for one in known}
        self._painted: dict[str, tuple[str, bytes]] = {}

    def __getitem__(self, url: str) -> tuple[str, bytes]:
        if not url.startswith(("http://", "https://")):
            raise KeyError(url)
        if url not in self._painted:
            seed = url.rpartition("/")[2] if _AVATARS in url else url
            self._painted[url] = (_file_name(url), paint(seed, self.size(url)))
        return self._painted[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    def size(self, url: str) -> Size:
        """Width and height of the picture at this address, in pixels."""
        return self._sizes.get(url) or (_FACE if _AVATARS in url else _USUAL)


def paint(seed: str, size: Size) -> bytes:
    """Draw a JPEG of exactly this size: an emblem if it is a small square, else a landscape."""
    dice = Random(blake2b(seed.encode(), digest_size=8).digest())
    width, height = size
    square = width == height and width <= _ICON
    image = _emblem(dice, size) if square else _landscape(dice, size)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, optimize=False)
    return file.getvalue()


def _file_name(url: str) -> str:
    """A name with the ending of the address: SimCord takes another ending for another picture."""
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    name = blake2b(url.encode(), digest_size=6).hexdigest()
    return name + (ending if ending in _ENDINGS else ".jpg")


def _painted(picture: Picture) -> Size:
    if picture.width <= 0 or picture.height <= 0:
        return _USUAL
    scale = min(1.0, _LONGEST / max(picture.width, picture.height))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _colour(hue: float, saturation: float, lightness: float) -> Colour:
    text = f"hsl({hue % 360:.0f}, {saturation:.0f}%, {lightness:.0f}%)"
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue


def _gradient(size: Size, top: Colour, bottom: Colour) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR)
    return ImageOps.colorize(ramp, black=top, white=bottom)


def _landscape(dice: Random, size: Size) -> Image.Image:
    """A sky with a sun or moon behind rows of hills, the nearer the darker."""
    height = size[1]
    sky, ground = dice.uniform(195, 395), dice.uniform(90, 300)
    glow = sky + dice.choice((35, 60, -40))
    image = _gradient(size, _colour(sky, 55, 38), _colour(glow, 80, 82))
    _sun(dice, image, _colour(glow + 10, 95, 90))
    rows = dice.randint(3, 5)
    for row in range(rows):
        depth = (row + 1) / rows
        level = height * (0.42 + 0.42 * depth)
        fill = _colour(ground + (1 - depth) * (glow - ground) * 0.25, 34, 66 - 48 * depth)
        _hills(dice, image, level, height * 0.11, fill)
    return image


def _sun(dice: Random, image: Image.Image, colour: Colour) -> None:
    width, height = image.size
    radius = height * dice.uniform(0.08, 0.17)
    x, y = width * dice.uniform(0.18, 0.82), height * dice.uniform(0.2, 0.42)
    for ring, strength in ((2.3, 26), (1.6, 44), (1.0, 235)):
        reach = radius * ring
        mask = Image.new("L", image.size, 0)
        ImageDraw.Draw(mask).ellipse((x - reach, y - reach, x + reach, y + reach), fill=strength)
        image.paste(colour, (0, 0, width, height), mask)


def _hills(dice: Random, image: Image.Image, level: float, rise: float, fill: Colour) -> None:
    """One ridge: three waves added up, filled down to the lower edge."""
    width, height = image.size
    waves = [
        (rise / order, dice.uniform(0.6, 1.4) * order * math.tau / width, dice.uniform(0, math.tau))
        for order in (1, 2, 4)
    ]
    step = max(1, width // 240)
    ridge = [
        (x, level + sum(rise_ * math.sin(x * pace + start) for rise_, pace, start in waves))
        for x in range(0, width + step, step)
    ]
    ImageDraw.Draw(image).polygon([(0, height), *ridge, (width + step, height)], fill=fill)


def _emblem(dice: Random, size: Size) -> Image.Image:
    """Two-tone quarters on a coloured ground, like the badge of a small paper."""
    width, _ = size
    large = max(width * 3, 96)
    hue = dice.uniform(0, 360)
    image = _gradient((large, large), _colour(hue, 62, 52), _colour(hue + 30, 66, 40))
    draw = ImageDraw.Draw(image)
    half = large / 2
    for corner in ((0.0, 0.0), (half, 0.0), (0.0, half), (half, half)):
        fill = _colour(hue + dice.choice((0, 40, 180)), 70, dice.choice((72, 84, 93)))
        _quarter(draw, corner, half, dice.randrange(4), fill)
    return image.resize(size, Image.Resampling.LANCZOS)


def _quarter(
    draw: ImageDraw.ImageDraw, corner: tuple[float, float], side: float, turn: int, fill: Colour
) -> None:
    """A quarter disc in a cell, its centre in one of the cell's corners."""
    x = corner[0] + (side if turn in (1, 2) else 0)
    y = corner[1] + (side if turn in (2, 3) else 0)
    reach = side * 0.92
    box = (x - reach, y - reach, x + reach, y + reach)
    draw.pieslice(box, turn * 90, turn * 90 + 90, fill=fill)
