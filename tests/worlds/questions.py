"""With what a crawl asks: verbs, headers, small numbers, words; and which links it follows first."""

from __future__ import annotations

import re

FIRST = (("/letters/", "/cases/", "/intakes/"), ("/register", "/work", "/review", "/deadlines", "/notifications"))
"""Addresses that are followed first, and those that are then."""

SHA256_LENGTH = 64

MANY = 40
"""Links, searches and forms that a thorough look takes, of each."""

CONDITIONS = (
    (("If-None-Match", "*"), ("Range", "bytes=0-9")),
    (("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),),
)
"""Headers with which a cache asks whether there is something else than what it keeps, or for a part of it."""

CAREFULLY = (
    *("letters.letter", "files.original", "files.image", "files.access_copy"),
    *("cases.case", "cases.printed", "intakes.receipt", "api.case"),
)
"""Rules that a focused look asks without a body and with conditions too."""

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
NUMBERS = ("1", "2", "0", "99")
WORDS = ("a4", "source", "en", "zh", "listed", "granted", "cleared", "preview")
LINK = re.compile(rb"""(?:href|src|data-url)="(/[^"#]*)""")
