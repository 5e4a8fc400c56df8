// What was half-filled is saved now: its draft goes, and not before the archive has said so.

import { openDraft } from "./drafts.js";

const done = document.querySelector("[data-draft-done]");
if (done) openDraft(done.dataset.draftDone).then((draft) => draft.discard());
