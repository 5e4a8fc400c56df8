"""One's own signature as a picture: what is taken, who is shown it, and on which prints it stands."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw

from archive_app.cases import case_view
from archive_app.errors import NotFound, SignatureRefused
from archive_app.forms.pictures import MAX_BYTES, MAX_EDGE
from archive_app.people import signatures
from archive_app.people.errors import PasswordWrong
from archive_app.people.sign_in import add_account, local_reader
from archive_app.printing import service as printing
from archive_app.runtime.archive import Archive
from tests.case_office import FORM, Office, on_both
from tests.databases import DATABASES, archive_on

PASSWORD = "correct horse battery"


def drawn(kind: str = "PNG", *, size: tuple[int, int] = (900, 300), ink: str = "#0b1430") -> bytes:
    """A signature: a stroke across a picture, on nothing (PNG) or on white (JPEG)."""
    image = Image.new("RGBA", size, (0, 0, 0, 0)) if kind == "PNG" else Image.new("RGB", size, "white")
    ImageDraw.Draw(image).line((100, 200, 300, 80, 500, 220, 700, 100), fill=ink, width=9)
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is 30,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.fixture(params=DATABASES)
def signers(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    with archive_on(request.param, tmp_path / "archive") as archive:
        for name in ("wang", "zhao"):
            add_account(archive, name, PASSWORD, display_name=name)
        yield archive


def test_a_signature_is_kept_trimmed_and_shown_to_its_owner_only(signers: Archive) -> None:
    wang, zhao = (local_reader(signers, name) for name in ("wang", "zhao"))
    for kind in ("PNG", "JPEG"):
        signatures.keep(wang, signers, drawn(kind), password=PASSWORD)
        with Image.open(signatures.own(wang, signers).path) as kept:
            assert kept.format == "PNG"
            assert kept.mode == "RGB"
            assert kept.getpixel((0, kept.height // 2)) != (0, 0, 0)
            assert 590 <= kept.width <= 630
            assert kept.height < 170
    assert not signatures.is_there(zhao, signers)
    with pytest.raises(NotFound):
        signatures.own(zhao, signers)
    signatures.remove(wang, signers, password=PASSWORD)
    with pytest.raises(NotFound):
        signatures.own(wang, signers)


def test_nobody_signs_at_an_open_session_without_the_password(signers: Archive) -> None:
    wang = local_reader(signers, "wang")
    with pytest.raises(PasswordWrong):
        signatures.keep(wang, signers, drawn(), password="guessed")
    signatures.keep(wang, signers, drawn(), password=PASSWORD)
    with pytest.raises(PasswordWrong):
        signatures.remove(wang, signers, password="")
    assert signatures.is_there(wang, signers)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"%PDF-1.7 no picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        drawn()[:400],
        drawn() + b"\0" * MAX_BYTES,
        bomb(),
        drawn(ink="#ffffff"),
        drawn("JPEG", ink="white"),
    ],
    ids=["empty", "not a picture", "svg", "cut off", "too many bytes", "bomb", "blank", "blank jpeg"],
)
def test_what_is_no_picture_of_a_signature_is_refused(tmp_path: Path, bad: bytes) -> None:
    with archive_on("sqlite", tmp_path / "archive") as archive:
        add_account(archive, "wang", PASSWORD)
        wang = local_reader(archive, "wang")
        with pytest.raises(SignatureRefused):
            signatures.keep(wang, archive, bad, password=PASSWORD)
        assert not signatures.is_there(wang, archive)


def test_a_large_scan_is_made_smaller_and_loses_what_else_is_in_it(tmp_path: Path) -> None:
    image = Image.new("RGB", (3000, 2000), "white")
    ImageDraw.Draw(image).line((100, 1800, 2900, 200), fill="black", width=30)
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif)
    with archive_on("sqlite", tmp_path / "archive") as archive:
        add_account(archive, "wang", PASSWORD)
        wang = local_reader(archive, "wang")
        signatures.keep(wang, archive, written.getvalue(), password=PASSWORD)
        content = signatures.own(wang, archive).path.read_bytes()
    with Image.open(io.BytesIO(content)) as kept:
        assert max(kept.size) == MAX_EDGE
        assert not kept.getexif()
    assert b"where it was taken" not in content


def pictures_on(office: Office, case: str, form: str) -> int:
    number = printing.make(office.staff["wang"], office.archive, case, form)
    with pdfium.PdfDocument(case_view.printed(office.staff["wang"], office.archive, case, number).path) as pdf:
        return sum(1 for page in pdf for each in page.get_objects() if each.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE)


def sign(office: Office, who: str, picture: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounts of the tests' office have no password: whoever it is knows theirs here."""
    monkeypatch.setattr(signatures, "is_right", lambda _stored, password: password == PASSWORD)
    signatures.keep(office.staff[who], office.archive, picture, password=PASSWORD)


@on_both
def test_what_is_signed_carries_the_picture_that_its_signer_had_then(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.registered(FORM)
    office.do("wang", case, "propose", words="拟请批示")
    sign(office, "fang", drawn(), monkeypatch)
    assert pictures_on(office, case, "routing_slip") == 0  # fang has a signature, and has not signed yet
    office.do("fang", case, "instruct", words="请办理", unit="unit")
    assert pictures_on(office, case, "routing_slip") == 1
    (instructed,) = [step for step in office.look("wang", case).steps if step.act == "instruct"]
    # A new picture, and none at all: what was signed stays as it was signed.
    sign(office, "fang", drawn(ink="#aa0000"), monkeypatch)
    signatures.remove(office.staff["fang"], office.archive, password=PASSWORD)
    assert pictures_on(office, case, "routing_slip") == 1
    assert office.look("wang", case).steps[2].signature == instructed.signature
    # Who registers signs the form from then on; what was registered before is not signed by it.
    sign(office, "wang", drawn(), monkeypatch)
    assert pictures_on(office, case, "reception_form") == 0
    assert pictures_on(office, office.registered(FORM), "reception_form") == 1


def test_who_prints_does_not_sign_for_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prints of an office in which only the one who prints has a signature carry it where they have signed."""
    sign(office, "wang", drawn(), monkeypatch)
    case = office.registered(FORM)
    office.go(case, "sign_off")
    assert pictures_on(office, case, "reception_form") == 1
    assert pictures_on(office, case, "routing_slip") == 1  # the proposed action
    assert pictures_on(office, case, "handover_list") == 1  # who hands over
    assert pictures_on(office, case, "result_report") == 0
