// What every page has: the search key, the list of keys, and forms that ask before they are left half-filled.

document.documentElement.classList.add("scripted");

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

/** Run `actions[key]` for a key pressed on its own while nothing is being typed. */
export function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actions[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
}

/** Ask before the page is left while `isDirty()`; the sentence is for browsers that still show it. */
export function askBeforeLeaving(isDirty, sentence) {
  window.addEventListener("beforeunload", (event) => {
    if (!isDirty()) return;
    event.preventDefault();
    event.returnValue = sentence;
  });
}

/** Fill `{name}` places of a sentence. */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Follow the link of this page that has the key, if there is one. */
function follow(key) {
  const link = document.querySelector(`[data-key="${key}"]`);
  link?.click();
  return link !== null;
}

function showKeys() {
  const keys = document.getElementById("keys");
  if (!keys?.showModal) return false;
  keys.showModal();
  return true;
}

// A page that comes back from the browser's memory is asked for again: it may not be this reader's to see any more.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

onKeys({
  "/": () => {
    const box = document.querySelector("[data-search-box]");
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

for (const form of document.querySelectorAll("form[data-leave]:not(#scan-form, #correction, #registration)")) {
  const before = new URLSearchParams(new FormData(form)).toString();
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  askBeforeLeaving(() => !sent && new URLSearchParams(new FormData(form)).toString() !== before, form.dataset.leave);
}
