"""Copy the drawing of a page, operator by operator, with the resources it uses and nothing else.

Only operators on the list pass. Marked content is dropped: without a structure tree it has no meaning; optional
content, which may be switched off, raises Doubt. So do patterns, shadings and inline images: such pages are rasterised
instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

from scanning.borndigital import fonts, paint, plain
from scanning.borndigital.plain import Doubt

# Operator -> number of operands (None: as many as the colour space has).
_OPERANDS: dict[str, int | None] = {
    **dict.fromkeys(
        ["q", "Q", "h", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "W", "W*", "BT", "ET", "T*"], 0
    ),
    **dict.fromkeys(
        [
            "w",
            "J",
            "j",
            "M",
            "i",
            "ri",
            "gs",
            "CS",
            "cs",
            "G",
            "g",
            "Tc",
            "Tw",
            "Tz",
            "TL",
            "Tr",
            "Ts",
            "Tj",
            "'",
            "TJ",
            "Do",
        ],
        1,
    ),
    **dict.fromkeys(["d", "m", "l", "Tf", "Td", "TD"], 2),
    **dict.fromkeys(["RG", "rg", '"'], 3),
    **dict.fromkeys(["v", "y", "re"], 4),
    **dict.fromkeys(["cm", "c", "Tm"], 6),
    **dict.fromkeys(["SC", "SCN", "sc", "scn"]),
}
_MARKS = frozenset(("BMC", "BDC", "EMC", "MP", "DP"))
_DEFAULT_SPACES = ("/DefaultGray", "/DefaultRGB")
# ISO 19005-2, 6.1.13: q nests no deeper than 28; two are reserved for the enclosing page.
_DEEPEST_STATE = 26
_DEEPEST_FORM = 12

Instruction = tuple[list[Any], pikepdf.Operator]


@dataclass(frozen=True, slots=True)
class _Font:
    """A font that the page uses: its source, its future object in the copy, and the codes shown in it."""

    source: Object
    place: Object
    composite: bool
    codes: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Walk:
    """State of copying one content stream: its resources, what its copy uses, the relevant graphics state."""

    resources: Object
    level: int
    used: Dictionary = field(default_factory=Dictionary)
    font: _Font | None = None
    saved: list[_Font | None] = field(default_factory=list)
    deepest: int = 0


@dataclass(frozen=True, slots=True)
class _Form:
    """A copied form and how deep its graphics state nests."""

    copy: Object
    deepest: int


class Copier:
    """Copies the drawing of a page into `target`; raises Doubt for anything that is not known to conform."""

    def __init__(self, target: Pdf) -> None:
        self._target = target
        self._fonts: dict[tuple[int, int], _Font] = {}
        self._forms: dict[tuple[int, int], _Form] = {}
        self._pictures: dict[tuple[int, int], Object] = {}

    def page(self, page: Page, box: tuple[float, float, float, float]) -> Object:
        """Copy what a page draws as a form XObject, clipped to `box` (left, bottom, right, top in its coordinates)."""
        contents = page.obj.get("/Contents", Array())
        size = sum(len(plain.decoded(part)) for part in (contents if isinstance(contents, Array) else [contents]))
        if size > plain.MAX_STREAM_BYTES:
            raise Doubt("a drawing too large")
        form = self._form(page, page.obj.get("/Resources", Dictionary()), 0)
        form.copy.BBox = Array([plain.number(round(edge, 4)) for edge in box])
        for font in self._fonts.values():
            for key, value in fonts.copy(self._target, font.source, frozenset(font.codes)).items():
                font.place[key] = value
        return form.copy

    def _form(self, source: Page | Object, resources: Object, level: int) -> _Form:
        walk = _Walk(resources, level)
        try:
            found = pikepdf.parse_content_stream(source)
        except pikepdf.PdfError as error:
            raise Doubt("a drawing that cannot be read") from error
        kept: list[Instruction] = []
        for instruction in found:
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                raise Doubt("an inline image")
            operator = str(instruction.operator)
            if operator in _MARKS:
                _require_visible(operator, list(instruction.operands))
            else:
                kept.append((self._instruction(walk, operator, list(instruction.operands)), instruction.operator))
        if walk.saved:
            raise Doubt("a graphics state saved and not restored")
        for key in _DEFAULT_SPACES:
            if key in resources.get("/ColorSpace", Dictionary()):
                space = paint.colour_space(self._target, resources.ColorSpace[key])
                self._use(walk, "/ColorSpace", Name(key), space)
        data = pikepdf.unparse_content_stream(kept)
        form = Stream(self._target, data, Type=Name.XObject, Subtype=Name.Form, Resources=walk.used)
        return _Form(self._target.make_indirect(form), walk.deepest)

    def _instruction(self, walk: _Walk, operator: str, operands: list[Any]) -> list[Any]:
        """Check one instruction and record what it uses; return its operands for the copy."""
        if operator not in _OPERANDS or _OPERANDS[operator] not in (None, len(operands)):
            raise Doubt(f"the operator {operator} with {len(operands)} operands")
        if operator in ("q", "Q"):
            _save_or_restore(walk, operator)
        elif operator == "Tf":
            walk.font = self._font(walk, operands[0])
        elif operator in ("Tj", "'", '"', "TJ"):
            _show(walk, operands[-1])
        elif operator == "Do":
            self._do(walk, operands[0])
        elif operator == "gs":
            state = paint.state(self._target, self._look(walk, "/ExtGState", operands[0]))
            self._use(walk, "/ExtGState", operands[0], state)
        elif operator in ("CS", "cs"):
            self._space(walk, operands[0])
        elif operator == "ri":
            paint.intent(operands[0])
        elif operator in ("SC", "SCN", "sc", "scn") and any(isinstance(item, Name) for item in operands):
            raise Doubt("a pattern")
        return [plain.copy(item) for item in operands]

    def _look(self, walk: _Walk, category: str, name: object) -> Object:
        key = str(plain.name(name))
        found = walk.resources.get(category, Dictionary()).get(key)
        if not isinstance(found, Dictionary | Stream | Array | Name):
            raise Doubt(f"a drawing that uses {key}, which is not there")
        return found

    def _use(self, walk: _Walk, category: str, name: object, copied: Object) -> None:
        if category not in walk.used:
            walk.used[category] = Dictionary()
        walk.used[category][str(plain.name(name))] = copied

    def _space(self, walk: _Walk, name: object) -> None:
        if plain.text(name) in ("/DeviceGray", "/DeviceRGB"):
            return
        if plain.text(name) == "/Pattern":
            raise Doubt("a pattern")
        space = paint.colour_space(self._target, self._look(walk, "/ColorSpace", name))
        self._use(walk, "/ColorSpace", name, space)

    def _font(self, walk: _Walk, name: object) -> _Font:
        source = self._look(walk, "/Font", name)
        if not source.is_indirect:
            raise Doubt("a font that stands in no object of its own")
        font = self._fonts.get(source.objgen)
        if font is None:
            font = _Font(source, self._target.make_indirect(Dictionary()), fonts.is_composite(source))
            self._fonts[source.objgen] = font
        self._use(walk, "/Font", name, font.place)
        return font

    def _do(self, walk: _Walk, name: object) -> None:
        source = self._look(walk, "/XObject", name)
        if not isinstance(source, Stream) or "/OC" in source:
            raise Doubt("an object that may be switched off, or is none")
        kind = plain.text(source.get("/Subtype"))
        if kind == "/Image":
            if source.objgen not in self._pictures:
                self._pictures[source.objgen] = self._target.make_indirect(paint.picture(self._target, source))
            self._use(walk, "/XObject", name, self._pictures[source.objgen])
        elif kind == "/Form":
            form = self._inner_form(walk, source)
            walk.deepest = max(walk.deepest, len(walk.saved) + form.deepest)
            _require_shallow(walk)
            self._use(walk, "/XObject", name, form.copy)
        else:
            raise Doubt(f"an object of kind {kind or 'unknown'}")

    def _inner_form(self, walk: _Walk, source: Stream) -> _Form:
        if source.objgen in self._forms:
            return self._forms[source.objgen]
        if walk.level >= _DEEPEST_FORM:
            raise Doubt("forms within forms, too deep or without end")
        if any(key in source for key in ("/Ref", "/OPI", "/PS", "/Subtype2")):
            raise Doubt("a form that draws something from elsewhere")
        plain.decoded(source)
        form = self._form(source, source.get("/Resources", walk.resources), walk.level + 1)
        form.copy.BBox = Array([plain.number(item) for item in source.get("/BBox", Array())])
        plain.numbers(form.copy.BBox, 4)
        if "/Matrix" in source:
            plain.numbers(source.Matrix, 6)
            form.copy.Matrix = plain.copy(source.Matrix)
        if "/Group" in source:
            form.copy.Group = self._group(source.Group)
        self._forms[source.objgen] = form
        return form

    def _group(self, source: Object) -> Dictionary:
        """Copy a transparency group (ISO 19005-2, 6.2.10)."""
        if plain.text(source.get("/S")) != "/Transparency":
            raise Doubt("a group of unknown kind")
        clean = plain.copy_keys(source, ("/S", "/I", "/K"))
        if "/CS" in source:
            clean.CS = paint.colour_space(self._target, source.CS)
        return clean


def _require_visible(operator: str, operands: list[Any]) -> None:
    """Raise Doubt for optional content; other marked content has no effect on the drawing."""
    if operator in ("BMC", "BDC", "DP", "MP") and operands and plain.text(operands[0]) == "/OC":
        raise Doubt("content that may be switched off")


def _save_or_restore(walk: _Walk, operator: str) -> None:
    if operator == "q":
        walk.saved.append(walk.font)
        walk.deepest = max(walk.deepest, len(walk.saved))
        _require_shallow(walk)
    elif walk.saved:
        walk.font = walk.saved.pop()
    else:
        raise Doubt("a graphics state restored and not saved")


def _require_shallow(walk: _Walk) -> None:
    if walk.deepest > _DEEPEST_STATE:
        raise Doubt("a graphics state saved too often")


def _show(walk: _Walk, operand: object) -> None:
    """Record the codes that an instruction shows."""
    parts = list(operand) if isinstance(operand, Array) else [operand]
    for part in parts:
        if not isinstance(part, String):
            plain.number(part)
            continue
        if walk.font is None:
            raise Doubt("text without a font")
        data = bytes(part)
        if walk.font.composite and len(data) % 2:
            raise Doubt("half a character")
        step = 2 if walk.font.composite else 1
        walk.font.codes.update(int.from_bytes(data[at : at + step], "big") for at in range(0, len(data), step))
