"""Pictures of every page, in both languages, at a desk and on a phone: `python -m tests.browser.screenshots OUT`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from archive_app.access.system import SYSTEM
from archive_app.cases.actions import perform
from archive_app.cases.registration import register
from archive_app.domain.action_input import ActionInput
from archive_app.domain.registration_form import RegistrationForm
from archive_app.letters import receipts as receipts_service
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review import decisions, queue
from archive_app.samples.maker import make_samples
from storage.models import Unit, UnitReach
from storage.session import unit_of_work
from tests.browser.house import DESK, PASSWORD, PHONE, House, bring_in, launch, open_house, sign_in, window
from tests.made import jpeg

LETTERS = 6
STAFF = {
    "shenyuan": ("沈远岫", "access_reviewer"),
    "meiqing": ("梅清晖", "access_reviewer"),
    "cuiying": ("崔映川", "records_manager"),
    "fangzhi": ("方致和", "unit_head"),
}
SECOND_REVIEWER = "meiqing"
WINDOWS: dict[str, dict[str, Any]] = {
    "desk": {"size": DESK},
    "phone": {"size": PHONE, "has_touch": True, "is_mobile": True},
}


FORM = RegistrationForm(
    petitioner="赵素梅",
    address="滨海新区海河路8号",
    telephone="13512345678",
    purpose="request",
    locality="120116",
    content_class="TJ4",
    sector="statistics",
    cause="mistake",
    main_problem="记账户补贴未按时发放",
    claims="请求核实并发放上半年补贴",
    verbatim_statement="我是记账户，上半年补贴至今未发。请核实并尽快发放。",
    feedback_by="telephone",
)


def pages_of(house: House, receipt: str, longest: str, case: str) -> dict[str, str]:
    """What to look at: a name for the picture → an address."""
    letter = next(
        found.letters[0].public_id
        for found in receipts_service.recent(house.reader, house.archive)
        if found.public_id == longest
    )
    return {
        "home": "/",
        "scan": "/scan",
        "separators": "/scan/separators?copies=3",
        "receipt": f"/intakes/{receipt}",
        "letter": f"/letters/{letter}",
        "letter-hits": f"/letters/{letter}?q=情况",
        "letter-pages": f"/letters/{letter}/scan",
        "correction": f"/letters/{letter}/pages/1/correction",
        "versions": f"/letters/{letter}/pages/1/versions",
        "history": f"/letters/{letter}/history",
        "access": f"/letters/{letter}/access",
        "registration": f"/letters/{letter}/registration",
        "registration-visit": "/registration",
        "case": f"/cases/{case}",
        "work": "/work",
        "register": "/register",
        "search-start": "/search",
        "search": "/search?q=反映 OR 情况",
        "search-nothing": "/search?q=麒麟送子",
        "help": "/help",
        "not-found": "/letters/nothing-here",
    }


def prepare_review(house: House, folder: Path) -> None:
    """A letter with two names of the staff in it, and what the first reviewer says of one of them."""
    for name, (display_name, role) in STAFF.items():
        add_account(house.archive, name, PASSWORD, display_name=display_name, roles=(role,))
    file = folder / "早市.jpg"
    file.write_bytes(jpeg(["关于早市占道经营的来信", "已向崔映川和方致和反映过一次", "请有关部门予以核实"]))
    bring_in(house, {file.name: file})
    first = local_reader(house.archive, "shenyuan")
    concern = queue.waiting(first, house.archive)[0].concern.public_id
    decisions.decide(first, house.archive, concern, "cleared", reason="信中所称是街道干部，不是本局人员")


def prepare_case(house: House, receipt: str) -> str:
    """A letter that was registered, and what was proposed and instructed; the public id of its case."""
    add_account(house.archive, "duanping", PASSWORD, display_name="段平川", roles=("deputy_director",))
    letter = receipts_service.intake(house.reader, house.archive, receipt).letters[0].public_id
    case = register(house.reader, house.archive, letter, FORM)
    perform(house.reader, house.archive, case, "propose", ActionInput(words="拟请领导批示，由普查中心办理。"), seen=1)
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        unit = Unit(name="普查中心", matched=True)
        session.add(unit)
        session.flush()
        session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
        session.commit()
        unit_id = unit.public_id
    leader = local_reader(house.archive, "duanping")
    given = ActionInput(words="请普查中心尽快核实办理。", unit=unit_id)
    perform(leader, house.archive, case, "instruct", given, seen=2)
    return case


def main(out: Path) -> None:
    """Take all pictures into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder) / "archive") as house:
        samples = [sample.path for sample in make_samples(Path(folder) / "letters", LETTERS)]
        receipts = [bring_in(house, {sample.name: sample}) for sample in samples]
        damaged = Path(folder) / "残页.pdf"
        damaged.write_bytes(b"%PDF-1.7 and no more")
        good = Path(folder) / "来信.jpg"
        good.write_bytes(jpeg(["关于夜间施工噪声的来信", "请有关部门予以核实"]))
        bring_in(house, {good.name: good, damaged.name: damaged}, grouping="each", channel="visit")
        prepare_review(house, Path(folder))
        longest = max(
            (found for found in receipts_service.recent(house.reader, house.archive) if len(found.letters) == 1),
            key=lambda found: found.pages,
        ).public_id
        case = prepare_case(house, receipts[0])
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for language in ("zh", "en"):
                for size_name, options in WINDOWS.items():
                    context = window(browser, house, **options)
                    context.add_cookies([{"name": "language", "value": language, "url": house.address}])
                    page = context.new_page()
                    _take(page, "/login", out / f"login-{size_name}-{language}.png")
                    sign_in(page, house)
                    for name, address in pages_of(house, receipts[0], longest, case).items():
                        chosen = samples[:4] if name == "scan" else []
                        _take(page, address, out / f"{name}-{size_name}-{language}.png", chosen)
                    page.context.clear_cookies(name="archive")
                    sign_in(page, house, SECOND_REVIEWER)
                    _take(page, "/review", out / f"review-{size_name}-{language}.png")
                    context.close()
            browser.close()


def _take(page: Page, address: str, file: Path, chosen: Sequence[Path] = ()) -> None:
    page.goto(address, wait_until="networkidle")
    if chosen:
        page.set_input_files("#files", chosen)
        # The small pictures are drawn one after the other.
        page.wait_for_timeout(2_000)
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
