"""The code tables of a registration: the values of its fields. Their labels are in `archive_app.language`.

Source: `regulation.md`, code tables; clause 一.2 of the rules asks for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping

CHANNELS = ("letter", "visit", "telephone", "fax", "online", "leader_mailbox", "other")
"""The channel of a petition 信访形式."""

PURPOSES = ("appeal", "request", "opinion", "accusation", "consultation", "other")
"""What the petitioner wants 信访目的."""

CONTENT_CLASSES = (
    *("agriculture", "land", "construction", "labour", "health", "education", "civil_affairs", "justice", "economy"),
    *("transport", "trade", "technology", "environment", "party_and_government", "personnel", "discipline"),
    *("TJ1", "TJ2", "TJ3", "TJ4", "TJ5", "TJ6", "TJ7", "TJ8", "TJ9", "TJ0"),
    "other",
)
"""The content class 内容分类: the general classes, and the bureau's own (TJ)."""

SUGGEST_ACCUSATION = ("TJ1", "TJ2", "TJ8", "discipline")
"""Content classes in which a letter that names a person is likely to be an accusation."""

OUT_OF_SCOPE = "TJ0"
"""The class of cases that are another authority's responsibility: they are transferred within 3 days (四.3)."""

SECTORS = ("statistics", "survey_offices", "district_departments", "towns_and_zones", "enterprises", "other")
"""The sector that the petition concerns 所属系统."""

CAUSES = ("policy", "mistake", "attitude", "passing_on", "legacy", "excessive", "misunderstanding", "other")
"""The cause of the petition 产生原因."""

FEEDBACK = ("letter", "telephone", "visit", "online", "none")
"""How the petitioner wants to be answered 反馈方式; `none` if they do not want an answer or cannot be reached."""

CONDUCT = ("no_promise", "no_leak", "no_gift")
"""The check list of a reception 接待纪律 (十一.2): no substantive promise, no leak of internal study, no gifts."""

WAYS_OF_HANDLING = (
    *("direct_reply", "forwarding", "assignment", "guidance", "supervision", "not_accepted", "no_longer_accepted"),
    "filed_only",
)
"""The way of handling 办理方式."""

DIVISIONS: Mapping[str, str] = {
    "120116": "滨海新区",
    "120101": "和平区",
    "120102": "河东区",
    "120103": "河西区",
    "120104": "南开区",
    "120105": "河北区",
    "120106": "红桥区",
    "120110": "东丽区",
    "120111": "西青区",
    "120112": "津南区",
    "120113": "北辰区",
    "120114": "武清区",
    "120115": "宝坻区",
    "120117": "宁河区",
    "120118": "静海区",
    "120119": "蓟州区",
    "000000": "外省市",
}
"""The locality 问题属地: the division code (GB/T 2260) and its name, the bureau's own district first."""

GROUP_FROM = 5
"""The least number of persons of a joint letter 联名信 or a group visit 集体访."""

MOST_REPRESENTATIVES = 5
"""The most representatives of a group."""
