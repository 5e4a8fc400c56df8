"""Sets a printed form that somebody filled in: a table of labels and values on one leaf."""

from __future__ import annotations

from archive_app.samples.leaf import Leaf, Look, Mark, Row, Rule
from archive_app.samples.letters import Cell, LetterText
from archive_app.typography.faces import advance
from archive_app.typography.wrap import wrap

_LABEL = 12.0
_LABEL_WIDTH = 78.0
_PADDING = 7.0
_TALLEST_SINGLE = 30.0


def compose_form(letter: LetterText, look: Look) -> Leaf:
    """The leaf of a form: its title, then its rows as tall as their values ask."""
    width, height = look.format
    size = 20.0
    title_x = (width - advance(look.label_face, letter.title, size)) / 2
    rows = [Row(letter.title, title_x, look.margin, size, look.label_face)]
    rules: list[Rule] = []
    left, right, y = look.margin * 0.75, width - look.margin * 0.75, look.margin + 2.2 * size
    for cells in letter.rows:
        tall = _draw_row(cells, left, right, y, look, rows, rules)
        y += tall
    rules.append(Rule(left, y, right, y, 1.2))
    marks = (Mark("seal", right - 90, y - 40, 119.0, letter.stamp),) if letter.stamp else ()
    return Leaf(width, height, tuple(rows), tuple(rules), marks)


def _draw_row(
    cells: tuple[Cell, ...], left: float, right: float, y: float, look: Look, rows: list[Row], rules: list[Rule]
) -> float:
    wide = (right - left) / len(cells)
    size, pitch = look.size, look.size * 1.5
    values = [
        wrap(value, wide - _LABEL_WIDTH - 2 * _PADDING, lambda text: advance(look.face, text, size))
        for _, value in cells
    ]
    tall = max(_TALLEST_SINGLE, *(len(lines) * pitch + 2 * _PADDING for lines in values))
    rules.append(Rule(left, y, right, y, 0.8))
    for number, ((label, _), lines) in enumerate(zip(cells, values, strict=True)):
        x = left + number * wide
        middle = y + tall / 2
        label_x = x + (_LABEL_WIDTH - advance(look.small_face, label, _LABEL)) / 2
        rows.append(Row(label, label_x, middle - _LABEL * 0.7, _LABEL, look.small_face))
        top = y + (tall - len(lines) * pitch) / 2
        for line_number, line in enumerate(lines):
            at = (x + _LABEL_WIDTH + _PADDING, top + line_number * pitch)
            rows.append(Row(line, *at, size, look.face, look.ink, look.unsteady))
        rules.append(Rule(x, y, x, y + tall, 0.8))
        rules.append(Rule(x + _LABEL_WIDTH, y, x + _LABEL_WIDTH, y + tall, 0.8))
    rules.append(Rule(right, y, right, y + tall, 0.8))
    return tall
