// The receipt follows the reading: it asks each second, and changes only what has changed.

import { fill } from "./main.js";

const EVERY = 1000;
const LATER = 3000;
const place = document.getElementById("progress");
const problem = document.getElementById("progress-problem");
const said = document.getElementById("progress-said");
const started = { at: performance.now(), settled: settled(place) };

function settled(root) {
  return Number(root.querySelector("[data-settled]")?.dataset.settled ?? 0);
}

function isDone(root) {
  return root.querySelector("[data-done]")?.dataset.done === "yes";
}

function copiesToCome() {
  return Number(place.querySelector("[data-copies-to-come]")?.dataset.copiesToCome ?? 0);
}

function tell(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

/** Put the new parts in the place of the old ones that differ, so that focus and selection stay elsewhere. */
function take(fresh) {
  const old = new Map([...place.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const parts = [...fresh.querySelectorAll("[data-part]")];
  if (parts.length !== old.size || parts.some((part) => !old.has(part.dataset.part))) {
    place.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const part of parts) {
    const before = old.get(part.dataset.part);
    if (before.outerHTML !== part.outerHTML) before.replaceWith(part);
  }
}

function timeLeft() {
  const summary = place.querySelector("[data-settled]");
  const done = settled(place) - started.settled;
  const rest = Number(summary.dataset.pages) - settled(place);
  if (done < 1 || rest < 1) return "";
  const seconds = ((performance.now() - started.at) / 1000 / done) * rest;
  const [sentence, count] = seconds < 90
    ? [place.dataset.leftSeconds, Math.max(5, Math.ceil(seconds / 5) * 5)]
    : [place.dataset.leftMinutes, Math.ceil(seconds / 60)];
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
  let answer;
  try {
    answer = await fetch(place.dataset.url, { redirect: "manual", cache: "no-store" });
  } catch {
    tell(place.dataset.lost);
    return LATER;
  }
  if (answer.type === "opaqueredirect") {
    tell(place.dataset.signedOut);
    return null;
  }
  if (!answer.ok) {
    tell(place.dataset.lost);
    return LATER;
  }
  tell("");
  take(new DOMParser().parseFromString(await answer.text(), "text/html").body);
  speak();
  if (!isDone(place)) return EVERY;
  return copiesToCome() ? LATER : null;
}

async function follow() {
  const next = await look();
  if (next !== null) setTimeout(follow, next);
}

if (!isDone(place) || copiesToCome()) setTimeout(follow, EVERY);
