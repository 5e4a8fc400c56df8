// Text correction: the line in hand is lit on the picture, Ctrl+Enter saves and goes on, nothing typed is lost.

import { openDraft } from "./drafts.js";
import { all, find, lineOf, met, need, told } from "./elements.js";
import { askBeforeLeaving } from "./main.js";
import { linkLines, setUpView, showLine } from "./viewer.js";

/** @typedef {{ base: string[], lines: string[], confirmed?: number[] }} Kept */

const LINE = 'input[name="line"]';
const form = need(document, "#correction", HTMLFormElement);
const viewer = need(document, "[data-viewer]", HTMLElement);
const pane = need(viewer, "[data-pane]", HTMLElement);
const sheet = need(viewer, "[data-sheet]", HTMLElement);
const fields = all(form, LINE, HTMLInputElement);
const boxes = all(form, 'input[name="confirmed"]', HTMLInputElement);
// After a conflict the fields hold what was typed, and `data-saved` what the archive holds.
const asServed = fields.map((field) => field.dataset.saved ?? field.defaultValue);
const WAIT = 400;
let sent = false;
/** @type {HTMLInputElement | null} */
let inHand = null;
/** @type {number | undefined} */
let timer;

const lines = () => fields.map((field) => field.value);
const confirmed = () => boxes.filter((box) => box.checked).map((box) => Number(box.value));
const isDirty = () => lines().some((line, place) => line !== asServed[place]) || boxes.some((box) => box.checked);

/** @param {number} place */
function moveTo(place) {
  const field = fields[place];
  if (!field) return false;
  field.focus();
  field.closest("li")?.scrollIntoView({ block: "nearest" });
  return true;
}

/** To the next doubtful line after the one in hand that nobody has confirmed yet, and from the last to the first. */
function moveToDoubtful() {
  const settled = confirmed();
  const doubtful = [...fields.keys()].filter(
    (place) => fields[place].closest("li.doubtful") && !settled.includes(place),
  );
  if (!doubtful.length) return false;
  const here = inHand ? fields.indexOf(inHand) : -1;
  return moveTo(doubtful.find((place) => place > here) ?? doubtful[0]);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "ArrowDown" && event.ctrlKey) {
    event.preventDefault();
    moveToDoubtful();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(need(form, "[data-submit]", HTMLElement));
    return;
  }
  const place = event.target instanceof HTMLInputElement ? fields.indexOf(event.target) : -1;
  if (place < 0 || event.isComposing) return;
  // Enter goes to the next line, as in a text; it must not send a half-done page.
  const step = new Map([
    ["Enter", 1],
    ["ArrowDown", 1],
    ["ArrowUp", -1],
  ]).get(event.key);
  if (step === undefined) return;
  event.preventDefault();
  moveTo(place + step);
}

/**
 * Bring back what was typed and not saved: line by line, so that what others saved meanwhile stands.
 * @param {Kept | null} kept
 */
function bringBack(kept) {
  if (!kept || kept.lines.length !== fields.length || "conflict" in form.dataset) return false;
  fields.forEach((field, place) => {
    if (kept.lines[place] !== kept.base[place] && field.value === asServed[place]) field.value = kept.lines[place];
  });
  for (const box of boxes) box.checked ||= (kept.confirmed ?? []).includes(Number(box.value));
  return isDirty();
}

async function keepDraft() {
  const draft = await openDraft(told(form, "draftKey"));
  const restored = need(document, "#restored", HTMLElement);
  const keep = () =>
    isDirty() ? draft.save({ base: asServed, lines: lines(), confirmed: confirmed() }) : draft.discard();
  restored.hidden = !bringBack(await draft.load());
  keep();
  need(restored, "[data-discard]", HTMLElement).addEventListener("click", async () => {
    fields.forEach((field, place) => {
      field.value = asServed[place];
    });
    for (const box of boxes) box.checked = false;
    restored.hidden = true;
    await draft.discard();
    moveTo(0);
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
}

form.addEventListener("keydown", onKey);
form.addEventListener("focusin", (event) => {
  const entry = met(event, "li", HTMLElement);
  if (entry) inHand = find(entry, LINE, HTMLInputElement) ?? inHand;
});
const next = find(form, "[data-next-doubtful]", HTMLElement);
if (next) next.hidden = false;
next?.addEventListener("click", moveToDoubtful);
form.addEventListener("submit", () => {
  sent = true;
  clearTimeout(timer);
});
for (const button of all(form, "[data-take]", HTMLElement)) {
  button.addEventListener("click", () => {
    const entry = button.closest("li");
    const field = entry && find(entry, LINE, HTMLInputElement);
    if (!field) return;
    field.value = told(button, "take");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
setUpView(viewer, pane, sheet);
linkLines(viewer, (number) => showLine(pane, number));
sheet.addEventListener("click", (event) => {
  const number = lineOf(event);
  if (number !== undefined && !String(getSelection())) moveTo(Number(number));
});
askBeforeLeaving(() => !sent && isDirty(), told(form, "leave"));
keepDraft();
const doubtful = fields.findIndex((field) => field.closest("li.doubtful"));
if (location.hash) moveTo(Number(location.hash.replace("#line-", "")) - 1);
else moveTo(Math.max(doubtful, 0));
