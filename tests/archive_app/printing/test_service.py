"""The forms of a case: what can be printed when, that a print is kept as it was, and who may read it."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from archive_app.cases import case_view
from archive_app.cases.registration import change_form, register, register_spoken
from archive_app.errors import NotFound
from archive_app.printing import service as printing
from archive_app.printing.case_forms import PAPERS, printable
from archive_app.review import restrictions
from tests.case_office import FORM, Office, on_both
from tests.office import public


def text_of(file: Path) -> str:
    read = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return "".join(read.stdout.decode().split())


def cells(book: bytes) -> list[str]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    return [str(cell) for row in rows for cell in row]


def kept(office: Office, case: str, form: str, who: str = "wang") -> str:
    """The text of a form, printed now and read back from where it is kept."""
    number = printing.make(office.staff[who], office.archive, case, form)
    return text_of(case_view.printed(office.staff[who], office.archive, case, number).path)


@on_both
def test_the_forms_of_the_whole_way_are_kept_with_the_case(office: Office) -> None:
    case = office.registered(replace(FORM, registrar_note="情绪平稳"))
    assert printable(office.look("wang", case)) == ("reception_form",)
    office.go(case, "close")
    seen = office.look("wang", case)
    assert set(printable(seen)) == {"reception_form", "routing_slip", "handover_list", "result_report", "reply_letter"}
    said = {
        "reception_form": ("陈淑珍", "13800000000", "夜间施工噪声扰民", "无法入睡", "信访人满意", "TJ3调查对象"),
        "routing_slip": ("拟请领导批示", "请综合处办理", "方致远", "唐立本"),
        "handover_list": ("移交原件", "唐立本", "王登记"),
        "result_report": ("经现场核查，情况属实", "照片三张", "已责令整改", "李慕云", "同意"),
        "reply_letter": ("陈淑珍", "已责令整改"),
    }
    for form, words in said.items():
        text = kept(office, case, form)
        for each in (*words, seen.register_no):
            assert each in text, (form, each)
        assert ("情绪平稳" in text) == (form == "reception_form")
    prints = office.look("wang", case).prints
    assert [each.form for each in reversed(prints)] == list(said)


def test_clause_11_2_the_check_list_is_on_the_printed_form_of_a_visit(office: Office) -> None:
    form = replace(FORM, channel="visit", conduct=("no_promise", "no_leak"), conduct_note="水果一篮，已退还")
    case = register_spoken(office.staff["wang"], office.archive, form, received_at=datetime.now(UTC))
    text = kept(office, case, "reception_form")
    for each in ("已确认：未就来访事项的处理作实质性表态；未透露内部研究的情况", "未确认：未接受礼品"):
        assert each in text
    assert "说明：水果一篮，已退还" in text
    assert "接待纪律" not in kept(office, office.registered(), "reception_form")


def test_other_ends_have_forms_of_their_own(office: Office) -> None:
    moved, guided = office.registered(replace(FORM, content_class="TJ0")), office.registered()
    office.do("wang", moved, "transfer_out", authority="区城管委", words="施工管理属其职责")
    office.do("wang", guided, "redirect", authority="区人社局", route="劳动仲裁")
    late = office.registered()
    office.go(late, "acknowledge_receipt")
    office.do("wang", late, "supervise", words="请三日内办结")
    office.do("han", late, "ask_extension", days=5, words="等待鉴定")
    assert "区城管委" in kept(office, moved, "transfer_letter")
    assert "劳动仲裁" in kept(office, guided, "guidance_notice")
    assert "请三日内办结" in kept(office, late, "supervision_notice")
    assert "等待鉴定" in kept(office, late, "extension_request", who="han")
    with pytest.raises(NotFound):
        printing.make(office.staff["wang"], office.archive, moved, "guidance_notice")
    forms = {form for case in (moved, guided, late) for form in printable(office.look("wang", case))}
    assert forms | {"result_report", "reply_letter"} == set(PAPERS)


def test_a_print_stays_as_it_was(office: Office) -> None:
    case = office.registered()
    number = printing.make(office.staff["wang"], office.archive, case, "reception_form")
    change_form(office.staff["wang"], office.archive, case, replace(FORM, claims="改了诉求"), base_version=1)
    assert "请求查处并答复" in text_of(case_view.printed(office.staff["wang"], office.archive, case, number).path)
    assert "改了诉求" in kept(office, case, "reception_form")


def test_who_must_not_know_of_a_case_reads_no_print_of_it(office: Office) -> None:
    case = office.registered()
    number = printing.make(office.staff["cui"], office.archive, case, "reception_form")
    letter = office.look("wang", case).letters[0].public_id
    restrictions.recuse(
        office.staff["wang"], office.archive, letter, person=public(office.archive, office.staff["cui"]), reason="亲属"
    )
    for read in (lambda: kept(office, case, "reception_form", who="cui"), lambda: printed(office, case, number)):
        with pytest.raises(NotFound):
            read()


def printed(office: Office, case: str, number: int) -> object:
    return case_view.printed(office.staff["cui"], office.archive, case, number)


def test_the_register_goes_out_as_pdf_and_excel_without_what_is_restricted(office: Office, tmp_path: Path) -> None:
    office.registered()
    letter = office.letter()
    restrictions.restrict(office.staff["wang"], office.archive, letter, restricted=True, reason="敏感")
    hidden = register(office.staff["wang"], office.archive, letter, replace(FORM, main_problem="不可外传"))
    year = office.look("wang", hidden).registered_at.year
    file = tmp_path / "register.pdf"
    file.write_bytes(printing.register_on_paper(office.staff["wang"], office.archive, year))
    text = text_of(file)
    number = office.look("wang", hidden).register_no
    assert "夜间施工噪声扰民" in text
    assert number in text
    assert "不可外传" not in text
    sheet = printing.register_on_paper(office.staff["wang"], office.archive, year, sheet=True)
    assert number in cells(sheet)
    assert "不可外传" not in cells(sheet)
    seen = printing.register_on_paper(office.staff["fang"], office.archive, year, sheet=True)
    assert number not in cells(seen)
    with pytest.raises(NotFound):
        printing.register_on_paper(office.staff["han"], office.archive, year)
