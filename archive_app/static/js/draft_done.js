// What was half-filled is saved now: its draft goes, and not before the archive has said so.

import { openDraft } from "./drafts.js";
import { find, told } from "./elements.js";

const done = find(document, "[data-draft-done]", HTMLElement);
if (done) openDraft(told(done, "draftDone")).then((draft) => draft.discard());
