"""Print the map of the packages: rooms, imports between them, upward imports, circles of rooms and of files.

    python -m tools.rooms [--arrows]

A room is a package directly under `archive_app`, a loose module of it, or one of the packages beside it. The order of
the rooms is the contract `rooms` of `.importlinter`, and that of the pages the contract `pages`. Exits with 1 when an
import goes upwards or in a circle, or when there are more rooms than `MOST_ROOMS`.
"""

from __future__ import annotations

import argparse
import configparser
import sys
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("archive_app", "index", "storage", "scanning")
MOST_ROOMS = 36

Arrow = tuple[str, str]


def imports() -> frozenset[Arrow]:
    """Each import of one module by another, of all packages: (importer, imported)."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return frozenset(
        (module, found) for module in graph.modules for found in graph.find_modules_directly_imported_by(module)
    )


def ancestor(module: str, depth: int) -> str:
    """The package of a module at the given depth."""
    return ".".join(module.split(".")[:depth])


def room(module: str) -> str:
    """The room of a module."""
    return ancestor(module, 2 if module.startswith("archive_app.") else 1)


def between(arrows: Iterable[Arrow], depth: int) -> frozenset[Arrow]:
    """The arrows between the packages at this depth."""
    pairs = {(ancestor(one, depth), ancestor(other, depth)) for one, other in arrows}
    return frozenset(
        (one, other)
        for one, other in pairs
        if one != other and not f"{one}.".startswith(f"{other}.") and not f"{other}.".startswith(f"{one}.")
    )


def circle(arrows: Iterable[Arrow]) -> tuple[str, ...]:
    """One circle of imports, or an empty result."""
    graph: dict[str, set[str]] = {}
    for one, other in arrows:
        graph.setdefault(one, set()).add(other)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def layers(contract: str) -> Mapping[str, int]:
    """The height of each package of a contract, by its full name; the highest has 0."""
    parser = configparser.ConfigParser()
    parser.read(REPOSITORY / ".importlinter", "utf-8")
    section = parser[f"importlinter:contract:{contract}"]
    container = section["containers"].strip()
    lines = section["layers"].split("\n")
    rows = [[name.strip() for name in line.split("|")] for line in lines if line.strip()]
    return {f"{container}.{name}": height for height, row in enumerate(rows) for name in row}


def upwards(arrows: Iterable[Arrow], heights: Mapping[str, int]) -> list[Arrow]:
    """The arrows from a lower package to a higher one, or to one of the same layer."""
    return sorted(
        arrow for arrow in arrows if all(end in heights for end in arrow) and heights[arrow[0]] >= heights[arrow[1]]
    )


def main() -> int:
    """Print the map; return 1 when it has a violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arrows", action="store_true", help="print each arrow between rooms")
    chosen = parser.parse_args()
    arrows = imports()
    rooms = sorted({room(module) for arrow in arrows for module in arrow} - {"archive_app"})
    pairs = frozenset((room(one), room(other)) for one, other in arrows if room(one) != room(other))
    up = upwards(pairs, layers("rooms")) + upwards(between(arrows, 3), layers("pages"))
    deepest = max(module.count(".") for arrow in arrows for module in arrow) + 1
    circles = [found for depth in range(1, deepest + 1) if (found := circle(between(arrows, depth)))]
    print(f"{len(rooms)} rooms, {len(pairs)} arrows, {len(up)} upwards, {len(circles)} circles")
    for one, other in sorted(pairs) if chosen.arrows else up:
        print(f"  {one} -> {other}")
    for found in circles:
        print("  circle: " + " -> ".join(found))
    return 1 if up or circles or len(rooms) > MOST_ROOMS else 0


if __name__ == "__main__":
    sys.exit(main())
