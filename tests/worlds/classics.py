"""The classic cases, written down: each is one way in which somebody is concerned, or one way to learn of it.

They are quick, for every one of them is asked only what matters (`Crawl.focus`); the planted leaks are caught by them.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.worlds import access_steps, case_steps, classics_words, moves, steps
from tests.worlds.classics_names import CLASSICS_NAMES
from tests.worlds.classics_second_person import CLASSICS_SECOND_PERSON
from tests.worlds.classics_told import CLASSICS_TOLD
from tests.worlds.history import Entry, History
from tests.worlds.parts import (
    ACCUSED_TO_THE_OFFICE,
    C_TEXT,
    FIRST,
    accuse,
    acts,
    complaint,
    of,
    onward,
    own,
    own_case,
    paper,
    registered,
)
from tests.worlds.steps import ANYBODY, COMPLAINT, Bring, Sweep
from tests.worlds.wording import CANARY
from tests.worlds.world import KEY

CLASSICS: dict[str, History] = {
    # The rule, clause by clause
    "accused": of("registrar1", FIRST, complaint(), acts(accuse(person="registrar1"))),
    "accused_but_open": of(
        "keeper",
        FIRST,
        complaint(),
        acts(accuse(person="keeper"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "accused_and_allowed": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(
            access_steps.Allow(ANYBODY, COMPLAINT, "registrar1", "listed", None),
            accuse(person="registrar1"),
        ),
    ),
    "administrator": of("admin2", FIRST, complaint(), acts(access_steps.Recuse(ANYBODY, COMPLAINT, "admin2"))),
    "recused": of("registrar1", FIRST, complaint(), acts(access_steps.Recuse(ANYBODY, COMPLAINT, "registrar1"))),
    "mentioned": of("registrar1", FIRST, complaint("经办人何雅琴推诿")),
    "misspelt": of("registrar1", FIRST, complaint("经办人何稚琴推诿")),
    "unit_mentioned": of("registrar2", FIRST, complaint("建管处推诿扯皮")),
    "post_mentioned": of("unit_head", FIRST, complaint("执法监督处处长收受礼品")),
    "mentioned_in_title": of(
        "registrar1", FIRST, complaint(), acts(steps.Describe(ANYBODY, COMPLAINT, "反映何雅琴", "", None))
    ),
    "mentioned_in_correction": of(
        "registrar1", FIRST, complaint(), acts(steps.Correct(ANYBODY, COMPLAINT, "反映何雅琴"))
    ),
    "cleared_by_one": of(
        "registrar1", FIRST, complaint("经办人何雅琴推诿"), acts(access_steps.Review("reviewer1", COMPLAINT, "cleared"))
    ),
    "unit": of(
        "registrar2",
        FIRST,
        complaint(),
        acts(accuse(unit="building"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "unit_above": of(
        "handler",
        FIRST,
        complaint(),
        acts(accuse(unit="enforcement"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "unit_before_the_merger": of(
        "unit_head",
        FIRST,
        complaint(),
        acts(accuse(unit="old_survey"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "left_the_unit": of(
        "handler",
        FIRST,
        complaint(),
        acts(accuse(unit="building"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "left_the_unit_after": of(
        "handler",
        FIRST,
        complaint(),
        acts(
            accuse(unit="building"),
            access_steps.DateEvent("director", COMPLAINT, date(2025, 3, 1)),
            access_steps.ConfirmDate("reviewer1", COMPLAINT),
            access_steps.Restrict("reviewer1", COMPLAINT, False),
        ),
    ),
    "leads_the_unit": of(
        "office_head",
        FIRST,
        complaint(by="registrar2"),
        [
            Entry(moves.Leave("admin1", "office_head", "letters", date(2020, 1, 1))),
            Entry(moves.ConfirmChanges("reviewer1")),
            Entry(moves.ChangeAccount("admin1", "office_head", "role", "registrar", confirmed_by="reviewer1")),
            Entry(Sweep("")),
        ],
        acts(
            accuse(unit="letters"),
            access_steps.DateEvent("director", COMPLAINT, date(2025, 3, 1)),
            access_steps.ConfirmDate("reviewer1", COMPLAINT),
            access_steps.Restrict("reviewer1", COMPLAINT, False),
        ),
    ),
    "leads_another_unit": of(
        "registrar2",
        FIRST,
        complaint(),
        [Entry(moves.Appoint("admin1", "registrar2", "patrol", "leads")), Entry(Sweep(""))],
        acts(accuse(unit="patrol"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "oversees_the_unit": of(
        "deputy",
        FIRST,
        complaint(),
        acts(accuse(unit="patrol"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "words": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(accuse(words="他们头儿"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "namesake": of("keeper", FIRST, complaint(), acts(accuse(person="informer"))),
    "namesake_but_open": of(
        "keeper",
        FIRST,
        complaint(),
        acts(accuse(person="informer"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
    ),
    "restricted": of("registrar1", FIRST, complaint(), acts(access_steps.Restrict("director", COMPLAINT, True))),
    "unread": of("deputy", FIRST, complaint()[:1]),
    "unconfirmed": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(access_steps.Allow(ANYBODY, COMPLAINT, "registrar1", "listed", None)),
        [Entry(moves.ChangeAccount("admin1", "registrar1", "password"))],
    ),
    "renamed_since": of(
        "registrar1",
        FIRST,
        complaint("反映赵新名不作为"),
        [Entry(moves.RenamePerson("admin1", "registrar1", "赵新名"))],
    ),
    "renamed_and_swept": of(
        "registrar1",
        FIRST,
        complaint("反映赵新名不作为"),
        [Entry(moves.RenamePerson("admin1", "registrar1", "赵新名")), Entry(Sweep(""))],
    ),
    # Ways to learn of it
    "known_before": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(steps.Read("registrar1", COMPLAINT), accuse(person="registrar1")),
    ),
    "same_words": of(
        "registrar1",
        own("registrar1", "L1", "噪声扰民噪声扰民", "补偿款未到"),
        own("registrar2", "L2", "补偿款至今未到噪声"),
        complaint("噪声扰民补偿款"),
        acts(accuse(person="registrar1")),
    ),
    "own_upload_after": of(
        "registrar1", complaint(), acts(accuse(person="registrar1")), own("registrar1"), own("registrar1", "L2")
    ),
    "same_stack": of(
        "registrar1",
        [
            Entry(
                Bring(
                    "office_head",
                    (paper("L1"), paper(COMPLAINT, *C_TEXT, "何雅琴"), paper("L2")),
                    "stack",
                )
            ),
            Entry(Sweep("")),
        ],
    ),
    "same_stack_with_a_bad_page": of(
        "registrar1",
        [
            Entry(
                Bring(
                    "office_head",
                    (paper("L1"), paper(COMPLAINT, *C_TEXT, "何雅琴"), paper("L2", broken=True)),
                    "stack",
                )
            ),
            Entry(Sweep("")),
        ],
    ),
    "same_upload": of(
        "registrar1",
        [
            Entry(Bring("office_head", (paper("L1"), paper(COMPLAINT, *C_TEXT, "何雅琴"), paper("L2")), "each")),
            Entry(Sweep("")),
        ],
    ),
    "picker": of(
        "director",
        own("office_head", "L1"),
        complaint(by="registrar2"),
        acts(access_steps.Accuse(ANYBODY, COMPLAINT, person="director", listed=("office_head",))),
    ),
    "unit_picker": of(
        "director",
        own("office_head", "L1"),
        complaint(by="registrar2"),
        acts(
            access_steps.Accuse(ANYBODY, COMPLAINT, person="director", listed=("office_head",)),
            access_steps.Accuse(ANYBODY, COMPLAINT, unit="survey", listed=("office_head",)),
        ),
    ),
    "instructor_picker": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(ACCUSED_TO_THE_OFFICE, access_steps.Accuse(ANYBODY, COMPLAINT, person="leader", listed=("office_head",))),
    ),
    "administrator_of_the_unit": of("admin2", FIRST, complaint(), acts(accuse(unit="enforcement"))),
    "moved_below_the_accused_unit": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(accuse(unit="enforcement"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
        [Entry(moves.ChangeUnit("admin1", "letters", "moved", "enforcement")), Entry(Sweep(""))],
    ),
    # Its case
    "registered": of("registrar1", own_case("registrar1"), complaint(), acts(ACCUSED_TO_THE_OFFICE), registered()),
    "registered_between": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(ACCUSED_TO_THE_OFFICE),
        registered(),
        own_case("registrar1", "L2"),
    ),
    "registered_and_open": of(
        "keeper",
        own_case("registrar1"),
        complaint(),
        acts(access_steps.Recuse(ANYBODY, COMPLAINT, "keeper")),
        registered(*onward(3)),
    ),
    "named_in_the_form": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(case_steps.Register("office_head", COMPLAINT, f"{CANARY}，何雅琴态度恶劣")),
        own_case("registrar1", "L2"),
    ),
    "named_in_the_changed_form": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(accuse(person="director"), access_steps.Restrict("reviewer1", COMPLAINT, False)),
        acts(case_steps.Register("office_head", COMPLAINT, CANARY)),
        acts(case_steps.ChangeForm("office_head", COMPLAINT, f"{CANARY}，何雅琴态度恶劣")),
    ),
    "sent_by_a_system": of(
        "registrar1",
        own_case("registrar1"),
        acts(case_steps.RegisterSpoken("office_head", COMPLAINT, f"{CANARY}，何雅琴态度恶劣", "online", KEY)),
    ),
    "given_to_the_accused_unit": of(
        "handler",
        own_case("registrar1"),
        complaint(),
        acts(access_steps.Recuse(ANYBODY, COMPLAINT, "handler")),
        registered(*onward(4, unit="patrol")),
    ),
    # Told of it while it could be seen; then the veto came.
    "told_before": of(
        "deputy",
        own_case("registrar1"),
        [Entry(case_steps.DoSomething("registrar1", "L1"))],
        complaint(),
        acts(access_steps.Recuse(ANYBODY, COMPLAINT, "keeper")),
        registered(case_steps.DoSomething("registrar2", COMPLAINT), access_steps.Recuse(ANYBODY, COMPLAINT, "deputy")),
    ),
    # The same, and the digest goes out on the next day.
    "mailed_after": of(
        "deputy",
        own_case("registrar1"),
        [Entry(case_steps.DoSomething("registrar1", "L1"))],
        complaint(),
        acts(access_steps.Recuse(ANYBODY, COMPLAINT, "keeper")),
        registered(case_steps.DoSomething("registrar2", COMPLAINT), access_steps.Recuse(ANYBODY, COMPLAINT, "deputy")),
        [Entry(Sweep(""), after=timedelta(days=1))],
    ),
    "same_petitioner": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(access_steps.Recuse(ANYBODY, COMPLAINT, "registrar1")),
        acts(case_steps.Register(ANYBODY, COMPLAINT, CANARY, repeats="L1")),
    ),
    # What of it is for others
    "extract": of(
        "registrar1",
        own_case("registrar1"),
        complaint(),
        acts(ACCUSED_TO_THE_OFFICE),
        [Entry(case_steps.Extract("office_head", COMPLAINT, "E", C_TEXT[1:])), Entry(Sweep(""))],
        [Entry(case_steps.Register("registrar2", "E", "请求依法查处"))],
        own("registrar1", "L2"),
    ),
    "taught": of(
        "registrar1",
        FIRST,
        complaint(),
        acts(
            access_steps.Recuse(ANYBODY, COMPLAINT, "registrar1"),
            case_steps.Register(ANYBODY, COMPLAINT, f"{CANARY}，作风散漫推诿", content_class="TJ8"),
            case_steps.DoSomething(ANYBODY, COMPLAINT, code="redirect"),
        ),
        [Entry(case_steps.Train(""))],
    ),
    "reviewer": of("reviewer2", FIRST, complaint("反映苏鸿飞不作为")),
    "looks_through": of("deputy", FIRST, complaint("石怀远", confidence=0.2), acts(accuse(person="deputy"))),
    **CLASSICS_NAMES,
    **classics_words.CLASSICS,
    # One person alone
    **CLASSICS_SECOND_PERSON,
    **CLASSICS_TOLD,
}
