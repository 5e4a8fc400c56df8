"""PDFs made for tests in which something cannot be found where the file says it is."""

from __future__ import annotations

import re
from pathlib import Path

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String

from tests.scanning.makers import pdfs


def pages_of_text(path: Path, count: int = 3) -> Path:
    """Pages that say their number, in a file whose objects are all written out."""
    with Pdf.new() as pdf:
        for number in range(1, count + 1):
            pdfs.add_page(pdf, pdfs.latin(f"This is page number {number} of the letter", 60, 700))
        pdf.save(path, object_stream_mode=ObjectStreamMode.disable, compress_streams=False)
    return path


def object_of_page(path: Path, index: int, key: str | None = None) -> int:
    """The number of a page's object, or of one that it refers to."""
    with Pdf.open(path) as pdf:
        page = pdf.pages[index].obj
        return (page[key] if key else page).objgen[0]


def misplace(path: Path, number: int) -> Path:
    """Let the file's table of objects point 7 bytes beside one."""
    data = path.read_bytes()
    table = data.rindex(b"\nxref\n")
    first = data.index(b"\n", table + 6) + 1
    entry = first + 20 * number
    offset = int(data[entry : entry + 10])
    path.write_bytes(data[:entry] + b"%010d" % (offset + 7) + data[entry + 10 :])
    return path


def without(path: Path, number: int) -> Path:
    """Overwrite an object with spaces."""
    data = path.read_bytes()
    found = re.search(rb"\n%d 0 obj.*?endobj" % number, data, re.DOTALL)
    assert found is not None
    path.write_bytes(data[: found.start() + 1] + b" " * (len(found[0]) - 1) + data[found.end() :])
    return path


def miscounted(path: Path, count: int, *, inner: bool = False) -> Path:
    """Let the tree of pages say another number of pages: its root, or a node within it."""
    pages_of_text(path)
    with Pdf.open(path) as pdf:
        root = pdf.Root.Pages
        if inner:
            two = pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=root, Kids=root.Kids[:2], Count=2))
            for kid in two.Kids.as_list():
                kid.Parent = two
            root.Kids = Array([two, root.Kids[2]])
        pdf.save(path.with_suffix(".new"), object_stream_mode=ObjectStreamMode.disable, compress_streams=False)
    data = path.with_suffix(".new").read_bytes()
    old = b"/Count 2" if inner else b"/Count 3"
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, b"/Count %d" % count))
    return path


def bare_notes(path: Path) -> Path:
    """A line of text, and annotations that do not say how they look: ink, a square, a note on the page."""
    with Pdf.new() as pdf:
        page = pdfs.add_page(pdf, pdfs.latin("A letter with notes on it", 60, 780))
        shown = {"Type": Name.Annot, "F": 4, "Border": [0, 0, 5], "C": [1, 0, 0]}
        notes = (
            Dictionary(
                **shown, Subtype=Name.Ink, Rect=[100, 600, 400, 720], InkList=[[110, 610, 200, 710, 300, 610, 390, 710]]
            ),
            Dictionary(**shown, Subtype=Name.Square, Rect=[100, 400, 400, 520]),
            Dictionary(
                **shown,
                Subtype=Name.FreeText,
                Rect=[100, 200, 400, 240],
                DA=String("/Helv 14 Tf 1 0 0 rg"),
                Contents=String("Approved by Wang"),
            ),
        )
        page.obj.Annots = Array([pdf.make_indirect(note) for note in notes])
        pdf.save(path)
    return path


def glyphs_without_names(path: Path) -> Path:
    """Text in a font of drawn glyphs (Type 3) whose codes are below 32 and stand for no character: HELLO."""
    strokes = {
        "g1": b"0 0 100 700 re 400 0 100 700 re 100 300 300 100 re f",
        "g2": b"0 0 100 700 re 100 0 400 100 re 100 300 300 100 re 100 600 400 100 re f",
        "g3": b"0 0 100 700 re 100 0 400 100 re f",
        "g4": b"0 0 100 700 re 400 0 100 700 re 100 0 300 100 re 100 600 300 100 re f",
    }
    with Pdf.new() as pdf:
        page = pdfs.add_page(pdf, b"BT /T3 40 Tf 100 600 Td <0102030304> Tj ET\n")
        drawn = {f"/{key}": Stream(pdf, b"700 0 0 0 600 750 d1 " + draw) for key, draw in strokes.items()}
        page.obj.Resources.Font.T3 = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=[0, 0, 700, 750],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            FirstChar=1,
            LastChar=4,
            Widths=[700] * 4,
            Resources=Dictionary(),
            CharProcs=Dictionary(drawn),
            Encoding=Dictionary(Type=Name.Encoding, Differences=[1, *(Name(key) for key in drawn)]),
        )
        pdf.save(path)
    return path


def false_names(path: Path, rows: tuple[str, ...]) -> Path:
    """Rows of text in two fonts; the second says that its characters are others, three further on in the alphabet."""
    with Pdf.new() as pdf:
        draw = b"".join(pdfs.latin(row, 60, 760 - 30 * number) for number, row in enumerate(rows[:-1]))
        page = pdfs.add_page(pdf, draw + pdfs.latin(rows[-1], 60, 200).replace(b"/Latin", b"/False"))
        codes = "".join(f"<{code:02x}> <{code + 3:04x}>\n" for code in range(0x41, 0x78))
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /F def /CMapType 2 def\n"
            "1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"55 beginbfchar\n{codes}endbfchar endcmap end end"
        )
        page.obj.Resources.Font["/False"] = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, ToUnicode=Stream(pdf, cmap.encode("ascii"))
        )
        pdf.save(path)
    return path
