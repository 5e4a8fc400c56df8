"""What the codes of letters, pages, accounts and the audit trail are called.

The words are the English ones; `translations/zh` has the office's (`vocabulary.md`).
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.language.marking import N_

CHANNELS: Mapping[str, str] = {
    "letter": N_("Letter"),
    "visit": N_("Visit"),
    "telephone": N_("Telephone"),
    "fax": N_("Fax"),
    "online": N_("Online"),
    "leader_mailbox": N_("Leader's mailbox"),
    "other": N_("Other"),
}

LETTER_STATES: Mapping[str, str] = {
    "kept": N_("Kept, waiting to be read"),
    "reading": N_("Being read"),
    "ready": N_("Ready"),
    "attention": N_("Needs attention"),
}

OUTCOMES: Mapping[str, str] = {
    "": N_("Being read"),
    "read": N_("Read"),
    "attention": N_("Read in part"),
    "handed_over": N_("Handed over"),
}
"""What a receipt says of a letter."""

GROUPINGS: Mapping[str, str] = {
    "one": N_("One letter"),
    "each": N_("One letter a file"),
    "stack": N_("Stack with separator sheets"),
}

FIELDS: Mapping[str, str] = {
    "title": N_("Title"),
    "sender": N_("Sender"),
    "lines": N_("Text"),
    "channel": N_("How it came"),
    "state": N_("State"),
}

MEASURES: Mapping[str, str] = {
    "bytes": N_("MB"),
    "unpacked bytes": N_("MB when unpacked"),
    "pages": N_("pages"),
    "pixels": N_("million pixels"),
    "memory": N_("memory"),
    "time": N_("time"),
    "disk space": N_("disk space"),
    "characters": N_("characters"),
    "characters of a similar word": N_("characters of a similar word"),
    "words": N_("words"),
    "wildcards": N_("wildcards"),
    "parentheses": N_("parentheses"),
}
"""What there is too much of, in a source (`scanning.errors`) or in a search (`index.errors`)."""

DECISIONS: Mapping[str, str] = {
    "cleared": N_("Does not concern them"),
    "confirmed": N_("Concerns them"),
}

ROLES: Mapping[str, str] = {
    "registrar": N_("Registrar"),
    "office_head": N_("Head of the office"),
    "deputy_director": N_("Deputy director"),
    "director": N_("Director"),
    "leader": N_("Leader"),
    "unit_head": N_("Unit head"),
    "handler": N_("Handler"),
    "information_officer": N_("Information officer"),
    "records_manager": N_("Records manager"),
    "access_reviewer": N_("Access reviewer"),
    "system_administrator": N_("System administrator"),
}

OPERATIONS: Mapping[str, str] = {
    "outline": N_("Found the paper's edges and took out the perspective"),
    "turn": N_("Turned %(degrees)s° clockwise"),
    "turn_left": N_("Turned 90° anticlockwise"),
    "deskew": N_("Straightened by %(degrees)s°"),
    "fit": N_("Fitted to A4, as the true size is unknown"),
    "reduce": N_("Reduced to %(percent)s %% to fit A4"),
    "red_channel": N_("Red seals lightened to read the text below them; the picture keeps them"),
    "simplify": N_("Read %(characters)s characters in their simplified form, as the rest of the page"),
    "keep_ink": N_("Moved so that all of the writing lies on the page"),
}

ACTIONS: Mapping[str, str] = {
    "received": N_("Received"),
    "read": N_("Text read"),
    "failed": N_("Page could not be read"),
    "corrected": N_("Text corrected"),
    "described": N_("Particulars changed"),
    "turned": N_("Page turned"),
    "rescanned": N_("Page scanned again"),
    "retried": N_("Reading tried again"),
    "downloaded_original": N_("Original downloaded"),
    "downloaded_access_copy": N_("A4 copy downloaded"),
    "extract_made": N_("Redacted extract made"),
    "split": N_("Separated from its stack"),
    "classes_learned": N_("Content classes and purposes learned"),
    "opened": N_("Opened"),
    "explained": N_("Access explained to a reviewer"),
    "looked_at": N_("Page looked at"),
    "registered": N_("Registered"),
    "form_changed": N_("Registration form changed"),
    "printed": N_("Form printed"),
    "downloaded_print": N_("Printed form downloaded"),
    "acted": N_("Something was done with the case"),
    "case_opened": N_("Case opened"),
    "days_off_imported": N_("Days off imported"),
    "due_reckoned_anew": N_("Due day reckoned anew"),
    "form_versions_read": N_("Earlier forms read"),
    "read_versions": N_("Earlier texts read"),
    "read_history": N_("History read"),
    "found": N_("Found in a search"),
    "read_access": N_("Looked up who may see it"),
    "accused": N_("An accused party named"),
    "accused_resolved": N_("Said who the accused party is"),
    "recused": N_("Somebody recused"),
    "allowed": N_("Somebody let in"),
    "allowance_ended": N_("Somebody taken off the list"),
    "restricted": N_("Restricted to the list"),
    "unrestricted": N_("Opened to the roles again"),
    "event_dated": N_("Day of the event set"),
    "event_date_proposed": N_("Later day of the event proposed"),
    "looked_through": N_("Looked through by a person"),
    "review_cleared": N_("Reviewed: does not concern them"),
    "review_confirmed": N_("Reviewed: concerns them"),
    "person_added": N_("Person added"),
    "person_renamed": N_("Person renamed"),
    "person_name_added": N_("Other name of a person added"),
    "person_numbered": N_("Staff number set"),
    "unit_added": N_("Unit added"),
    "unit_renamed": N_("Unit renamed"),
    "unit_name_added": N_("Other name of a unit added"),
    "unit_watched": N_("Unit's names looked for"),
    "unit_unwatched": N_("Unit's names no longer looked for"),
    "unit_moved": N_("Unit moved"),
    "unit_succeeded": N_("Unit became another one"),
    "unit_ended": N_("Unit ended"),
    "joined_unit": N_("Joined a unit"),
    "left_unit": N_("Left a unit"),
    "appointed": N_("Post given"),
    "dismissed": N_("Post ended"),
    "change_confirmed": N_("Change of staff and units confirmed"),
    "account_made": N_("Account made"),
    "account_opened": N_("Account opened again"),
    "account_closed": N_("Account closed"),
    "account_confirmed": N_("Account confirmed"),
    "role_given": N_("Role given"),
    "role_ended": N_("Role ended"),
    "password_set": N_("Password set by an administrator"),
    "password_asked": N_("New password asked for"),
    "password_set_by_code": N_("Own password set with two codes"),
    "reset_refused": N_("New password refused by its holder"),
    "reset_seen": N_("New password acknowledged by its holder"),
    "password_changed": N_("Own password changed"),
    "signature_changed": N_("Own signature changed"),
    "signature_removed": N_("Own signature removed"),
    "imported": N_("Staff imported"),
    "token_made": N_("Token for another system made"),
    "token_ended": N_("Token for another system ended"),
    "mail_set": N_("Own mail address set"),
    "code_changed": N_("Code table changed"),
}
