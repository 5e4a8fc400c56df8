"""By what people are called in the drawn histories, beside their names: another program than `index.names`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, product

TITLES = {"registrar": "登记员", "director": "局长", "unit_head": "处长"}
LATIN = {"何雅琴": "heyaqin"}


def is_called(name: str, roles: Iterable[str], bureau: str, pages: Sequence[str]) -> bool:
    """Whether the pages of a letter mean somebody of this name, these roles and this bureau, without the whole name."""
    text = re.sub(r"\s", "", "".join(pages))
    letters = re.sub("[^a-z]", "", text.lower())
    surname, given = name[0], name[1:]
    called = [surname + TITLES[role] for role in roles if role in TITLES] + [given + "同志"] * (len(given) > 1)
    near = "|".join([f"老{surname}", *([f"[“”]{given}[“”]"] if len(given) > 1 else [])])
    return (
        any(each in text for each in called)
        or re.search(f"{bureau}.{{0,9}}({near})", text) is not None
        or (name in LATIN and LATIN[name] in letters)
        or any(name in end for end in _page_ends(pages))
    )


def _page_ends(pages: Sequence[str]) -> Iterable[str]:
    for one, other in pairwise(pages):
        for last, first in product(one.splitlines(), other.strip("（第二页）\n").splitlines()):
            yield last + first
