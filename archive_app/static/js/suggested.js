// Fields with suggestions: the id of the suggestion that is meant is sent beside what was typed.
// Without this script, or for what is no suggestion, the archive looks up what was typed.

import { all } from "./elements.js";

/**
 * The suggestion with the typed label, or the only one with the typed name.
 * @param {HTMLInputElement} field
 */
function meant(field) {
  const typed = field.value.trim();
  const options = [...(field.list?.options ?? [])];
  const named = options.filter((option) => option.dataset.name === typed);
  return options.find((option) => option.value === typed) ?? (named.length === 1 ? named[0] : undefined);
}

for (const field of all(document, "input[data-suggested]", HTMLInputElement)) {
  field.form?.addEventListener("submit", () => {
    const hidden = field.nextElementSibling;
    if (hidden instanceof HTMLInputElement) hidden.value = meant(field)?.dataset.id ?? "";
  });
}
