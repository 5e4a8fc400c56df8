"""An adversary who looks again at what they knew before: what they may still open says what it said."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from tests.worlds.crawl import Crawl
from tests.worlds.world import Question


def ask_again(crawl: Crawl, endpoints: Collection[str]) -> None:
    """Compare the pages of these endpoints that the adversary can reach and open in both worlds, and no others.

    Whatever they have lost since is gone from their lists; the pages that are left must not tell of it.
    """
    crawl._sign_in()
    for path in ("/", "/register"):
        crawl.ask(Question("GET", path))
    crawl.differences.clear()
    for path in dict.fromkeys(urlsplit(link).path for link in crawl.links):
        if crawl._endpoint(path, "GET") not in endpoints:
            continue
        if crawl.a.ask(crawl.browsers[0], Question("GET", path)).status.startswith("200"):
            crawl.ask(Question("GET", path))
