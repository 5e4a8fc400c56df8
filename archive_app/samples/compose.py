"""Sets a letter onto leaves: title, salutation, paragraphs, closing, signature, date, signatures of a joint letter."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive_app.samples.form import compose_form
from archive_app.samples.leaf import RULE_RED, Leaf, Look, Mark, Row, Rule
from archive_app.samples.letters import LetterText
from archive_app.typography.faces import advance
from archive_app.typography.wrap import wrap

_SIGNERS_A_ROW = 3


@dataclass(slots=True)
class _Setter:
    """The writing position, and what is written so far."""

    look: Look
    leaves: list[Leaf] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.y = self.look.margin

    @property
    def width(self) -> float:
        return self.look.format[0] - 2 * self.look.margin

    @property
    def pitch(self) -> float:
        return self.look.size * self.look.leading

    def measure(self, text: str) -> float:
        return advance(self.look.face, text, self.look.size)

    def make_room(self, lines: float) -> None:
        """Starts a new leaf when fewer than `lines` more lines fit."""
        if self.y + lines * self.pitch > self.look.format[1] - self.look.margin + 0.01:
            self.turn()

    def turn(self) -> None:
        width, height = self.look.format
        number = len(self.leaves) + 1
        folio = Row(str(number), width / 2 - 3, height - self.look.margin * 0.6, 9.0, self.look.small_face)
        rules = _letter_paper(self.look, self.pitch) if self.look.paper == "ruled" else ()
        self.leaves.append(Leaf(width, height, (*self.rows, folio), rules, tuple(self.marks)))
        self.rows, self.marks, self.y = [], [], self.look.margin

    def write(self, text: str, x: float) -> None:
        """Writes one line at `x` from the left margin and goes to the next."""
        self.make_room(1)
        look = self.look
        self.rows.append(Row(text, look.margin + x, self.y, look.size, look.face, look.ink, look.unsteady))
        self.y += self.pitch

    def flush_right(self, text: str) -> None:
        self.write(text, max(0.0, self.width - self.measure(text) - self.look.size))


def compose(letter: LetterText, look: Look) -> tuple[Leaf, ...]:
    """The leaves of a letter, a form's table among them."""
    if letter.rows:
        return (compose_form(letter, look),)
    setter = _Setter(look)
    _head(setter, letter)
    indent = 2 * look.size
    for paragraph in letter.paragraphs:
        lines = wrap(paragraph, setter.width, setter.measure, indent)
        for number, line in enumerate(lines):
            setter.write(line, 0.0 if number else indent)
    _close(setter, letter)
    setter.turn()
    return tuple(setter.leaves)


def _head(setter: _Setter, letter: LetterText) -> None:
    look = setter.look
    if letter.title:
        face = look.face if look.unsteady else look.label_face
        size = look.size * 1.35
        for line in wrap(letter.title, setter.width, lambda text: advance(face, text, size)):
            x = look.margin + (setter.width - advance(face, line, size)) / 2
            setter.rows.append(Row(line, x, setter.y, size, face, look.ink, look.unsteady))
            setter.y += setter.pitch if look.paper == "ruled" else setter.pitch * 1.25
        setter.y += 0.0 if look.paper == "ruled" else setter.pitch * 0.4
    setter.write(letter.salutation, 0.0)


def _close(setter: _Setter, letter: LetterText) -> None:
    setter.make_room(len(letter.closing) + len(letter.signature) + 1)
    for number, line in enumerate(letter.closing):
        setter.write(line, 0.0 if number else 2 * setter.look.size)
    top = setter.y
    for line in letter.signature:
        setter.flush_right(line)
    setter.flush_right(letter.written)
    if letter.stamp:
        across = advance(setter.look.face, letter.written, setter.look.size)
        x = setter.look.margin + setter.width - setter.look.size - across / 2
        setter.marks.append(Mark("seal", x, (top + setter.y) / 2, 119.0, letter.stamp))
    if letter.signers:
        _signers(setter, letter.signers)


def _signers(setter: _Setter, names: tuple[str, ...]) -> None:
    setter.make_room(2)
    setter.write("签名（按手印）：", 0.0)
    hands = ("wenkai", "kai", "wenkai-light")
    for first in range(0, len(names), _SIGNERS_A_ROW):
        setter.make_room(2)
        for column, name in enumerate(names[first : first + _SIGNERS_A_ROW]):
            x = setter.look.margin + column * setter.width / _SIGNERS_A_ROW
            size = setter.look.size * 1.25
            setter.rows.append(Row(name, x, setter.y, size, hands[(first + column) % 3], (28, 34, 60), 1.0))
            setter.marks.append(Mark("thumb", x + size * 3.6, setter.y + size * 0.6, 30.0))
        setter.y += 2 * setter.pitch


def _letter_paper(look: Look, pitch: float) -> tuple[Rule, ...]:
    """The red lines of commercial letter paper."""
    width, height = look.format
    left, right = look.margin * 0.8, width - look.margin * 0.8
    bottom = height - look.margin
    count = int((bottom - look.margin) / pitch + 0.01)
    below = look.size * 1.22
    rules = [Rule(left, y, right, y, 0.6, RULE_RED) for y in (look.margin + n * pitch + below for n in range(count))]
    head = look.margin - pitch + below
    return (Rule(left, head, right, head, 1.6, RULE_RED), Rule(left, head - 3, right, head - 3, 0.6, RULE_RED), *rules)
