"""`archive audit`: verify the trail, and export its head to keep it outside. On the machine itself only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive_app.access.system import SYSTEM
from archive_app.audit.verification import Finding, Head, Verdict, read_head, take_head, verify, written
from archive_app.commands.terminal import language, progress_bar, say, say_code
from archive_app.language.labels import ACTIONS
from archive_app.language.marking import N_
from archive_app.office_time import in_office
from archive_app.runtime.archive import Archive

EXIT_WHOLE, EXIT_BROKEN = 0, 1

_NOTE = N_(
    "Keep this outside the system, where nobody who runs it can exchange it. Whoever changes an act that was recorded "
    "before this moment must make all that follows anew, and then the trail no longer runs through this head. To "
    "compare: put these lines into a file and run archive audit verify --head with it."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """The output of `archive audit verify`, and its exit status."""

    sentence: str
    status: int


def check(archive: Archive, file: Path | None) -> Checked:
    """Verify the trail with a progress bar; `file` has a head kept outside. Raises HeadUnreadable."""
    head = None if file is None else read_head(file.read_text(encoding="utf-8", errors="replace"), file.name)
    with progress_bar() as bar, archive.reading(SYSTEM) as session:
        task = bar.add_task(say("Rows of the audit trail"), total=None)
        verdict = verify(session, head=head, progress=lambda done, all_: bar.update(task, completed=done, total=all_))
    return Checked(_sentence(verdict, head), EXIT_WHOLE if verdict.finding is None else EXIT_BROKEN)


def keep_head(archive: Archive, out: Path, pdf: Path | None) -> Head:
    """Write the head of the trail to `out`, and as a printable page to `pdf`. Raises NoFont, OSError."""
    with archive.reading(SYSTEM) as session:
        head = take_head(session, archive.settings.name)
    title, note = say("Head of the audit trail"), say(_NOTE)
    signature = say("Signature and date:")
    text = f"# {title}\n# {note}\n{written(head)}# {signature}\n"
    if pdf is not None:
        _print(head, title, note, signature, pdf)
    out.write_text(text, encoding="utf-8")
    return head


def _print(head: Head, title: str, note: str, signature: str, pdf: Path) -> None:
    """Write the page, whole or not at all."""
    # Only now: what draws pages takes longer to load than a trail to be verified.
    from archive_app.forms.head_certificate import HeadCertificate
    from archive_app.forms.rendering import render

    page = HeadCertificate(
        organisation=head.archive,
        name=title,
        parts=_parts(head),
        note=note,
        signature=signature,
        code=written(head),
        english=language() != "zh",
    )
    half_done = pdf.with_name(f".{pdf.name}.part")
    try:
        half_done.write_bytes(render(page, made_at=head.at))
        half_done.replace(pdf)
    finally:
        half_done.unlink(missing_ok=True)


def _parts(head: Head) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups = [head.hash[start : start + 8] for start in range(0, 64, 8)]
    return (
        (say("Archive"), (head.archive,)),
        (say("Rows"), (f"{head.count:,}",)),
        (say("Hash of the last row (SHA-256)"), tuple(" ".join(groups[at : at + 2]) for at in range(0, 8, 2))),
        (say("Taken on"), (_moment(head.at),)),
    )


def _sentence(verdict: Verdict, head: Head | None) -> str:
    if verdict.finding is None:
        said = say(
            "The audit trail is whole: %(count)s rows, each of which follows from the one before.",
            count=f"{verdict.count:,}",
        )
    else:
        said = _told(verdict.finding)
    if head is None:
        return said
    values = {"count": f"{head.count:,}", "at": _moment(head.at), "archive": head.archive}
    if verdict.through:
        return f"{said} " + say(
            "It runs through the head of %(at)s that was kept outside (%(archive)s, %(count)s rows): up to there "
            "nothing was changed.",
            **values,
        )
    return f"{said} " + say(
        "It does not run through the head of %(at)s that was kept outside (%(archive)s, %(count)s rows).", **values
    )


def _told(finding: Finding) -> str:
    code = finding.code
    if code == "audit_missing" and finding.other > finding.row:
        code = "audit_missing_several"
    action = say(ACTIONS[finding.action]) if finding.action in ACTIONS else finding.action
    return say_code(
        code,
        {
            "row": f"{finding.row:,}",
            "other": f"{finding.other:,}",
            "at": _moment(finding.at),
            "action": action or "—",
        },
    )


def _moment(at: datetime | None) -> str:
    return "—" if at is None else f"{in_office(at):%Y-%m-%d %H:%M:%S}"
