// The registration form: suggestions are taken over by a click, repeat petitions are looked for while one types, and
// nothing typed is lost.

import { openDraft } from "./drafts.js";
import { all, find, met, need, told } from "./elements.js";
import { askBeforeLeaving } from "./main.js";
import { linkLines, setUpView, showLine } from "./viewer.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */
/** @typedef {Record<string, string | boolean>} Values */

const form = need(document, "#registration", HTMLFormElement);
const viewer = find(document, "[data-viewer]", HTMLElement);
const WAIT = 400;
let sent = false;

/**
 * @param {unknown} found
 * @returns {found is Field}
 */
const isField = (found) =>
  found instanceof HTMLInputElement || found instanceof HTMLSelectElement || found instanceof HTMLTextAreaElement;

const fields = () =>
  [...form.elements].filter(isField).filter(({ name }) => name && !["csrf_token", "base_version"].includes(name));

/**
 * The field of this name.
 * @param {string} name
 */
function fieldOf(name) {
  const found = form.elements.namedItem(name);
  if (!isField(found)) throw new Error(`the form has no field ${name}`);
  return found;
}

function values() {
  /** @type {Values} */
  const found = {};
  for (const field of fields()) {
    const box = field instanceof HTMLInputElement ? field : null;
    if (box?.type === "radio") {
      if (box.checked) found[box.name] = box.value;
    } else {
      found[field.name] = box?.type === "checkbox" ? box.checked : field.value;
    }
  }
  return found;
}

const served = JSON.stringify(values());
const isDirty = () => JSON.stringify(values()) !== served;

/** @param {Values} kept */
function put(kept) {
  for (const field of fields()) {
    if (!(field.name in kept)) continue;
    const value = kept[field.name];
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
    else if (field.type !== "radio") field.value = String(value);
  }
}

async function keepDraft() {
  const draft = await openDraft(told(form, "draftKey"));
  const restored = need(document, "#restored", HTMLElement);
  const kept = "sentBack" in form.dataset ? null : await draft.load();
  if (kept) put(kept);
  restored.hidden = !kept || !isDirty();
  need(restored, "[data-discard]", HTMLElement).addEventListener("click", async () => {
    put(JSON.parse(served));
    restored.hidden = true;
    await draft.discard();
    settle();
  });
  /** @type {number | undefined} */
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (isDirty() ? draft.save(values()) : draft.discard()), WAIT);
  });
  // Sent is not saved yet: the draft stays until the page after it says so (draft_done.js).
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    draft.save(values());
  });
  settle();
}

/** What depends on what is written: who is anonymous has no identity, a reception has its check list, an accusation
 * wants its accused named first. */
function settle() {
  const nameless = need(form, "#anonymous", HTMLInputElement).checked;
  const accusing = told(form, "accusing").split(" ");
  for (const part of all(form, "[data-identity]", HTMLElement)) part.hidden = nameless;
  need(form, "[data-conduct]", HTMLElement).hidden = !["visit", "telephone"].includes(fieldOf("channel").value);
  need(form, "[data-accusation]", HTMLElement).hidden = !(
    fieldOf("purpose").value === "accusation" || accusing.includes(fieldOf("content_class").value)
  );
}

function setUpRepeats() {
  const place = need(form, "[data-repeats-here]", HTMLElement);
  const [petitioner, telephone] = [fieldOf("petitioner"), fieldOf("telephone")];
  const ticked = 'input[name="repeats"]:is(:checked, [type="hidden"])';
  let asked = "";
  /** @type {number | undefined} */
  let timer;
  const look = async () => {
    const chosen = find(form, ticked, HTMLInputElement)?.value ?? "";
    const query = new URLSearchParams({ petitioner: petitioner.value, telephone: telephone.value, chosen });
    if (String(query) === asked) return;
    asked = String(query);
    const answer = await fetch(`${told(form, "repeats")}?${query}`, { headers: { Accept: "text/html" } });
    if (answer.ok) place.innerHTML = await answer.text();
  };
  for (const field of [petitioner, telephone]) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, WAIT);
    });
  }
  if (petitioner.value || telephone.value) look();
}

/** What a visit or a call is about is guessed anew while it is taken down; nothing is filled in by itself. */
function setUpLikely() {
  const place = need(form, "[data-likely-here]", HTMLElement);
  const written = ["main_problem", "claims", "verbatim_statement"].map(fieldOf);
  const lines = () => written.map((field) => field.value);
  let asked = lines().join("\n").trim();
  /** @type {number | undefined} */
  let timer;
  const look = async () => {
    const text = lines().join("\n").trim();
    if (text === asked) return;
    asked = text;
    const body = new FormData();
    for (const field of [fieldOf("csrf_token"), ...written]) body.append(field.name, field.value);
    const answer = await fetch(told(form, "likely"), { method: "POST", body, headers: { Accept: "text/html" } });
    // What was typed meanwhile is asked for by itself; and nothing is taken from under a finger.
    if (answer.ok && text === asked && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
  };
  for (const field of written) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, WAIT);
    });
  }
}

form.addEventListener("input", settle);
form.addEventListener("click", (event) => {
  const button = met(event, "[data-take]", HTMLElement);
  if (!button) return;
  const field = fieldOf(told(button, "field"));
  field.value = told(button, "take");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(need(form, "[data-submit]", HTMLElement));
  }
});
form.addEventListener("submit", () => {
  sent = true;
});
askBeforeLeaving(() => !sent && isDirty(), told(form, "leave"));
if (!form.querySelector('input[name="base_version"]')) setUpRepeats();
if (form.dataset.likely) setUpLikely();
keepDraft();
if (viewer) {
  const pane = need(viewer, "[data-pane]", HTMLElement);
  setUpView(viewer, pane, need(viewer, "[data-sheet]", HTMLElement));
  linkLines(viewer, (number) => showLine(pane, number));
}
