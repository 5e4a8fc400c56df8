// Scanning in: a list of pages whose order is made by dragging or by buttons, sent with its progress shown.

import { all, find, met, need, told } from "./elements.js";
import { askBeforeLeaving, fill } from "./main.js";
import { draw } from "./thumbnails.js";

const form = need(document, "#scan-form", HTMLFormElement);
const list = need(document, "#pages-list", HTMLElement);
const chooser = need(document, "#files", HTMLInputElement);
const sender = need(document, "#send", HTMLButtonElement);
const blank = need(need(document, "#page-item", HTMLTemplateElement).content, "li", HTMLElement);
const said = need(document, "#said", HTMLElement);
const problems = need(document, "#problems", HTMLElement);
/** @type {Map<Element, File>} */
const files = new Map();
/** @type {HTMLElement | null} */
let lifted = null;
let sending = false;
let ended = false;

/**
 * A sentence of the page.
 * @param {string} name
 */
const word = (name) => told(form, name);

/** @param {string} sentence */
const say = (sentence) => {
  said.textContent = sentence;
};
const inOrder = () => [...list.children].flatMap((item) => files.get(item) ?? []);
/** @param {Element} item */
const nameOf = (item) => files.get(item)?.name ?? "";
/**
 * As the receipt writes them.
 * @param {number} bytes
 */
const sizeOf = (bytes) =>
  bytes < 1000 * 1024
    ? `${bytes && Math.max(1, Math.round(bytes / 1024))} KB`
    : `${Number((bytes / 1024 ** 2).toFixed(1))} MB`;

/** @param {string} sentence */
function problem(sentence) {
  problems.replaceChildren();
  if (!sentence) return;
  const box = document.createElement("div");
  box.className = "problem";
  box.setAttribute("role", "alert");
  box.append(sentence);
  problems.append(box);
}

function refresh() {
  [...list.children].forEach((item, place) => {
    need(item, '[data-move="-1"]', HTMLButtonElement).disabled = place === 0;
    need(item, '[data-move="1"]', HTMLButtonElement).disabled = place === list.children.length - 1;
  });
  need(form, ".order-hint", HTMLElement).hidden = list.children.length < 2;
  const bytes = inOrder().reduce((sum, file) => sum + file.size, 0);
  problem(bytes > Number(word("maxBytes")) ? word("tooLarge") : "");
}

/** @param {Iterable<File>} picked */
function add(picked) {
  const chosen = [...picked];
  const room = Number(word("maxFiles")) - list.children.length;
  for (const file of chosen.slice(0, room)) {
    const item = document.importNode(blank, true);
    need(item, "b", HTMLElement).textContent = file.name;
    need(item, "small", HTMLElement).textContent = sizeOf(file.size);
    for (const button of item.querySelectorAll("button")) {
      button.setAttribute("aria-label", fill(button.getAttribute("aria-label") ?? "", { name: file.name }));
    }
    files.set(item, file);
    list.append(item);
    draw(need(item, "canvas", HTMLCanvasElement), file);
  }
  refresh();
  if (chosen.length > room) problem(word("tooMany"));
}

/** @param {Element} item */
function moved(item) {
  const place = [...list.children].indexOf(item) + 1;
  say(fill(word("moved"), { name: nameOf(item), place, count: list.children.length }));
  refresh();
}

/** @param {Event} event */
function onListClick(event) {
  const button = met(event, "button", HTMLButtonElement);
  const item = button?.closest("li");
  if (!button || !item) return;
  if ("remove" in button.dataset) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    say(fill(word("removed"), { name: nameOf(item) }));
    files.delete(item);
    item.remove();
    ((next && find(next, "[data-remove]", HTMLElement)) ?? chooser).focus();
    refresh();
    return;
  }
  if (button.dataset.move === "1") item.nextElementSibling?.after(item);
  else item.previousElementSibling?.before(item);
  moved(item);
  (button.disabled ? find(item, "[data-move]:not(:disabled)", HTMLElement) : button)?.focus();
}

function setUpDragging() {
  list.addEventListener("dragstart", (event) => {
    lifted = met(event, "li", HTMLElement);
    if (!lifted || !event.dataTransfer) return;
    lifted.classList.add("lifted");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  list.addEventListener("dragover", (event) => {
    const over = met(event, "li", HTMLElement);
    if (!lifted) return;
    event.preventDefault();
    if (!over || over === lifted) return;
    const box = over.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) over.after(lifted);
    else over.before(lifted);
  });
  list.addEventListener("dragend", () => {
    if (!lifted) return;
    lifted.classList.remove("lifted");
    moved(lifted);
    lifted = null;
  });
  const drop = need(form, "[data-drop]", HTMLElement);
  // The whole window takes files: one that misses the field must not open in place of the page.
  window.addEventListener("dragover", (event) => {
    if (lifted) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (!lifted && event.dataTransfer?.files.length) add(event.dataTransfer.files);
  });
}

/** @param {number} percent */
function show(percent) {
  const box = need(form, ".sending", HTMLElement);
  box.hidden = false;
  need(box, "progress", HTMLProgressElement).value = percent;
  need(box, "p", HTMLElement).textContent = percent < 100 ? fill(word("sending"), { percent }) : word("keeping");
}

/** Signing in again, in a window of its own: this one holds the list of files. */
function offerSigningIn() {
  ended = true;
  stop(word("ended"));
  const link = document.createElement("a");
  link.href = word("signInAddress");
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = word("signIn");
  problems.firstElementChild?.append(" ", link);
}

/** The form still carries the token of the session that has ended. */
async function renewToken() {
  const answer = await fetch(form.action, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = find(fresh, '#scan-form [name="csrf_token"]', HTMLInputElement);
  if (token) need(form, '[name="csrf_token"]', HTMLInputElement).value = token.value;
  ended = !token;
}

/** @param {string} sentence */
function stop(sentence) {
  sending = false;
  sender.disabled = false;
  need(form, ".sending", HTMLElement).hidden = true;
  problem(sentence);
}

/** @param {Event} event */
async function send(event) {
  event.preventDefault();
  if (sending) return;
  if (!list.children.length) {
    problem(word("none"));
    chooser.focus();
    return;
  }
  sending = true;
  sender.disabled = true;
  // Where this fails, so does the sending, which says so.
  if (ended) await renewToken().catch(() => {});
  const body = new FormData(form);
  body.delete("files");
  for (const file of inOrder()) body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) show(Math.floor((step.loaded / step.total) * 100));
  });
  request.addEventListener("load", () => {
    if (request.status === 200 && new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
      files.clear();
      list.replaceChildren();
      location.assign(request.responseURL);
      return;
    }
    if (request.status === 401) {
      offerSigningIn();
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    stop(answer.querySelector("[data-problem]")?.textContent?.trim() || word("lost"));
  });
  for (const failure of ["error", "abort", "timeout"]) request.addEventListener(failure, () => stop(word("lost")));
  problem("");
  show(0);
  request.send(body);
}

for (const input of all(form, 'input[type="file"]', HTMLInputElement)) {
  if (input.files?.length) add(input.files);
  input.addEventListener("change", () => {
    add(input.files ?? []);
    input.value = "";
  });
}
list.addEventListener("click", onListClick);
form.addEventListener("submit", send);
setUpDragging();
askBeforeLeaving(() => list.children.length > 0, word("leave"));
