// Text correction: the line in hand is lit on the picture, Ctrl+Enter saves and goes on, nothing typed is lost.

import { askBeforeLeaving } from "./main.js";
import { openDraft } from "./drafts.js";
import { bringIntoPane, linkLines, setUpView } from "./viewer.js";

const form = document.getElementById("correction");
const viewer = document.querySelector("[data-viewer]");
const pane = viewer?.querySelector("[data-pane]");
const sheet = viewer?.querySelector("[data-sheet]");
const fields = form ? [...form.querySelectorAll('input[name="line"]')] : [];
const boxes = form ? [...form.querySelectorAll('input[name="confirmed"]')] : [];
// After a conflict the fields hold what was typed, and `data-saved` what the archive holds.
const asServed = fields.map((field) => field.dataset.saved ?? field.defaultValue);
const WAIT = 400;
let sent = false;
let inHand = null;
let timer;

const lines = () => fields.map((field) => field.value);
const confirmed = () => boxes.filter((box) => box.checked).map((box) => Number(box.value));
const isDirty = () => lines().some((line, place) => line !== asServed[place]) || boxes.some((box) => box.checked);

function moveTo(place) {
  const field = fields[place];
  if (!field) return false;
  field.focus();
  field.closest("li").scrollIntoView({ block: "nearest" });
  return true;
}

/** To the next doubtful line after the one in hand that nobody has confirmed yet, and from the last to the first. */
function moveToDoubtful() {
  const settled = confirmed();
  const doubtful = fields.map((field, place) => place)
    .filter((place) => fields[place].closest("li.doubtful") && !settled.includes(place));
  if (!doubtful.length) return false;
  const here = fields.indexOf(inHand);
  return moveTo(doubtful.find((place) => place > here) ?? doubtful[0]);
}

function onKey(event) {
  if (event.key === "ArrowDown" && event.ctrlKey) {
    event.preventDefault();
    moveToDoubtful();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-submit]"));
    return;
  }
  const place = fields.indexOf(event.target);
  if (place < 0 || event.isComposing) return;
  // Enter goes to the next line, as in a text; it must not send a half-done page.
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  moveTo(place + step);
}

/** Bring back what was typed and not saved: line by line, so that what others saved meanwhile stands. */
function bringBack(kept) {
  if (!kept || kept.lines.length !== fields.length || "conflict" in form.dataset) return false;
  fields.forEach((field, place) => {
    if (kept.lines[place] !== kept.base[place] && field.value === asServed[place]) field.value = kept.lines[place];
  });
  for (const box of boxes) box.checked ||= (kept.confirmed ?? []).includes(Number(box.value));
  return isDirty();
}

async function keepDraft() {
  const draft = await openDraft(form.dataset.draftKey);
  const restored = document.getElementById("restored");
  const keep = () => (isDirty() ? draft.save({ base: asServed, lines: lines(), confirmed: confirmed() }) : draft.discard());
  restored.hidden = !bringBack(await draft.load());
  keep();
  restored.querySelector("[data-discard]").addEventListener("click", async () => {
    fields.forEach((field, place) => { field.value = asServed[place]; });
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

if (form) {
  form.addEventListener("keydown", onKey);
  form.addEventListener("focusin", (event) => {
    const field = event.target.closest("li")?.querySelector('input[name="line"]');
    if (field) inHand = field;
  });
  const next = form.querySelector("[data-next-doubtful]");
  if (next) next.hidden = false;
  next?.addEventListener("click", moveToDoubtful);
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  for (const button of form.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => {
      const field = button.closest("li").querySelector("input");
      field.value = button.dataset.take;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
  setUpView(viewer, pane, sheet);
  linkLines(viewer, (number) => {
    const shape = sheet.querySelector(`polygon.place[data-line="${number}"]`);
    if (shape) bringIntoPane(pane, shape);
  });
  sheet.addEventListener("click", (event) => {
    const number = event.target.closest?.("[data-line]")?.dataset.line;
    if (number !== undefined && !getSelection().toString()) moveTo(Number(number));
  });
  askBeforeLeaving(() => !sent && isDirty(), form.dataset.leave);
  keepDraft();
  const doubtful = fields.findIndex((field) => field.closest("li.doubtful"));
  if (location.hash) moveTo(Number(location.hash.replace("#line-", "")) - 1);
  else moveTo(Math.max(doubtful, 0));
}
