// The letter: zoom, turned view, hits one after the other, and lines that show their place.

import { onKeys } from "./main.js";

const STEP = 1.25;
const viewer = document.querySelector("[data-viewer]");
const pane = viewer?.querySelector("[data-pane]");
const sheet = viewer?.querySelector("[data-sheet]");

/** Tie each line of the text to its place on the picture: what is pointed at or focused on one side is lit on both. */
export function linkLines(root, onFocus = () => {}) {
  const light = (number, on) => {
    for (const part of root.querySelectorAll(`li[data-line="${number}"], polygon.place[data-line="${number}"]`)) {
      part.classList.toggle("lit", on);
    }
  };
  const lineOf = (event) => event.target.closest?.("[data-line]")?.dataset.line;
  for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
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

/** Scroll the pane, and nothing else, so that a shape of the overlay is seen. */
export function bringIntoPane(area, shape) {
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

/** Scroll the window as well, where the picture is longer than it, as on a phone. */
function bringIntoWindow(shape) {
  const box = shape.getBoundingClientRect();
  const tools = viewer.querySelector("[data-tools]").offsetHeight;
  if (box.top < tools || box.bottom > window.innerHeight - 20) {
    window.scrollBy(0, box.top + box.height / 2 - window.innerHeight / 2);
  }
}

/** The tools over the picture; returns what each does, for the keys. */
export function setUpView(root, area, page) {
  let width = 0;
  let turned = 0;
  const room = () => area.clientWidth - 20;
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
  root.querySelector("[data-tools]").hidden = false;
  for (const button of root.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", zoom[button.dataset.zoom]);
  }
  root.querySelector("[data-rotate]")?.addEventListener("click", turn);
  area.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    (event.deltaY < 0 ? zoom.in : zoom.out)();
  }, { passive: false });
  return { ...zoom, turn };
}

function setUpHits() {
  const hits = [...sheet.querySelectorAll(".hit")];
  const count = viewer.querySelector("[data-hit-count]");
  let current = -1;
  const go = (step) => {
    if (!hits.length) return false;
    hits[current]?.classList.remove("current");
    current = (current + step + hits.length) % hits.length;
    hits[current].classList.add("current");
    bringIntoPane(pane, hits[current]);
    bringIntoWindow(hits[current]);
    if (count) count.textContent = `${current + 1} / ${hits.length}`;
    return true;
  };
  for (const button of viewer.querySelectorAll("[data-hit]")) {
    button.addEventListener("click", () => go(Number(button.dataset.hit)));
  }
  if (hits.length) go(1);
  return go;
}

function goToPage(step) {
  const pages = [...viewer.querySelectorAll(".strip a")];
  const here = pages.findIndex((page) => page.hasAttribute("aria-current"));
  const target = pages[here + step];
  target?.click();
  return Boolean(target);
}

/** Back to the results leads to the page and the choices they were opened from. */
function rememberResults() {
  const link = document.querySelector("[data-back]");
  const left = sessionStorage.getItem("results");
  const query = (search) => new URLSearchParams(search).get("q");
  if (link && left !== null && query(left) === query(location.search)) link.search = left;
}

if (viewer && !document.querySelector("#correction, #registration")) {
  rememberResults();
  viewer.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  onKeys({ j: () => goToPage(1), k: () => goToPage(-1) });
  if (sheet) {
    linkLines(viewer, (number) => {
      const shape = sheet.querySelector(`polygon.place[data-line="${number}"]`);
      if (shape) bringIntoPane(pane, shape);
    });
    const view = setUpView(viewer, pane, sheet);
    const go = setUpHits();
    onKeys({
      "+": view.in, "=": view.in, "-": view.out, 0: view.width, r: view.turn,
      n: () => go(1), p: () => go(-1),
    });
  }
}
