"""Makes the sample letters: text, leaf, drawing, treatment, file, and the ground truth beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from archive_app.samples.born_digital import write_born_digital
from archive_app.samples.compose import compose
from archive_app.samples.draw import draw
from archive_app.samples.files import SUFFIXES, write_sheets
from archive_app.samples.leaf import Leaf, Look
from archive_app.samples.letters import LetterText, load_letters
from archive_app.samples.recipes import RECIPES, Recipe
from archive_app.samples.sheet import Sheet
from archive_app.samples.treatments import Scanner, Treatment, back_of, describe
from archive_app.typography.faces import covers

_POINTS_AN_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter that was made: its file, and the file with its ground truth."""

    path: Path
    truth: Path


def make_samples(out: Path, count: int | None = None, seed: int = 2026) -> Iterator[Sample]:
    """Writes `count` letters (default: one of each) into `out`, with their ground truth; yields each when written.

    The same seed gives the same letters. Beyond one of each, the texts are repeated with other treatments.

    Raises:
        FontMissing: a font that the letters are drawn with is not installed.
    """
    letters = load_letters()
    (out / "truth").mkdir(parents=True, exist_ok=True)
    for number in range(len(letters) if count is None else count):
        lap, place = divmod(number, len(letters))
        letter, recipe = letters[place], RECIPES[(place + lap) % len(RECIPES)]
        name = letter.name if lap == 0 else f"{letter.name}-{lap + 1}"
        yield make_sample(letter, recipe, out, name, seed=(seed, number))


def make_sample(letter: LetterText, recipe: Recipe, out: Path, name: str, seed: tuple[int, ...] = (0,)) -> Sample:
    """Writes one letter, treated as the recipe says, to `out/name.*`, its ground truth to `out/truth/name.json`.

    A format that holds one page becomes a scanned PDF when the letter is longer.
    """
    leaves = compose(letter, _legible(recipe.look, letter))
    if recipe.file == "pdf-born-digital":
        path = out / f"{name}{SUFFIXES[recipe.file]}"
        write_born_digital(leaves, letter.title, path)
        return Sample(path, _write_truth(letter, path, [_leaf_truth(leaf) for leaf in leaves], seed))
    rng = np.random.default_rng(seed)
    sheets, done = _pages(leaves, recipe, rng)
    single = recipe.file in ("jpeg", "png", "webp")
    kind = "pdf-scan" if single and len(sheets) > 1 else recipe.file
    path = out / f"{name}{SUFFIXES[kind]}"
    write_sheets(sheets, kind, path, camera=recipe.camera, exif_turn=recipe.exif_turn)
    truths = [_sheet_truth(*pair) for pair in zip(sheets, done, strict=True)]
    return Sample(path, _write_truth(letter, path, truths, seed))


def _legible(look: Look, letter: LetterText) -> Look:
    """The look, in a face that has every character of the letter (Kai has no traditional ones)."""
    return (
        look
        if covers(look.face, letter.everything)
        else replace(look, face="ming", label_face="ming", small_face="ming")
    )


def _pages(
    leaves: tuple[Leaf, ...], recipe: Recipe, rng: np.random.Generator
) -> tuple[list[Sheet], list[list[dict[str, object]]]]:
    """The treated pages of a letter, and beside each what was done to it."""
    sheets: list[Sheet] = []
    done: list[list[dict[str, object]]] = []
    for number, leaf in enumerate(leaves):
        drawn = draw(leaf, recipe.dpi, rng)
        steps = recipe.treatments[min(number, len(recipe.treatments) - 1)]
        sheets.append(_treated(drawn, steps, rng))
        done.append([describe(step) for step in steps])
        if recipe.blank_back:
            sheets.append(_treated(back_of(drawn, rng), (Scanner(),), rng))
            done.append([{"name": "blank_back"}, describe(Scanner())])
    return sheets, done


def _treated(sheet: Sheet, steps: tuple[Treatment, ...], rng: np.random.Generator) -> Sheet:
    for step in steps:
        sheet = step.apply(sheet, rng)
    return sheet


def _sheet_truth(sheet: Sheet, done: list[dict[str, object]]) -> dict[str, object]:
    height, width = sheet.pixels.shape[:2]
    lines = [{"text": line.text, "quad": [[round(x, 1), round(y, 1)] for x, y in line.quad]} for line in sheet.lines]
    return {"text": sheet.text, "width": width, "height": height, "dpi": sheet.dpi, "done": done, "lines": lines}


def _leaf_truth(leaf: Leaf) -> dict[str, object]:
    """The ground truth of a page without pixels, in points."""
    sheet = draw(replace(leaf, marks=()), _POINTS_AN_INCH, np.random.default_rng(0))
    return _sheet_truth(sheet, [])


def _write_truth(letter: LetterText, path: Path, pages: list[dict[str, object]], seed: tuple[int, ...]) -> Path:
    """Writes the ground truth: corners in pixels of the picture turned as EXIF says, in points where born digital."""
    truth = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "fictional": True,
        "letter": letter.name,
        "title": letter.title,
        "date": letter.date.isoformat(),
        "seed": list(seed),
        "pages": pages,
    }
    target = path.parent / "truth" / f"{path.stem}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return target
