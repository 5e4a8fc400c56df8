"""The sentence of each error, by its code.

The sentences are the English ones; `translations/zh` has the office's.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.language.marking import N_

ERRORS: Mapping[str, str] = {
    # Why a source could not be scanned (scanning.errors).
    "scan_error": N_("%(name)s: the page could not be scanned. The original is kept; scan the paper again."),
    "empty_source": N_("%(name)s is empty (0 bytes). Scan the page again, or choose another file."),
    "unknown_source": N_(
        "%(name)s is neither a PDF nor a picture this system reads (PDF, TIFF, JPEG, PNG, HEIC, WebP, BMP), whatever "
        "its name says."
    ),
    "damaged_source": N_(
        "%(name)s is damaged or cut off. The original is kept; scan the page again, or ask for the file again."
    ),
    "encrypted_source": N_(
        "%(name)s opens only with its password, the one asked for on opening. Save it without one, then bring it again."
    ),
    "source_too_large": N_(
        "%(name)s is too large: %(found)s %(what)s, at most %(limit)s. Scan at a lower resolution, or split the file."
    ),
    "source_too_small": N_(
        "%(name)s measures only %(width)s × %(height)s pixels: nothing can be on it. Look whether it is the right file."
    ),
    "out_of_bounds": N_(
        "%(name)s took too much %(what)s and was stopped. It may have been made to harm; scan the paper again."
    ),
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
    "not_an_archive": N_("%(folder)s holds no archive. Make one with: archive --archive %(folder)s init"),
    "already_an_archive": N_("%(folder)s holds an archive already; it was left as it is."),
    "unknown_account": N_("There is no active account named %(name)s."),
    "reason_missing": N_("Say why. The reason stands in the history beside your name."),
    "not_to_be_chosen": N_("Choose one that the list offers."),
    "end_needed": N_("Say until which day, today or later."),
    "future_day": N_("What a letter tells of has happened: the day cannot lie ahead."),
    "nobody_left": N_("Nobody could see this case then. First put somebody on the allow-list who can go on with it."),
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
    "codes_wrong": N_(
        "These are not the two codes of this account, or they are no longer valid. Ask the administrator for a new "
        "password."
    ),
    "password_wrong": N_("This is not your present password."),
    "password_same": N_("Choose a password other than the present one."),
    "passwords_differ": N_("This is not the same as the new password above. Type it once more."),
    "role_held": N_("The account has this role already. End it first, then give it anew."),
    "last_administrator": N_(
        "Nobody could administer the archive then. First give somebody else this role, without a last day."
    ),
    "changed_meanwhile": N_("It was changed while you were looking. Look at it again."),
    "gains_by_change": N_("You could see more by this change. An access reviewer who could not has to confirm it."),
    "own_change": N_(
        "You have made or confirmed this yourself, or the account is your own. Another access reviewer must confirm it."
    ),
    "table_error": N_("This table cannot be read. Look at it again."),
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
    "two_names": N_("Another row gives the staff number %(number)s to %(name)s. A number belongs to one person."),
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
    # What cannot be searched for, and not be put into the index (index.errors).
    "search_error": N_("The search could not be done. Try it once more."),
    "query_error": N_("This search cannot be understood. Look at the examples below."),
    "query_too_long": N_("This search is too long (%(found)s %(what)s, at most %(limit)s). Use fewer of them."),
    "query_too_broad": N_(
        "This search is too broad: too many letters would have to be read for it. Add a word, a field or a year, or use"
        " fewer wildcards."
    ),
    "bad_date": N_(
        "“%(text)s” is not a date. Write 2024, 2024-06, 2024-06-20, 2024年6月, >=2024-06 or [2024-01 to 2024-06]."
    ),
    "backward_dates": N_("The dates %(first)s to %(last)s run backwards. Put the earlier date first."),
    "nothing_to_search": N_("There is nothing to search for in “%(text)s”: type a word, a name or a number."),
    "not_one_word": N_(
        "Similar spelling looks for one word of three or more characters, without punctuation; “%(text)s” is not one."
    ),
    "unknown_value": N_("“%(text)s” is none of the values of %(field)s. The values stand at the left of every search."),
    "indexing_error": N_("The letter could not be put into the index."),
    "day_full": N_("There are already %(limit)s letters of %(date)s in the index. Give the letters their true dates."),
    # What keeps the audit trail's head from being read, and a form from being printed.
    "head_unreadable": N_(
        "%(name)s holds no head of an audit trail. It is what archive audit head --out writes; the line of the hash "
        "has 64 characters, spaces apart."
    ),
    "no_font": N_("The font %(file)s is not installed. On Debian: apt-get install %(package)s"),
    "signature_unreadable": N_(
        "The signature of %(name)s is no PNG picture that can be printed. Let it be drawn or scanned again."
    ),
}

TERMINAL_ERRORS: Mapping[str, str] = {
    "damaged_source": N_("%(name)s is damaged or cut off: %(detail)s. Scan the page again, or ask for the file again."),
    "engine_missing": N_(
        "%(name)s: the OCR engine %(engine)s is not installed or does not start (%(detail)s). Install it, then "
        "run the same command again."
    ),
    "disk_full": N_("%(name)s: no space left on the disk. Free some space, then run the same command again."),
    "unreadable_source": N_(
        "%(name)s cannot be read (%(detail)s). Look whether it is there and whether you may read it."
    ),
    "worker_died": N_("%(name)s: reading it was interrupted. Run the same command again."),
    "invalid_field": N_("%(field)s cannot be taken like this: %(reason)s."),
    "unknown_value": N_("“%(text)s” is none of the values of %(field)s."),
}
"""The sentences that differ in the terminal: whoever types a command has the machine in hand, may know the technical
cause, and has no page before them. All others are the same."""
