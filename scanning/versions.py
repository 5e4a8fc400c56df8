"""Which programs and libraries made a page, so that it can be explained, and made again, years later."""

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
    """Versions of Python and of every library that has a part in a page; the engine names its own."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            # Run from a checkout that was never installed: the library is not there under this name.
            found[library] = ""
    return found
