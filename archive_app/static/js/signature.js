// A signature is drawn with mouse, pen or finger; what is drawn becomes the file that the form sends.

import { find, need, penOf } from "./elements.js";

const form = find(document, "[data-signature]", HTMLFormElement);
const INK = "#0b1430";
const WIDTH = 7;

/**
 * @param {HTMLElement} place
 * @param {HTMLInputElement} file
 */
function setUp(place, file) {
  const canvas = need(place, "canvas", HTMLCanvasElement);
  const pen = penOf(canvas);
  /** @type {{ x: number, y: number } | null} */
  let last = null;

  /** @param {PointerEvent} event */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * (canvas.width / box.width),
      y: (event.clientY - box.top) * (canvas.height / box.height),
    };
  };

  /**
   * A pen that is pressed harder draws a wider line; a mouse and a finger press alike.
   * @param {PointerEvent} event
   */
  const width = (event) => (event.pointerType === "pen" && event.pressure ? WIDTH * (0.5 + event.pressure) : WIDTH);

  /**
   * @param {{ x: number, y: number }} from
   * @param {PointerEvent} event
   */
  function draw(from, event) {
    const now = at(event);
    pen.lineWidth = width(event);
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(now.x, now.y);
    pen.stroke();
    last = now;
  }

  function clear() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    last = null;
  }

  function becomeFile() {
    const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (one) => one.charCodeAt(0));
    const kept = new DataTransfer();
    kept.items.add(new File([bytes], "signature.png", { type: "image/png" }));
    file.files = kept.files;
  }

  Object.assign(pen, { strokeStyle: INK, lineCap: "round", lineJoin: "round" });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    draw(at(event), event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last) draw(last, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) becomeFile();
      last = null;
    });
  }
  file.addEventListener("change", clear);
  need(place, "[data-clear]", HTMLElement).addEventListener("click", () => {
    clear();
    file.value = "";
  });
  place.hidden = false;
}

if (form) setUp(need(form, "[data-drawing]", HTMLElement), need(form, "[name=picture]", HTMLInputElement));
