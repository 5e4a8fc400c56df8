// Search results with j, k and Enter.

import { onKeys } from "./main.js";

const results = [...document.querySelectorAll("[data-results] > li")];
let chosen = -1;

function choose(step) {
  if (!results.length) return false;
  results[chosen]?.classList.remove("chosen");
  chosen = Math.min(Math.max(chosen + step, 0), results.length - 1);
  results[chosen].classList.add("chosen");
  results[chosen].querySelector("h2 a").focus({ preventScroll: true });
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
