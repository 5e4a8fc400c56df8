"""Where a page comes to lie: geometry, skew, the sheet in a photograph, placement on A4, and no ink lost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanning import pages
from scanning.geometry import Picture, View, apply, quarter_turn, rectangle, sides
from scanning.photo import find_paper
from scanning.quality import find_ink
from scanning.raw import Pixels, RawPage
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, SourcePage
from tests.scanning.makers import letters

NO_INK = np.empty((0, 2))
lengths = st.floats(50, 4000)


def raw(pixels: Pixels, dpi: float = 150.0, *, known: bool = True, camera: bool = False) -> RawPage:
    rows, columns = pixels.shape[:2]
    paper = columns / dpi * 25.4, rows / dpi * 25.4
    return RawPage(SourcePage("image", columns, rows, dpi, known, *paper), pixels, camera=camera)


def placed_box(placement: pages.Placement, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    corners = apply(placement.to_page, rectangle(width, height))
    return corners.min(axis=0), corners.max(axis=0)


@given(width=lengths, height=lengths, turn=st.sampled_from([0, 90, 180, 270]))
def test_quarter_turns_keep_the_frame_in_the_first_quadrant(width: float, height: float, turn: int) -> None:
    corners = apply(quarter_turn(turn, width, height), rectangle(width, height))
    wanted = (height, width) if turn in (90, 270) else (width, height)
    assert np.allclose(corners.min(axis=0), 0, atol=1e-6)
    assert np.allclose(corners.max(axis=0), wanted)
    first = {0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[turn]
    assert np.allclose(corners[0], first, atol=1e-6)


@pytest.mark.parametrize(("turn", "quarters"), [(0, 0), (90, -1), (180, 2), (270, 1)])
def test_a_turned_view_draws_the_turned_pixels(turn: int, quarters: int) -> None:
    pixels = np.random.default_rng(5).integers(0, 255, (40, 60, 3), np.uint8)
    assert np.array_equal(View.of(pixels).turned(turn).sample(1.0), np.rot90(pixels, quarters))


def test_a_crop_begins_at_its_first_corner() -> None:
    pixels = np.full((100, 200), 255, np.uint8)
    pixels[40:60, 50:150] = 0
    crop = View.of(pixels).crop(np.array([[50.0, 40], [150, 40], [150, 60], [50, 60]]))
    assert crop.shape == (20, 100)
    assert crop.max() == 0


def test_an_overview_shows_the_same_as_the_source() -> None:
    large = letters.letter(size=(1240 * 2, 1754 * 2), height=52, top=320, left=260).pixels
    view = View.of(large)
    whole = cv2.resize(large, (620, 877), interpolation=cv2.INTER_AREA)
    assert np.abs(view.sample(0.25).astype(int) - whole.astype(int)).mean() < 1.5
    assert view.picture.overview.shape[0] == 1700


@pytest.mark.parametrize("angle", [-9.7, -4.0, -1.3, -0.4, 0.0, 0.3, 2.2, 6.0, 9.9])
def test_skew_is_seen_in_the_ink_alone(angle: float) -> None:
    made = letters.turned(letters.letter().pixels, angle)
    assert pages.skew_of_ink(find_ink(View.of(made)).mask) == pytest.approx(angle, abs=0.2)


def test_a_page_without_ink_has_no_skew() -> None:
    grain = np.random.default_rng(2).normal(250, 3, (877, 620)).clip(0, 255).astype(np.uint8)
    assert pages.skew_of_ink(find_ink(View.of(grain)).mask) == 0.0


@given(angle=st.floats(-14, 14), seed=st.integers(0, 1000))
def test_skew_of_boxes_is_the_median_by_length(angle: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = [rectangle(width, 20) for width in rng.uniform(200, 600, 9)]
    tilted = [apply(pages.rotation(angle), box) + rng.uniform(0, 500, 2) for box in boxes]
    squares = [apply(pages.rotation(45), rectangle(30, 30)) for _ in range(9)]
    assert pages.skew_of([*tilted, *squares]) == pytest.approx(angle, abs=1e-6)


def test_columns_tell_skew_by_their_own_axis() -> None:
    assert pages.skew_of([apply(pages.rotation(3.0), rectangle(20, 400))]) == pytest.approx(3.0)
    assert pages.skew_of([]) == 0.0


@given(skew=st.floats(-10, 10), width=lengths, height=lengths)
def test_straightening_keeps_centre_and_corners(skew: float, width: float, height: float) -> None:
    view = View(Picture(np.zeros((8, 8), np.uint8)), np.eye(3), width, height)
    straight = pages.straightened(view, skew)
    centre = apply(straight.to_source, np.array([straight.width / 2, straight.height / 2]))
    assert np.allclose(centre, (width / 2, height / 2))
    inside = straight.carried(view, rectangle(width, height))
    assert inside.min() > -1e-6 * max(width, height)
    assert np.all(inside.max(axis=0) < np.array(straight.size) * (1 + 1e-6))


def test_a_smaller_sheet_lies_in_the_middle_at_true_size() -> None:
    view = View.of(np.full((874, 620), 255, np.uint8))
    placed = pages.place(view, view.size, 25.4 / 150, outlined=False, ink=NO_INK)
    low, high = placed_box(placed, *view.size)
    assert placed.scale == 1.0
    assert np.allclose(high - low, (620 / 150 * 72, 874 / 150 * 72))
    assert np.allclose((low + high) / 2, (A4_WIDTH_PT / 2, A4_HEIGHT_PT / 2))


@pytest.mark.parametrize(("width_mm", "height_mm"), [(297, 420), (216, 279), (297, 210), (250, 353)])
def test_a_larger_sheet_is_reduced_to_fit(width_mm: float, height_mm: float) -> None:
    view = View.of(np.full((round(height_mm * 4), round(width_mm * 4)), 255, np.uint8))
    placed = pages.place(view, view.size, 0.25, outlined=False, ink=NO_INK)
    low, high = placed_box(placed, *view.size)
    assert placed.scale == pytest.approx(min(210 / width_mm, 297 / height_mm), rel=2e-3)
    assert [done.name for done in placed.operations] == ["reduce"]
    assert low.min() >= -1e-6
    assert np.all(high <= (A4_WIDTH_PT + 1e-6, A4_HEIGHT_PT + 1e-6))


def test_a_scanner_may_round_up_a_little() -> None:
    view = View.of(np.full((1756, 1242), 255, np.uint8))
    assert pages.place(view, view.size, 25.4 / 150, outlined=False, ink=NO_INK).scale == 1.0


def test_a_picture_of_unknown_size_is_fitted_with_a_margin_an_outlined_sheet_without() -> None:
    view = View.of(np.full((600, 800), 255, np.uint8))
    low, high = placed_box(pages.place(view, view.size, None, outlined=False, ink=NO_INK), *view.size)
    assert low[0] == pytest.approx(pages.MARGIN)
    assert high[0] == pytest.approx(A4_WIDTH_PT - pages.MARGIN)
    sheet = View.of(np.full((1000, 690), 255, np.uint8))
    low, high = placed_box(pages.place(sheet, sheet.size, None, outlined=True, ink=NO_INK), *sheet.size)
    assert np.allclose(low, 0)
    assert np.allclose(high, (A4_WIDTH_PT, A4_HEIGHT_PT))


@settings(deadline=None, max_examples=30)
@given(skew=st.floats(-10, 10), seed=st.integers(0, 10_000), landscape=st.booleans())
def test_no_ink_is_lost_wherever_it_stands(skew: float, seed: int, landscape: bool) -> None:
    """Marks up to the very corners of a skewed A4 scan are all on the page, and as many as before."""
    rng = np.random.default_rng(seed)
    columns, rows = (1170, 827) if landscape else (827, 1170)
    page = np.full((rows, columns), 255, np.uint8)
    spots = [(20, 20), (columns - 20, 20), (20, rows - 20), (columns - 20, rows - 20)]
    spots += [(int(rng.integers(60, columns - 60)), int(rng.integers(100, rows - 100)))]
    for x, y in spots:
        cv2.rectangle(page, (x - 6, y - 6), (x + 6, y + 6), 0, -1)
    straight = pages.straightened(View.of(page), skew)
    placed = pages.place(straight, (columns, rows), 0.254, outlined=False, ink=find_ink(straight).corners())
    drawn = pages.draw(straight, placed.to_page, 100)
    count, _, stats, _ = cv2.connectedComponentsWithStats((drawn < 160).astype(np.uint8))
    assert count - 1 == len(spots)
    whole = 13 * 13 * (placed.scale or 1.0) ** 2
    assert stats[1:, cv2.CC_STAT_AREA].min() > 0.75 * whole


def test_a_page_is_a4_at_any_resolution() -> None:
    view = View.of(np.zeros((100, 100, 3), np.uint8))
    placed = pages.place(view, view.size, 0.5, outlined=False, ink=NO_INK)
    for dpi in (72, 150, 200, 300):
        drawn = pages.draw(view, placed.to_page, dpi)
        assert drawn.shape[0] / dpi * 25.4 == pytest.approx(297, abs=0.3)
        assert drawn.shape[1] / dpi * 25.4 == pytest.approx(210, abs=0.3)
    assert drawn[0, 0].tolist() == [255, 255, 255]
    assert drawn[drawn.shape[0] // 2, drawn.shape[1] // 2].tolist() == [0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
def test_a_photographed_sheet_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = np.array([[120.0, 90], [870, 110], [900, 1210], [90, 1180]]) + rng.uniform(-50, 50, (4, 2))
    photo = letters.photographed(letters.letter().pixels, corners, (1000, 1333), seed)
    found = find_paper(Picture(photo))
    assert found is not None
    assert np.abs(found - corners).max() < 14


def test_paper_alone_has_no_outline() -> None:
    page = letters.letter().pixels
    assert find_paper(Picture(page)) is None
    assert find_paper(Picture(letters.shining_through(page))) is None
    tinted = (page.astype(np.float32) * np.array([0.9, 0.8, 0.55])).astype(np.uint8)
    assert find_paper(Picture(tinted)) is None
    headed = page.copy()
    headed[:200] = (150, 30, 30)
    assert find_paper(Picture(headed[200:])) is None


def test_a_dark_bubble_on_white_is_no_sheet() -> None:
    screen = np.full((500, 900, 3), 250, np.uint8)
    cv2.rectangle(screen, (60, 40), (840, 460), (150, 230, 120), -1)
    assert find_paper(Picture(screen)) is None


def test_a_scanners_bed_is_trimmed_and_the_sheet_keeps_its_size() -> None:
    bed = np.full((1754, 1240, 3), 28, np.uint8)
    sheet = letters.letter(size=(874, 1240), height=22, top=120, left=80).pixels
    bed[200 : 200 + 1240, 180 : 180 + 874] = sheet
    found = pages.find_sheet(raw(bed), Picture(bed))
    assert found.outlined
    assert found.unit_mm == pytest.approx(25.4 / 150)
    assert sides(rectangle(*found.view.size)) == pytest.approx((874, 1240), abs=6)


def test_beyond_the_outline_the_page_is_white() -> None:
    bed = np.full((1754, 1240, 3), 28, np.uint8)
    bed[200:1440, 180:1054] = 240
    found = pages.find_sheet(raw(bed), Picture(bed))
    placed = pages.place(found.view, found.view.size, found.unit_mm, outlined=True, ink=NO_INK)
    page = pages.draw(found.view, placed.to_page, 100, rectangle(*found.view.size))
    assert np.mean(page < 200) < 0.003


def test_a_camera_says_nothing_of_the_papers_size() -> None:
    page = letters.letter().pixels
    assert pages.find_sheet(raw(page, camera=True), Picture(page)).unit_mm is None
    assert pages.find_sheet(raw(page, known=False), Picture(page)).unit_mm is None
    assert pages.find_sheet(raw(page, dpi=10.0), Picture(page)).unit_mm is None
    assert pages.find_sheet(raw(page), Picture(page)).unit_mm == pytest.approx(25.4 / 150)
