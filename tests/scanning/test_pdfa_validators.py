"""The judges are judged first: a fault planted in a good file must be found by those who are said to find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from scanning.values import Line
from tests.scanning import validators
from tests.scanning.pdf_made import access_copy, quad
from tests.scanning.validators import Invalid

LINES = [Line("群众来信 Letter 𠮷", quad(60, 60, 200, 16), 0.99)]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("good")
    return {"2u": access_copy(folder, LINES), "1b": access_copy(folder, LINES, "1b")}


def _dictionaries(pdf: Pdf, key: str, value: Name) -> Iterator[Object]:
    return (item for item in pdf.objects if isinstance(item, Dictionary) and item.get(key) == value)


def _no_font_program(pdf: Pdf) -> None:
    for descriptor in _dictionaries(pdf, "/Type", Name.FontDescriptor):
        del descriptor.FontFile2


def _wrong_width(pdf: Pdf) -> None:
    for font in _dictionaries(pdf, "/Subtype", Name.CIDFontType2):
        font.DW = 700


def _no_meaning(pdf: Pdf) -> None:
    for font in _dictionaries(pdf, "/Subtype", Name.Type0):
        del font.ToUnicode


def _no_metadata(pdf: Pdf) -> None:
    del pdf.Root.Metadata


def _no_part(pdf: Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes()
    start, end = data.index(b"<pdfaid:part>"), data.index(b"</pdfaid:conformance>") + len(b"</pdfaid:conformance>")
    pdf.Root.Metadata.write(data[:start] + data[end:])


def _other_title(pdf: Pdf) -> None:
    pdf.trailer.Info.Title = String("another")


def _no_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


def _wrong_intent(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.write(b"no profile at all" * 20)


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _attachment(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"hidden", filename="a.txt")


def _translucent(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Resources.ExtGState = Dictionary(G0=Dictionary(Type=Name.ExtGState, ca=0.5))
    page.Contents.write(b"/G0 gs " + page.Contents.read_bytes())


def _inks(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents.write(b"1 0 0 0 k 0 0 9 9 re f " + page.Contents.read_bytes())


def _post_script(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Resources.XObject.Ps = pdf.make_indirect(Stream(pdf, b"showpage", Type=Name.XObject, Subtype=Name.PS))
    page.Contents.write(b"/Ps Do " + page.Contents.read_bytes())


def _cut_short(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents.write(page.Contents.read_raw_bytes()[:20], filter=Name.FlateDecode)


def _switched_off(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents.write(b"/OC /Hidden BDC " + page.Contents.read_bytes() + b" EMC")
    hidden = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    page.Resources.Properties = Dictionary(Hidden=hidden)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([hidden]), D=Dictionary(OFF=Array([hidden])))


STRUCTURE, OXIDE, PREFLIGHT, OWN = (
    validators.check_structure,
    validators.check_pdfa_2u,
    validators.check_pdfa_1b,
    validators.check_drawing,
)
FAULTS: list[tuple[Callable[[Pdf], None], tuple[Callable[[Path], None], ...]]] = [
    (_no_font_program, (OXIDE, OWN)),
    (_wrong_width, (OWN,)),
    (_no_meaning, (OWN,)),
    (_no_metadata, (OXIDE, PREFLIGHT)),
    (_no_part, (OXIDE, PREFLIGHT)),
    (_other_title, (PREFLIGHT,)),
    (_no_intent, (PREFLIGHT,)),
    (_wrong_intent, (PREFLIGHT,)),
    (_script, (OXIDE, PREFLIGHT)),
    (_attachment, (OXIDE, PREFLIGHT)),
    (_translucent, (PREFLIGHT,)),
    (_inks, (PREFLIGHT, OWN)),
    (_post_script, (PREFLIGHT, OWN)),
    (_cut_short, (STRUCTURE, OWN)),
    (_switched_off, (OWN,)),
]


def _planted(source: Path, out: Path, plant: Callable[[Pdf], None]) -> Path:
    objects = pikepdf.ObjectStreamMode.preserve
    with Pdf.open(source) as pdf:
        plant(pdf)
        pdf.save(out, object_stream_mode=objects, fix_metadata_version=False)
    return out


def test_judges_accept_what_is_good(good: dict[str, Path]) -> None:
    validators.check_access_copy(good["2u"])
    validators.check_pdfa_1b(good["1b"])


def test_a_file_only_saved_again_stays_good(good: dict[str, Path], tmp_path: Path) -> None:
    validators.check_access_copy(_planted(good["2u"], tmp_path / "2u.pdf", lambda pdf: None))
    validators.check_pdfa_1b(_planted(good["1b"], tmp_path / "1b.pdf", lambda pdf: None))


@pytest.mark.parametrize(
    ("plant", "judge"),
    [
        pytest.param(plant, judge, id=f"{plant.__name__[1:]}-{judge.__name__}")
        for plant, judges in FAULTS
        for judge in judges
    ],
)
def test_judge_finds_the_planted_fault(
    good: dict[str, Path], tmp_path: Path, plant: Callable[[Pdf], None], judge: Callable[[Path], None]
) -> None:
    bad = _planted(good["1b" if judge is PREFLIGHT else "2u"], tmp_path / "bad.pdf", plant)
    with pytest.raises(Invalid):
        judge(bad)


@pytest.mark.parametrize("judge", [OXIDE, PREFLIGHT])
def test_judge_finds_encryption(good: dict[str, Path], tmp_path: Path, judge: Callable[[Path], None]) -> None:
    bad = tmp_path / "bad.pdf"
    with Pdf.open(good["1b" if judge is PREFLIGHT else "2u"]) as pdf:
        pdf.save(bad, encryption=pikepdf.Encryption(owner="owner", user=""))
    with pytest.raises(Invalid):
        judge(bad)


@pytest.mark.parametrize("judge", [STRUCTURE, PREFLIGHT])
def test_judge_finds_a_file_cut_off(good: dict[str, Path], tmp_path: Path, judge: Callable[[Path], None]) -> None:
    bad = tmp_path / "bad.pdf"
    whole = good["1b"].read_bytes()
    bad.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Invalid):
        judge(bad)
