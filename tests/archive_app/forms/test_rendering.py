"""How forms are printed: valid, the same each time, on A4, with nothing cut off, nothing run and nothing fetched."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageFile
from weasyprint import HTML

from archive_app.errors import NoFont, SignatureUnreadable
from archive_app.forms.characters import printable
from archive_app.forms.parts import Form, Signature
from archive_app.forms.pictures import signature_picture
from archive_app.forms.rendering import OutsideRefused, _Pictures, render
from archive_app.forms.values import SpecialRegister
from archive_app.typography import faces
from tests.archive_app.forms import filled, paper
from tests.archive_app.forms.conftest import Printed, drawn
from tests.archive_app.forms.filled import ALL, HANDOVER, MADE_AT, NAMES, RECEPTION, REPLY, empty, saying
from tests.scanning import validators

HOSTILE = "<script>alert(1)</script> &amp; & <b>粗</b> {{ 7*7 }} {% raw %} ' \" </table></style> <img src='file:///etc/passwd'>"
LONG_FIELDS = {
    "ReceptionForm": ("verbatim_statement", "registrar_note"),
    "RoutingSlip": ("summary",),
    "HandoverList": ("main_facts",),
    "TransferLetter": ("summary",),
    "GuidanceNotice": ("matter",),
    "SupervisionNotice": ("reason",),
    "ExtensionRequest": ("progress",),
    "ResultReport": ("findings",),
    "ReplyLetter": ("findings",),
}


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_a_form_is_a_pdfa_with_its_title_language_and_moment(form: Form, printed: Printed) -> None:
    out = printed(replace(form, restricted=True))
    validators.check_access_copy(out)
    with pikepdf.open(out) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.trailer.Info.Title) == form.heading
        assert str(pdf.trailer.Info.CreationDate) == "D:20260309100500+08'00'"
        assert form.heading in pdf.Root.Metadata.read_bytes().decode()
        assert "/Names" not in pdf.Root
        assert "/OpenAction" not in pdf.Root


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_an_empty_form_is_a_pdfa(form: Form, printed: Printed) -> None:
    validators.check_access_copy(printed(empty(form)))


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_every_page_is_a4_with_room_for_binding(form: Form) -> None:
    across = isinstance(form, SpecialRegister)
    for page in paper.pages(drawn(form)):
        assert (page.width, page.height) == pytest.approx((297, 210) if across else (210, 297), abs=0.1)
        edges = [each for each in (*page.characters, *page.frames) if each.text.strip() or not each.text]
        if across:
            assert min(each.top for each in edges) > 13
        else:
            red = [each for each in page.frames if each.right - each.left == pytest.approx(170, abs=1)]
            assert min(each.left for each in edges if each not in red) >= 25


@pytest.mark.parametrize("form", [ALL[0], ALL[3], ALL[9]], ids=["reception", "handover", "reply"])
def test_fonts_are_embedded_as_subsets_of_the_forms_own(form: Form, printed: Printed) -> None:
    out = printed(form)
    fonts = paper.fonts_of(out)
    assert fonts
    for name, *rest in fonts:
        assert name[7:].startswith(("Noto-Serif-CJK-SC", "Noto-Sans-CJK-SC")), name
        assert rest[-5:-2] == ["yes", "yes", "yes"], "embedded, a subset, with meanings"
    assert out.stat().st_size < 120_000


@pytest.mark.parametrize("form", [ALL[0], ALL[1], ALL[9]], ids=["reception", "register", "reply"])
def test_the_same_values_and_moment_give_the_same_bytes(form: Form) -> None:
    first = drawn(form)
    assert render(replace(form), made_at=MADE_AT) == first
    assert render(form, made_at=MADE_AT + timedelta(minutes=1)) != first


def test_another_process_gives_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.archive_app.forms import filled; from archive_app.forms.rendering import render\n"
        "print(hashlib.sha256(render(filled.SLIP, made_at=filled.MADE_AT)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).resolve().parents[3],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    }
    assert digests == {hashlib.sha256(drawn(filled.SLIP)).hexdigest()}


def test_several_threads_print_what_one_prints() -> None:
    forms = [RECEPTION, HANDOVER, REPLY] * 2
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda form: render(form, made_at=MADE_AT), forms))
    assert together == [drawn(form) for form in forms]


@pytest.mark.parametrize("form", [form for form in ALL if type(form).__name__ in LONG_FIELDS])
def test_long_text_keeps_every_character_within_the_margins(form: Form, printed: Printed) -> None:
    names = LONG_FIELDS[type(form).__name__]
    short = set(paper.squeezed(printed(form)))
    # Characters that stand nowhere else on the form, others for each field, in an order that does not repeat.
    alphabet = [each for each in map(chr, range(0x4E00, 0x9FA6)) if each not in short]
    long = {
        name: "".join(alphabet[place * 200 + (each * each + each // 7) % 199] for each in range(3000))
        for place, name in enumerate(names)
    }
    out = printed(replace(form, **long))  # type: ignore[arg-type]
    text = paper.squeezed_body(out)
    for name, value in long.items():
        wanted = set(value)
        assert "".join(each for each in text if each in wanted) == value, name
    pages = paper.pages(out.read_bytes())
    assert len(pages) > 2
    assert paper.unseen(out.read_bytes()) == ""
    for page in pages:
        for each in page.characters:
            if each.text.strip():
                assert 25 <= each.left <= each.right <= 190.5
                assert 5 <= each.top <= each.bottom <= 292


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_a_form_with_long_text_everywhere_comes_out(form: Form) -> None:
    """Also in fields that are short in life: a number, a name, an account."""
    pages = paper.pages(render(saying(form, "很长的文字，" * 40), made_at=MADE_AT))
    assert len(pages) > 2


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_hostile_text_is_printed_as_it_is(form: Form, printed: Printed) -> None:
    out = printed(saying(form, HOSTILE))
    validators.check_access_copy(out)
    text = paper.squeezed(out)
    assert text.count("".join(HOSTILE.split())) >= 5
    assert "49" not in text


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_a_word_without_an_end_is_broken_and_not_cut_off(form: Form) -> None:
    pages = paper.pages(render(saying(form, "X" * 300), made_at=MADE_AT))
    edge = 282.5 if isinstance(form, SpecialRegister) else 190.5
    assert max(each.right for page in pages for each in page.characters if each.text == "X") <= edge
    assert sum(each.text == "X" for page in pages for each in page.characters) >= 300


def test_rare_hanzi_are_printed_and_what_no_font_has_is_spelled_out(printed: Printed) -> None:
    out = printed(
        replace(RECEPTION, claims="𠮷野家 㛃 䶮 𪚥 😀 \ufffd 乙\u200b丙\u202e丁 a\ud800b", purpose="\x00x\x07y\r\nz")
    )
    text = paper.squeezed(out)
    assert "𠮷野家㛃䶮〔U+2A6A5〕〔U+1F600〕〔U+FFFD〕乙丙丁a〔U+D800〕b" in text
    assert "xyz" in text
    validators.check_access_copy(out)


def test_what_steers_the_display_is_left_out_and_line_ends_are_one() -> None:
    assert printable("a\u202eb\u200dc\ufe0fd\u00ade") == "abcde"
    assert printable("一\r\n二\r三\u2028四\n五\t六") == "一\n二\n三\n四\n五\u3000六"


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA", "print-picture:1"]
)
def test_the_engine_opens_nothing_that_was_not_handed_in(address: str) -> None:
    page = HTML(string=f'<img src="{address}">', url_fetcher=_Pictures(RECEPTION))
    with pytest.raises(OutsideRefused):
        page.write_pdf()


def test_no_style_of_the_forms_asks_for_anything_outside() -> None:
    templates = list((Path(render.__code__.co_filename).parent / "templates").iterdir())
    assert len(templates) > 12
    for template in templates:
        text = template.read_text("utf-8")
        assert not any(each in text for each in ("url(", "@import", "http:", "https:", "|safe", "<link")), template.name


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 3, 9, 10, 5)
    with pytest.raises(ValueError, match="no time zone"):
        render(RECEPTION, made_at=naive)
    with pytest.raises(ValueError, match="without time zone"):
        render(replace(RECEPTION, received_at=naive), made_at=MADE_AT)


def test_moments_are_the_offices() -> None:
    (page,) = paper.pages(drawn(RECEPTION))
    assert "打印时间：2026年3月9日10:05" in "".join(each.text for each in page.characters if each.text.strip())


@pytest.mark.parametrize("picture", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"0" * 40, filled.scrawl()[:-40]])
def test_a_signature_that_is_no_picture_is_refused_by_name(picture: bytes) -> None:
    form = replace(HANDOVER, receiver=Signature(name="张伟", image=picture))
    with pytest.raises(SignatureUnreadable, match="张伟"):
        render(form, made_at=MADE_AT)


def test_printing_does_not_let_pillow_take_damaged_pictures_for_whole_ones() -> None:
    """WeasyPrint sets this for the whole process when it is imported, and scans are read in it."""
    assert drawn(RECEPTION)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_picture_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(SignatureUnreadable):
        signature_picture(filled.scrawl(size=(4001, 4000)), "张伟")
    with pytest.raises(SignatureUnreadable):
        signature_picture(filled.scrawl() + b"0" * 5_000_000, "张伟")


def test_a_missing_font_is_said_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_installed", dict)
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        render(RECEPTION, made_at=MADE_AT)
