"""PDFs made for tests, whole and broken, harmless and not."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from pikepdf import Array, Dictionary, Encryption, Name, Object, Page, Pdf, Permissions, Stream, String
from PIL import Image, ImageChops

from tests.scanning.makers.pictures import letter, saved

A4 = (595.276, 841.89)
Box = tuple[float, float, float, float]


def one_page(
    path: Path,
    draw: bytes,
    *,
    pictures: dict[str, Callable[[Pdf], Stream]] | None = None,
    size: tuple[float, float] = A4,
    **keys: object,
) -> Path:
    """A PDF of one page that draws `draw`, with named pictures, the fonts of `fonts`, and more keys for the page."""
    with Pdf.new() as pdf:
        add_page(pdf, draw, pictures=pictures, size=size, **keys)
        pdf.save(path)
    return path


def add_page(
    pdf: Pdf,
    draw: bytes,
    *,
    pictures: dict[str, Callable[[Pdf], Stream]] | None = None,
    size: tuple[float, float] = A4,
    **keys: object,
) -> Page:
    """Add a page as `one_page` makes it."""
    page = pdf.add_blank_page()
    page.obj.MediaBox = Array([0, 0, *size])
    shown = {f"/{key}": make(pdf) for key, make in (pictures or {}).items()}
    page.obj.Resources = Dictionary(XObject=Dictionary(shown), Font=fonts(pdf))
    page.obj.Contents = Stream(pdf, draw)
    for key, value in keys.items():
        page.obj[f"/{key}"] = value
    return page


def fonts(pdf: Pdf) -> Dictionary:
    """Fonts that every reader knows without their being embedded: Latin, and Chinese as UTF-16 across and down."""
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/STSong-Light"),
            Flags=4,
            FontBBox=[-25, -254, 1000, 880],
            ItalicAngle=0,
            Ascent=880,
            Descent=-120,
            CapHeight=880,
            StemV=93,
        )
    )
    system = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=4)
    song = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/STSong-Light"),
        CIDSystemInfo=system,
        FontDescriptor=descriptor,
        DW=1000,
    )
    latin = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    found = {"Latin": latin}
    for key, encoding in (("Song", "/UniGB-UTF16-H"), ("SongDown", "/UniGB-UTF16-V")):
        found[key] = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/STSong-Light"),
            Encoding=Name(encoding),
            DescendantFonts=[pdf.make_indirect(song)],
        )
    return Dictionary({f"/{key}": pdf.make_indirect(font) for key, font in found.items()})


def latin(text: str, x: float, y: float, size: float = 14) -> bytes:
    """Draw Latin text with its baseline at (x, y)."""
    return f"BT /Latin {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("latin-1")


def song(text: str, x: float, y: float, size: float = 14, font: str = "Song") -> bytes:
    """Draw Chinese text with its baseline at (x, y), or downwards from there with the font /SongDown."""
    return f"BT /{font} {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode("latin-1")


def paragraph(rows: int = 20) -> bytes:
    """Text over most of an A4 page."""
    return b"".join(
        latin("All of this page is text that the page itself carries, row by row.", 60, 760 - 30 * n)
        for n in range(rows)
    )


def placed(name: str, left: float, bottom: float, width: float, height: float) -> bytes:
    """Draw a picture upright."""
    return f"q {width} 0 0 {height} {left} {bottom} cm /{name} Do Q\n".encode("ascii")


def full(name: str = "Scan", size: tuple[float, float] = A4) -> bytes:
    """Draw a picture over the whole page."""
    return placed(name, 0, 0, *size)


def picture(image: Image.Image, **keys: object) -> Callable[[Pdf], Stream]:
    """An uncompressed picture (deflated when the file is saved)."""
    space = {"L": Name.DeviceGray, "1": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}[image.mode]
    return _picture(image, image.tobytes(), ColorSpace=space, BitsPerComponent=1 if image.mode == "1" else 8, **keys)


def jpeg(image: Image.Image, data: bytes | None = None, **keys: object) -> Callable[[Pdf], Stream]:
    """A JPEG (or these bytes of one)."""
    space = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}[image.mode]
    coded = data or saved(image, "JPEG", quality=90)
    return _picture(image, coded, Filter=Name.DCTDecode, ColorSpace=space, BitsPerComponent=8, **keys)


def jpeg2000(image: Image.Image) -> Callable[[Pdf], Stream]:
    """A lossless JPEG 2000."""
    return _picture(image, saved(image, "JPEG2000"), Filter=Name.JPXDecode)


def fax(image: Image.Image, **keys: object) -> Callable[[Pdf], Stream]:
    """A Group 4 picture, black on white."""
    data, photometric = _group4(image)
    parameters = Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=photometric == 1)
    form = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parameters, "BitsPerComponent": 1}
    return _picture(image, data, ColorSpace=Name.DeviceGray, **form, **keys)


def jbig2(image: Image.Image) -> Callable[[Pdf], Stream]:
    """A JBIG2 picture: a page and one region on it, coded as Group 4 (ITU-T T.88, 7.2 and 7.4)."""
    # The region codes ink as 1; for the encoder of TIFF, 1 is what is white.
    data, _ = _group4(ImageChops.invert(image))
    width, height = image.size
    page = struct.pack(">4IBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">4IBB", width, height, 0, 0, 0, 1) + data
    parts = ((0, 48, page), (1, 38, region))
    coded = b"".join(struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body for number, kind, body in parts)
    return _picture(image, coded, Filter=Name.JBIG2Decode, ColorSpace=Name.DeviceGray, BitsPerComponent=1)


def _group4(image: Image.Image) -> tuple[bytes, int]:
    """The picture in Group 4, and what the TIFF it comes from says of its colours (1: 0 is black)."""
    data = saved(image, "TIFF", compression="group4", strip_size=2**24)
    with Image.open(io.BytesIO(data)) as tiff:
        (offset,), (length,), photometric = (tiff.tag_v2[tag] for tag in (273, 279, 262))
    return data[offset : offset + length], photometric


def coded_picture(width: int, height: int, data: bytes, coding: str) -> Callable[[Pdf], Stream]:
    """A grey picture of these bytes, in this coding."""
    form = {"Filter": Name(coding), "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    return _picture(Image.new("L", (width, height)), data, **form)


def _picture(image: Image.Image, data: bytes, **keys: object) -> Callable[[Pdf], Stream]:
    def make(pdf: Pdf) -> Stream:
        stream = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height)
        for key, value in keys.items():
            stream[f"/{key}"] = value(pdf) if callable(value) else value
        return stream

    return make


def scanned(path: Path, pages: int = 1) -> Path:
    """Scanned pages, a JPEG each."""
    with Pdf.new() as pdf:
        for _ in range(pages):
            add_page(pdf, full(), pictures={"Scan": jpeg(letter())})
        pdf.save(path)
    return path


def encrypted(path: Path, *, user: str, owner: str) -> Path:
    """A page of text behind passwords; without a user password anyone may open it."""
    with Pdf.new() as pdf:
        add_page(pdf, paragraph())
        pdf.save(path, encryption=Encryption(user=user, owner=owner, R=6, allow=Permissions(extract=False)))
    return path


def many_pages(path: Path, count: int) -> Path:
    """So many empty pages."""
    with Pdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=A4)
        pdf.save(path)
    return path


@cache
def _zeros_in_zeros(size: int) -> bytes:
    """`size` zero bytes, deflated twice."""
    packer, once = zlib.compressobj(9), bytearray()
    for _ in range(size // 2**20):
        once += packer.compress(bytes(2**20))
    return zlib.compress(bytes(once + packer.flush()), 9)


def bomb(path: Path, *, size: int = 2**31, where: str = "contents") -> Path:
    """A file of about 4 KB of which a part expands to 2 GiB: what the page draws, a picture of it, a font of it."""
    with Pdf.new() as pdf:
        page = add_page(pdf, full())
        stream = Stream(pdf, b"")
        stream.write(_zeros_in_zeros(size), filter=Array([Name.FlateDecode, Name.FlateDecode]))
        if where == "contents":
            page.obj.Contents = stream
        elif where == "picture":
            keys = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 100, "Height": 100, "BitsPerComponent": 8}
            for key, value in {**keys, "ColorSpace": Name.DeviceGray}.items():
                stream[f"/{key}"] = value
            page.obj.Resources.XObject = Dictionary(Scan=stream)
        else:
            descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/Bomb"), Flags=4, FontFile2=stream)
            font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/Bomb"), FontDescriptor=descriptor)
            page.obj.Resources.Font = Dictionary(Latin=font)
            page.obj.Contents = Stream(pdf, latin("x", 50, 50))
        pdf.save(path, compress_streams=False)
    return path


def active(path: Path) -> Path:
    """A page of text, with a script that runs on opening, a file attached, and a link that starts a program."""
    with Pdf.new() as pdf:
        page = add_page(pdf, paragraph())
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('ran');"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("start"), pdf.make_indirect(script)]))
        pdf.attachments["payload.exe"] = b"MZ made for a test"
        launch = Dictionary(S=Name.Launch, F=String("payload.exe"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[50, 50, 500, 800], A=launch)
        page.obj.Annots = Array([pdf.make_indirect(link)])
        page.obj.AA = Dictionary(O=script)
        pdf.save(path)
    return path


def note(pdf: Pdf, text: str, rectangle: Box) -> Object:
    """An annotation that shows text on the page."""
    width, height = rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]
    look = Stream(pdf, latin(text, 4, 6, 12), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, width, height])
    look.Resources = Dictionary(Font=fonts(pdf))
    return pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=list(rectangle), F=4, AP=Dictionary(N=look))
    )


def strips(image: Image.Image, count: int) -> Sequence[tuple[Image.Image, float, float]]:
    """Cut a picture into strips from the top; for each, where its bottom lies and how high it is, as parts of it."""
    edges = [round(image.height * n / count) for n in range(count + 1)]
    found = []
    for top, bottom in pairwise(edges):
        part = image.crop((0, top, image.width, bottom))
        found.append((part, 1 - bottom / image.height, (bottom - top) / image.height))
    return found
