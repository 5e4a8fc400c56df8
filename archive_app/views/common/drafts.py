"""The key of an unsaved correction.

A correction survives a closed tab and an ended session in the browser's own store; but that store is unencrypted on the
disk of an office machine that several people use. So the page encrypts it, and only the page itself contains the key,
for the account that may open the page: a draft cannot be read by anybody else, nor by its own author once the letter is
hidden from them.
"""

from __future__ import annotations

import hashlib
import hmac

SPOKEN_DRAFT = "spoken"
"""Part of the key for the form of a petition without paper, which has no letter yet."""


def draft_key(secret: str, account_id: int, letter: str, page: int) -> str:
    """The key (64 hex digits) of this account's draft of this page."""
    return hmac.new(secret.encode(), f"draft\0{account_id}\0{letter}\0{page}".encode(), hashlib.sha256).hexdigest()
