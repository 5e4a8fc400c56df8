"""The key of a half-written correction.

A correction outlives a closed tab and an ended session, in the browser's own store; but what is in that store lies in
clear on the disk of an office machine that several people use. So the page encrypts it, and its key is given only with
the page itself, to the account that may open the page: a draft cannot be read by anybody else, nor by its own author
once the letter is hidden from them.
"""

from __future__ import annotations

import hashlib
import hmac

SPOKEN_DRAFT = "spoken"
"""What stands in a key for the form of what came without paper: it is of no letter yet."""


def draft_key(secret: str, account_id: int, letter: str, page: int) -> str:
    """The key (64 hex digits) of this account's draft of this page."""
    return hmac.new(secret.encode(), f"draft\0{account_id}\0{letter}\0{page}".encode(), hashlib.sha256).hexdigest()
