"""Import of staff and units: shown first, then done exactly so, or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.people import errors, importing, persons, units
from archive_app.people import queries as people_queries
from archive_app.people.results import ImportPreview
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive
from archive_app.tabular import errors as table_errors
from archive_app.tabular import tables
from storage.models import Account, AuditEvent, Membership, Person, PersonName, Post, Unit, UnitName
from storage.session import reading

TODAY = date.today()
HEADINGS = [chinese for chinese, _ in tables.COLUMNS.values()]
ENGLISH = [english for _, english in tables.COLUMNS.values()]


def row(**cells: str) -> list[str]:
    return [cells.get(code, "") for code in tables.COLUMNS]


def text(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, separator: str = ",") -> str:
    return "\r\n".join(separator.join(each) for each in (headings, *rows)) + "\r\n"


def shown(admin: Reader, office: Archive, *rows: Sequence[str]) -> ImportPreview:
    return importing.preview(admin, office, io.BytesIO(text(*rows).encode()), "staff.csv")


def done(admin: Reader, office: Archive, *rows: Sequence[str]) -> ImportPreview:
    content = text(*rows).encode()
    plan = importing.preview(admin, office, io.BytesIO(content), "staff.csv")
    return importing.apply(admin, office, io.BytesIO(content), "staff.csv", plan.fingerprint)


def codes(plan: ImportPreview) -> list[tuple[int, str]]:
    return [(each.row, each.notice.code.removeprefix("import_")) for each in plan.changes]


def wrong(plan: ImportPreview) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.notice.code) for each in plan.problems]


def both(column: str, code: str) -> list[tuple[int, str, str]]:
    return [(2, column, code), (3, column, code)]


def kept(office: Archive) -> dict[str, int]:
    with reading(office.sessions, SYSTEM.key) as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Person, PersonName, Unit, UnitName, Membership, Post, Account, AuditEvent)
        }


def test_what_is_shown_is_what_is_done(office: Archive, admin: Reader) -> None:
    rows = [
        row(staff_no="a1", name="张一", unit="甲处", above="甲局", short="甲、老甲", title="处长", relation="领导",
            since="2019-03-01", account="zhang1", roles="处室负责人"),
        row(staff_no="a2", name="李二", former="李小二", unit="甲处", above="甲局", since="2021/7/5",
            account="li2", roles="登记员、handler"),
        row(staff_no="a3", name="王三", unit="甲处", title="副局长", relation="分管"),
        row(unit="乙处", above="甲局"),
    ]  # fmt: skip
    before = kept(office)
    plan = shown(admin, office, *rows)
    assert wrong(plan) == []
    assert kept(office) == before, "a preview keeps nothing"
    assert codes(plan) == [
        (2, "unit_added"),
        (2, "unit_unwatched"),
        (2, "unit_added_below"),
        (2, "unit_named"),
        (2, "unit_named"),
        (5, "unit_added_below"),
        (2, "person_added"),
        (2, "member_added"),
        (2, "leads_added"),
        (2, "account_made"),
        (2, "role_given"),
        (3, "person_added"),
        (3, "person_named"),
        (3, "member_added"),
        (3, "account_made"),
        (3, "role_given"),
        (3, "role_given"),
        (4, "person_added"),
        (4, "oversees_added"),
    ]
    told = done(admin, office, *rows)
    assert (told.changes, told.fingerprint) == (plan.changes, plan.fingerprint)
    assert [(each.person, each.name) for each in told.accounts] == [("张一 a1", "zhang1"), ("李二 a2", "li2")]
    assert len({each.code for each in told.accounts}) == 2
    reader = local_reader(office, "li2")
    assert (reader.waits_for, reader.roles) == ("confirmation", {"registrar", "handler"})
    tree = {each.name: each for each in people_queries.units(admin, office)}
    assert (tree["甲处"].parent, tree["甲处"].other_names, tree["甲处"].leads) == ("甲局", ("甲", "老甲"), ("张一",))
    assert [tree[name].watched for name in ("甲局", "甲处", "乙处")] == [False, True, True]
    assert codes(shown(admin, office, *rows)) == [], "the same table once more changes nothing"


def test_changes_and_ends_are_told_apart(office: Archive, admin: Reader) -> None:
    done(
        admin,
        office,
        row(staff_no="b1", name="赵甲", unit="丙处", above="丙局", title="处长", relation="领导"),
        row(unit="丙分局", above="丙局"),
    )
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    told = done(
        admin,
        office,
        row(staff_no="b1", name="赵乙", unit="丙处", above="丙分局", title="处长", relation="领导", until=yesterday),
    )
    assert [(each.kind, each.notice.code) for each in told.changes] == [
        ("changed", "import_unit_moved"),
        ("changed", "import_person_renamed"),
        ("ended", "import_member_ended"),
        ("ended", "import_leads_ended"),
    ]
    (found,) = people_queries.people(admin, office, "b1").rows
    assert (found.name, found.other_names, found.units) == ("赵乙", ("赵甲",), ())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(name="钱一", unit="丁处", relation="领倒")], [(2, "relation", "relation_unknown")]),
        ([row(name="钱一", unit="丁处", account="qian1", roles="国王")], [(2, "roles", "role_unknown")]),
        ([row(name="钱一", unit="丁处", since="去年")], [(2, "since", "not_a_day")]),
        ([row(name="钱一", unit="丁处", until="明年", relation="?", roles="?")], [
            (2, "until", "not_a_day"), (2, "relation", "relation_unknown"), (2, "roles", "role_unknown"),
        ]),
        ([row(name="钱一", unit="丁处", since="2026-02-30")], [(2, "since", "not_a_day")]),
        ([row(name="钱一", unit="丁处", since="2026-02-02", until="2026-02-01")], [(2, "until", "end_before_begin")]),
        ([row(name="钱一")], [(2, "unit", "field_missing")]),
        ([row(name="=1+1", unit="丁处")], [(2, "name", "bad_characters")]),
        ([row(name="钱一", unit="=丁处")], [(2, "unit", "bad_characters")]),
        ([row(unit="丁处", above="戊处"), row(unit="戊处", above="丁处")], both("above", "unit_cycle")),
        ([row(unit="丁处", above="戊处"), row(unit="丁处", above="己处")], [(3, "above", "conflicting_parents")]),
        ([row(staff_no="c", name=name, unit="丁") for name in ("钱一", "钱二")], both("staff_no", "two_names")),
        ([row(name="钱一", unit="丁处"), row(name="钱一", unit="戊处")], both("staff_no", "number_needed")),
        ([row(staff_no="c2", name="王登记", unit="丁处")], [(2, "staff_no", "number_unknown")]),
        ([row(name="钱一", unit="丁处", account="wang")], [(2, "account", "account_of_another")]),
        ([row(name="管一平", unit="丁处")], [(2, "name", "own_person")]),
        ([row(name="管一平", unit="丁处", account="admin", roles="局长")], [(2, "name", "own_person")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_row_and_column(
    office: Archive, admin: Reader, rows: list[list[str]], expected: list[tuple[int, str, str]]
) -> None:
    before = kept(office)
    plan = shown(admin, office, *rows)
    assert wrong(plan) == expected
    with pytest.raises(errors.ImportHasProblems):
        importing.apply(admin, office, io.BytesIO(text(*rows).encode()), "staff.csv", plan.fingerprint)
    assert kept(office) == before


def test_a_namesake_has_a_number_and_is_another_person(office: Archive, admin: Reader) -> None:
    persons.add_person(admin, office, name="孙同名", staff_no="d1")
    plan = shown(admin, office, row(staff_no="d2", name="孙同名", unit="庚处"))
    assert (2, "namesake_added") in codes(plan)
    plan = shown(admin, office, row(name="孙同名", unit="庚处"))
    assert codes(plan)[1:] == [(2, "member_added")], "the only one of this name, who belongs nowhere yet"
    done(admin, office, row(name="孙同名", unit="庚处"))
    assert wrong(shown(admin, office, row(name="孙同名", unit="辛处"))) == [(2, "staff_no", "number_needed")]


def test_units_of_one_name_are_told_apart_by_what_is_above(office: Archive, admin: Reader) -> None:
    for name in ("东局", "西局"):
        units.add_unit(admin, office, name="办公室", parent=units.add_unit(admin, office, name=name))
    assert wrong(shown(admin, office, row(name="周东", unit="办公室"))) == [(2, "unit", "several_units")]
    plan = shown(admin, office, row(name="周东", unit="办公室", above="西局"))
    assert (wrong(plan), codes(plan)) == ([], [(2, "person_added"), (2, "member_added")])


def test_what_changed_meanwhile_is_not_applied(office: Archive, admin: Reader) -> None:
    content = text(row(staff_no="e1", name="吴变", unit="壬处")).encode()
    plan = importing.preview(admin, office, io.BytesIO(content), "staff.csv")
    with pytest.raises(table_errors.ImportChanged):
        importing.apply(admin, office, io.BytesIO(content + b"\r\n"), "staff.csv", plan.fingerprint)
    units.add_unit(admin, office, name="壬处")
    with pytest.raises(table_errors.ImportChanged):
        importing.apply(admin, office, io.BytesIO(content), "staff.csv", plan.fingerprint)
    assert people_queries.people(admin, office, "吴变").rows == ()


def test_nobody_else_imports(office: Archive, who: Mapping[str, Reader]) -> None:
    content = text(row(name="郑某", unit="癸处")).encode()
    for name in ("wang", "shen"):
        with pytest.raises(NotFound):
            importing.preview(who[name], office, io.BytesIO(content), "staff.csv")
        with pytest.raises(NotFound):
            importing.apply(who[name], office, io.BytesIO(content), "staff.csv", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_in_the_encodings_of_offices(encoding: str, separator: str) -> None:
    written = text(row(name="冯䶮", unit="综合处"), separator=separator).encode(encoding)
    (read,) = tables.read_table(written, "a.csv")
    assert (read.number, read["name"], read["unit"], read["roles"]) == (2, "冯䶮", "综合处", "")


def test_english_headings_in_any_order() -> None:
    written = "unit,NAME ,staff  number\r\n处,陈,7\r\n".encode()
    (read,) = tables.read_table(written, "a.csv")
    assert (read["unit"], read["name"], read["staff_no"]) == ("处", "陈", "7")
    (read,) = tables.read_table(text(row(name="褚", unit="处"), headings=ENGLISH).encode(), "a.csv")
    assert read["name"] == "褚"


def excel(*rows: Sequence[object]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet()
    for number, each in enumerate([HEADINGS, *rows]):
        sheet.write_row(number, 0, each)
    book.close()
    return written.getvalue()


def test_excel_numbers_and_days_are_as_one_would_write_them() -> None:
    rows = [1001.0, "卫", "", "处", "", "", "", "", date(2024, 5, 6)], ["", "", ""], ["", "蒋", "", "处"]
    first, second = tables.read_table(excel(*rows), "a.xlsx")
    assert (first["staff_no"], first["name"], first["since"]) == ("1001", "卫", "2024-05-06")
    assert (second.number, second["name"]) == (4, "蒋")


def packed(size: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b" " * size)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", table_errors.ImportHeadingsMissing),
        ("姓名\r\n张\r\n".encode(), table_errors.ImportHeadingsMissing),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", table_errors.ImportUnreadable),
        (b"PK\x03\x04 and no more", table_errors.ImportUnreadable),
        (packed(1_000), table_errors.ImportUnreadable),
        (packed(tables.MAX_UNPACKED + 1), table_errors.ImportTooLarge),
        (b"a" * (tables.MAX_BYTES + 1), table_errors.ImportTooLarge),
        ("姓名,单位\r\n".encode() + b"a,b\r\n" * (tables.MAX_ROWS + 1), table_errors.ImportTooLarge),
        ('姓名,单位\r\n"张,处\r\n'.encode(), table_errors.ImportUnreadable),
    ],
    ids=["empty", "no units", "picture", "cut off", "no book", "bomb", "large", "long", "quote"],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, error: type[errors.PeopleError]) -> None:
    with pytest.raises(error):
        tables.read_table(content, "a.csv")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_can_be_filled_in_and_its_examples_imported(office: Archive, admin: Reader, language: str) -> None:
    written = importing.template(lambda sentence: sentence, language)
    assert tables.read_table(written, "template.xlsx") == ()
    book = CalamineWorkbook.from_filelike(io.BytesIO(written))
    headings, *examples = book.get_sheet_by_index(1).to_python()
    assert headings == (HEADINGS if language == "zh" else ENGLISH)
    rows = [[str(cell) for cell in each] for each in examples if each[3]]
    assert len(rows) == len(importing.EXAMPLES)
    plan = shown(admin, office, *rows)
    assert wrong(plan) == []
    assert plan.new_accounts == 3


def test_what_looks_like_a_formula_is_written_as_words() -> None:
    written = importing.template(lambda sentence: "=cmd|' /C calc'!A0" if "One row" in sentence else sentence, "zh")
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        sheets = [file.read(name) for name in file.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2
    assert all(b"<f>" not in sheet for sheet in sheets)
