"""The forms of a page as a crawl finds them, and what it writes into their fields."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.worlds.cast import PASSWORD

FORM = re.compile(rb"<form\b([^>]*)>(.*?)</form>", re.S)


FIELD = re.compile(rb"<(?:input|select|textarea|button)\b([^>]*)>")


OPTION = re.compile(rb'<option\b[^>]*value="([^"]*)"')


ATTRIBUTE = re.compile(rb'([a-z_-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, and its fields as a browser would send them."""

    method: str
    action: str
    fields: tuple[tuple[str, str], ...]


GUESSES: Mapping[str, str] = {
    "title": "测试标题",
    "sender": "测试人",
    "letter_date": "2026-01-05",
    "turn": "90",
    "number": "1",
    "line": "一行",
    "base_version": "1",
    "reason": "测试理由",
    "decision": "cleared",
    "kind": "listed",
    "until": "2026-12-31",
    "words": "某人",
    "name": "测试",
    "password": PASSWORD,
    "grouping": "each",
    "channel": "letter",
    "petitioner": "陈淑珍",
    "address": "河东路12号",
    "headcount": "1",
    "main_problem": "施工噪声",
    "purpose": "request",
    "locality": "120116",
    "content_class": "TJ3",
    "sector": "statistics",
    "cause": "policy",
    "claims": "请求答复",
    "verbatim_statement": "夜里施工",
    "feedback_by": "telephone",
    "conduct_no_promise": "1",
    "conduct_no_leak": "1",
    "conduct_no_gift": "1",
    "received_at": "2026-03-02T08:00",
    "seen": "1",
}


API_FORM = {name: GUESSES[name] for name in ("channel", "petitioner", "address", "main_problem", "purpose", "locality")}
API_FORM |= {name: GUESSES[name] for name in ("content_class", "sector", "cause", "claims", "verbatim_statement")}
API_SENT: Mapping[str, object] = {
    "api.register_petition": {"form": API_FORM, "received_at": "2026-03-02T08:00:00+08:00"},
    "api.register_letter": {"form": API_FORM},
    "api.change_form": {"form": API_FORM, "base_version": 1},
    "api.act": {"seen": 1, "words": "测试"},
    "api.make_print": {"form": "reception_form"},
}
"""What a system sends to each operation of the API."""
OWN_FILE = b'{"copy": "own", "sheets": [{"lines": ["\xe8\x87\xaa\xe5\xb7\xb1\xe7\x9a\x84\xe4\xbf\xa1"]}]}'
STAFF_TABLE = "工号,姓名,单位\nN-registrar1,何雅琴,办信科\nN-47,欧阳新来,建设管理处\n".encode()


def _form(attributes: bytes, inside: bytes, here: str) -> Form:
    of_form = {name: html.unescape(value.decode()) for name, value in ATTRIBUTE.findall(attributes)}
    fields = []
    for found in FIELD.findall(inside):
        its = {name.decode(): html.unescape(value.decode()) for name, value in ATTRIBUTE.findall(found)}
        if name := its.get("name"):
            fields.append((name, its.get("value", "")))
    options = [html.unescape(value.decode()) for value in OPTION.findall(inside)]
    chosen = next((option for option in options if option), "")
    filled = tuple((name, value or (chosen if name not in GUESSES and options else "")) for name, value in fields)
    return Form(of_form.get(b"method", "get").upper(), urlsplit(of_form.get(b"action", "")).path or here, filled)
