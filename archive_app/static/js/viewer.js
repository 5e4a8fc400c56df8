// The letter: zoom, turned view, hits one after the other, and lines that show their place.

import { all, find, lineOf, need } from "./elements.js";
import { onKeys } from "./main.js";

const STEP = 1.25;

/**
 * Tie each line of the text to its place on the picture: what is pointed at or focused on one side is lit on both.
 * @param {HTMLElement} root
 * @param {(line: string) => void} onFocus
 */
export function linkLines(root, onFocus = () => {}) {
  /**
   * @param {string} number
   * @param {boolean} on
   */
  const light = (number, on) => {
    for (const part of root.querySelectorAll(`li[data-line="${number}"], polygon.place[data-line="${number}"]`)) {
      part.classList.toggle("lit", on);
    }
  };
  for (const [begin, end] of [
    ["mouseover", "mouseout"],
    ["focusin", "focusout"],
  ]) {
    root.addEventListener(begin, (event) => {
      const number = lineOf(event);
      if (number === undefined) return;
      light(number, true);
      if (begin === "focusin") onFocus(number);
    });
    root.addEventListener(end, (event) => {
      const number = lineOf(event);
      if (number !== undefined) light(number, false);
    });
  }
}

/**
 * Scroll the pane, and nothing else, so that a shape of the overlay is seen.
 * @param {HTMLElement} area
 * @param {Element} shape
 */
function bringIntoPane(area, shape) {
  const frame = area.getBoundingClientRect();
  const box = shape.getBoundingClientRect();
  const margin = 40;
  if (box.top < frame.top + margin || box.bottom > frame.bottom - margin) {
    area.scrollTop += box.top + box.height / 2 - (frame.top + frame.height / 2);
  }
  if (box.left < frame.left || box.right > frame.right) {
    area.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
  }
}

/**
 * Scroll the pane to where a line stands on the picture.
 * @param {HTMLElement} area
 * @param {string} number
 */
export function showLine(area, number) {
  const shape = area.querySelector(`polygon.place[data-line="${number}"]`);
  if (shape) bringIntoPane(area, shape);
}

/**
 * Scroll the window as well, where the picture is longer than it, as on a phone.
 * @param {HTMLElement} root
 * @param {Element} shape
 */
function bringIntoWindow(root, shape) {
  const box = shape.getBoundingClientRect();
  const tools = need(root, "[data-tools]", HTMLElement).offsetHeight;
  if (box.top < tools || box.bottom > window.innerHeight - 20) {
    window.scrollBy(0, box.top + box.height / 2 - window.innerHeight / 2);
  }
}

/**
 * The tools over the picture; returns what each does, for the keys.
 * @param {HTMLElement} root
 * @param {HTMLElement} area
 * @param {HTMLElement} page
 */
export function setUpView(root, area, page) {
  let width = 0;
  let turned = 0;
  const room = () => area.clientWidth - 20;
  /** @param {number} wanted */
  const set = (wanted) => {
    const centre = (area.scrollTop + area.clientHeight / 2) / area.scrollHeight;
    width = Math.min(Math.max(wanted, 160), 4000);
    page.style.width = width === room() ? "100%" : `${width}px`;
    area.scrollTop = centre * area.scrollHeight - area.clientHeight / 2;
  };
  const zoom = {
    in: () => set((width || room()) * STEP),
    out: () => set((width || room()) / STEP),
    width: () => set(room()),
    page: () => set(Math.min(room(), (area.clientHeight - 20) / Math.SQRT2)),
  };
  const turn = () => {
    page.classList.remove(`turned-${turned}`);
    turned = (turned + 1) % 4;
    if (turned) page.classList.add(`turned-${turned}`);
  };
  need(root, "[data-tools]", HTMLElement).hidden = false;
  for (const [kind, change] of Object.entries(zoom)) {
    for (const button of root.querySelectorAll(`[data-zoom="${kind}"]`)) button.addEventListener("click", change);
  }
  root.querySelector("[data-rotate]")?.addEventListener("click", turn);
  area.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      (event.deltaY < 0 ? zoom.in : zoom.out)();
    },
    { passive: false },
  );
  return { ...zoom, turn };
}

/**
 * The hits of the search, one after the other; returns what goes on or back by steps.
 * @param {HTMLElement} root
 * @param {HTMLElement} area
 */
function setUpHits(root, area) {
  const hits = [...area.querySelectorAll(".hit")];
  const count = root.querySelector("[data-hit-count]");
  let current = -1;
  /** @param {number} step */
  const go = (step) => {
    if (!hits.length) return false;
    hits[current]?.classList.remove("current");
    current = (current + step + hits.length) % hits.length;
    hits[current].classList.add("current");
    bringIntoPane(area, hits[current]);
    bringIntoWindow(root, hits[current]);
    if (count) count.textContent = `${current + 1} / ${hits.length}`;
    return true;
  };
  for (const button of all(root, "[data-hit]", HTMLElement)) {
    button.addEventListener("click", () => go(Number(button.dataset.hit)));
  }
  if (hits.length) go(1);
  return go;
}

/**
 * @param {HTMLElement} root
 * @param {number} step
 */
function goToPage(root, step) {
  const pages = all(root, ".strip a", HTMLElement);
  const here = pages.findIndex((page) => page.hasAttribute("aria-current"));
  const target = pages[here + step];
  target?.click();
  return Boolean(target);
}

/** Back to the results leads to the page and the choices they were opened from. */
function rememberResults() {
  const link = find(document, "[data-back]", HTMLAnchorElement);
  const left = sessionStorage.getItem("results");
  /** @param {string} search */
  const query = (search) => new URLSearchParams(search).get("q");
  if (link && left !== null && query(left) === query(location.search)) link.search = left;
}

const viewer = find(document, "[data-viewer]", HTMLElement);

if (viewer && !document.querySelector("#correction, #registration")) {
  rememberResults();
  viewer.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  onKeys({ j: () => goToPage(viewer, 1), k: () => goToPage(viewer, -1) });
  const pane = find(viewer, "[data-pane]", HTMLElement);
  const sheet = find(viewer, "[data-sheet]", HTMLElement);
  if (pane && sheet) {
    linkLines(viewer, (number) => showLine(pane, number));
    const view = setUpView(viewer, pane, sheet);
    const go = setUpHits(viewer, pane);
    onKeys({
      "+": view.in,
      "=": view.in,
      "-": view.out,
      0: view.width,
      r: view.turn,
      n: () => go(1),
      p: () => go(-1),
    });
  }
}
