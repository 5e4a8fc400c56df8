"""The free fonts of forms and samples, found by file name wherever the distribution installs them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont


@dataclass(frozen=True, slots=True)
class Face:
    """A font: its file, its number inside a collection, and the Debian package that contains it."""

    file: str
    index: int
    package: str


FACES = {
    "song": Face("NotoSerifCJK-Regular.ttc", 2, "fonts-noto-cjk"),
    "song-bold": Face("NotoSerifCJK-Bold.ttc", 2, "fonts-noto-cjk"),
    "hei": Face("NotoSansCJK-Regular.ttc", 2, "fonts-noto-cjk"),
    "kai": Face("gkai00mp.ttf", 0, "fonts-arphic-gkai00mp"),
    "ming-cn": Face("uming.ttc", 0, "fonts-arphic-uming"),
    "ming": Face("uming.ttc", 2, "fonts-arphic-uming"),
    "wenkai": Face("LXGWWenKai-Regular.ttf", 0, "fonts-lxgw-wenkai"),
    "wenkai-light": Face("LXGWWenKai-Light.ttf", 0, "fonts-lxgw-wenkai"),
}

_MEASURE = 200


class FontMissing(Exception):
    """A font that forms or samples are drawn with is not installed."""

    def __init__(self, face: Face) -> None:
        super().__init__(f"The font {face.file} is not installed: apt-get install {face.package} (make setup does it).")


def path_of(name: str) -> Path:
    """The file of a face, by its key in `FACES`.

    Raises:
        FontMissing: it is in none of the folders where fonts are kept.
    """
    found = _installed().get(FACES[name].file)
    if found is None:
        raise FontMissing(FACES[name])
    return found


@cache
def font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The face `name` at a size in pixels. Cached, because opening a collection costs more than drawing a line."""
    return ImageFont.truetype(path_of(name), pixels, FACES[name].index, layout_engine=ImageFont.Layout.BASIC)


def advance(name: str, text: str, size: float) -> float:
    """The width of `text` at `size`, in the unit of `size`."""
    return font(name, _MEASURE).getlength(text) * size / _MEASURE


def covers(name: str, text: str) -> bool:
    """Whether the face has every character of `text`."""
    return set(map(ord, text)) <= _characters(name)


@cache
def _characters(name: str) -> frozenset[int]:
    with TTFont(path_of(name), fontNumber=FACES[name].index, lazy=True) as file:
        return frozenset(file.getBestCmap() or ())


@cache
def _installed() -> dict[str, Path]:
    data_home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data_home / "fonts")
    return {path.name: path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.tt[cf]"))}
