// Search results with j, k and Enter.

import { all, need } from "./elements.js";
import { onKeys } from "./main.js";

const results = all(document, "[data-results] > li", HTMLElement);
let chosen = -1;

/** @param {number} step */
function choose(step) {
  if (!results.length) return false;
  results[chosen]?.classList.remove("chosen");
  chosen = Math.min(Math.max(chosen + step, 0), results.length - 1);
  results[chosen].classList.add("chosen");
  need(results[chosen], "h2 a", HTMLElement).focus({ preventScroll: true });
  results[chosen].scrollIntoView({ block: "nearest" });
  return true;
}

results.forEach((result, place) => {
  result.addEventListener("focusin", () => {
    results[chosen]?.classList.remove("chosen");
    chosen = place;
    result.classList.add("chosen");
  });
});

// For the way back from a letter.
sessionStorage.setItem("results", location.search);

onKeys({
  j: () => choose(1),
  k: () => choose(-1),
});
