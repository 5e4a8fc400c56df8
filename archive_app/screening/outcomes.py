"""The outcome of a letter on its receipt: written once, when its reading ends, and never changed by what comes later.

The person who brought a letter in may be one whom it concerns: were the outcome derived from the letter's state, a
later complaint would turn it round before their eyes.
"""

from __future__ import annotations

from typing import Literal, cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.models import Letter, Page, ReceiptEntry

Outcome = Literal["read", "attention", "handed_over"]
"""All pages were read; some page or file could not be; the person who brought it in does not go on with it."""


def tell_outcome(session: Session, letter: Letter, outcome: Outcome) -> None:
    """Write the outcome of a letter into its receipt, with the number of its pages, unless one was written before."""
    pages = select(func.count(Page.id)).where(Page.letter_id == letter.id, Page.number > 0).scalar_subquery()
    session.flush()
    session.execute(
        update(ReceiptEntry)
        .where(ReceiptEntry.letter == letter.public_id, ReceiptEntry.outcome == "")
        .values(outcome=outcome, pages=pages)
        .execution_options(synchronize_session=False)
    )


def copy_outcome(session: Session, letter: Letter, part: Letter) -> None:
    """Give a letter that was divided off a stack the outcome of its first letter, if that was told before."""
    told = session.scalar(select(ReceiptEntry.outcome).where(ReceiptEntry.letter == letter.public_id))
    if told:
        tell_outcome(session, part, cast(Outcome, told))
