"""The classic cases of a name that stands in what is written about a letter, or in the name of its file."""

from __future__ import annotations

from collections.abc import Mapping

from tests.worlds import moves
from tests.worlds.access_steps import Accuse, Recuse
from tests.worlds.case_steps import DoSomething, Extract, Register
from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.steps import ANYBODY, COMPLAINT, Bring, Paper, Step, Sweep
from tests.worlds.wording import CANARY

OWN = (Entry(Bring("registrar1", (Paper("L1", (Sheet(("小区北门外施工噪声扰民",)),)),), "one")), Entry(Sweep("")))


def history(
    *steps: Step, file: str = "scan.pdf", own: tuple[Entry, ...] = OWN, after: tuple[Entry, ...] = ()
) -> History:
    """C arrives and is read; these steps are done with it; then the rest."""
    brought = Bring(
        "office_head", (Paper(COMPLAINT, (Sheet((f"{CANARY}被人变卖", "请求依法查处")),), file=file),), "one"
    )
    done = tuple(Entry(step, of_complaint=True) for step in steps)
    return History(0, "registrar1", (*own, Entry(brought, of_complaint=True), Entry(Sweep("")), *done, *after))


def written(words: str) -> tuple[Step, Step]:
    """C is registered, and somebody writes these words in the next act."""
    return (
        Register(ANYBODY, COMPLAINT, f"{CANARY}被人变卖"),
        DoSomething("registrar2", COMPLAINT, words=words),
    )


CLASSICS: Mapping[str, History] = {
    "named_in_an_act": history(*written("查何雅琴虚报产值")),
    "named_in_a_reason": history(Recuse(ANYBODY, COMPLAINT, "keeper", "与何雅琴是亲属")),
    "named_by_a_file": history(file="举报何雅琴虚报产值.jpg"),
    "named_in_an_act_by_a_new_name": history(
        *written("查赵新名虚报产值"),
        after=(Entry(moves.RenamePerson("admin1", "registrar1", "赵新名")), Entry(Sweep(""))),
    ),
    # The only letter that the accused sees: its original is among the first that they ask for.
    "extract_alone": history(
        Accuse("director", COMPLAINT, person="registrar1", listed=("office_head",)),
        own=(),
        after=(
            Entry(Extract("office_head", COMPLAINT, "E", ("请求依法查处",))),
            Entry(Sweep("")),
            Entry(Register("registrar2", "E", "请求依法查处")),
        ),
    ),
}
