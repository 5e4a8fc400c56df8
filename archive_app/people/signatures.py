"""The reader's own signature as a picture: drawn or scanned, checked, and kept with its history.

Steps that its owner signs from then on refer to it, each to the picture of its time. Only the owner sees it on the
screen; others see it on prints.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.errors import NoRoom, NotFound
from archive_app.forms.pictures import MAX_BYTES, picture_to_keep
from archive_app.people.errors import PasswordWrong
from archive_app.people.sign_in import is_right
from archive_app.runtime.archive import Archive
from archive_app.values import FileContent
from storage.files import NoSpace
from storage.models.person import Account, Signature

__all__ = ["MAX_BYTES", "current", "is_there", "keep", "own", "remove"]


def keep(reader: Reader, archive: Archive, picture: bytes, *, password: str) -> None:
    """Set the picture of the reader's own signature from now on. Earlier steps keep their picture.

    Args:
        reader: whose signature it is.
        archive: the records.
        picture: a PNG or JPEG file as uploaded.
        password: the reader's, so that nobody else at an open session signs in their name.

    Raises:
        PasswordWrong: it is not the reader's password.
        SignatureRefused: it is no picture of a signature.
        NoRoom: the disk is full.
    """
    _ensure_password(reader, archive, password, "signature-password")
    content = picture_to_keep(picture)
    try:
        kept = archive.files.put(io.BytesIO(content), limit=len(content))
    except NoSpace as error:
        raise NoRoom(name="PNG") from error
    _write(reader, archive, kept.sha256)


def remove(reader: Reader, archive: Archive, *, password: str) -> None:
    """Sign without a picture from now on. Raises PasswordWrong."""
    _ensure_password(reader, archive, password, "remove-password")
    _write(reader, archive, "")


def own(reader: Reader, archive: Archive) -> FileContent:
    """The picture of the reader's own signature. Raises NotFound."""
    with archive.reading(reader) as session:
        sha256 = current(session, reader)
    if not sha256:
        raise NotFound
    return FileContent(archive.files.path(sha256), "image/png", "signature.png")


def is_there(reader: Reader, archive: Archive) -> bool:
    """Whether the reader signs with a picture."""
    with archive.reading(reader) as session:
        return bool(current(session, reader))


def current(session: Session, reader: Reader) -> str:
    """The SHA-256 of the picture that the reader signs with now; empty without one."""
    newest = select(Signature.sha256).where(Signature.account_id == reader.account_id).order_by(Signature.id.desc())
    return session.scalar(newest.limit(1)) or ""


def _ensure_password(reader: Reader, archive: Archive, password: str, field: str) -> None:
    """Raise PasswordWrong, of this field, unless this is the reader's password."""
    with archive.reading(reader) as session:
        stored = session.get_one(Account, reader.account_id).password_hash
    if not is_right(stored, password):
        raise PasswordWrong(field=field)


def _write(reader: Reader, archive: Archive, sha256: str) -> None:
    with archive.changing(reader) as session:
        if current(session, reader) == sha256:
            return
        session.add(Signature(account_id=reader.account_id, at=datetime.now(UTC), sha256=sha256))
        subject = session.get_one(Account, reader.account_id).public_id
        record(session, reader, "signature_changed" if sha256 else "signature_removed", subject=subject, sha256=sha256)
        session.commit()
