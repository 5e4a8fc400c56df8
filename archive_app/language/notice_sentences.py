"""The sentence of each notice that is no error, by its code.

The sentences are the English ones; `translations/zh` has the office's.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.language.marking import N_

NOTICES: Mapping[str, str] = {
    # What is odd about a page (scanning.values.WarningCode).
    "low_dpi": N_("About %(dpi)s dpi: small print may be hard to read. Scan at 300 dpi if the paper is at hand."),
    "small_picture": N_(
        "The picture is small: about %(dpi)s dpi if it shows a whole A4 page. "
        "If it is hard to read, go closer with the camera."
    ),
    "blank": N_("This page looks blank. It is kept; look whether something is on the paper."),
    "blurred": N_("The picture is not sharp. Scan or photograph the page again if it is hard to read."),
    "low_confidence": N_(
        "Parts of the text were hard to read. The doubtful lines are marked; compare them with the picture."
    ),
    "unread": N_("No text was found on this page. Look at the picture: perhaps it is a drawing, or lies upside down."),
    "drawn": N_(
        "This PDF page was kept as a picture with its own text, because as it is it cannot stand in an archive PDF."
    ),
    # What an import does (archive_app.people.importing).
    "import_unit_added": N_("Unit %(unit)s"),
    "import_unit_added_below": N_("Unit %(unit)s, below %(above)s"),
    "import_unit_unwatched": N_("The name %(unit)s is not looked for in letters: it stands on every envelope"),
    "import_unit_moved": N_("%(unit)s comes below %(above)s"),
    "import_unit_named": N_("%(unit)s is also called %(name)s"),
    "import_person_added": N_("Person %(person)s"),
    "import_namesake_added": N_("Person %(person)s: another one than those of the same name"),
    "import_person_renamed": N_("%(old)s is called %(person)s from now on"),
    "import_person_named": N_("%(person)s is also called %(name)s"),
    "import_member_added": N_("%(person)s belongs to %(unit)s"),
    "import_leads_added": N_("%(person)s leads %(unit)s %(title)s"),
    "import_oversees_added": N_("%(person)s oversees %(unit)s %(title)s"),
    "import_member_ended": N_("%(person)s belongs to %(unit)s until %(day)s"),
    "import_leads_ended": N_("%(person)s leads %(unit)s until %(day)s"),
    "import_oversees_ended": N_("%(person)s oversees %(unit)s until %(day)s"),
    "import_account_made": N_("Account %(account)s for %(person)s"),
    "import_role_given": N_("Account %(account)s: %(role)s"),
    # What was done to an account since it was confirmed (archive_app.people.accounts).
    "account_made": N_("made"),
    "account_opened": N_("opened again"),
    "password_set": N_("new password set"),
    "password_asked": N_("new password asked for"),
    "role_given": N_("role given: %(role)s"),
    # Of accounts that have waited since such an end took their confirmation away.
    "ended_in_the_past": N_("units or posts ended in the past, on %(day)s"),
    # What waits for a second person (archive_app.people.pending).
    "place_member": N_("%(person)s comes into %(unit)s"),
    "place_leads": N_("%(person)s gets a post at the head of %(unit)s"),
    "place_oversees": N_("%(person)s gets a post over %(unit)s"),
    "place_ended": N_("%(person)s in %(unit)s: ended in the past, on %(day)s"),
    "unit_unwatched": N_("The name %(unit)s is not looked for in letters"),
    "units_connected": N_("Connected as parts or successors: %(units)s"),
    # What is wrong with the audit trail (archive_app.audit.verification), and with a head of it that was kept outside.
    "audit_changed": N_(
        "Row %(row)s (%(at)s, %(action)s) does not follow from the row before it: it was changed after it was written, "
        "or what stands before it was made anew."
    ),
    "audit_missing": N_(
        "Row %(row)s is missing: it was taken out. The next one that is there is of %(at)s (%(action)s)."
    ),
    "audit_missing_several": N_(
        "Rows %(row)s to %(other)s are missing: they were taken out. The next one that is there is of %(at)s "
        "(%(action)s)."
    ),
    "audit_reordered": N_(
        "Row %(row)s (%(at)s, %(action)s) is not in its place: it stands as row %(other)s. The order was changed."
    ),
    "audit_inserted": N_(
        "Row %(row)s (%(at)s, %(action)s) was put in between rows that were written without it: it is forged."
    ),
    "audit_beyond_end": N_(
        "Row %(row)s (%(at)s, %(action)s) stands beyond the recorded end: it was added past the program, or the "
        "recorded end was set back."
    ),
    "audit_cut_off": N_(
        "The end is cut off: the last row is row %(row)s (%(at)s, %(action)s), but %(other)s were written."
    ),
    "audit_end_changed": N_(
        "The recorded end (row %(other)s) is not the hash of that row; the last row is row %(row)s (%(at)s, "
        "%(action)s). The recorded end was changed, or rows before it were made anew."
    ),
    "audit_end_missing": N_(
        "The recorded end of the trail is gone; whether rows are missing after row %(row)s (%(at)s, %(action)s) cannot "
        "be told without a head that was kept outside."
    ),
    "audit_shorter": N_(
        "The end is cut off, and the recorded end was changed with it: the last row is row %(row)s (%(at)s, "
        "%(action)s), but the head that was kept outside is of row %(other)s."
    ),
    "audit_rewritten": N_(
        "All rows follow from one another, but the trail was made anew: one or more of rows 1 to %(other)s are not "
        "what they were when the head was taken. Which, only a backup can tell."
    ),
    # Why somebody sees a case or does not (archive_app.review.explanation): what lets in.
    "grant_works_on_cases": N_("The role %(role)s (%(period)s) works on cases that are not restricted."),
    "grant_looks_through": N_("The role %(role)s (%(period)s) looks through letters in which no names could be found."),
    "grant_handles": N_("The role %(role)s (%(period)s) handles the cases given to its unit, or to it by name."),
    "grant_oversees_handling": N_(
        "The role %(role)s (%(period)s) sees the cases that the units handle which it oversees or leads."
    ),
    "grant_brought_it_in": N_(
        "They brought the letter in, with the role %(role)s (%(period)s), and still have it in hand."
    ),
    "grant_reviews_a_mention": N_("The role %(role)s (%(period)s) reviews a mention that is not decided in this case."),
    "grant_listed": N_("On the allow-list of the case (%(period)s), put there by %(by)s: %(reason)s"),
    "grant_granted": N_("An access request was approved (%(period)s) by %(by)s: %(reason)s"),
    "lifted_overseer": N_(
        "To oversee an accused unit does not keep them out (%(period)s): so %(by)s decided: %(reason)s"
    ),
    # What keeps out.
    "concern_accused": N_("%(whom)s is accused in this case, since %(since)s."),
    "concern_recused": N_("%(whom)s is recused from this case, since %(since)s."),
    "concern_mentioned": N_("“%(words)s” was found in letter %(letter)s on %(since)s: this may be %(whom)s."),
    "concern_namesake": N_(
        "“%(words)s” is the name of %(whom)s, and of somebody accused in this case: noted on %(since)s."
    ),
    "concern_unknown": N_("Somebody is accused, since %(since)s, of whom there are only words so far: “%(words)s”."),
    "mention_not_reviewed": N_("Two access reviewers have not agreed yet what is meant."),
    "mention_confirmed": N_("Two access reviewers confirmed it, on %(at)s."),
    "noted_by": N_("Noted by %(by)s: %(reason)s"),
    "is_member": N_("%(person)s is or was a member of %(unit)s (%(period)s)."),
    "is_leader": N_("%(person)s leads or led %(unit)s (%(period)s)."),
    "is_overseer": N_("%(person)s oversees or oversaw %(unit)s (%(period)s)."),
    "unit_below": N_("%(unit)s is a part of %(of)s."),
    "unit_renamed": N_("%(before)s was renamed %(after)s on %(at)s."),
    "unit_merged": N_("%(before)s was merged into %(after)s on %(at)s."),
    "unit_split": N_("%(after)s was split off from %(before)s on %(at)s."),
    "unit_counts_as": N_("%(unit)s counts as a part of %(of)s."),
    "event_unknown": N_("The day of what the letter tells of is not known, so any time counts."),
    "event_was": N_("What the letter tells of was on %(event)s: who was there then or later is kept out."),
    "overseer_undecided": N_("The director has not decided that they may see the case."),
    "not_listed": N_("Until it is known who is meant, only the allow-list sees the case."),
    # What is missing.
    "account_inactive": N_("The account is not active."),
    "account_unconfirmed": N_(
        "The account was changed (on %(since)s, by %(by)s), and no access reviewer has confirmed it since."
    ),
    "names_unmatched": N_("The letters that are there were not yet looked through for all names of this person."),
    "unit_unmatched": N_(
        "The letters that are there were not yet looked through for all names of this person's units."
    ),
    "case_not_read": N_("The letter was not read to the end yet."),
    "case_not_screened": N_("The letter was not looked through for names: few may see it."),
    "case_handed_over": N_("The letter was handed over on %(since)s, to those who look letters through."),
    "case_restricted": N_("The case is restricted, and this person is not on its allow-list."),
    "no_role_for_it": N_("The account holds no role, now, that works on such a case."),
}
