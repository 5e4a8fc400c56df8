"""`archive scan`: convert files to A4 PDF/A and JSON, without an archive; an interrupted run can be resumed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from rich.progress import Progress, TaskID

from archive_app.commands.file_names import shown, stem_for_results
from archive_app.commands.intake import files_of
from archive_app.commands.terminal import progress_bar, say, say_code, say_error
from scanning import pipeline
from scanning.errors import DiskFull, ScanError, UnreadableSource
from scanning.report import to_json
from scanning.sandbox import Workers
from scanning.values import DocumentInfo, PageRef, ScannedLetter, ScanOptions

SECONDS_TO_ASSEMBLE = 60.0
SECONDS_A_PAGE = 5.0
_LONGEST_ENDING = 8
EXIT_FAILED = 1


@dataclass(frozen=True, slots=True)
class Job:
    """An input with the paths of its two results."""

    source: Path
    sha256: str
    pdf: Path
    json: Path

    @property
    def name(self) -> str:
        """The input's name, as it can be shown."""
        return shown(self.source.name)

    @property
    def done(self) -> bool:
        """Whether both results exist, with every page.

        The PDF is written last, so a JSON without it marks an interrupted job.
        """
        return self.pdf.exists() and not _report(self.json).get("failed", True)


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a run."""

    letters: int = 0
    pages: int = 0
    skipped: int = 0
    failed: int = 0


def run(inputs: Sequence[Path], out: Path, *, engine: str, jobs: int, a3: str, force: bool) -> int:
    """Scan all inputs into `out`; returns the exit status: 0 only if every input succeeded."""
    out.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(out)
    readable, refused = _readable(files_of(inputs))
    plan = plan_jobs(readable, out)
    todo = [job for job in plan if force or not job.done]
    options = ScanOptions(engine=engine, a3=a3)  # type: ignore[arg-type]
    summary = Summary(skipped=len(plan) - len(todo))
    for error in refused:
        click.echo(say_error(error), err=True)
    if todo:
        with Workers(jobs, limits=options.limits, warm=partial(pipeline.warm, options.engine)) as workers:
            summary = _run_all(todo, options, workers, threads=jobs + 1, skipped=summary.skipped)
    click.echo(
        say(
            "%(letters)d letters, %(pages)d pages written; %(skipped)d were done before; %(failed)d failed.",
            letters=summary.letters,
            pages=summary.pages,
            skipped=summary.skipped,
            failed=summary.failed + len(refused),
        ),
        err=True,
    )
    return EXIT_FAILED if summary.failed or refused else 0


def _readable(sources: Iterable[Path]) -> tuple[list[Path], list[UnreadableSource]]:
    readable: list[Path] = []
    refused: list[UnreadableSource] = []
    for source in sources:
        try:
            with source.open("rb") as file:
                file.read(1)
        except OSError as error:
            refused.append(UnreadableSource(shown(source.name), detail=error.strerror))
        else:
            readable.append(source)
    return readable, refused


def plan_jobs(sources: Sequence[Path], out: Path) -> list[Job]:
    """Assign every input its result paths, reproducibly.

    The stem is the input's; if another input (of this or an earlier run: its JSON has another SHA-256) or an unrelated
    file uses it, the input's extension is added, then a number.
    """
    taken: set[str] = set()
    plan = []
    for source in sources:
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        stem = stem_for_results(source)
        names = [stem, f"{stem}_{shown(source.suffix).lstrip('.')[:_LONGEST_ENDING]}"]
        names += [f"{stem}-{number}" for number in range(2, len(sources) + 1_000)]
        name = next(name for name in names if name.casefold() not in taken and _is_ours(out, name, sha256))
        taken.add(name.casefold())
        plan.append(Job(source, sha256, out / f"{name}.pdf", out / f"{name}.json"))
    return plan


def _is_ours(out: Path, name: str, sha256: str) -> bool:
    """Whether this result name is free, or was used for the same bytes."""
    report = out / f"{name}.json"
    if not report.exists():
        return not (out / f"{name}.pdf").exists()
    return _report(report).get("sha256") == sha256


def _report(path: Path) -> dict[str, object]:
    """Read a result's JSON; empty when there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _run_all(todo: Sequence[Job], options: ScanOptions, workers: Workers, *, threads: int, skipped: int) -> Summary:
    letters = pages = failed = 0
    with progress_bar() as bar, ThreadPoolExecutor(threads) as pool:
        task = bar.add_task(say("Letters"), total=len(todo))
        futures = {pool.submit(_do, job, options, workers, bar): job for job in todo}
        try:
            for future in as_completed(futures):
                try:
                    letter = future.result()
                    pages += len(letter.pages)
                    letters += 1
                    failed += bool(letter.failed)
                except ScanError as error:
                    failed += 1
                    bar.console.print(say_error(error), markup=False, highlight=False, soft_wrap=True)
                bar.advance(task)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Summary(letters, pages, skipped, failed)


def _do(job: Job, options: ScanOptions, workers: Workers, bar: Progress) -> ScannedLetter:
    task = bar.add_task(job.name, total=None, visible=False)
    try:
        with tempfile.TemporaryDirectory(prefix=".scan-", dir=job.pdf.parent) as folder:
            letter = pipeline.scan(
                job.source,
                Path(folder),
                options=options,
                workers=workers,
                progress=partial(_show, bar, task),
                name=job.name,
            )
            pdf = Path(folder) / "access.pdf"
            about = DocumentInfo(title=Path(job.name).stem, created=_modified(job.source), identifier=job.sha256)
            seconds = SECONDS_TO_ASSEMBLE + SECONDS_A_PAGE * len(letter.pages)
            pipeline.write_access_copy(letter, pdf, about, workers=workers, seconds=seconds)
            _publish(job, letter, pdf)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(job.name) from error
        raise UnreadableSource(job.name, detail=error.strerror) from error
    finally:
        bar.remove_task(task)
    _tell(bar, job, letter)
    return letter


def _show(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total, visible=total > 1)


def _publish(job: Job, letter: ScannedLetter, pdf: Path) -> None:
    """Move both results to their paths atomically, the PDF last."""
    report = pdf.with_suffix(".json")
    report.write_text(json.dumps(to_json(letter), ensure_ascii=False, indent=1), encoding="utf-8")
    job.pdf.unlink(missing_ok=True)
    for made, target in ((report, job.json), (pdf, job.pdf)):
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(target)


def _tell(bar: Progress, job: Job, letter: ScannedLetter) -> None:
    """Print what is odd about the pages, a line for each fact, and which pages could not be made."""
    facts: dict[str, list[int]] = {}
    for page in letter.pages:
        for warning in page.warnings:
            facts.setdefault(say_code(warning.code, warning.values), []).append(_number(letter, page.ref))
    lines = [f"{job.name} ({_ranges(numbers)}): {sentence}" for sentence, numbers in facts.items()]
    for each in letter.failed:
        name = f"{job.name} ({_number(letter, each.ref)})"
        lines.append(say_code(each.error.code, {**each.error.values, "name": name}))
    for line in lines:
        bar.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _number(letter: ScannedLetter, ref: PageRef) -> int:
    return letter.source.pages.index(ref) + 1


def _ranges(numbers: Sequence[int]) -> str:
    """Write rising numbers with their gaps: 1–3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        elif not runs or number != runs[-1][1]:
            runs.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)


def _modified(source: Path) -> str:
    """Return the modification time of the original as the PDF's date, so that the output is reproducible."""
    return datetime.fromtimestamp(int(source.stat().st_mtime), UTC).isoformat()


def _remove_leftovers(out: Path) -> None:
    """Remove the temporary folders of killed runs."""
    for folder in out.glob(".scan-*"):
        shutil.rmtree(folder, ignore_errors=True)
