"""How far a reading can be trusted, measured by the names found in it: `python -m tests.bench.trust [--made N]`.

Reads the shared pages and made ones (writing by hand, more and more irregular, blurred and pale; text on a ring; empty
backs), and looks for each two and three successive characters of the truth as if they were somebody's name, with the
finder that screens letters. Prints the recall of names by the page's mean confidence, by its share of low lines and by
unread ink, then what a rule of trust lets through and what it hands to people. Readings are kept in build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from archive_app.screening.page_trust import is_trusted
from archive_app.typography.faces import font
from index.names import Name, NameFinder
from scanning.pipeline import read_page_here, warm
from scanning.values import PageRef, ScanOptions

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = (".jpg", ".png", ".tif")
DPI = 150
FACES = ("wenkai", "kai", "wenkai-light")
WORDS = (
    "关于请求解决拖欠工程款的来信",
    "尊敬的领导您好，我叫陈淑珍，家住滨海新区某街十二号",
    "去年三月经人介绍到工地做工，包工头许诺按月结算",
    "可是到了年底只给了两千元，余下的一直拖着不给",
    "我找过街道办事处，接待我的周砚秋让我回去等通知",
    "等了四个月没有消息，再去时值班的是登记员魏长庚",
    "他说材料已经转给综合处欧阳明德，叫我直接去问",
    "欧阳明德说没有收到，让我去找副局长方致远签字",
    "工友石怀远和梁思源也可以作证，他们都被欠了工钱",
    "后来听说是苏鸿飞把我们的材料压下来没有往上报",
    "恳请局领导查明情况，给我们农民工一个公道",
    "此致敬礼，来信人陈淑珍，二零二六年三月二日",
)


@dataclass(frozen=True)
class Reading:
    """A page as it was read: its lines (text, confidence), its measures, and the truth."""

    name: str
    kind: str
    lines: tuple[tuple[str, float], ...]
    quality: dict[str, Any]
    truth: str


def main() -> None:
    """Read what is not kept yet, and report."""
    options = _options()
    kept = REPOSITORY / "build" / "bench" / "trust.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    known = {each["name"]: each for each in json.loads(kept.read_text("utf-8"))} if kept.is_file() else {}
    warm("auto")
    with tempfile.TemporaryDirectory(prefix="bench-trust-") as name:
        folder = Path(name)
        for source, kind, truth in (*_shared(options.data / "pages"), *_made(folder, options.made)):
            if source.name not in known:
                known[source.name] = asdict(_read(source, kind, truth, folder))
                kept.write_text(json.dumps(list(known.values()), ensure_ascii=False, indent=1), "utf-8")
    readings = [Reading(**{**each, "lines": tuple(map(tuple, each["lines"]))}) for each in known.values()]
    for part in (report, by_line, by_rule):
        sys.stdout.write("\n".join(part(readings)) + "\n\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("ARCHIVE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=shared, help="folder of the shared test data")
    parser.add_argument("--made", type=int, default=24, help="how many pages to make (default: 24)")
    return parser.parse_args()


def _read(source: Path, kind: str, truth: str, folder: Path) -> Reading:
    made = read_page_here(source, PageRef(0), folder, ScanOptions(), source.name)
    lines = tuple((line.text, round(line.confidence, 4)) for line in made.lines)
    return Reading(source.name, kind, lines, asdict(made.quality), truth)


def _shared(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(folder.glob("*")):
        if path.suffix in PICTURES:
            yield path, path.stem.split("__")[0], path.with_suffix(".txt").read_text("utf-8")


def _made(folder: Path, count: int) -> Iterator[tuple[Path, str, str]]:
    for number in range(count):
        path, strength = folder / f"made-{number:02d}.jpg", number / max(count - 1, 1)
        _hand(strength, number).save(path, quality=85)
        yield path, "made-hand", "\n".join(WORDS)
    for number in range(4):
        path = folder / f"ring-{number}.jpg"
        _ring(number).save(path, quality=85)
        yield path, "made-ring", WORDS[4] + WORDS[9]
    for number, words in enumerate(("", "", "周砚秋受贿", "举报魏长庚")):
        path = folder / f"back-{number}.jpg"
        _back(words, number).save(path, quality=85)
        yield path, "made-back", words


def _hand(strength: float, seed: int) -> Image.Image:
    """A page by hand: each character shifted, turned and bent, more with `strength` (0 to 1), blurred and paler."""
    rng = np.random.default_rng(seed)
    page = Image.new("L", (1240, 1754), 250)
    size, face = 46, FACES[seed % len(FACES)]
    for row, words in enumerate(WORDS):
        x, y = 110.0, 140.0 + row * 92
        for character in words:
            tile = Image.new("L", (2 * size, 2 * size), 0)
            ImageDraw.Draw(tile).text((size, size), character, font=font(face, size), fill=255, anchor="mm")
            tile = tile.rotate(float(rng.normal(0, 3 + 14 * strength)), Image.Resampling.BICUBIC)
            bent = _bent(np.asarray(tile), 1.0 + 7.0 * strength, rng)
            ink = int(40 + 70 * strength)
            at = (round(x - size / 2), round(y - size + rng.normal(0, 2 + 5 * strength)))
            page.paste(ink, at, Image.fromarray(bent))
            x += size * (0.98 - 0.22 * strength) if character not in "，" else size * 0.7
    pixels = cv2.GaussianBlur(np.asarray(page), (0, 0), 0.5 + 1.2 * strength)
    noisy = pixels.astype(np.float32) + rng.normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def _bent(tile: np.ndarray, reach: float, rng: np.random.Generator) -> np.ndarray:
    side = tile.shape[0]
    x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    moves = [
        cv2.resize(rng.normal(0, reach, (5, 5)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    return np.asarray(cv2.remap(tile, x + moves[0], y + moves[1], cv2.INTER_LINEAR))


def _ring(seed: int) -> Image.Image:
    """Words around a ring: they cannot be read as a line."""
    page, words = Image.new("L", (1240, 1754), 252), WORDS[4] + WORDS[9]
    middle, radius = (620, 800), 330 + 40 * (seed % 2)
    for number, character in enumerate(words):
        angle = 2 * np.pi * number / len(words)
        tile = Image.new("L", (120, 120), 0)
        ImageDraw.Draw(tile).text((60, 60), character, font=font(FACES[seed % 3], 44), fill=255, anchor="mm")
        tile = tile.rotate(-float(np.degrees(angle)), Image.Resampling.BICUBIC)
        at = (round(middle[0] + radius * np.sin(angle) - 60), round(middle[1] - radius * np.cos(angle) - 60))
        page.paste(30, at, tile)
    return page


def _back(words: str, seed: int) -> Image.Image:
    """An empty back, with dust and a shadow at its edge; or with a few words on it."""
    rng = np.random.default_rng(seed)
    pixels = np.full((1754, 1240), 246, np.float32) + rng.normal(0, 3, (1754, 1240))
    pixels[:, :14] *= 0.6
    for _ in range(12):
        row, column = int(rng.integers(60, 1690)), int(rng.integers(60, 1180))
        pixels[row : row + 2, column : column + 2] = 90
    page = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    ImageDraw.Draw(page).text((700, 900), words, font=font("wenkai", 40), fill=40)
    return page


# The report


def names_of(truth: str, length: int) -> list[str]:
    """Each run of so many hanzi within a line of the truth, as if it were a name."""
    hanzi = ["".join(c if "一" <= c <= "鿿" else " " for c in line) for line in truth.splitlines()]
    runs = [word for line in hanzi for word in line.split()]
    found = (word[start : start + length] for word in runs for start in range(len(word) - length + 1))
    return list(dict.fromkeys(found))


def recall(reading: Reading, length: int) -> tuple[int, int]:
    """How many of the names of this length the finder finds in what was read, and how many there are."""
    names = names_of(reading.truth, length)
    if not names:
        return 0, 0
    hits = NameFinder(Name(name, name) for name in names).find("\n".join(text for text, _ in reading.lines))
    return len({hit.key for hit in hits}), len(names)


def low_share(lines: Sequence[tuple[str, float]], below: float) -> float:
    """Share of a page's characters in lines below this confidence."""
    length = sum(len(text) for text, _ in lines)
    return sum(len(text) for text, sure in lines if sure < below) / length if length else 0.0


def mean(lines: Sequence[tuple[str, float]]) -> float:
    """Mean confidence over the characters."""
    length = sum(len(text) for text, _ in lines)
    return sum(len(text) * sure for text, sure in lines) / length if length else 0.0


def report(readings: Sequence[Reading]) -> Iterator[str]:
    """The pages one by one, worst first, and the recall by bands of the page's mean."""
    yield "| page | mean | least line | low .9 | low .8 | ink | unread ink | two | three |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for each in sorted(readings, key=lambda reading: mean(reading.lines)):
        least = min((sure for _, sure in each.lines), default=0.0)
        two, three = recall(each, 2), recall(each, 3)
        yield (
            f"| {each.name} | {mean(each.lines):.3f} | {least:.2f} | {low_share(each.lines, 0.9):.2f}"
            f" | {low_share(each.lines, 0.8):.2f} | {each.quality['ink']:.4f} | {each.quality['unread_ink']:.5f}"
            f" | {_rate(two)} | {_rate(three)} |"
        )
    yield ""
    yield "| page mean | pages | names of two found | of three |"
    yield "|---|---:|---:|---:|"
    for low, high in pairwise((0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 1.01)):
        band = [each for each in readings if low <= mean(each.lines) < high and each.truth.strip()]
        yield f"| {low:.2f} to {min(high, 1):.2f} | {len(band)} | {_rate(_sum(band, 2))} | {_rate(_sum(band, 3))} |"


def by_line(readings: Sequence[Reading]) -> Iterator[str]:
    """The recall within single lines, by the confidence of the line."""
    lines = [Reading("", "", ((text, sure),), {}, line) for each in readings for text, sure, line in _aligned(each)]
    yield "| line | lines | names of two found | of three |"
    yield "|---|---:|---:|---:|"
    for low, high in pairwise((0.0, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.985, 1.01)):
        band = [each for each in lines if low <= each.lines[0][1] < high]
        yield f"| {low} to {min(high, 1)} | {len(band)} | {_rate(_sum(band, 2))} | {_rate(_sum(band, 3))} |"


def _aligned(reading: Reading) -> Iterator[tuple[str, float, str]]:
    """Each line that was read, with the line of the truth that it resembles most."""
    lines = [line for line in reading.truth.splitlines() if line.strip()]
    for place, (text, sure) in enumerate(reading.lines):
        alike = [(SequenceMatcher(None, text, line, autojunk=False).ratio(), line) for line in lines]
        best, line = max(alike, default=(0.0, ""))
        if best >= 0.3 or (len(reading.lines) == len(lines) and (line := lines[place])):
            yield text, sure, line


def by_rule(readings: Sequence[Reading]) -> Iterator[str]:
    """What `archive_app.screening.page_trust` says of the pages, and what it lets through unfound."""
    yield "| kind | pages | for two persons | names of two found on the others | of three |"
    yield "|---|---:|---:|---:|---:|"
    kinds = {
        kind: [each for each in readings if each.kind == kind] for kind in sorted({each.kind for each in readings})
    }
    letters = [each for each in readings if not each.kind.startswith(("made", "blank", "real"))]
    for kind, some in {**kinds, "all shared letters": letters}.items():
        good = [each for each in some if _trusted(each)]
        yield f"| {kind} | {len(some)} | {len(some) - len(good)} | {_rate(_sum(good, 2))} | {_rate(_sum(good, 3))} |"


def _trusted(reading: Reading) -> bool:
    lines = [{"text": text, "confidence": sure} for text, sure in reading.lines]
    return is_trusted(lines, {"quality": reading.quality})


def _sum(readings: Iterable[Reading], length: int) -> tuple[int, int]:
    pairs = [recall(each, length) for each in readings]
    return sum(found for found, _ in pairs), sum(there for _, there in pairs)


def _rate(pair: tuple[int, int]) -> str:
    return f"{100 * pair[0] / pair[1]:.1f} %" if pair[1] else "-"


if __name__ == "__main__":
    main()
