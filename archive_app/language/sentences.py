"""Codes into sentences, and dates, sizes and numbers as people write them, in the reader's language.

The sentences are the English ones; `translations/zh` has the office's. A code without a sentence is a mistake of ours,
and a test looks for it; to a person it reads as the most general sentence of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from archive_app.language.catalogues import LANGUAGES
from archive_app.values import Notice


def N_(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is said."""
    return text


SENTENCES: Mapping[str, str] = {
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
    # Why a source could not be scanned (scanning.errors).
    "scan_error": N_("%(name)s: the page could not be scanned. The original is kept; scan the paper again."),
    "empty_source": N_("%(name)s is empty (0 bytes). Scan the page again, or choose another file."),
    "unknown_source": N_(
        "%(name)s is neither a PDF nor a picture this system reads (PDF, TIFF, JPEG, PNG, HEIC, WebP, BMP)."
    ),
    "damaged_source": N_(
        "%(name)s is damaged or cut off. The original is kept; scan the page again, or ask for the file again."
    ),
    "encrypted_source": N_("%(name)s is protected by a password. Save it without a password, then bring it again."),
    "source_too_large": N_(
        "%(name)s is too large (%(found)s, at most %(limit)s). Scan at a lower resolution, or split the file."
    ),
    "out_of_bounds": N_("%(name)s took too much time or memory and was stopped. Scan the paper again."),
    "engine_missing": N_(
        "The reading engine %(engine)s does not start. Tell the administrator; the page is read as soon as it does."
    ),
    "disk_full": N_(
        "There is no room left on the archive's disk. Tell the administrator; the work then goes on by itself."
    ),
    "unreadable_source": N_("%(name)s could not be read. The original is kept; try the page again."),
    "worker_died": N_("Reading this page was interrupted. Try the page again."),
    # What could not be done (archive_app.errors).
    "archive_error": N_("Something went wrong. Nothing that was acknowledged is lost."),
    "not_found": N_("There is nothing at this address."),
    "sign_in_failed": N_("The name or the password is not right."),
    "nothing_received": N_("No file was chosen. Choose the scanned pages, or photograph them."),
    "too_many_files": N_("%(found)s files are too many at once: at most %(limit)s. Bring them in several goes."),
    "file_too_large": N_("%(name)s is larger than %(limit_mb)s MB. Scan at a lower resolution, or split the file."),
    "no_room": N_(
        "There is no room left on the archive's disk; %(name)s was not taken in. Tell the administrator, then bring it "
        "again."
    ),
    "edit_conflict": N_(
        "%(author)s saved another version of this page meanwhile. Both are shown; nothing was overwritten."
    ),
    "extract_too_early": N_(
        "This letter is still being read, or waits to be looked through. Make the extract afterwards."
    ),
    "letter_changed": N_(
        "The letter was changed meanwhile: a page was read anew, or its text corrected. Look it through once more."
    ),
    "nothing_covered": N_("Nothing is blacked out, and no page is left out: this would be a copy of the letter."),
    "nothing_left_over": N_("All pages are left out: nothing would be left."),
    "names_still_readable": N_(
        "Still readable: %(names)s. Whoever has this name does not see the extract until two reviewers have found that "
        "it does not concern them. Black it out, or say that it is meant to stay."
    ),
    "extract_failed": N_(
        "The extract could not be made, and nothing of it was kept. Try again; if it fails once more, tell the "
        "administrator."
    ),
    "invalid_field": N_("%(field)s cannot be taken like this. Look at it again."),
    "not_a_mail_address": N_("This is no mail address. Write it like name@example.gov.cn."),
    "not_an_archive": N_("This folder holds no archive."),
    "already_an_archive": N_("This folder holds an archive already; it was left as it is."),
    "unknown_account": N_("There is no active account of this name."),
    "reason_missing": N_("Say why. The reason stands in the history beside your name."),
    "not_to_be_chosen": N_("Choose one that the list offers."),
    "end_needed": N_("Say until which day, today or later."),
    "future_day": N_("What a letter tells of has happened: the day cannot lie ahead."),
    "nobody_left": N_("Nobody could see this case then. First put somebody on the list who can go on with it."),
    "reviewed_already": N_("You have said this already. A second access reviewer, another person, decides it."),
    # What is wrong with a registration, or with what is done to a case (archive_app.cases).
    "signature_refused": N_(
        "This is no picture of a signature. Draw it, or choose a PNG or JPEG picture of at most %(most)s MB."
    ),
    "conduct_missing": N_("Confirm each point of the check list, or write down why one of them cannot be confirmed."),
    "headcount_wrong": N_(
        "How many persons is it? At least %(named)s are named here, and at most %(most)s can be counted."
    ),
    "too_many_representatives": N_("At most %(most)s persons represent a group. Choose who they are."),
    "registered_already": N_(
        "This was registered meanwhile, as %(number)s. What you wrote stands below; take over what is missing there."
    ),
    "not_yet_ready": N_("This letter is still being read, or waits to be looked through. Register it afterwards."),
    "received_later": N_("It cannot have come later than now."),
    "form_changed": N_("%(author)s has changed this form meanwhile. Both are shown; nothing was overwritten."),
    "case_moved": N_(
        "%(author)s was at work on this case meanwhile. Look how it stands now; what you wrote is kept below."
    ),
    "not_offered": N_("This cannot be done with the case as it stands now."),
    "still_missing": N_("This cannot be done yet: %(missing)s."),
    "no_such_case": N_("There is no open case of the number %(number)s here. Look the number up in the register."),
    # What is wrong with a model of content classes (archive_app.suggesting).
    "suggesting_error": N_("No suggestion can be made."),
    "bad_model": N_("What is kept is not a model as this program writes them. Train it anew."),
    "too_few_examples": N_(
        "Nothing can be learned yet: it takes two content classes with at least %(least)s different letters each."
    ),
    "bad_examples": N_(
        "Line %(line)s of %(name)s is no example. Each line is one JSON object with title and text, and with "
        "content_class or purpose as codes of the registration form."
    ),
    # What is wrong with a change of persons, units and accounts (archive_app.people).
    "people_error": N_("This cannot be done like this. Look at it again."),
    "own_person": N_("Nobody changes their own name, units, posts or account. Another administrator must do it."),
    "field_missing": N_("This is needed. Fill it in."),
    "too_long": N_("This is too long: at most %(most)s characters."),
    "code_malformed": N_("A code is letters and figures, at most 20; of a locality it is six figures."),
    "code_taken": N_("The table has the code %(code)s already. Leave the field empty, and one is made up."),
    "words_taken": N_("The table has an entry called %(words)s already: nobody could tell them apart."),
    "code_needed": N_("The rules need this entry: it can be renamed and moved, not retired."),
    "bad_characters": N_("Begin with a letter, a character or a figure, and write it in one line."),
    "namesake_exists": N_("There is a person called %(name)s already. Say whether this is the same person or another."),
    "staff_number_taken": N_("The staff number %(number)s is %(name)s's. A number belongs to one person."),
    "unit_exists": N_("There is a unit called %(name)s here already."),
    "unit_cycle": N_("A unit cannot be below itself, or become what it came from. Choose another one."),
    "units_missing": N_("Say which units, and what they become."),
    "unit_has_ended": N_("%(name)s has ended. Choose a unit that exists."),
    "unwatched_own": N_("Your own unit is this unit or belongs to it. Another administrator must do it."),
    "end_before_begin": N_("It cannot end before it begins."),
    "not_a_day": N_("This is no date. Write it like 2026-02-24."),
    "account_name_taken": N_("There is an account called %(name)s already. Choose another name."),
    "password_too_short": N_("At least %(least)s characters are needed."),
    "token_name_missing": N_("Name the system that is to use it. The name stands in the history beside your account."),
    "token_without_scope": N_("Choose what the token is for, at least one thing."),
    "token_without_end": N_("Say after how many days it ends: 1 to %(most)s."),
    "too_many_tokens": N_("An account has at most %(most)s tokens. End one that is no longer used."),
    "key_used": N_("This key came with another request before. Give each petition a key of its own."),
    "password_wrong": N_("This is not your present password."),
    "password_same": N_("Choose a password other than the present one."),
    "passwords_differ": N_("This is not the same as the new password above. Type it once more."),
    "role_held": N_("The account has this role already. End it first, then give it anew."),
    "last_administrator": N_(
        "Nobody could administer the archive then. First give somebody else this role, without a last day."
    ),
    "changed_meanwhile": N_("It was changed while you were looking. Look at it again."),
    "own_change": N_(
        "You have changed this account yourself, or it is your own. Another access reviewer must confirm it."
    ),
    "import_unreadable": N_(
        "%(name)s is neither a CSV table nor an Excel file (.xlsx) that can be read. Save it again as one of these."
    ),
    "import_too_large": N_("%(name)s is too large: at most %(rows)s rows and %(mb)s MB. Divide it."),
    "import_headings_missing": N_(
        "The first row names the columns; these are missing: %(columns)s. Begin with the template."
    ),
    "import_changed": N_(
        "The file or the records changed since this was shown. Nothing was imported: look at it again."
    ),
    "import_has_problems": N_(
        "Nothing was imported. Put the rows right that are named here, then choose the file again."
    ),
    "several_units": N_(
        "Several units are called %(name)s. Give one of them another name first, or name the unit above."
    ),
    "conflicting_parents": N_("Another row puts %(name)s below another unit. One unit has one above it."),
    "two_names": N_(
        "Another row gives the staff number %(number)s to somebody of another name. A number belongs to one person."
    ),
    "number_needed": N_(
        "Is this %(name)s one person or several? Write the staff number in each row, or use the person's page."
    ),
    "number_unknown": N_(
        "There is a %(name)s without a staff number. Write their number on their page first, then import again."
    ),
    "relation_unknown": N_("Write leads or oversees, or leave it empty for a member."),
    "role_unknown": N_("%(name)s is no role. The roles stand in the template."),
    "account_of_another": N_("The account %(name)s is %(person)s's. Choose another name."),
    # What is wrong with a case's clock or a year's table of days off (archive_app.domain.errors).
    "case_error": N_("This cannot be done with the case like this. Look at it again."),
    "days_out_of_range": N_("%(days)s days cannot be allowed: at least %(least)s, at most %(most)s."),
    "extension_too_late": N_(
        "The time ran out with %(due)s. An extension is asked for before that; now report to the leader why it is late."
    ),
    "year_table_error": N_("This is no table of a year's days off. Look at it again."),
    "year_table_of_other_year": N_(
        "This is the table of %(found)s, not of %(year)s. Choose the file of %(year)s, or say %(found)s."
    ),
    "year_table_headings_missing": N_(
        "The first row names the columns; %(columns)s are missing. Write there: %(headings)s."
    ),
    "year_table_empty": N_(
        "%(name)s has no day in it. Write one row for each day off and each make-up working day of the year."
    ),
    "listed_day_unreadable": N_("Row %(row)s: “%(text)s” is no date. Write it like 2026-02-24."),
    "listed_kind_unreadable": N_("Row %(row)s: “%(text)s” is neither. Write %(working)s or %(off)s."),
    "listed_twice": N_("Row %(row)s: %(day)s stands in row %(first)s already. Keep the one that is right."),
    "listed_outside_year": N_(
        "Row %(row)s: %(day)s is not of %(year)s. A table has one year, with the last days of the December before it; "
        "put the date right, or import the other year with its own table."
    ),
    "year_table_incomplete": N_(
        "The table of %(year)s would make %(days)s working days, which are off by law. Import the year's whole table."
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
    "role_given": N_("role given: %(role)s"),
    "ended_in_the_past": N_("units or posts ended in the past, on %(day)s"),
    # Why the database cannot be used (archive_app.runtime.database).
    "database_unreachable": N_("The database cannot be reached: %(reason)s"),
    "database_not_ready": N_(
        "The database is not made ready for this version of the program. Set database_owner_url in archive.toml, for "
        "the role that owns the tables, and run any command once; other machines do without it then."
    ),
    "role_too_mighty": N_(
        "The role %(role)s owns the tables, or is not bound by row-level security. Let the archive work as a role of "
        "its own (database_url), and name the owner in database_owner_url."
    ),
    "wrong_encoding": N_("The database is encoded as %(encoding)s. Make one that is encoded as UTF8."),
    # What cannot be searched for (index.errors).
    "search_error": N_("The search could not be done. Try it once more."),
    "query_error": N_("This search cannot be understood. Look at the examples below."),
    "query_too_long": N_("This search is too long. Search for fewer words."),
    "bad_date": N_("“%(text)s” is not a date. Write 2024, 2024-06, 2024-06-20, 2024年6月, or [2024-01 to 2024-06]."),
    "backward_dates": N_("The dates %(first)s to %(last)s run backwards. Put the earlier date first."),
    "nothing_to_search": N_("“%(text)s” has no letters, figures or characters to search for."),
    "not_one_word": N_(
        "Similar spelling looks for one word of three or more characters, without punctuation; “%(text)s” is not one."
    ),
    "unknown_value": N_("“%(text)s” is none of the values of %(field)s. The values stand at the left of every search."),
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
    "head_unreadable": N_(
        "%(name)s holds no head of an audit trail. It is what archive audit head --out writes; the line of the hash "
        "has 64 characters, spaces apart."
    ),
    "no_font": N_("The font %(file)s is not installed. On Debian: apt-get install %(package)s"),
    "signature_unreadable": N_(
        "The signature of %(name)s is no PNG picture that can be printed. Let it be drawn or scanned again."
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

SMALLEST_ANGLE = 0.05

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
    "account_made": N_("Account made"),
    "account_opened": N_("Account opened again"),
    "account_closed": N_("Account closed"),
    "account_confirmed": N_("Account confirmed"),
    "role_given": N_("Role given"),
    "role_ended": N_("Role ended"),
    "password_set": N_("Password set by an administrator"),
    "password_changed": N_("Own password changed"),
    "signature_changed": N_("Own signature changed"),
    "signature_removed": N_("Own signature removed"),
    "imported": N_("Staff imported"),
    "token_made": N_("Token for another system made"),
    "token_ended": N_("Token for another system ended"),
    "mail_set": N_("Own mail address set"),
    "code_changed": N_("Code table changed"),
}


class _Spoken(dict[str, Any]):
    """Values as a sentence wants them: numbers in the reader's notation, and a dash for what nobody knows."""

    def __missing__(self, key: str) -> str:
        return "—"


def say(notice: Notice) -> str:
    """The sentence of a warning, an error or a reason to wait."""
    template = SENTENCES.get(notice.code, SENTENCES["archive_error"])
    values = {name: _value(value) for name, value in notice.values.items()}
    if (field := values.get("field", "")) in FIELDS:
        values |= {"field": _named(FIELDS, field)}
    if (held := values.get("role", "")) in ROLES:
        values |= {"role": role(held)}
    return gettext(template) % _Spoken(values)


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(round(value, 1) if isinstance(value, float) and abs(value) < 10 else round(value))


def letter_state(code: str) -> str:
    """How far the reading of a letter is."""
    return _named(LETTER_STATES, code)


def grouping(code: str) -> str:
    """How files became letters."""
    return _named(GROUPINGS, code)


def action(code: str) -> str:
    """One thing that happened to a letter."""
    return _named(ACTIONS, code)


def decision(code: str) -> str:
    """What an access reviewer finds about a concern."""
    return _named(DECISIONS, code)


def role(code: str) -> str:
    """What somebody is in the office."""
    return _named(ROLES, code)


def operation(step: tuple[str, Mapping[str, Any]]) -> str:
    """One thing that was done to a page, in words; nothing for what changed nothing that can be seen."""
    name, parameters = step
    values = dict(parameters)
    if name == "turn" and values.get("degrees") == 270:
        name = "turn_left"
    if name in ("turn", "deskew") and abs(float(values.get("degrees", 0))) < SMALLEST_ANGLE:
        return ""
    if "degrees" in values:
        values["degrees"] = abs(values["degrees"])
    if "scale" in values:
        values["percent"] = values["scale"] * 100
    if name not in OPERATIONS:
        return name
    return gettext(OPERATIONS[name]) % _Spoken({key: _value(value) for key, value in values.items()})


def _named(names: Mapping[str, str], code: str) -> str:
    return gettext(names[code]) if code in names else code


def day(moment: date | datetime | None) -> str:
    """A date: 2026年2月24日, 24 February 2026; nothing for None. A moment is told in the office's time zone."""
    if moment is None:
        return ""
    return str(format_date(moment, "long" if _chinese() else "d MMMM y"))


def month(day: date) -> str:
    """The month of a day: 2026年2月, February 2026."""
    return str(format_date(day, "y年M月" if _chinese() else "MMMM y"))


def weekday(day: date) -> str:
    """The day of the week, in short: 周二, Tue."""
    return str(format_date(day, "EEE"))


def time_of(moment: datetime | None, *, seconds: bool = False) -> str:
    """A date and the time of day, in the office's time zone."""
    if moment is None:
        return ""
    clock = "HH:mm:ss" if seconds else "HH:mm"
    return str(format_datetime(moment, f"y年M月d日 {clock}" if _chinese() else f"d MMMM y, {clock}"))


def size(count: int) -> str:
    """Bytes as the office's machines show them, a KB being 1,024: 0.9 MB, 340 KB."""
    if count < 2**10:
        return gettext("%(count)s bytes", count=number(count))
    if count < 1000 * 2**10:
        return f"{number(round(count / 2**10))} KB"
    if count < 1000 * 2**20:
        return f"{number(round(count / 2**20, 1))} MB"
    return f"{number(round(count / 2**30, 1))} GB"


def number(value: float) -> str:
    """A number with its thousands apart: 13,053."""
    return str(format_decimal(value))


def html_language() -> str:
    """The language of the page, as its `lang` attribute says it."""
    return LANGUAGES["zh" if _chinese() else "en"]


def add_filters(app: Flask, **filters: Callable[..., str]) -> None:
    """Give the templates filters that say something in the reader's language.

    Of a constant, a template would keep what a filter said first, in whatever language that was; so each is told of the
    context, and asked anew.
    """
    for name, said in filters.items():
        app.jinja_env.filters[name] = _asked_anew(said)


def _asked_anew(said: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filtered(_context: Context, *arguments: Any, **named: Any) -> str:
        return said(*arguments, **named)

    return filtered


def setup(app: Flask) -> None:
    """Give the templates the words."""
    add_filters(
        app,
        say=say,
        letter_state=letter_state,
        grouping=grouping,
        action=action,
        decision=decision,
        role=role,
        operation=operation,
        day=day,
        month=month,
        weekday=weekday,
        time_of=time_of,
        size=size,
        number=number,
    )
    app.jinja_env.globals["html_language"] = html_language
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _chinese() -> bool:
    return str(get_locale()).startswith("zh")
