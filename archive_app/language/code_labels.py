"""What the codes of the registration form's tables are called.

The words are the English ones; `translations/zh` has the office's (`vocabulary.md`).
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.language.labels import CHANNELS
from archive_app.language.marking import N_

PURPOSES: Mapping[str, str] = {
    "appeal": N_("Appeal"),
    "request": N_("Request"),
    "opinion": N_("Opinion or suggestion"),
    "accusation": N_("Accusation"),
    "consultation": N_("Consultation"),
    "other": N_("Other purpose"),
}

CONTENT_CLASSES: Mapping[str, str] = {
    "agriculture": N_("Countryside and agriculture"),
    "land": N_("Land and resources"),
    "construction": N_("Urban and rural construction"),
    "labour": N_("Labour and social security"),
    "health": N_("Health"),
    "education": N_("Education, culture and sport"),
    "civil_affairs": N_("Civil affairs"),
    "justice": N_("Police, courts and justice"),
    "economy": N_("Economic management"),
    "transport": N_("Transport"),
    "trade": N_("Trade and tourism"),
    "technology": N_("Science, technology and information industry"),
    "environment": N_("Environmental protection"),
    "party_and_government": N_("Party and government affairs"),
    "personnel": N_("Organisation and personnel"),
    "discipline": N_("Discipline inspection"),
    "TJ1": N_("TJ1 Leaders interfering with statistics"),
    "TJ2": N_("TJ2 Statistical staff breaking rules"),
    "TJ3": N_("TJ3 Refused or late reports"),
    "TJ4": N_("TJ4 Census and household surveys"),
    "TJ5": N_("TJ5 Doubts and questions about data"),
    "TJ6": N_("TJ6 Objection to statistical enforcement"),
    "TJ7": N_("TJ7 Personnel, wages, retirement"),
    "TJ8": N_("TJ8 Conduct and discipline"),
    "TJ9": N_("TJ9 Other of the bureau"),
    "TJ0": N_("TJ0 Not of this bureau"),
    "other": N_("Other content"),
}

SECTORS: Mapping[str, str] = {
    "statistics": N_("Statistics system"),
    "survey_offices": N_("National survey offices"),
    "district_departments": N_("District departments"),
    "towns_and_zones": N_("Streets, towns and development zones"),
    "enterprises": N_("Enterprises and institutions"),
    "other": N_("Other sector"),
}

CAUSES: Mapping[str, str] = {
    "policy": N_("Policy"),
    "mistake": N_("Mistake in the work"),
    "attitude": N_("Attitude"),
    "passing_on": N_("Passing on and putting off"),
    "legacy": N_("Legacy of the past"),
    "excessive": N_("Excessive demand"),
    "misunderstanding": N_("Misunderstanding"),
    "other": N_("Other cause"),
}

FEEDBACK: Mapping[str, str] = {
    "letter": N_("Letter of reply"),
    "telephone": N_("Telephone call"),
    "visit": N_("In person"),
    "online": N_("On the network"),
    "none": N_("No answer is wanted, or possible"),
}

CONDUCT: Mapping[str, str] = {
    "no_promise": N_("Nothing substantive was promised about how the matter will be settled"),
    "no_leak": N_("Nothing was said of what is studied internally"),
    "no_gift": N_("No gifts, money or securities were taken"),
}

WAYS_OF_HANDLING: Mapping[str, str] = {
    "direct_reply": N_("Direct reply"),
    "forwarding": N_("Forwarded"),
    "assignment": N_("Assigned"),
    "guidance": N_("Guided"),
    "supervision": N_("Supervised"),
    "not_accepted": N_("Not accepted"),
    "no_longer_accepted": N_("No longer accepted"),
    "filed_only": N_("Filed only"),
}

DIVISIONS: Mapping[str, str] = {
    "120116": N_("Binhai New Area"),
    "120101": N_("Heping"),
    "120102": N_("Hedong"),
    "120103": N_("Hexi"),
    "120104": N_("Nankai"),
    "120105": N_("Hebei District"),
    "120106": N_("Hongqiao"),
    "120110": N_("Dongli"),
    "120111": N_("Xiqing"),
    "120112": N_("Jinnan"),
    "120113": N_("Beichen"),
    "120114": N_("Wuqing"),
    "120115": N_("Baodi"),
    "120117": N_("Ninghe"),
    "120118": N_("Jinghai"),
    "120119": N_("Jizhou"),
    "000000": N_("Elsewhere"),
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "purpose": PURPOSES,
    "content_class": CONTENT_CLASSES,
    "sector": SECTORS,
    "cause": CAUSES,
    "feedback_by": FEEDBACK,
    "way_of_handling": WAYS_OF_HANDLING,
    "locality": DIVISIONS,
    "conduct": CONDUCT,
    "street": {},
}
"""The words of each field that takes a code."""
