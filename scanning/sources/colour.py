"""Any picture that Pillow opens, as plain grey or sRGB pixels on white paper."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from scanning.raw import Pixels

_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
# Ink covers at most this share of a transparent picture. This share of it being light, white paper would hide it.
_MOST_INK, _SOME = 0.5, 0.05
_OPAQUE, _LIGHT = 128, 200
_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")


def plain_pixels(image: Image.Image) -> Pixels:
    """Return the pixels, (height, width) grey or (height, width, 3) sRGB.

    Colour profiles are applied, CMYK and palettes resolved, 16 bits reduced to 8, and transparent areas show white
    paper (or a ground on which light ink shows).
    """
    if image.mode in _DEEP_GREY:
        return _eight_bits(np.asarray(image))
    if image.mode in _ALPHA or "transparency" in image.info:
        image = _on_ground(image)
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode == "P":
        image = image.convert("RGB")
    return np.ascontiguousarray(np.asarray(_in_srgb(image)))


def _eight_bits(deep: np.ndarray) -> Pixels:
    """Reduce deep grey: integers of 8, 12 or 16 bits by their largest value, floating point from 0..1."""
    if deep.dtype.kind == "f":
        return np.asarray(np.clip(np.nan_to_num(deep) * 255.0, 0, 255), dtype=np.uint8)
    # Whoever keeps 12 bits in 16 leaves the upper ones empty: the page would be black.
    largest = int(deep.max(initial=0))
    depth = next((bits for bits in (8, 12) if largest < 2**bits), 16)
    return np.asarray(np.clip(deep >> (depth - 8), 0, 255), dtype=np.uint8)


def _on_ground(image: Image.Image) -> Image.Image:
    """Put a picture with transparent parts on white paper, or on a ground on which its light ink shows."""
    profile = image.info.get("icc_profile")
    layered = image.convert("RGBA")
    alpha = layered.getchannel("A")
    if alpha.getextrema() == (0, 0):
        # Nothing would show: some programs leave the fourth byte of each pixel empty.
        flat = layered.convert("RGB")
        paper = flat if np.ptp(np.asarray(flat), axis=(0, 1)).any() else Image.new("RGB", flat.size, "white")
    else:
        paper = Image.new("RGB", layered.size, _ground(layered, alpha))
        paper.paste(layered, mask=alpha)
    flat = paper.convert("L") if image.mode in ("LA", "La", "L") else paper
    flat.info["icc_profile"] = profile
    return flat


def _ground(layered: Image.Image, alpha: Image.Image) -> str:
    """White; black for ink that is light, grey for ink of both kinds. Where most is opaque, that is the paper."""
    ink = np.asarray(layered.convert("L"))[np.asarray(alpha) > _OPAQUE]
    if ink.size == 0 or ink.size > _MOST_INK * alpha.width * alpha.height or np.mean(ink > _LIGHT) < _SOME:
        return "white"
    return "black" if np.mean(ink < _OPAQUE) < _SOME else "grey"


def _in_srgb(image: Image.Image) -> Image.Image:
    """Apply the picture's colour profile; an unusable profile is ignored."""
    profile = image.info.get("icc_profile")
    wanted = "L" if image.mode == "L" else "RGB"
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(own):
                return _transformed(image, own)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image if image.mode == wanted else image.convert(wanted)


def _transformed(image: Image.Image, own: ImageCms.ImageCmsProfile) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    if image.mode != "L":
        return ImageCms.profileToProfile(image, own, srgb, outputMode="RGB") or image.convert("RGB")
    # Grey has only 256 values: convert those by the profile, and the picture by a table.
    scale = Image.frombytes("L", (256, 1), bytes(range(256)))
    mapped = ImageCms.profileToProfile(scale, own, srgb, outputMode="RGB")
    return image.point(list(mapped.convert("L").tobytes())) if mapped else image
