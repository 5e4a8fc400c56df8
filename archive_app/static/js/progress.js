// The receipt follows the reading: it asks each second, and changes only what has changed.

import { all, find, need, told } from "./elements.js";
import { fill } from "./main.js";

const EVERY = 1000;
const LATER = 3000;
const place = need(document, "#progress", HTMLElement);
const problem = need(document, "#progress-problem", HTMLElement);
const said = need(document, "#progress-said", HTMLElement);
const started = { at: performance.now(), settled: settled(place) };

/** @param {HTMLElement} root */
function settled(root) {
  return Number(find(root, "[data-settled]", HTMLElement)?.dataset.settled ?? 0);
}

/** @param {HTMLElement} root */
function isDone(root) {
  return find(root, "[data-done]", HTMLElement)?.dataset.done === "yes";
}

/** @param {string} sentence */
function tell(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

/**
 * Put the new parts in the place of the old ones that differ, so that focus and selection stay elsewhere.
 * @param {HTMLElement} fresh
 */
function take(fresh) {
  const old = new Map(all(place, "[data-part]", HTMLElement).map((part) => [part.dataset.part, part]));
  const parts = all(fresh, "[data-part]", HTMLElement);
  if (parts.length !== old.size || parts.some((part) => !old.has(part.dataset.part))) {
    place.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const part of parts) {
    const before = old.get(part.dataset.part);
    if (before?.outerHTML !== part.outerHTML) before?.replaceWith(part);
  }
}

function timeLeft() {
  const summary = need(place, "[data-settled]", HTMLElement);
  const done = settled(place) - started.settled;
  const rest = Number(summary.dataset.pages) - settled(place);
  if (done < 1 || rest < 1) return "";
  const seconds = ((performance.now() - started.at) / 1000 / done) * rest;
  const [sentence, count] =
    seconds < 90
      ? [told(place, "leftSeconds"), Math.max(5, Math.ceil(seconds / 5) * 5)]
      : [told(place, "leftMinutes"), Math.ceil(seconds / 60)];
  return fill(sentence, { count });
}

function speak() {
  const sentence = place.querySelector("[data-said]")?.textContent ?? "";
  if (said.textContent !== sentence) said.textContent = sentence;
  const left = place.querySelector("[data-left]");
  const rest = timeLeft();
  if (left && rest) left.textContent = ` · ${rest}`;
}

async function look() {
  if (document.hidden) return EVERY;
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(told(place, "url"), { redirect: "manual", cache: "no-store" });
  } catch {
    tell(told(place, "lost"));
    return LATER;
  }
  if (answer.type === "opaqueredirect") {
    tell(told(place, "signedOut"));
    return null;
  }
  if (!answer.ok) {
    tell(told(place, "lost"));
    return LATER;
  }
  tell("");
  take(new DOMParser().parseFromString(await answer.text(), "text/html").body);
  speak();
  return isDone(place) ? null : EVERY;
}

async function follow() {
  const next = await look();
  if (next !== null) setTimeout(follow, next);
}

if (!isDone(place)) setTimeout(follow, EVERY);
