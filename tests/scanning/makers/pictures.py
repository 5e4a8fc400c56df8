"""Pictures made for tests: small, lopsided (so that every turn and mirror shows), and free of anyone's rights."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from scanning.raw import Pixels

# 96 x 128 pixels: white, a red block in the upper left quarter, a black bar below. Written once with pillow-heif;
# EXIF says that it is to be turned by 90 degrees, so that it comes out 128 x 96 with the red block in the upper right
# quarter.
HEIC_TURNED = base64.b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004@ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&a"
    "V*mgE07O6l0ssL300001#Q*^S00000009yJ0ssI200P$l0RR9100000Bme*aIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB"
    "0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031007`=aB^?}006*gaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1k+-"
    "4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-Z~y=U0FVFx0{{R603M()fPrPYl1givfQEwt00093G5`Pr00IzV"
    "00968L;=Baup&SJ000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h000000AK(B0Du4h01$9#cxeCt0009B2nYZG010VwZ*&6y000<i"
    "aBX1#00000000310R@2q0|bQt000_ka%E-!00000000hSWOHKx0ssL30RR92K5b-SbN~PW4k!Vy6M%M~3z2{S@KU4y-D^BQ2T^$w"
    "7{B20kGyk>{_NUQ!Q*EvZ_E&oO%JDGzs9-ZX$KaRkG?f?=5N3F<nXEuxj)ITb6oKCbPa+a=zNWK#ZUt}VWqD+p9PWW(j#YnTYU>P"
    "u0}Ix<kE+8tNLnC%5Z2~63a9>{~<?nnaGmA)u5|m={Q4ex0crU40+{+M>%7d$c4TH4oNEy+Fe@BSOQ(%68){=wSEM+WrX|h`J)k{"
    "H?uF6zx*g-#AmPLVbkfOJDl%ug<Fr!Pp<~S3sWtxyxQHMR3PpC!x@<JhfbW`;3^gxh|fYVJ{3g!2a133TtMEi1_Yb#Sm-<nY1Sc8"
    "xZl$KO5IQZ000I>cxh$;08LE*DgXcg2mk>A5&#1L000311^@s60000"
)


def letter(width: int = 620, height: int = 877, mode: str = "RGB") -> Image.Image:
    """A page with a red block in its upper left, a blue line on its right and some words: A4 at 75 dpi."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0.05 * width, 0.04 * height, 0.3 * width, 0.12 * height), fill=(200, 30, 40))
    pen.line((0.93 * width, 0.1 * height, 0.93 * width, 0.7 * height), fill=(20, 40, 190), width=max(width // 100, 1))
    for row in range(8):
        at = (0.1 * width, (0.2 + 0.06 * row) * height)
        pen.text(at, f"Line {row}: the quick brown fox", fill=(20, 20, 20), font_size=max(height // 40, 8))
    return image.convert(mode) if mode != "1" else image.convert("L").point(lambda v: 255 * (v > 128)).convert("1")


def noise(width: int, height: int, seed: int = 7) -> Image.Image:
    """Something that does not compress, so that cutting a file anywhere cuts the picture."""
    grain = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(grain)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of this kind."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def tiff(images: Sequence[Image.Image], **options: object) -> bytes:
    """Several pages in one TIFF."""
    return saved(images[0], "TIFF", save_all=True, append_images=list(images[1:]), **options)


def shades(image: Image.Image) -> Pixels:
    """The picture as sRGB pixels, three channels whatever it was."""
    return np.asarray(image.convert("RGB"))


def difference(one: Pixels, other: Pixels) -> float:
    """Mean difference in levels; infinite when the sizes differ."""
    first, second = (np.dstack([p] * 3) if p.ndim == 2 else p for p in (one, other))
    return float(np.abs(first.astype(int) - second.astype(int)).mean()) if first.shape == second.shape else float("inf")


def huge_png(width: int, height: int) -> bytes:
    """A PNG that is small on disk and large in memory: one bit a pixel, all white."""
    return saved(Image.new("1", (width, height), 1), "PNG", optimize=True)
