"""The scanner's folder: nothing is taken in twice, and nothing that is not in the folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.commands import watch
from archive_app.runtime.archive import Archive
from storage.models import Letter
from storage.session import reading


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def letters(archive: Archive) -> int:
    with reading(archive.sessions, SYSTEM.key) as session:
        return session.scalar(select(func.count()).select_from(Letter)) or 0


def look(reader: Reader, archive: Archive, inbox: Path) -> None:
    """What a watch does in its first moments."""
    sizes: dict[Path, int] = {}
    watch.put_away_acknowledged(reader, archive, inbox, tell=print)
    for _ in range(2):
        watch.take_in_quiet(reader, archive, inbox, channel="letter", tell=print, sizes=sizes)


def test_a_watch_killed_behind_the_receipt_doubles_no_letter(
    archive: Archive, reader: Reader, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.jpg").write_bytes(b"a page")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        power_cut.setattr(watch, "_put_away", killed)
        with pytest.raises(KeyboardInterrupt):
            look(reader, archive, inbox)
    assert (inbox / "a.jpg").exists()
    (inbox / "b.jpg").write_bytes(b"another page")
    look(reader, archive, inbox)
    assert letters(archive) == 2
    assert sorted(path.name for path in (inbox / watch.TAKEN_IN).iterdir()) == ["a.jpg", "b.jpg"]


def test_a_link_out_of_the_folder_is_not_followed(archive: Archive, reader: Reader, inbox: Path) -> None:
    (inbox / "a.jpg").symlink_to(archive.settings.folder / "secret.key")
    look(reader, archive, inbox)
    assert letters(archive) == 0
