"""Colours, pictures and graphics states of a page: copied when an sRGB output intent covers them, else Doubt is raised.

Clauses: ISO 19005-2, 6.2.4 (colour), 6.2.5 (graphics state), 6.2.8 (pictures), 6.2.10 (transparency).
"""

from __future__ import annotations

import struct
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import Image, ImageCms

from scanning.borndigital import plain
from scanning.borndigital.plain import Doubt

_INTENTS = frozenset(("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"))
_BLENDS = frozenset(
    [
        "/Normal",
        "/Compatible",
        "/Multiply",
        "/Screen",
        "/Overlay",
        "/Darken",
        "/Lighten",
        "/ColorDodge",
        "/ColorBurn",
        "/HardLight",
        "/SoftLight",
        "/Difference",
        "/Exclusion",
        "/Hue",
        "/Saturation",
        "/Color",
        "/Luminosity",
    ]
)
_STATE_COPIED = ("/LW", "/LC", "/LJ", "/ML", "/D", "/FL", "/SA", "/CA", "/ca", "/AIS", "/TK")
# Overprint, black generation, halftones: without effect on grey and RGB, the only colours allowed here.
_STATE_DROPPED = frozenset(("/Type", "/OP", "/op", "/OPM", "/SM", "/BG", "/BG2", "/UCR", "/UCR2", "/HT", "/HTP"))
_PROFILE_CLASSES = frozenset((b"scnr", b"mntr", b"prtr", b"spac"))
_PROFILE_SPACES = {1: b"GRAY", 3: b"RGB "}
_FAX_KEYS = ("/K", "/Columns", "/Rows", "/BlackIs1", "/EncodedByteAlign", "/EndOfLine", "/EndOfBlock")
_PREDICTOR_KEYS = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")
_MAX_PIXELS = 80_000_000


def intent(value: object) -> Name:
    """Return a rendering intent, if it is one of the four."""
    if plain.text(value) not in _INTENTS:
        raise Doubt("an unknown rendering intent")
    return plain.name(value)


def state(pdf: Pdf, source: Object) -> Dictionary:
    """Copy a graphics state parameter dictionary."""
    clean = plain.copy_keys(source, _STATE_COPIED)
    clean.Type = Name.ExtGState
    for key, value in source.items():
        if key in _STATE_COPIED or key in _STATE_DROPPED:
            continue
        if key == "/RI":
            clean.RI = intent(value)
        elif key == "/BM" and plain.text(value) in _BLENDS:
            clean.BM = plain.name(value)
        elif key == "/SMask" and plain.text(value) == "/None":
            clean.SMask = Name("/None")
        elif not (key == "/TR2" and plain.text(value) == "/Default"):
            raise Doubt(f"graphics state {key}")
    return clean


def components(space: Object) -> int:
    """Return the number of components of a colour space that `colour_space` returned."""
    if isinstance(space, Name):
        return 1 if space == Name.DeviceGray else 3
    family = plain.text(space[0])
    if family == "/ICCBased":
        return int(space[1].N)
    return 1 if family in ("/CalGray", "/Indexed") else 3


def colour_space(pdf: Pdf, source: Object | None) -> Object:
    """Copy a colour space: grey, RGB, calibrated, ICC profile of grey or RGB, or a palette of one of these."""
    if isinstance(source, Name):
        if str(source) not in ("/DeviceGray", "/DeviceRGB"):
            raise Doubt(f"colours {source}")
        return Name(str(source))
    if not isinstance(source, Array) or len(source) < 1:
        raise Doubt("no colour space")
    family = plain.text(source[0])
    if family == "/ICCBased" and len(source) == 2:
        return Array([Name.ICCBased, _profile(pdf, source[1])])
    if family in ("/CalGray", "/CalRGB", "/Lab") and len(source) == 2:
        keys = ("/WhitePoint", "/BlackPoint", "/Gamma", "/Matrix", "/Range")
        return Array([Name(family), plain.copy_keys(source[1], keys)])
    if family == "/Indexed" and len(source) == 4:
        return _palette(pdf, source)
    raise Doubt(f"colours {family}")


def _palette(pdf: Pdf, source: Array) -> Array:
    base = colour_space(pdf, source[1])
    if isinstance(base, Array) and base[0] == Name.Indexed:
        raise Doubt("a palette of a palette")
    highest = int(plain.number(source[2]))
    table = plain.decoded(source[3]) if isinstance(source[3], Stream) else bytes(source[3])
    if not 0 <= highest <= 255 or len(table) < (highest + 1) * components(base):
        raise Doubt("a palette too short")
    return Array([Name.Indexed, base, highest, Stream(pdf, table)])


def _profile(pdf: Pdf, source: Object) -> Object:
    """Copy an ICC profile of version 2 or 4 for grey or RGB (6.2.4.2), if a colour engine can read it."""
    data = plain.decoded(source)
    count = int(plain.number(source.get("/N", 0)))
    if len(data) < 132 or struct.unpack(">I", data[:4])[0] > len(data) or data[36:40] != b"acsp":
        raise Doubt("a broken colour profile")
    if data[8] not in (2, 4) or data[12:16] not in _PROFILE_CLASSES or data[16:20] != _PROFILE_SPACES.get(count):
        raise Doubt("a colour profile of another kind")
    try:
        ImageCms.ImageCmsProfile(BytesIO(data))
    except (OSError, ImageCms.PyCMSError) as error:
        raise Doubt("a broken colour profile") from error
    return pdf.make_indirect(Stream(pdf, data, N=count))


def picture(pdf: Pdf, source: Stream, *, mask: bool = False) -> Stream:
    """Copy an image XObject with its masks; `mask`: it is itself the mask of another, and must not have one."""
    width, height = int(plain.number(source.get("/Width"))), int(plain.number(source.get("/Height")))
    if not (width > 0 and height > 0 and width * height <= _MAX_PIXELS):
        raise Doubt("a picture of impossible size")
    if "/OC" in source or plain.number(source.get("/SMaskInData", 0)) != 0:
        raise Doubt("a picture that may be switched off, or hides its mask")
    stencil = source.get("/ImageMask", False) is True
    bits = 1 if stencil else int(plain.number(source.get("/BitsPerComponent", 8)))
    space = None if stencil else colour_space(pdf, source.get("/ColorSpace"))
    count = components(space) if space is not None else 1
    if bits not in (1, 2, 4, 8, 16):
        raise Doubt("a picture of odd depth")
    clean = _picture_data(pdf, source, (width, height), count, bits)
    clean.Type, clean.Subtype, clean.Width, clean.Height = Name.XObject, Name.Image, width, height
    clean.BitsPerComponent = bits
    if space is not None:
        clean.ColorSpace = space
    else:
        clean.ImageMask = True
    if "/Decode" in source:
        clean.Decode = Array([plain.number(item) for item in source.Decode])
    if "/Intent" in source:
        clean.Intent = intent(source.Intent)
    _copy_masks(pdf, source, clean, mask)
    return clean


def _copy_masks(pdf: Pdf, source: Stream, clean: Stream, mask: bool) -> None:
    found = [key for key in ("/Mask", "/SMask") if key in source]
    if found and (mask or "/ImageMask" in clean):
        raise Doubt("a mask with a mask")
    for key in found:
        value = source[key]
        if key == "/Mask" and isinstance(value, Array):
            clean.Mask = Array([plain.number(item) for item in value])
        elif isinstance(value, Stream):
            copied = picture(pdf, value, mask=True)
            if ("/ImageMask" in copied) != (key == "/Mask") or "/Matte" in value:
                raise Doubt("a mask of the wrong kind")
            if key == "/SMask" and copied.ColorSpace != Name.DeviceGray:
                raise Doubt("a soft mask that is not grey")
            clean[key] = pdf.make_indirect(copied)
        else:
            raise Doubt("a mask that is none")


def _picture_data(pdf: Pdf, source: Stream, size: tuple[int, int], count: int, bits: int) -> Stream:
    """Copy the encoded bytes where the encoding may stay, else encode them again."""
    found = plain.filters(source)
    parameters = source.get("/DecodeParms")
    if isinstance(parameters, Array):
        parameters = parameters[0] if len(parameters) == 1 else None
    if found == ["/DCTDecode"]:
        data = source.read_raw_bytes()
        _check_jpeg(data, size, count, bits)
        return Stream(pdf, data, Filter=Name.DCTDecode)
    if found == ["/CCITTFaxDecode"] and isinstance(parameters, Dictionary) and count == bits == 1:
        clean = Stream(pdf, source.read_raw_bytes(), Filter=Name.CCITTFaxDecode)
        clean.DecodeParms = plain.copy_keys(parameters, _FAX_KEYS)
        return clean
    data = plain.decoded(source, _MAX_PIXELS * 4)
    if len(data) < size[1] * ((size[0] * count * bits + 7) // 8):
        raise Doubt("a picture cut off")
    if found != ["/FlateDecode"]:
        return Stream(pdf, data)
    clean = Stream(pdf, source.read_raw_bytes(), Filter=Name.FlateDecode)
    if isinstance(parameters, Dictionary):
        clean.DecodeParms = plain.copy_keys(parameters, _PREDICTOR_KEYS)
    return clean


def _check_jpeg(data: bytes, size: tuple[int, int], count: int, bits: int) -> None:
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as image:
            told = image.size, len(image.getbands())
            image.load()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Doubt("a JPEG that cannot be read") from error
    if told != (size, count) or bits != 8:
        raise Doubt("a JPEG that is not what its dictionary says")
