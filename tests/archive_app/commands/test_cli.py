"""The command line, as a person types it: real commands in real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from archive_app.commands.scan import plan_jobs
from tests import made


def archive(*arguments: object, folder: Path | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "archive_app",
        *(["--archive", str(folder)] if folder else []),
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, **options)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "noise.jpg").write_bytes(made.jpeg(["反映夜间噪声", "请求处理"]))
    (folder / "noise.pdf").write_bytes(made.pdf([made.page(["同名的另一封信"]), made.page(["第二页"])]))
    return folder


def test_help_names_every_command() -> None:
    help_text = archive("--help").stdout
    for command in ("scan", "init", "serve", "worker", "intake", "watch", "search", "status", "reindex", "account"):
        assert re.search(rf"^  {command} ", help_text, re.MULTILINE)
        assert archive(command, "--help").returncode == 0


def test_scan_writes_pdf_and_json_and_goes_on_where_it_stopped(tmp_path: Path, letters: Path) -> None:
    out = tmp_path / "out"
    first = archive("scan", letters, "--out", out)
    assert (first.returncode, first.stdout) == (0, ""), first.stderr
    assert sorted(path.name for path in out.iterdir()) == ["noise.json", "noise.pdf", "noise_pdf.json", "noise_pdf.pdf"]
    report = json.loads((out / "noise.json").read_text(encoding="utf-8"))
    assert report["pages"][0]["text"] == "反映夜间噪声\n请求处理"
    assert len(json.loads((out / "noise_pdf.json").read_text(encoding="utf-8"))["pages"]) == 2
    text = subprocess.run(["pdftotext", out / "noise.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "反映夜间噪声" in text

    written = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    assert "2 were done before" in archive("scan", letters, "--out", out).stderr
    assert written == {path: path.stat().st_mtime_ns for path in out.iterdir()}
    (out / "noise.pdf").unlink()
    assert "1 letters, 1 pages written; 1 were done before" in archive("scan", letters, "--out", out).stderr
    assert "2 letters, 3 pages written" in archive("scan", letters, "--out", out, "--force").stderr
    assert sorted(path.name for path in out.iterdir()) == ["noise.json", "noise.pdf", "noise_pdf.json", "noise_pdf.pdf"]


def test_scan_tells_each_bad_file_and_does_the_rest(tmp_path: Path, letters: Path) -> None:
    (letters / "empty.png").touch()
    (letters / "text.pdf").write_text("这不是PDF", encoding="utf-8")
    run = archive("scan", letters, "--out", tmp_path / "out", env={**os.environ, "LC_ALL": "en_US.UTF-8"})
    assert run.returncode == 1
    assert "empty.png is empty (0 bytes)" in run.stderr
    assert "text.pdf is neither a PDF nor a picture" in run.stderr
    assert "2 letters, 3 pages written; 0 were done before; 2 failed." in run.stderr
    chinese = archive("scan", letters, "--out", tmp_path / "out", env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    assert "empty.png" in chinese.stderr
    assert re.search(r"empty\.png.*[一-鿿]", chinese.stderr)


def test_scan_keeps_the_good_pages_of_a_file_and_tells_the_bad_one(tmp_path: Path) -> None:
    out, letter = tmp_path / "out", tmp_path / "letter.tif"
    sheets = [Image.new("1", size, 1) for size in ((300, 400), (9_100, 9_100), (300, 400))]
    sheets[0].save(letter, save_all=True, append_images=sheets[1:], compression="group4", dpi=(200, 200))
    env = {**os.environ, "LC_ALL": "en_US.UTF-8"}
    for _ in range(2):  # a run that is repeated tells it again
        run = archive("scan", letter, "--out", out, env=env)
        assert run.returncode == 1
        assert "letter.tif (2) is too large: 83 million pixels, at most 80." in run.stderr
        assert "1 letters, 2 pages written; 0 were done before; 1 failed." in run.stderr
        assert "Error" not in run.stderr
        assert run.stderr.count("looks blank") == 1
        assert "letter.tif (1, 3): This page looks blank" in run.stderr
    report = json.loads((out / "letter.json").read_text(encoding="utf-8"))
    assert [page["index"] for page in report["pages"]] == [0, 2]
    assert [(page["index"], page["code"]) for page in report["failed"]] == [(1, "source_too_large")]


def test_scan_takes_files_whatever_their_names_are(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    names = ("信访材料.png".encode("gbk"), b"a" * 251 + b".png", b"red\x1b[31m.png", b"[b]x.png")
    for number, name in enumerate(names):
        Image.new("L", (300 + number, 400), 255).save(tmp_path / "page.png", dpi=(200, 200))
        (tmp_path / "page.png").rename(folder / os.fsdecode(name))
    run = archive("scan", folder, "--out", out, env={**os.environ, "LC_ALL": "en_US.UTF-8"})
    assert run.returncode == 0, run.stderr
    assert "4 letters, 4 pages written" in run.stderr
    assert "\x1b" not in run.stderr
    assert {path.stem for path in out.iterdir()} == {"信访材料", "a" * 230, "red\ufffd[31m", "[b]x"}


def test_ctrl_c_leaves_no_half_file(tmp_path: Path, letters: Path) -> None:
    for number in range(6):
        (letters / f"more-{number}.jpg").write_bytes(made.jpeg([f"第{number}封信"]))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "archive_app", "scan", str(letters), "--out", str(out)]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 240
    while not list(out.glob("*.pdf")):
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert "Stopped" in said
    whole = {path.stem for path in out.glob("*.pdf")}
    assert {path.name for path in out.iterdir()} <= {f"{stem}.pdf" for stem in whole} | {
        path.name for path in out.glob("*.json")
    }
    for pdf in out.glob("*.pdf"):
        subprocess.run(["qpdf", "--check", pdf], check=True, capture_output=True)
    again = archive("scan", letters, "--out", out)
    assert again.returncode == 0
    assert f"{len(whole)} were done before" in again.stderr
    assert len(list(out.glob("*.pdf"))) == 8


def test_results_of_the_same_stem_do_not_meet(tmp_path: Path) -> None:
    sources = []
    for place, content in (("a/x.jpg", b"1"), ("b/x.jpg", b"2"), ("a/x.png", b"3"), ("b/X.jpg", b"4")):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        sources.append(path)
    out = tmp_path / "out"
    out.mkdir()
    (out / "x_png.pdf").write_bytes(b"somebody else's")
    names = [job.pdf.name for job in plan_jobs(sources, out)]
    assert len({name.casefold() for name in names}) == 4
    assert "x_png.pdf" not in names
    assert names == [job.pdf.name for job in plan_jobs(sources, out)]


def test_from_an_empty_folder_to_a_found_letter(tmp_path: Path, letters: Path) -> None:
    folder = tmp_path / "archive"
    run = archive("init", "--account", "wang", "--password-file", "-", folder=folder, input="correct horse\n")
    assert (run.returncode, run.stderr) == (0, "")
    again = archive("init", "--account", "wang", "--password-file", "-", folder=folder, input="correct horse\n")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    receipt = archive("intake", letters, "--as", "wang", folder=folder)
    assert "letters: 2" in receipt.stdout
    assert archive("intake", letters, "--as", "nobody", folder=folder).returncode == 1

    worker = subprocess.Popen([sys.executable, "-m", "archive_app", "--archive", str(folder), "worker"])
    try:
        end = time.monotonic() + 240
        while json.loads(archive("status", "--json", "--as", "wang", folder=folder).stdout)["letters"] != {"ready": 2}:
            assert time.monotonic() < end
    finally:
        worker.terminate()
        assert worker.wait(60) == 0
    found = json.loads(archive("search", "夜间噪声", "--json", "--as", "wang", folder=folder).stdout)
    assert [result["heading"] for result in found["results"]] == ["反映夜间噪声"]
    assert archive("search", "没有的词", "--as", "wang", folder=folder).returncode == 1
    assert archive("search", "date:someday", "--as", "wang", folder=folder).returncode == 2
    assert "2 letters indexed" in archive("reindex", "--anew", folder=folder).stdout
    assert "反映夜间噪声" in archive("search", "夜间", "--as", "wang", folder=folder).stdout

    add = ("account", "add", "admin", "--role", "system_administrator", "--password-file", "-")
    assert archive(*add, folder=folder, input="correct horse\n").returncode == 0
    hidden = json.loads(archive("search", "夜间噪声", "--json", "--as", "admin", folder=folder).stdout)
    assert (hidden["total"], hidden["results"]) == (0, [])


@pytest.mark.parametrize(("locale", "says"), [("en_US.UTF-8", "holds no archive"), ("zh_CN.UTF-8", "中没有档案库")])
def test_an_archive_that_is_not_there_is_said(tmp_path: Path, locale: str, says: str) -> None:
    missing = tmp_path / "none"
    run = archive("status", "--as", "wang", folder=missing, env={**os.environ, "LC_ALL": locale})
    assert run.returncode == 1
    assert says in run.stderr
    assert f"archive --archive {missing} init" in run.stderr


def test_watch_takes_in_what_a_scanner_writes(tmp_path: Path, letters: Path) -> None:
    folder, inbox = tmp_path / "archive", tmp_path / "inbox"
    inbox.mkdir()
    archive("init", "--account", "wang", "--password-file", "-", folder=folder, input="correct horse\n")
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), "watch", str(inbox), "--as", "wang"]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        with (inbox / "slow.jpg").open("wb") as slow:
            content = (letters / "noise.jpg").read_bytes()
            slow.write(content[:1_000])
            slow.flush()
            time.sleep(1.5)
            slow.write(content[1_000:])
        end = time.monotonic() + 240
        while not (inbox / "taken-in" / "slow.jpg").exists():
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        watching.send_signal(signal.SIGINT)
        said, complaint = watching.communicate(timeout=60)
    assert "slow.jpg" in said, complaint
    assert str(f"{len(content):,}") in said
