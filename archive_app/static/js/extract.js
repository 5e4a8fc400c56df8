// The redacted extract: a click on a line covers it, a drag draws a rectangle, and what will be black is shown as it will be.

import { fill } from "./main.js";

const WIDTH = 595.276;
const HEIGHT = 841.89;
const MM = 25.4 / 72;
const EDGES = ["left", "top", "right", "bottom"];
const SHORTEST = 4;
const form = document.querySelector("#extract");

/** From what is drawn to what is black, both in points: the rule of `scanning.redaction.Frame.covered`. */
function blackFor(leaf, edges) {
  const [width, height, block, fringe, spread] = leaf.dataset.raster.split(" ").map(Number);
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

function rectangle([left, top, right, bottom], kind) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const values = { class: kind, x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
  for (const [name, value] of Object.entries(values)) shape.setAttribute(name, value);
  return shape;
}

function written(row) {
  const edges = EDGES.map((edge) => row.querySelector(`[name^="${edge}-"]`).valueAsNumber / MM);
  return edges.every(Number.isFinite) && edges[0] < edges[2] && edges[1] < edges[3] ? edges : null;
}

function setUpPage(leaf, changed) {
  const sheet = leaf.querySelector("[data-sheet]");
  const overlay = sheet.querySelector("svg");
  const drawn = overlay.querySelector("[data-drawn]");
  const areas = leaf.querySelector("[data-areas]");
  const add = areas.querySelector("[data-add]");
  const draw = leaf.querySelector("[data-draw]");
  const box = (line) => leaf.querySelector(`label[data-line="${line}"] input`);

  const show = () => {
    for (const shape of overlay.querySelectorAll("rect[data-line]")) {
      shape.classList.toggle("on", box(shape.dataset.line).checked);
    }
    const rows = [...areas.querySelectorAll("[data-area]")].map(written).filter(Boolean);
    drawn.replaceChildren(...rows.map((edges) => rectangle(blackFor(leaf, edges), "black on")));
    leaf.classList.toggle("out", leaf.querySelector("[name=out]").checked);
    changed();
  };
  const newRow = (edges) => {
    const row = areas.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-remove]").hidden = false;
    add.before(row);
    EDGES.forEach((edge, place) => { row.querySelector(`[name^="${edge}-"]`).value = (edges[place] * MM).toFixed(1); });
    show();
    return row;
  };

  for (const remove of areas.querySelectorAll("[data-area] [data-remove]")) remove.hidden = false;
  areas.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove]")) return;
    event.target.closest("[data-area]").remove();
    add.focus();
    show();
  });
  leaf.addEventListener("input", show);
  add.hidden = draw.hidden = false;
  add.addEventListener("click", () => newRow([170, 300, 425, 330]).querySelector("input").focus());
  draw.addEventListener("click", () => {
    const on = draw.getAttribute("aria-pressed") !== "true";
    draw.setAttribute("aria-pressed", on);
    sheet.classList.toggle("drawing", on);
  });
  for (const [name, on] of [["mouseover", true], ["mouseout", false]]) {
    overlay.addEventListener(name, (event) => {
      const line = event.target.closest("[data-line]")?.dataset.line;
      if (line !== undefined) box(line).closest("label").classList.toggle("lit", on);
    });
  }
  setUpPointer({ sheet, overlay, drags: (event) => event.pointerType === "mouse" || sheet.classList.contains("drawing") }, {
    tapped: (line) => { box(line).checked = !box(line).checked; show(); },
    dragged: newRow,
  });
  show();
}

/** A press that moves draws a rectangle, one that does not is a tap on a line. Touch scrolls unless drawing is on. */
function setUpPointer({ sheet, overlay, drags }, { tapped, dragged }) {
  let from = null;
  let line;
  let draft = null;
  const at = (event) => {
    const frame = overlay.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * WIDTH;
    const y = ((event.clientY - frame.top) / frame.height) * HEIGHT;
    return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
  };
  const between = ([x0, y0], [x1, y1]) => [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  const isDrawn = ([left, top, right, bottom]) => right - left >= SHORTEST && bottom - top >= SHORTEST;
  const end = () => { draft?.remove(); from = draft = null; };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = at(event);
    line = event.target.closest("[data-line]")?.dataset.line;
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

if (form) {
  const count = form.querySelector("[data-count]");
  const tell = () => {
    const leaves = [...form.querySelectorAll(".leaf")];
    const kept = leaves.filter((leaf) => !leaf.classList.contains("out"));
    const sum = (selector) => kept.reduce((all, leaf) => all + leaf.querySelectorAll(selector).length, 0);
    const values = { lines: sum("[name=line]:checked"), areas: sum("[data-drawn] rect"), out: leaves.length - kept.length };
    count.textContent = fill(count.dataset.one, values);
  };
  for (const leaf of form.querySelectorAll(".leaf")) setUpPage(leaf, tell);
}
