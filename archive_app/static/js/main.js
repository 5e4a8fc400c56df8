// What every page has: the search key, the list of keys, and forms that ask before they are left half-filled.

import { all, find, met, told } from "./elements.js";

document.documentElement.classList.add("scripted");

/** @param {Event} event */
const typing = (event) => met(event, "input, select, textarea, [contenteditable]", Element) !== null;

/**
 * Run `actions[key]` for a key pressed on its own while nothing is being typed. False says that it did nothing.
 * @param {Record<string, (event: KeyboardEvent) => unknown>} actions
 */
export function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event)) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actions[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
}

/**
 * Ask before the page is left while `isDirty()`; the sentence is for browsers that still show it.
 * @param {() => boolean} isDirty
 * @param {string} sentence
 */
export function askBeforeLeaving(isDirty, sentence) {
  window.addEventListener("beforeunload", (event) => {
    if (!isDirty()) return;
    event.preventDefault();
    event.returnValue = sentence;
  });
}

/**
 * Fill `{name}` places of a sentence.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * Follow the link of this page that has the key, if there is one.
 * @param {string} key
 */
function follow(key) {
  const link = find(document, `[data-key="${key}"]`, HTMLElement);
  link?.click();
  return link !== null;
}

function showKeys() {
  const keys = find(document, "#keys", HTMLDialogElement);
  if (!keys?.showModal) return false;
  keys.showModal();
  return true;
}

// A page that comes back from the browser's memory is asked for again: it may not be this reader's to see any more.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

onKeys({
  "/": () => {
    const box = find(document, "[data-search-box]", HTMLInputElement);
    if (!box) return false;
    box.focus();
    box.select();
    return true;
  },
  "?": showKeys,
  e: () => follow("e"),
  n: () => follow("n"),
  p: () => follow("p"),
});

/** @param {HTMLFormElement} form */
const written = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));

const HERE = "form[data-leave]:not(#scan-form, #correction, #registration)";
for (const form of all(document, HERE, HTMLFormElement)) {
  const before = written(form);
  let sent = false;
  form.addEventListener("submit", () => {
    sent = true;
  });
  askBeforeLeaving(() => !sent && written(form) !== before, told(form, "leave"));
}
