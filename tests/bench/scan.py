"""Scanning measured against ocrmypdf: `python -m tests.bench.scan [--pages N]`.

Both make all pages of the shared test data in the same run, two at a time: `archive scan --jobs 2` from the pictures as
they came, ocrmypdf (`-l chi_sim -j2 --rotate-pages --deskew --output-type pdfa-2`) from one PDF into which img2pdf has
put the same pictures unchanged, so that it starts once and can work on two pages at a time. Of each: pages a minute,
CPU seconds a page with all children, wrong characters in what `pdftotext` reads back, bytes a page, and the most memory
that one of its processes took. Prints a table and writes `scan.json` and `scan.md` into build/bench. On a shared
machine, read CPU times and ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import img2pdf

from tests.bench.scoring import errors

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = (".jpg", ".png", ".tif")
APART = ("blank", "real-screen")
"""Classes that the overall error rate leaves out, as the issue defines it: nothing to read, and no letters."""

JOBS = 2


@dataclass(frozen=True)
class Run:
    """What one program took for all pages, and what came of them."""

    name: str
    pages: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    output_bytes: int
    wrong: Mapping[str, tuple[int, int]]

    @property
    def pages_a_minute(self) -> float:
        return 60 * self.pages / self.wall_s

    @property
    def cpu_a_page(self) -> float:
        return self.cpu_s / self.pages

    def error_rate(self, kind: str | None = None) -> float:
        """Per cent of wrong characters in one class of pages, or in all that count."""
        kinds = [kind] if kind else [name for name in self.wrong if name not in APART]
        characters = sum(self.wrong[name][1] for name in kinds)
        return 100 * sum(self.wrong[name][0] for name in kinds) / max(characters, 1)


def main() -> None:
    """Measure both, and report."""
    options = _options()
    pages = _pages(options.data / "pages", options.pages)
    with tempfile.TemporaryDirectory(prefix="bench-scan-") as name:
        folder = Path(name)
        ours = _ours(pages, folder, options.engine)
        runs = [ours] if options.alone else [ours, _theirs(pages, folder)]
    report = _report(runs)
    out = REPOSITORY / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "scan.md").write_text(report, "utf-8")
    (out / "scan.json").write_text(json.dumps([asdict(run) for run in runs], indent=1), "utf-8")
    sys.stdout.write(report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("ARCHIVE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=shared, help="folder of the shared test data")
    parser.add_argument("--pages", type=int, help="measure on so many pages, spread over the classes (default: all)")
    parser.add_argument("--engine", default="auto", help="engine of archive scan (default: auto)")
    parser.add_argument("--alone", action="store_true", help="leave ocrmypdf out")
    return parser.parse_args()


def _pages(folder: Path, count: int | None) -> list[Path]:
    found = sorted(path for path in folder.glob("*") if path.suffix in PICTURES)
    if not found:
        raise SystemExit(f"no pages in {folder}: set ARCHIVE_TEST_DATA or --data")
    step = max(1, len(found) // count) if count else 1
    return found[::step][:count]


def _ours(pages: Sequence[Path], folder: Path, engine: str) -> Run:
    out = folder / "archive"
    command = [sys.executable, "-m", "archive_app", "scan", *map(str, pages), "--out", str(out)]
    wall, cpu, peak = _measured([*command, "--jobs", str(JOBS), "--engine", engine])
    made = [out / f"{page.stem}.pdf" for page in pages]
    wrong = _wrong((page, _text(pdf)) for page, pdf in zip(pages, made, strict=True))
    return Run("archive scan", len(pages), wall, cpu, peak, sum(pdf.stat().st_size for pdf in made), wrong)


def _theirs(pages: Sequence[Path], folder: Path) -> Run:
    source, made = folder / "source.pdf", folder / "ocrmypdf.pdf"
    source.write_bytes(img2pdf.convert([str(page) for page in pages]))
    command = [str(Path(sys.executable).with_name("ocrmypdf")), "-l", "chi_sim", f"-j{JOBS}", "--rotate-pages"]
    wall, cpu, peak = _measured([*command, "--deskew", "--output-type", "pdfa-2", str(source), str(made)])
    wrong = _wrong((page, _text(made, number)) for number, page in enumerate(pages, 1))
    return Run(f"ocrmypdf {version('ocrmypdf')}", len(pages), wall, cpu, peak, made.stat().st_size, wrong)


def _measured(command: Sequence[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds with all children, and megabytes of the largest process of a command."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if child.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{said.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _text(pdf: Path, number: int = 1) -> str:
    command = ["pdftotext", "-f", str(number), "-l", str(number), str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _wrong(texts: Iterable[tuple[Path, str]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for page, text in texts:
        kind = page.name.split("__")[0]
        wrong, characters = errors(page.with_suffix(".txt").read_text("utf-8"), text)
        found[kind] = found[kind][0] + wrong, found[kind][1] + characters
    return dict(found)


def _report(runs: Sequence[Run]) -> str:
    ours, *theirs = runs
    rows = [
        ("pages a minute", *(f"{run.pages_a_minute:.1f}" for run in runs)),
        ("CPU seconds a page", *(f"{run.cpu_a_page:.2f}" for run in runs)),
        ("wrong characters, %", *(f"{run.error_rate():.2f}" for run in runs)),
        *((f"- {kind}", *(f"{run.error_rate(kind):.2f}" for run in runs)) for kind in sorted(ours.wrong)),
        ("KB a page", *(f"{run.output_bytes / run.pages / 1000:.0f}" for run in runs)),
        ("largest process, MB", *(f"{run.peak_mb:.0f}" for run in runs)),
    ]
    lines = [f"# Scanning, {ours.pages} pages, {JOBS} at a time", ""]
    lines += [_row("", *(run.name for run in runs)), "|---|" + "---:|" * len(runs), *(_row(*row) for row in rows), ""]
    for other in theirs:
        faster, cheaper = ours.pages_a_minute / other.pages_a_minute, other.cpu_a_page / ours.cpu_a_page
        lines += [f"{faster:.2f} × its pages a minute, 1/{cheaper:.2f} of its CPU seconds a page.", ""]
    lines += [f"Python {platform.python_version()}, {os.cpu_count()} cores; the program's start is in the times."]
    if shutil.which("tesseract"):
        said = subprocess.run(["tesseract", "--version"], check=True, capture_output=True, text=True).stdout
        lines += [said.splitlines()[0].capitalize() + "."]
    return "\n".join([*lines, ""])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
