"""The rules of the house that a machine can hold: import direction, locks, catalogues, nothing of one machine."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from importlinter.cli import EXIT_STATUS_SUCCESS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": (), "requirements-test.lock": ("test",), "requirements-bench.lock": ("test", "bench")}

# Places on the machine of whoever wrote a file, and addresses of package indexes, their mirrors and proxies.
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|opt|mnt)/[\w.-]+")
INDEX = re.compile(
    r"https?://[\w.-]*(?:pypi|pythonhosted|piwheels|registry|mirror|proxy|artifactory|nexus)[\w.-]*", re.I
)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.M)

# A path or a dotted module of this repository, as prose names it; `*` stands for any name, `<noun>` for one to fill in.
NAMED_PATH = re.compile(r"(?<![\w./-])(?:archive_app|docs|index|scanning|storage|tests|tools)/[\w./*<>-]*[\w*>]")
NAMED_MODULE = re.compile(r"(?<![\w./-])((?:archive_app|index|scanning|storage|tests|tools)(?:\.\w+)+)(?![\w/])")
IMPORT = re.compile(r"^\s*(?:from|import) .*", re.M)
SECTIONS = ["Context", "Options", "Choice", "Consequences"]


def tracked() -> list[Path]:
    """The files that git keeps; those of the folder where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git and a checkout")
    return [path for name in listed.split("\0") if name and (path := REPOSITORY / name).is_file()]


def words(path: Path) -> str | None:
    """The file's text; None for pictures and other binary files."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def test_imports_go_in_one_direction() -> None:
    """In a process of its own: the linter reads the whole tree and keeps it."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    ended = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == EXIT_STATUS_SUCCESS, ended.stdout


def test_the_contract_catches_a_view_that_asks_the_records(tmp_path: Path) -> None:
    """A copy of the house with one bad import in a view, and one in the scan pipeline, must break its contracts."""
    for package in ("archive_app", "index", "storage", "scanning"):
        for source in (REPOSITORY / package).rglob("*.py"):
            target = tmp_path / source.relative_to(REPOSITORY)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text("utf-8"), "utf-8")
    (tmp_path / ".importlinter").write_text((REPOSITORY / ".importlinter").read_text())
    (tmp_path / "archive_app" / "views" / "leak.py").write_text("from storage.models import Letter\n")
    (tmp_path / "scanning" / "leak.py").write_text("import index\n")
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode != EXIT_STATUS_SUCCESS
    assert "archive_app.views.leak -> storage.models" in ended.stdout
    assert "scanning.leak -> index" in ended.stdout


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {hit}"
        for path in tracked()
        if path != Path(__file__).resolve() and (text := words(path)) is not None
        for hit in MACHINE.findall(text)
    ]
    assert found == []


def test_no_file_names_a_package_index() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {hit}"
        for path in tracked()
        if path != Path(__file__).resolve() and (text := words(path)) is not None
        for hit in INDEX.findall(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (MACHINE, "see /home/somebody/letters"),
        (MACHINE, 'Path("/{}/shared")'.format("work")),
        (INDEX, "--index-url={}".format("https://mirror.example.org/simple")),
        (INDEX, "http://mirror.example.net/debian"),
    ],
)
def test_the_rules_see_what_they_are_to_see(rule: re.Pattern[str], line: str) -> None:
    assert rule.search(line)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_dependency_with_hashes(name: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    for extra in LOCKS[name]:
        wanted += project["optional-dependencies"][extra]
    text = (REPOSITORY / name).read_text()
    pins = {canonicalize_name(found): version for found, version in PIN.findall(text)}
    for requirement in map(Requirement, wanted):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{name}: {requirement} is locked at {version}; run make lock"
    entries = re.split(r"^(?=[A-Za-z0-9][\w.-]*==)", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locks_agree() -> None:
    run, test, bench = (dict(PIN.findall((REPOSITORY / name).read_text())) for name in LOCKS)
    assert run.items() <= test.items() <= bench.items()


def test_no_line_of_a_page_is_longer_than_a_screen() -> None:
    pages = [path for path in (REPOSITORY / "archive_app").rglob("*") if path.suffix in {".html", ".js", ".css"}]
    assert len(pages) > 80
    long = [
        f"{path.relative_to(REPOSITORY)}:{number}: {len(line)}"
        for path in pages
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


@pytest.mark.parametrize("catalogue", sorted((REPOSITORY / "archive_app" / "translations").glob("*/LC_MESSAGES/*.po")))
def test_a_catalogue_has_every_sentence(catalogue: Path) -> None:
    application = REPOSITORY / "archive_app"
    methods = [("samples/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"trimmed": "true"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None, "say": None}
    said = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(application, methods, options, keywords)
    }
    with catalogue.open("rb") as file:
        translated = {
            message.id if isinstance(message.id, str) else message.id[0]: message.string for message in read_po(file)
        }
    assert len(said) > 50
    assert sorted(said - {sentence for sentence, translation in translated.items() if translation}) == []


def test_ci_is_the_readmes_test_command() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text()
    commands = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make test < /dev/null"
    assert len(commands) == 3, "CI does what a person does, nothing besides"
    assert "make test" in (REPOSITORY / "README.md").read_text("utf-8")


def prose(path: Path) -> Iterator[str]:
    """What a document says, or what a module says in comments and docstrings."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        yield text
        return
    if not any(named.search(IMPORT.sub("", text)) for named in (NAMED_PATH, NAMED_MODULE)):
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def path_exists(name: str) -> bool:
    """Whether a path is there. A decision record may be named by its number, as in a comment."""
    pattern = re.sub(r"<\w+>", "*", name)
    return any(True for suffix in ("", "-*.md") for _ in REPOSITORY.glob(pattern + suffix))


def module_exists(name: str) -> bool:
    """Whether a module is there, and has the name that follows, if one does."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        place = REPOSITORY.joinpath(*parts[:count])
        for source in (place.with_suffix(".py"), place / "__init__.py"):
            if source.is_file():
                rest = parts[count:]
                return not rest or re.search(rf"\b{rest[0]}\b", source.read_text("utf-8")) is not None
        if place.is_dir():
            return count == len(parts)
    return False


def missing(text: str) -> list[str]:
    """The paths and modules that a text names and that are not there."""
    paths = [name for name in NAMED_PATH.findall(text) if not path_exists(name)]
    return paths + [name for name in NAMED_MODULE.findall(text) if not name.endswith(".py") and not module_exists(name)]


def test_every_path_and_module_that_prose_names_exists() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path in tracked()
        if path.suffix in (".md", ".py")
        for text in prose(path)
        for name in missing(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "in `{}/reading/letters.py`".format("archive_app"),
        "see {}.reading.letters".format("archive_app"),
        "the rule ({}.access.rule.no_such_function)".format("archive_app"),
        "{}/decisions/9999".format("docs"),
    ],
)
def test_a_name_that_is_gone_would_be_noticed(text: str) -> None:
    assert len(missing(text)) == 1


def test_decision_records_are_numbered_without_gap_and_have_one_form() -> None:
    records = sorted((REPOSITORY / "docs" / "decisions").iterdir())
    assert [path.name[:5] for path in records] == [f"{number:04}-" for number in range(1, len(records) + 1)]
    for path in records:
        lines = path.read_text("utf-8").splitlines()
        assert re.fullmatch(rf"# {path.name[:4]} \S.*", lines[0]), path.name
        assert re.fullmatch(r"Date: \d{4}-\d\d-\d\d · Status: \w.*", lines[2]), path.name
        assert [line[3:] for line in lines if line.startswith("## ")] == SECTIONS, path.name


@pytest.mark.parametrize(
    "path", [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")], ids=lambda path: path.name
)
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    """Links to files of the repository, and to headings in them (as the forges name the anchors)."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        place = path.parent / name if name else path
        assert place.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text("utf-8"), flags=re.M)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target
