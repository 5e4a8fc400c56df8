"""The programs and libraries that made a page, so that it can be explained, and made again, years later."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = (
    "petition-archive",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pikepdf",
    "pypdfium2",
    "pi-heif",
    "zxing-cpp",
    "opencc",
)


def made_by() -> Mapping[str, str]:
    """Return the versions of Python and of every library involved in a page; the engine reports its own."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            # In a checkout that was never installed, the library has no metadata under this name.
            found[library] = ""
    return found
