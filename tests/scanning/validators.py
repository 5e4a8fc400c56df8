"""Judges of PDF files: qpdf, pdf_oxide, PDFBox Preflight. Each raises with what it found.

No one of them finds everything (`test_pdfa_validators.py` shows what each does find), so a file is shown to all.
Widths and meanings of characters, at which none of them looks in a PDF/A-2u, are held against our own list.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest

from scanning.borndigital.plain import Doubt
from scanning.vector import copy_page

_JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api")
_JAVA_FOLDER = Path(os.environ.get("ARCHIVE_TEST_JARS", "/usr/share/java"))
_JAVA_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_SECONDS = 120


class Invalid(AssertionError):
    """A judge found something."""

    def __init__(self, judge: str, path: Path, findings: list[str]) -> None:
        self.judge = judge
        self.findings = findings
        super().__init__(f"{judge} on {path.name}:\n" + "\n".join(findings))


def check_structure(path: Path) -> None:
    """Let qpdf read every object: syntax, streams, cross-references."""
    result = _run([_program("qpdf"), "--check", str(path)])
    if result.returncode != 0:
        raise Invalid("qpdf --check", path, (result.stdout + result.stderr).splitlines())


def check_pdfa_2u(path: Path) -> None:
    """Let pdf_oxide judge a PDF/A-2u."""
    if importlib.util.find_spec("pdf_oxide") is None:
        pytest.skip("needs pdf_oxide (pip install pdf-oxide)")
    from pdf_oxide import PdfDocument

    try:
        verdict = PdfDocument(str(path)).validate_pdf_a("2u")
    except (RuntimeError, ValueError, OSError) as error:
        raise Invalid("pdf_oxide", path, [str(error)]) from error
    if not verdict["valid"] or verdict["errors"]:
        raise Invalid("pdf_oxide", path, [str(error) for error in verdict["errors"]])


def check_pdfa_1b(path: Path) -> None:
    """Let PDFBox Preflight judge a PDF/A-1b, the only kind it knows."""
    jars = [_JAVA_FOLDER / f"{name}.jar" for name in _JARS]
    missing = [jar.name for jar in jars if not jar.exists()]
    if missing:
        pytest.skip(
            f"needs PDFBox Preflight in {_JAVA_FOLDER}: {', '.join(missing)} missing (see tools/packages-debian.txt)"
        )
    main = "org.apache.pdfbox.preflight.Validator_A1b"
    classes = ":".join(str(jar) for jar in jars)
    result = _run([_program("java"), *_JAVA_OPTIONS, "-cp", classes, main, str(path)])
    findings = (result.stdout + result.stderr).splitlines()
    if result.returncode != 0 or not any("is a valid PDF/A-1b file" in line for line in findings):
        raise Invalid("PDFBox Preflight", path, findings)


def check_drawing(path: Path) -> None:
    """Hold every page against our own list: fonts embedded, widths true, characters with meaning, colours covered."""
    with pikepdf.open(path) as pdf:
        count = len(pdf.pages)
    with TemporaryDirectory() as folder:
        for index in range(count):
            try:
                copy_page(path, index, Path(folder) / "page.pdf")
            except Doubt as doubt:
                raise Invalid("our own list", path, [f"page {index + 1}: {doubt}"]) from doubt


def check_access_copy(path: Path) -> None:
    """Show a PDF/A-2u to all judges that know that kind."""
    check_structure(path)
    check_pdfa_2u(path)
    check_drawing(path)


def extract_text(path: Path, *options: str) -> str:
    """Give the text that poppler's pdftotext copies out of a file, one form feed a page."""
    result = _run([_program("pdftotext"), "-enc", "UTF-8", *options, str(path), "-"])
    assert result.returncode == 0, result.stderr
    return result.stdout


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (see tools/packages-debian.txt)")
    return found


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
