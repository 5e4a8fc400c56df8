"""`archive audit` and `archive access`, as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.audit.verification import read_head
from archive_app.runtime.archive import Archive
from storage.models import AuditEvent, Letter
from storage.session import reading, unit_of_work
from tests import office
from tests.scanning import validators


def run(archive: Archive, *arguments: object, language: str = "C") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archive_app", "--archive", str(archive.settings.folder), *map(str, arguments)]
    environment = {**os.environ, "LC_ALL": language, "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)


@pytest.fixture
def trail(archive: Archive, reader: Reader) -> Archive:
    """An archive whose trail has ten rows: an account was made, and nine acts recorded."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        for page in range(1, 10):
            record(session, reader, "corrected", page=page)
        session.commit()
    return archive


def test_the_trail_is_verified_and_the_bad_row_named(trail: Archive, tmp_path: Path) -> None:
    head = tmp_path / "head.txt"
    whole = run(trail, "audit", "verify")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "The audit trail is whole: 10 rows" in whole.stdout
    assert run(trail, "audit", "head", "--out", head).returncode == 0
    with unit_of_work(trail.sessions, SYSTEM.key) as session:
        session.execute(update(AuditEvent).where(AuditEvent.id == 7).values(page_number=99))
        session.commit()
    broken = run(trail, "audit", "verify", "--head", head)
    assert broken.returncode == 1
    assert broken.stdout.startswith("Row 7 (20")
    assert "Text corrected) does not follow from the row before it" in broken.stdout
    assert "It does not run through the head of 20" in broken.stdout
    chinese = run(trail, "audit", "verify", language="zh_CN.UTF-8")
    assert chinese.stdout.startswith("第 7 行（20")


def test_the_head_on_paper_is_the_head_in_the_file(trail: Archive, tmp_path: Path) -> None:
    text, page = tmp_path / "head.txt", tmp_path / "head.pdf"
    made = run(trail, "audit", "head", "--out", text, "--pdf", page, language="zh_CN.UTF-8")
    assert (made.returncode, made.stderr) == (0, "")
    head = read_head(text.read_text(encoding="utf-8"), text.name)
    assert (head.count, head.archive) == (10, trail.settings.name)
    validators.check_access_copy(page)
    with pikepdf.open(page) as pdf:
        assert len(pdf.pages) == 1
    shown = subprocess.run(["pdftotext", page, "-"], capture_output=True, text=True, check=True).stdout
    assert "审计日志链头" in shown
    assert head.hash in "".join(shown.split())
    with pypdfium2.PdfDocument(page) as document:
        picture = document[0].render(scale=300 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert read_head(code.text, "code") == head
    again = run(trail, "audit", "verify", "--head", text)
    assert again.returncode == 0
    assert "up to there nothing was changed" in again.stdout


def test_what_is_no_head_is_said(trail: Archive, tmp_path: Path) -> None:
    text = tmp_path / "head.txt"
    text.write_bytes(b"\xff\xfe nonsense")
    refused = run(trail, "audit", "verify", "--head", text)
    assert refused.returncode == 1
    assert "head.txt holds no head of an audit trail" in refused.stderr


def test_access_is_explained_to_a_reviewer(archive: Archive, reader: Reader) -> None:
    office.people(archive)
    public = office.read_letter(archive, reader, "反映方致远同志工作作风问题。")
    with reading(archive.sessions, SYSTEM.key) as session:
        number = session.scalars(select(Letter.number).where(Letter.public_id == public)).one()
    asked = ("access", "explain", "--case", number, "--as", "shen", "--reader")
    kept_out = run(archive, *asked, "fang")
    assert kept_out.returncode == 0, kept_out.stderr
    lines = kept_out.stdout.splitlines()
    assert lines[0] == f"方致远 (fang) does not see {number}."
    assert "works on cases that are not restricted" in kept_out.stdout
    assert f"“方致远” was found in letter {number}" in kept_out.stdout
    chinese = run(archive, *asked, "zhou", language="zh_CN.UTF-8")
    assert chinese.stdout.splitlines()[0] == f"周正清（zhou）可以查看 {number}。"
    assert "办公室主任" in chinese.stdout
    values = json.loads(run(archive, *asked, "fang", "--json").stdout)
    assert (values["sees"], values["vetoes"][0]["code"]) == (False, "concerned")
    refused = run(archive, "access", "explain", "--case", number, "--as", "zhou", "--reader", "fang")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.strip() == "There is nothing at this address."
