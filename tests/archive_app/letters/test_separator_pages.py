"""A separator sheet is no page of a letter: it is not searched for names, so nothing shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.letters import queries
from storage.models import Page
from storage.session import unit_of_work
from tests.office import open_office, people, read_letter


def test_neither_text_nor_picture_of_a_separator_sheet_is_shown(tmp_path: Path) -> None:
    with open_office("sqlite", tmp_path / "archive") as archive:
        clerk = people(archive)["wang"]
        letter = read_letter(archive, clerk, "反映小区停车收费")
        assert queries.versions(clerk, archive, letter, 1)
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            session.scalars(select(Page)).one().number = 0
            session.commit()
        with pytest.raises(NotFound):
            queries.versions(clerk, archive, letter, 0)
        with pytest.raises(NotFound):
            queries.page_image(clerk, archive, letter, 0, "a4")
