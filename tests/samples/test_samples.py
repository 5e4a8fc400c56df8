"""The sample letters: each file is what its recipe says, opens elsewhere, and the truth beside it is the truth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner
from PIL import Image, ImageOps

from archive_app.samples.__main__ import main
from archive_app.samples.files import write_sheets
from archive_app.samples.letters import load_letters
from archive_app.samples.maker import Sample, make_sample, make_samples
from archive_app.samples.recipes import RECIPES
from archive_app.samples.sheet import PrintedLine, Sheet
from archive_app.samples.treatments import Photographed, Skew, Treatment, Turn
from archive_app.typography import faces
from archive_app.typography.faces import FACES, Face, FontMissing, covers
from archive_app.typography.wrap import wrap

LETTERS = {letter.name: letter for letter in load_letters()}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    """One of each, made once."""
    made = make_samples(tmp_path_factory.mktemp("letters"))
    return {sample.path.name: sample for sample in made}


def truth(sample: Sample) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(sample.truth.read_text("utf-8"))
    return told


def test_there_is_one_letter_for_each_recipe(samples: dict[str, Sample]) -> None:
    assert len(samples) == len(LETTERS) == len(RECIPES) == 12


def test_the_truth_names_its_file_and_says_that_nobody_in_it_exists(samples: dict[str, Sample]) -> None:
    for sample in samples.values():
        told = truth(sample)
        assert told["file"] == sample.path.name
        assert told["sha256"] == hashlib.sha256(sample.path.read_bytes()).hexdigest()
        assert told["fictional"] is True


def test_all_words_of_a_letter_are_on_its_pages(samples: dict[str, Sample]) -> None:
    for sample in samples.values():
        told = truth(sample)
        pages = enumerate(told["pages"], start=1)
        lines = [line["text"] for number, page in pages for line in page["lines"] if line["text"] != str(number)]
        on_paper = "".join(lines)
        letter = LETTERS[told["letter"]]
        for part in (letter.salutation, *letter.paragraphs, letter.title, letter.written, *letter.signers):
            assert part in on_paper, sample.path.name
        for value in (value for row in letter.rows for _, value in row):
            assert value in on_paper, sample.path.name


@pytest.mark.parametrize(
    ("name", "format_", "pages"),
    [
        ("01-night-visit.jpg", "JPEG", 1),
        ("02-bookkeeping.jpg", "JPEG", 1),
        ("05-visit-form.png", "PNG", 1),
        ("07-fax.tiff", "TIFF", 2),
        ("10-phone-survey.webp", "WEBP", 1),
    ],
)
def test_images_open(samples: dict[str, Sample], name: str, format_: str, pages: int) -> None:
    with Image.open(samples[name].path) as image:
        assert image.format == format_
        assert getattr(image, "n_frames", 1) == pages == len(truth(samples[name])["pages"])
        upright = ImageOps.exif_transpose(image)
        page = truth(samples[name])["pages"][0]
        assert upright.size == (page["width"], page["height"])


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("03-accusation.pdf", 2),
        ("04-joint-letter.pdf", 2),
        ("09-repeat.pdf", 3),
        ("11-method.pdf", 2),
        ("12-thanks.pdf", 2),
    ],
)
def test_pdfs_open(samples: dict[str, Sample], name: str, pages: int) -> None:
    with pikepdf.open(samples[name].path) as pdf:
        assert len(pdf.pages) == pages == len(truth(samples[name])["pages"])


def test_the_fax_is_bilevel_group_4(samples: dict[str, Sample]) -> None:
    with Image.open(samples["07-fax.tiff"].path) as image:
        assert image.mode == "1"
        assert image.info["compression"] == "group4"


def test_the_telephone_says_how_it_was_held_and_no_resolution(samples: dict[str, Sample]) -> None:
    with Image.open(samples["02-bookkeeping.jpg"].path) as image:
        assert image.getexif()[0x0112] == 6
        assert image.width > image.height
        assert image.info["jfif_unit"] == 0


def test_the_born_digital_letter_carries_its_text(samples: dict[str, Sample]) -> None:
    sample = samples["11-method.pdf"]
    pdf = pdfium.PdfDocument(sample.path)
    read = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    squeezed = "".join(read.split())
    for paragraph in LETTERS["11-method"].paragraphs:
        assert paragraph in squeezed


def test_the_back_of_the_letter_of_thanks_is_blank(samples: dict[str, Sample]) -> None:
    front, back = truth(samples["12-thanks.pdf"])["pages"]
    assert "感谢信" in front["text"]
    assert back["lines"] == []


def test_lines_lie_where_the_truth_says(samples: dict[str, Sample]) -> None:
    """Inside a line's corners there is ink, more of it than between the lines; photographed and turned pages too."""
    for name in ("02-bookkeeping.jpg", "08-penalty.jpg", "10-phone-survey.webp"):
        page = truth(samples[name])["pages"][0]
        with Image.open(samples[name].path) as image:
            grey = np.asarray(ImageOps.exif_transpose(image).convert("L"))
        local = cv2.GaussianBlur(grey, (0, 0), 25)
        ink = (grey < local * 0.8).astype(np.uint8)
        for line in page["lines"]:
            if len(line["text"]) < 20:
                continue
            corners = np.array(line["quad"])
            assert _share(ink, corners) > 3 * _share(ink, _below(corners)), (name, line["text"])


def _share(ink: Any, corners: Any) -> float:
    mask = np.zeros_like(ink)
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 1)
    return float((ink * mask).sum() / max(1, mask.sum()))


def _below(corners: Any) -> Any:
    """The strip of a third of the line's height under the line, where leading is."""
    down_left, down_right = corners[3] - corners[0], corners[2] - corners[1]
    top_left, top_right = corners[0] + down_left * 1.06, corners[1] + down_right * 1.06
    return np.array([top_left, top_right, top_right + down_right * 0.12, top_left + down_left * 0.12])


@pytest.mark.parametrize("name", ["02-bookkeeping", "07-fax", "11-method", "12-thanks"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    place = list(LETTERS).index(name)
    made = [
        make_sample(LETTERS[name], RECIPES[place], tmp_path / folder, name, seed=(seed, 1)).path
        for folder, seed in (("a", 1), ("b", 1), ("c", 2))
        if (tmp_path / folder).mkdir() is None
    ]
    first, again, other = [path.read_bytes() for path in made]
    assert first == again
    assert (first == other) is (RECIPES[place].file == "pdf-born-digital")


def test_beyond_one_of_each_the_texts_are_treated_otherwise(tmp_path: Path) -> None:
    """A one-page format that meets a longer letter becomes a PDF; traditional text finds a face that has it."""
    wanted = {"01-night-visit": 1, "06-traditional": 2}
    for name, place in wanted.items():
        sample = make_sample(LETTERS[name], RECIPES[place], tmp_path, f"{name}-2")
        assert truth(sample)["letter"] == name
        assert sample.path.exists()
    assert (tmp_path / "01-night-visit-2.pdf").exists()


def test_a_format_of_one_page_refuses_two(tmp_path: Path) -> None:
    sheet = Sheet(np.full((20, 20, 3), 255, np.uint8), 100.0, ())
    with pytest.raises(ValueError, match="png holds one page, not 2"):
        write_sheets([sheet, sheet], "png", tmp_path / "two.png")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turning_carries_the_lines_with_the_pixels(degrees: int) -> None:
    sheet = _dotted()
    turned = Turn(degrees).apply(sheet, np.random.default_rng(0))
    (x, y), *_ = turned.lines[0].quad
    assert turned.pixels[round(y), round(x)].tolist() == [0, 0, 0]


@pytest.mark.parametrize("treatment", [Skew(4.0), Photographed(0.05, 400)])
def test_warping_carries_the_lines_with_the_pixels(treatment: Treatment) -> None:
    warped = treatment.apply(_dotted(), np.random.default_rng(1))
    (x, y), *_ = warped.lines[0].quad
    around = warped.pixels[round(y) - 4 : round(y) + 5, round(x) - 4 : round(x) + 5].min()
    assert around < warped.pixels[warped.pixels.shape[0] // 2, warped.pixels.shape[1] // 2].min() - 60


def _dotted() -> Sheet:
    """A white sheet with one black dot, and a line whose first corner is the dot's middle."""
    pixels = np.full((300, 200, 3), 255, np.uint8)
    cv2.circle(pixels, (60, 50), 5, (0, 0, 0), -1)
    return Sheet(pixels, 100.0, (PrintedLine("点", ((60.0, 50.0), (160.0, 50.0), (160.0, 70.0), (60.0, 70.0))),))


@pytest.mark.parametrize("place", range(len(RECIPES)))
def test_every_letter_can_be_drawn_in_the_face_of_its_recipe(place: int) -> None:
    letter = list(LETTERS.values())[place]
    assert covers(RECIPES[place].look.face, letter.everything)
    assert covers(RECIPES[place].look.label_face, letter.title)


def test_a_missing_font_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FACES, "absent", Face("no-such-font.ttf", 0, "fonts-no-such"))
    with pytest.raises(FontMissing, match="apt-get install fonts-no-such"):
        faces.path_of("absent")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六", ["一二三四五", "六"]),
        ("一二三四五，六", ["一二三四五，", "六"]),
        ("一二三四“五六”", ["一二三四", "“五六”"]),
        ("一二三1386万元", ["一二三", "1386万", "元"]),
        ("", []),
    ],
)
def test_lines_break_as_chinese_lines_do(text: str, lines: list[str]) -> None:
    measure: Callable[[str], float] = len
    assert wrap(text, 5, measure) == lines


def test_the_command_prints_what_it_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(tmp_path / "out"), "--count", "1"])
    assert result.exit_code == 0, result.output
    assert result.output.strip() == str(tmp_path / "out" / "01-night-visit.jpg")
