"""Treatments of paper before it reaches the archive: scanners, cameras, fax lines, ageing.

Each is a small frozen value with `apply(sheet, rng) -> Sheet`, so that the ground truth can record it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from archive_app.samples.sheet import Matrix, Pixels, Sheet, carry, scaled, warp

Floats = NDArray[np.float32]


class Treatment(Protocol):
    """Something done to a page."""

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The page after it."""
        ...


def describe(treatment: Treatment) -> dict[str, object]:
    """A treatment as its name and parameters, for the ground truth of a sample."""
    return {"name": type(treatment).__name__.lower(), **asdict(treatment)}  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Skew:
    """The sheet lay askew on the glass: `degrees` clockwise, the lid's grey beside it."""

    degrees: float

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet turned about its middle, same size."""
        height, width = sheet.pixels.shape[:2]
        turned = cv2.getRotationMatrix2D((width / 2, height / 2), -self.degrees, 1.0)
        return warp(sheet, np.vstack([turned, [0.0, 0.0, 1.0]]), (width, height), (222, 222, 220))


@dataclass(frozen=True, slots=True)
class Turn:
    """The sheet was fed in sideways or upside down: 90, 180 or 270 degrees clockwise."""

    degrees: int

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet turned without loss."""
        height, width = sheet.pixels.shape[:2]
        matrices = {
            90: [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
            180: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            270: [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        }
        pixels = np.ascontiguousarray(np.rot90(sheet.pixels, -self.degrees // 90))
        return replace(sheet, pixels=pixels, lines=carry(sheet.lines, np.array(matrices[self.degrees], np.float64)))


@dataclass(frozen=True, slots=True)
class Scanner:
    """Paper that is not quite white, a lamp that is not quite even, the sensor's noise."""

    noise: float = 3.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet as a flatbed scanner sees it."""
        width = sheet.pixels.shape[1]
        lamp = 1.0 - 0.025 * np.linspace(-1, 1, width, dtype=np.float32)[None, :, None] ** 2
        page = sheet.pixels * lamp * np.array([0.985, 0.98, 0.965], np.float32)
        page += _noise(page, self.noise, rng)
        return replace(sheet, pixels=_bytes(cv2.GaussianBlur(page, (3, 3), 0)))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Scanned at another resolution."""

    dpi: float

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet with fewer pixels."""
        return scaled(sheet, self.dpi)


@dataclass(frozen=True, slots=True)
class Aged:
    """Years in a drawer: yellow, darker at the edges, stained, folded twice."""

    strength: float = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet, old."""
        height, width = sheet.pixels.shape[:2]
        tone = np.ones((height, width, 3), np.float32) * np.array([0.94, 0.875, 0.72], np.float32)
        cloud = _clouds(height, width, 7, rng)[..., None]
        y = np.abs(np.linspace(-1, 1, height, dtype=np.float32))[:, None, None]
        x = np.abs(np.linspace(-1, 1, width, dtype=np.float32))[None, :, None]
        tone *= 1.0 - 0.10 * cloud - 0.16 * np.maximum(x**8, y**8)
        for _ in range(5):
            tone *= _stain(height, width, rng)
        for fold in (height // 3, 2 * height // 3):
            tone[fold : fold + 2] *= 0.86
            tone[fold + 2 : fold + 5] *= 1.04
        faded = 255.0 - (255.0 - sheet.pixels.astype(np.float32)) * 0.86
        page = faded * (1.0 + (tone - 1.0) * self.strength)
        page += _noise(page, 4.0, rng)
        return replace(sheet, pixels=_bytes(page))


@dataclass(frozen=True, slots=True)
class Photographed:
    """A telephone held over the desk: perspective, a lamp from one side, the shadow of a hand, a little blur.

    `tilt` is how far the corners move, in shares of the page's width.
    """

    tilt: float = 0.05
    width: int = 2200

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet on a desk, three by four."""
        size = (self.width, self.width * 4 // 3)
        matrix = self._view(sheet, size, rng)
        paper = warp(sheet, matrix, size, (0, 0, 0))
        full = np.full(sheet.pixels.shape[:2], 255, np.uint8)
        covered = cv2.warpPerspective(full, matrix, size).astype(np.float32) / 255.0
        inside = np.asarray(cv2.GaussianBlur(covered, (5, 5), 0), np.float32)[..., None]
        below = cv2.GaussianBlur(np.roll(covered, (14, 10), (0, 1)), (41, 41), 0)[..., None]
        desk = _desk(size, rng) * (1.0 - 0.5 * below)
        picture = (desk * (1.0 - inside) + paper.pixels * inside) * _light(size, rng)
        noise = _noise(picture, 3.5, rng)
        return replace(paper, pixels=_bytes(cv2.GaussianBlur(picture, (0, 0), 0.7) + noise))

    def _view(self, sheet: Sheet, size: tuple[int, int], rng: np.random.Generator) -> Matrix:
        height, width = sheet.pixels.shape[:2]
        across = size[0] * 0.84
        down = min(across * height / width, size[1] * 0.9)
        across = down * width / height
        left, top = (size[0] - across) / 2, (size[1] - down) / 2
        corners = np.array([[left, top], [left + across, top], [left + across, top + down], [left, top + down]])
        corners += rng.uniform(-self.tilt, self.tilt, (4, 2)) * across * 0.5
        corners[:2, 0] += np.array([1.0, -1.0]) * self.tilt * across * 0.5
        corners = np.clip(corners, 8, np.array(size) - 8)
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return np.asarray(cv2.getPerspectiveTransform(source, corners.astype(np.float32)), np.float64)


@dataclass(frozen=True, slots=True)
class Faxed:
    """A fax: black or white at 204 x 196 dots an inch (about 200), some lines broken, some specks."""

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet as it comes out of the fax machine, still as RGB but only black and white."""
        small = scaled(sheet, 200.0)
        grey = cv2.cvtColor(small.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
        grey += _noise(grey, 12.0, rng)[..., 0]
        black = grey < 150
        height, width = black.shape
        for row in rng.integers(0, height, 4):
            black[row, int(rng.integers(0, width // 2)) : int(rng.integers(width // 2, width))] = True
        black |= rng.random(black.shape) < 0.0002
        return replace(small, pixels=np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2))


def back_of(front: Sheet, rng: np.random.Generator) -> Sheet:
    """The empty back of a leaf: what is written on its front shows through, mirrored and faint."""
    mirrored = cv2.GaussianBlur(front.pixels[:, ::-1].astype(np.float32), (0, 0), 2.2)
    page = 247.0 - (255.0 - mirrored) * 0.07
    page += _noise(page, 2.5, rng)
    return Sheet(_bytes(page), front.dpi, ())


def _bytes(page: NDArray[Any] | cv2.typing.MatLike) -> Pixels:
    return np.clip(page, 0, 255).astype(np.uint8)


def _noise(page: NDArray[Any], strength: float, rng: np.random.Generator) -> Floats:
    """The sensor's, as large as `page`, the same in all three channels."""
    return strength * rng.standard_normal((page.shape[0], page.shape[1], 1), np.float32)


def _clouds(height: int, width: int, cells: int, rng: np.random.Generator) -> Floats:
    coarse = rng.random((cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _stain(height: int, width: int, rng: np.random.Generator) -> Floats:
    y, x = np.ogrid[:height, :width]
    middle = rng.uniform(0, 1, 2) * (height, width)
    radius = rng.uniform(0.01, 0.05) * width
    squared = ((y - middle[0]) ** 2 + (x - middle[1]) ** 2).astype(np.float32) / np.float32(radius**2)
    return np.asarray(1.0 - 0.14 * np.exp(-squared * squared), np.float32)[..., None]


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Wood: grain drawn out along the long side."""
    width, height = size
    grain = cv2.resize(rng.random((9, 220)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(rng.random((40, width // 2)).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    tone = 0.72 + 0.2 * grain + 0.08 * fine
    return np.asarray(tone[..., None] * np.array([139, 101, 68], np.float32), np.float32)


def _light(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A lamp's fall-off, warm, and the soft shadow of the hand that holds the telephone."""
    width, height = size
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    angle = float(rng.uniform(0, 2 * np.pi))
    light = 0.93 + 0.14 * (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5))
    # Drawn small: soft shadows need no more, and a blur this wide costs seconds at full size.
    small = np.zeros((height // 16, width // 16), np.float32)
    side = small.shape[1] if rng.random() < 0.5 else 0
    middle = (side, int(small.shape[0] * float(rng.uniform(0.55, 0.95))))
    reach = (small.shape[1] // 3, small.shape[0] // 4)
    cv2.ellipse(small, middle, reach, float(rng.uniform(-30, 30)), 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(small, (0, 0), small.shape[1] / 22)
    shadow = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((light * (1.0 - 0.3 * shadow))[..., None] * np.array([1.0, 0.975, 0.93], np.float32), np.float32)
