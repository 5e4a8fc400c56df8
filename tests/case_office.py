"""An office that carries cases: everybody who takes part in one, and the unit that handles it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from archive_app.access.identity import Reader
from archive_app.cases import case_view
from archive_app.cases.actions import perform
from archive_app.cases.registration import register
from archive_app.cases.results import CaseView
from archive_app.domain.action_input import ActionInput
from archive_app.domain.codes import CONDUCT
from archive_app.domain.registration_form import RegistrationForm
from archive_app.runtime.archive import Archive
from tests.office import employ, open_office, oversees, people, public, read_letter, unit

SINCE = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)

FORM = RegistrationForm(
    channel="letter",
    petitioner="陈淑珍",
    address="滨海新区某街12号",
    telephone="13800000000",
    purpose="request",
    locality="120116",
    content_class="TJ3",
    sector="statistics",
    cause="policy",
    main_problem="夜间施工噪声扰民",
    claims="请求查处并答复",
    verbatim_statement="工地每晚施工到两点，老人小孩无法入睡。",
    feedback_by="telephone",
    conduct=CONDUCT,
)

WAY: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("wang", "propose", {"words": "拟请领导批示"}),
    ("fang", "instruct", {"words": "请综合处办理", "unit": "unit"}),
    ("wang", "hand_over", {"words": "移交原件"}),
    ("tang", "acknowledge_receipt", {}),
    ("han", "record_finding", {"words": "经现场核查，情况属实", "evidence": "照片三张"}),
    ("han", "submit_result", {"words": "已责令整改", "way_of_handling": "direct_reply"}),
    ("li", "sign_off", {"words": "同意"}),
    ("wang", "take_back", {}),
    ("wang", "give_feedback", {"words": "电话答复信访人", "feedback_by": "telephone"}),
    ("wang", "close", {"words": "信访人满意"}),
)
"""The whole way of an ordinary case: who does what, with which words."""


@dataclass
class Office:
    """The people by name, the handling unit, and what they do in short."""

    archive: Archive
    staff: dict[str, Reader]
    unit: str
    letters: int = 0

    def letter(self, text: str = "夜间施工噪声扰民多次投诉未果") -> str:
        """A letter that was read; its public id."""
        self.letters += 1
        return read_letter(self.archive, self.staff["wang"], text, first=self.letters)

    def registered(self, form: RegistrationForm = FORM) -> str:
        """A letter that was registered; the public id of its case."""
        return register(self.staff["wang"], self.archive, self.letter(), form)

    def look(self, who: str, case: str) -> CaseView:
        """The case as somebody sees it."""
        return case_view.case(self.staff[who], self.archive, case)

    def do(self, who: str, case: str, code: str, **fields: object) -> None:
        """Something is done; `unit="unit"` is the handling unit, persons are called by their names here."""
        if fields.get("unit") == "unit":
            fields["unit"] = self.unit
        if "instructor" in fields:
            fields["instructor"] = public(self.archive, self.staff[str(fields["instructor"])])
        if "investigators" in fields:
            named: tuple[str, ...] = fields["investigators"]  # type: ignore[assignment]
            fields["investigators"] = tuple(public(self.archive, self.staff[each]) for each in named)
        seen = self.look(who, case).seen
        perform(self.staff[who], self.archive, case, code, ActionInput(**fields), seen=seen)  # type: ignore[arg-type]

    def go(self, case: str, until: str) -> None:
        """The ordinary way, up to and with an act."""
        for who, code, fields in WAY:
            self.do(who, case, code, **dict(fields))
            if code == until:
                return


@pytest.fixture(params=["sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    with ExitStack() as stack:
        # Everybody holds their role since before the days on which the tests' cases come.
        with time_machine.travel(SINCE, tick=True):
            archive = stack.enter_context(open_office(request.param, tmp_path / "archive"))
            made = assemble(archive)
        yield made


def assemble(archive: Archive) -> Office:
    """Everybody takes up their work."""
    staff = dict(people(archive))
    staff["tang"] = employ(archive, "tang", "唐立本", "unit_head")
    staff["han"] = employ(archive, "han", "韩立群", "handler")
    staff["li"] = employ(archive, "li", "李慕云", "leader")
    own = unit(archive, "综合处", staff["tang"], staff["han"])
    oversees(archive, staff["li"], own)
    return Office(archive, staff, own)


on_both = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)
