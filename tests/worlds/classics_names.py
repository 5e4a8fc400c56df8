"""Classic cases of names that are spelt otherwise: in pieces, by a nickname, over the end of a page."""

from __future__ import annotations

from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.steps import COMPLAINT, Bring, Paper, Sweep
from tests.worlds.wording import CANARY

C_TEXT = (f"{CANARY}被人变卖", "请求依法查处")


def of_pages(*pages: tuple[str, ...]) -> History:
    """C, with these pages, names registrar1, who brought a letter in before."""
    before = Bring("registrar1", (Paper("L1", (Sheet(("小区北门外施工噪声扰民",)),)),), "one")
    first, *others = pages
    sheets = tuple(map(Sheet, ((*C_TEXT, *first), *others)))
    complaint = Bring("office_head", (Paper(COMPLAINT, sheets),), "one")
    entries = (Entry(before), Entry(Sweep("")), Entry(complaint, of_complaint=True), Entry(Sweep("")))
    return History(0, "registrar1", entries)


CLASSICS_NAMES: dict[str, History] = {
    "name_in_pieces": of_pages(("经办人何·雅琴推诿",)),
    "surname_and_post": of_pages(("何登记员推诿",)),
    "nickname": of_pages(("自然资源和规划局的老何推诿",)),
    "given_name_and_address": of_pages(("“雅琴同志”推诿",)),
    "given_name": of_pages(("自然资源和规划局的“雅琴”推诿",)),
    "name_in_latin_letters": of_pages(("经办人 He Yaqin 推诿",)),
    "name_over_a_page_end": of_pages(("经办人何雅", "- 1 -"), ("（第二页）", "琴推诿", "收受礼品达两万元之多")),
}
