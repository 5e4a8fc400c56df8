"""How people write of somebody: by name, by unit, by post, not always quite right, and in pieces."""

from __future__ import annotations

import random

from tests.worlds.cast import BY_KEY, UNITS
from tests.worlds.kinds import drawn

CANARY = "饕餮纹琉璃"
"""Words that stand in the complaint's letter and nowhere else."""

BETWEEN = ("·", "，", "|", " ", "、", "\n")
"""What stands between the characters of a name that was written in pieces."""


def mention(key: str, chance: random.Random) -> str:
    """A line that names somebody, or their unit, or their post, as people write it."""
    role = BY_KEY[key]
    forms = [f"经办人{role.name}态度恶劣", f"反映{role.name}不作为"]
    if len(role.name) > 2:
        forms.append(f"反映{role.name[0]}某{role.name[2]}不作为")
    forms += [f"请{name}依法答复" for name in role.other_names]
    for unit, _ in role.units:
        name, _, watched, short = UNITS[unit]
        forms += [f"{each}推诿扯皮" for each in (name, *short) if watched]
    if role.leads and role.title:
        forms.append(f"{UNITS[role.leads][0]}{role.title}收受礼品")
    if drawn("pieces") and chance.random() < 0.4:
        return _in_pieces(key, chance)
    return chance.choice(forms)


def _in_pieces(key: str, chance: random.Random) -> str:
    """A line in which a name stands in pieces."""
    name, between = BY_KEY[key].name, chance.choice(BETWEEN)
    place = chance.randrange(1, len(name))
    return f"反映{name[:place]}{between}{name[place:]}不作为"


def words(key: str, chance: random.Random) -> str:
    """What is written in an act of the complaint: something that only it has, and perhaps whom it accuses."""
    return f"{CANARY}一事" + (f"，{mention(key, chance)}" if chance.random() < 0.5 else "")


def file_name(key: str, chance: random.Random) -> str:
    """A file's name that tells what is in it; `key`: whom it names ("": nobody)."""
    named = f"反映{BY_KEY[key].name}" if key else ""
    return f"{CANARY}{named}.pdf"
