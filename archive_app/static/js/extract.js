// The redacted extract: a click on a line covers it, a drag draws a rectangle, and what will be black is shown so.

import { all, lineOf, met, need, told } from "./elements.js";
import { fill } from "./main.js";

/** @typedef {[number, number]} Point */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Edges */

const WIDTH = 595.276;
const HEIGHT = 841.89;
const MM = 25.4 / 72;
const SHORTEST = 4;
const form = need(document, "#extract", HTMLFormElement);

/**
 * From what is drawn to what is black, both in points: the rule of `scanning.redaction.Frame.covered`.
 * @param {HTMLElement} leaf
 * @param {Edges} edges
 * @returns {Edges}
 */
function blackFor(leaf, edges) {
  const [width, height, block, fringe, spread] = told(leaf, "raster").split(" ").map(Number);
  /**
   * @param {number} low
   * @param {number} high
   * @param {number} size
   * @param {number} points
   */
  const grown = (low, high, size, points) => {
    const scale = size / points;
    const begin = Math.floor(((low - spread) * scale) / block) * block - fringe;
    const end = Math.ceil(((high + spread) * scale) / block) * block + fringe;
    return [Math.min(Math.max(begin, 0), size) / scale, Math.min(Math.max(end, 0), size) / scale];
  };
  const [left, right] = grown(edges[0], edges[2], width, WIDTH);
  const [top, bottom] = grown(edges[1], edges[3], height, HEIGHT);
  return [left, top, right, bottom];
}

/**
 * @param {Edges} edges
 * @param {string} kind
 */
function rectangle([left, top, right, bottom], kind) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const values = { class: kind, x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
  for (const [name, value] of Object.entries(values)) shape.setAttribute(name, String(value));
  return shape;
}

/**
 * The fields of a written rectangle, in the order of its edges.
 * @param {HTMLElement} row
 */
const edgeFields = (row) =>
  ["left", "top", "right", "bottom"].map((edge) => need(row, `[name^="${edge}-"]`, HTMLInputElement));

/**
 * @param {HTMLElement} row
 * @returns {Edges[]}
 */
function written(row) {
  const [left, top, right, bottom] = edgeFields(row).map((field) => field.valueAsNumber / MM);
  const whole = [left, top, right, bottom].every(Number.isFinite) && left < right && top < bottom;
  return whole ? [[left, top, right, bottom]] : [];
}

/**
 * @param {HTMLElement} leaf
 * @param {() => void} changed
 */
function setUpPage(leaf, changed) {
  const sheet = need(leaf, "[data-sheet]", HTMLElement);
  const overlay = need(sheet, "svg", SVGElement);
  const drawn = need(overlay, "[data-drawn]", SVGElement);
  const areas = need(leaf, "[data-areas]", HTMLElement);
  const add = need(areas, "[data-add]", HTMLElement);
  const draw = need(leaf, "[data-draw]", HTMLElement);
  const blank = need(need(areas, "template", HTMLTemplateElement).content, "[data-area]", HTMLElement);
  /** @param {string | null} line */
  const box = (line) => need(leaf, `label[data-line="${line}"] input`, HTMLInputElement);

  const show = () => {
    for (const shape of overlay.querySelectorAll("rect[data-line]")) {
      shape.classList.toggle("on", box(shape.getAttribute("data-line")).checked);
    }
    const rows = all(areas, "[data-area]", HTMLElement).flatMap(written);
    drawn.replaceChildren(...rows.map((edges) => rectangle(blackFor(leaf, edges), "black on")));
    leaf.classList.toggle("out", need(leaf, "[name=out]", HTMLInputElement).checked);
    changed();
  };
  /** @param {Edges} edges */
  const newRow = (edges) => {
    const row = document.importNode(blank, true);
    need(row, "[data-remove]", HTMLElement).hidden = false;
    add.before(row);
    edgeFields(row).forEach((field, place) => {
      field.value = (edges[place] * MM).toFixed(1);
    });
    show();
    return row;
  };

  for (const remove of all(areas, "[data-area] [data-remove]", HTMLElement)) remove.hidden = false;
  areas.addEventListener("click", (event) => {
    if (!met(event, "[data-remove]", Element)) return;
    met(event, "[data-area]", Element)?.remove();
    add.focus();
    show();
  });
  leaf.addEventListener("input", show);
  add.hidden = draw.hidden = false;
  add.addEventListener("click", () => need(newRow([170, 300, 425, 330]), "input", HTMLInputElement).focus());
  draw.addEventListener("click", () => {
    const on = draw.getAttribute("aria-pressed") !== "true";
    draw.setAttribute("aria-pressed", String(on));
    sheet.classList.toggle("drawing", on);
  });
  for (const name of ["mouseover", "mouseout"]) {
    overlay.addEventListener(name, (event) => {
      const line = lineOf(event);
      if (line !== undefined)
        box(line)
          .closest("label")
          ?.classList.toggle("lit", name === "mouseover");
    });
  }
  setUpPointer(sheet, overlay, {
    tapped: (line) => {
      box(line).checked = !box(line).checked;
      show();
    },
    dragged: newRow,
  });
  show();
}

/**
 * A press that moves draws a rectangle, one that does not is a tap on a line. Touch scrolls unless drawing is on.
 * @param {HTMLElement} sheet
 * @param {SVGElement} overlay
 * @param {{ tapped: (line: string) => void, dragged: (edges: Edges) => void }} then
 */
function setUpPointer(sheet, overlay, { tapped, dragged }) {
  /** @type {Point | null} */
  let from = null;
  /** @type {string | undefined} */
  let line;
  /** @type {SVGElement | null} */
  let draft = null;
  /** @param {PointerEvent} event */
  const drags = (event) => event.pointerType === "mouse" || sheet.classList.contains("drawing");
  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  const at = (event) => {
    const frame = overlay.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * WIDTH;
    const y = ((event.clientY - frame.top) / frame.height) * HEIGHT;
    return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
  };
  /**
   * @param {Point} one
   * @param {Point} other
   * @returns {Edges}
   */
  const between = ([x0, y0], [x1, y1]) => [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  /** @param {Edges} edges */
  const isDrawn = ([left, top, right, bottom]) => right - left >= SHORTEST && bottom - top >= SHORTEST;
  const end = () => {
    draft?.remove();
    from = draft = null;
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = at(event);
    line = lineOf(event);
    if (drags(event)) sheet.setPointerCapture(event.pointerId);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!from || !drags(event)) return;
    const edges = between(from, at(event));
    draft?.remove();
    draft = isDrawn(edges) ? rectangle(edges, "draft") : null;
    if (draft) overlay.append(draft);
  });
  sheet.addEventListener("pointerup", (event) => {
    if (!from) return;
    const edges = between(from, at(event));
    const begun = line;
    end();
    if (drags(event) && isDrawn(edges)) dragged(edges);
    else if (begun !== undefined) tapped(begun);
  });
  sheet.addEventListener("pointercancel", end);
}

const count = need(form, "[data-count]", HTMLElement);
const tell = () => {
  const leaves = all(form, ".leaf", HTMLElement);
  const kept = leaves.filter((leaf) => !leaf.classList.contains("out"));
  /** @param {string} selector */
  const sum = (selector) => kept.reduce((total, leaf) => total + leaf.querySelectorAll(selector).length, 0);
  const values = {
    lines: sum("[name=line]:checked"),
    areas: sum("[data-drawn] rect"),
    out: leaves.length - kept.length,
  };
  count.textContent = fill(told(count, "one"), values);
};
for (const leaf of all(form, ".leaf", HTMLElement)) setUpPage(leaf, tell);
