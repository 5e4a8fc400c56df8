"""Loads the house anew in a process, with another text of one of its files.

Loaded again are the module of the file, every module that imports it, directly or by others, and all that can hold
something of them without an import: pages, commands and tests. The rest stays, with all that it has compiled.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader

HOUSE = ("archive_app", "index", "scanning", "storage", "tests")
ALWAYS = ("archive_app.commands", "archive_app.site", "archive_app.views", "archive_app.worker", "tests")
STAY = ("__main__", "tests.compiled", "tests.postgres", "tests.worlds.leaks")
"""What holds nothing of the house but compiled statements, which are known by their structure; and what loads anew."""


def load_anew(file: Path, module: str, text: str) -> None:
    """From now on this text is what stands in this file: of a module, or of a template, which has no name."""
    if file.suffix != ".py":
        _show_template(file, text)
        return
    sys.meta_path.insert(0, _Finder(module, file, text))
    for name in {module, *_who_import(module), *(name for name in sys.modules if name.startswith(ALWAYS))}:
        if not name.startswith(STAY):
            _forget(name)
    importlib.import_module(module)


def _who_import(module: str) -> set[str]:
    """All loaded modules that import this one, directly or by others."""
    found: set[str] = set()
    left = [module]
    while left:
        new = {name for name, imported in imports().items() if left[-1] in imported} - found
        left[-1:] = new
        found |= new
    return found


@cache
def imports() -> dict[str, set[str]]:
    """What each loaded module of the house imports, in its functions too."""
    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in HOUSE}
    return {name: set(_imports(Path(file))) for name, module in loaded.items() if (file := module.__file__)}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports by a relative name"
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _forget(name: str) -> None:
    module = sys.modules.pop(name)
    package, _, own = name.rpartition(".")
    above = sys.modules.get(package)
    # `from package import module` would find it there without asking whether it is loaded.
    if above is not None and getattr(above, own, None) is module:
        delattr(above, own)


class _Loader(SourceFileLoader):
    """Runs a text instead of the file."""

    def __init__(self, name: str, file: Path, text: str) -> None:
        super().__init__(name, str(file))
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        """The text, compiled; what is compiled of the file itself is passed over."""
        return compile(self._text, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds one module, with another text."""

    def __init__(self, name: str, file: Path, text: str) -> None:
        self._name, self._file, self._text = name, file, text

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module, if it is the one."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._file, loader=_Loader(fullname, self._file, self._text))


def _show_template(file: Path, text: str) -> None:
    read = FileSystemLoader.get_source

    def get_source(loader: FileSystemLoader, environment: Environment, template: str) -> tuple[str, str, Any]:
        source, path, is_current = read(loader, environment, template)
        return text if Path(path) == file else source, path, is_current

    FileSystemLoader.get_source = get_source  # type: ignore[method-assign]
