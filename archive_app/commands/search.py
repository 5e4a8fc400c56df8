"""`archive search`: print results as lines or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import click

from archive_app.access.identity import Reader
from archive_app.commands.file_names import without_controls
from archive_app.commands.terminal import say, say_code
from archive_app.runtime.archive import Archive
from archive_app.search.results import SearchPage, SearchRequest, SearchResult
from archive_app.search.search import search

EXIT_NOTHING = 1
EXIT_BAD_QUERY = 2


def run(reader: Reader, archive: Archive, request: SearchRequest, *, everything: bool, as_json: bool) -> int:
    """Search and print; the exit status is 0 with results, 1 without, 2 for an invalid query."""
    found = search(reader, archive, request)
    results = list(found.results)
    if everything:
        for number in range(request.page + 1, found.pages + 1):
            results += search(reader, archive, replace(request, page=number)).results
    if as_json:
        click.echo(json.dumps(_as_json(found, results), ensure_ascii=False, indent=2, default=str))
    else:
        _print(found, results)
    if found.error is not None:
        return EXIT_BAD_QUERY
    return 0 if found.total else EXIT_NOTHING


def _as_json(found: SearchPage, results: list[SearchResult]) -> dict[str, object]:
    return {
        "query": found.request.text,
        "total": found.total,
        "total_exact": found.total_exact,
        "error": None if found.error is None else asdict(found.error),
        "similar_found": found.similar_found,
        "took_ms": round(found.took_ms, 2),
        "results": [asdict(each) for each in results],
    }


def _print(found: SearchPage, results: list[SearchResult]) -> None:
    if found.error is not None:
        click.echo(say_code(found.error.code, found.error.values), err=True)
        return
    for each in results:
        said = without_controls(f"{each.heading}  {each.sender}")
        click.echo(f"{each.date}  {click.style(each.number, bold=True)}  {said}".rstrip())
        snippet = [(without_controls(text), hit) for text, hit in each.snippet]
        click.echo("    " + "".join(click.style(text, fg="red") if hit else text for text, hit in snippet))
    more = "" if found.total_exact else "+"
    click.echo(f"{found.total}{more} ({found.took_ms:.0f} ms)")
    if not found.total and found.similar_found:
        click.echo(say("With one character different: %(count)d. Add --similar", count=found.similar_found))
