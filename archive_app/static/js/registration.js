// The registration form: suggestions are taken over by a click, repeat petitions are looked for while one types, and
// nothing typed is lost.

import { askBeforeLeaving } from "./main.js";
import { openDraft } from "./drafts.js";
import { bringIntoPane, linkLines, setUpView } from "./viewer.js";

const form = document.getElementById("registration");
const viewer = document.querySelector("[data-viewer]");
const WAIT = 400;
let sent = false;

const fields = () => [...form.elements].filter((field) => field.name && !["csrf_token", "base_version"].includes(field.name));

function values() {
  const found = {};
  for (const field of fields()) {
    if (field.type === "radio") { if (field.checked) found[field.name] = field.value; } else {
      found[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
  }
  return found;
}

const served = form ? JSON.stringify(values()) : "";
const isDirty = () => JSON.stringify(values()) !== served;

function put(kept) {
  for (const field of fields()) {
    if (!(field.name in kept)) continue;
    if (field.type === "checkbox") field.checked = kept[field.name];
    else if (field.type !== "radio") field.value = kept[field.name];
  }
}

async function keepDraft() {
  const draft = await openDraft(form.dataset.draftKey);
  const restored = document.getElementById("restored");
  const kept = "sentBack" in form.dataset ? null : await draft.load();
  if (kept) put(kept);
  restored.hidden = !kept || !isDirty();
  restored.querySelector("[data-discard]").addEventListener("click", async () => {
    put(JSON.parse(served));
    restored.hidden = true;
    await draft.discard();
    settle();
  });
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (isDirty() ? draft.save(values()) : draft.discard()), WAIT);
  });
  // Sent is not saved yet: the draft stays until the page after it says so (draft_done.js).
  form.addEventListener("submit", () => { clearTimeout(timer); draft.save(values()); });
  settle();
}

/** What depends on what is written: who is anonymous has no identity, a reception has its check list, an accusation
 * wants its accused named first. */
function settle() {
  const nameless = form.anonymous.checked;
  for (const part of form.querySelectorAll("[data-identity]")) part.hidden = nameless;
  form.querySelector("[data-conduct]").hidden = !["visit", "telephone"].includes(form.channel.value);
  form.querySelector("[data-accusation]").hidden =
    !(form.purpose.value === "accusation" || form.dataset.accusing.split(" ").includes(form.content_class.value));
}

function setUpRepeats() {
  const place = form.querySelector("[data-repeats-here]");
  let asked = "";
  let timer;
  const look = async () => {
    const chosen = form.querySelector('input[name="repeats"]:is(:checked, [type="hidden"])')?.value ?? "";
    const query = new URLSearchParams({ petitioner: form.petitioner.value, telephone: form.telephone.value, chosen });
    if (String(query) === asked) return;
    asked = String(query);
    const answer = await fetch(`${form.dataset.repeats}?${query}`, { headers: { Accept: "text/html" } });
    if (answer.ok) place.innerHTML = await answer.text();
  };
  for (const field of [form.petitioner, form.telephone]) {
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
  }
  if (form.petitioner.value || form.telephone.value) look();
}

/** What a visit or a call is about is guessed anew while it is taken down; nothing is filled in by itself. */
function setUpLikely() {
  const place = form.querySelector("[data-likely-here]");
  const written = ["main_problem", "claims", "verbatim_statement"].map((name) => form.elements[name]);
  let asked = written.map((field) => field.value).join("\n").trim();
  let timer;
  const look = async () => {
    const text = written.map((field) => field.value).join("\n").trim();
    if (text === asked) return;
    asked = text;
    const body = new FormData();
    for (const field of [form.elements.csrf_token, ...written]) body.append(field.name, field.value);
    const answer = await fetch(form.dataset.likely, { method: "POST", body, headers: { Accept: "text/html" } });
    // What was typed meanwhile is asked for by itself; and nothing is taken from under a finger.
    if (answer.ok && text === asked && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
  };
  for (const field of written) {
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
  }
}

if (form) {
  form.addEventListener("input", settle);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const field = form.elements[button.dataset.field];
    field.value = button.dataset.take;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-submit]"));
    }
  });
  form.addEventListener("submit", () => { sent = true; });
  askBeforeLeaving(() => !sent && isDirty(), form.dataset.leave);
  if (!form.querySelector('input[name="base_version"]')) setUpRepeats();
  if (form.dataset.likely) setUpLikely();
  keepDraft();
  if (viewer) {
    const pane = viewer.querySelector("[data-pane]");
    setUpView(viewer, pane, viewer.querySelector("[data-sheet]"));
    linkLines(viewer, (number) => {
      const shape = viewer.querySelector(`polygon.place[data-line="${number}"]`);
      if (shape) bringIntoPane(pane, shape);
    });
  }
}
