"""An sRGB colour profile of our own, for the output intent that PDF/A requires.

Built in code so that the bytes are the same everywhere and no profile of unknown licence or version is shipped. It is
an ICC version 2 profile: version 4 profiles, such as the one Pillow builds, are not allowed in PDF/A-1 (ISO 19005-1,
6.2.2).
"""

from __future__ import annotations

import struct
from functools import cache

import numpy as np
from numpy.typing import NDArray

DESCRIPTION = "sRGB IEC61966-2.1"
COPYRIGHT = "No copyright: free for any use"

# IEC 61966-2-1: chromaticities of the primaries and of the D65 white. ICC.1:1998-09, 6.1.4.1: the D50 of the profile
# space.
_PRIMARIES = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_D65 = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_CURVE_POINTS = 1024

Matrix = NDArray[np.float64]


@cache
def srgb_profile() -> bytes:
    """Build the profile: version 2.1, for monitors, a matrix and one curve (ICC.1:1998-09); 2.5 KB, always the same."""
    colorants = _colorants()
    curve = _curve()
    bodies = {
        b"cprt": _text(COPYRIGHT),
        b"desc": _description(DESCRIPTION),
        b"wtpt": _xyz(*_D50),
        b"rXYZ": _xyz(*colorants[:, 0]),
        b"gXYZ": _xyz(*colorants[:, 1]),
        b"bXYZ": _xyz(*colorants[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = _tags(bodies)
    size = 128 + len(table) + len(data)
    return _header(size) + table + data


def _header(size: int) -> bytes:
    """Return the 128 bytes of the header; the date is that of the sRGB standard, as a clock would change the bytes."""
    date = struct.pack(">6H", 1999, 10, 18, 0, 0, 0)
    head = struct.pack(">I4s4s4s4s4s12s4s", size, b"\0" * 4, b"\x02\x10\0\0", b"mntr", b"RGB ", b"XYZ ", date, b"acsp")
    illuminant = struct.pack(">3i", *(_fixed(value) for value in _D50))
    return (head + b"\0" * 28 + illuminant).ljust(128, b"\0")


def _tags(bodies: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """Lay out the tags aligned to four bytes, equal bodies once; return the tag table and the data."""
    start = 128 + 4 + 12 * len(bodies)
    places: dict[bytes, int] = {}
    data = b""
    table = struct.pack(">I", len(bodies))
    for name, body in bodies.items():
        if body not in places:
            places[body] = start + len(data)
            data += body + b"\0" * (-len(body) % 4)
        table += struct.pack(">4sII", name, places[body], len(body))
    return table, data


def _colorants() -> Matrix:
    """Return XYZ of red, green and blue (columns) relative to D50, adapted from D65 by the Bradford method."""
    white = _xyz_of(*_D65)
    primaries = np.stack([_xyz_of(x, y) for x, y in _PRIMARIES], axis=1)
    native = primaries * np.linalg.solve(primaries, white)
    bradford = np.array(_BRADFORD)
    gain = np.diag((bradford @ np.array(_D50)) / (bradford @ white))
    adapted: Matrix = np.linalg.inv(bradford) @ gain @ bradford @ native
    return adapted


def _xyz_of(x: float, y: float) -> Matrix:
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def _curve() -> bytes:
    """Return the sRGB transfer curve as sampled points (`curv`)."""
    value = np.linspace(0.0, 1.0, _CURVE_POINTS)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    points = np.round(linear * 65535).astype(">u2")
    return struct.pack(">4s4xI", b"curv", _CURVE_POINTS) + points.tobytes()


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(x: float, y: float, z: float) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", _fixed(x), _fixed(y), _fixed(z))


def _text(text: str) -> bytes:
    return b"text\0\0\0\0" + text.encode("ascii") + b"\0"


def _description(text: str) -> bytes:
    """Return a version 2 description: ASCII, with the Unicode and ScriptCode forms left empty."""
    ascii_form = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_form)) + ascii_form + b"\0" * (4 + 4 + 2 + 1 + 67)
