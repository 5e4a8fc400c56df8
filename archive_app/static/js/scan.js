// Scanning in: a list of pages whose order is made by dragging or by buttons, sent with its progress shown.

import { askBeforeLeaving, fill } from "./main.js";
import { draw } from "./thumbnails.js";

const form = document.getElementById("scan-form");
const list = document.getElementById("pages-list");
const template = document.getElementById("page-item");
const said = document.getElementById("said");
const problems = document.getElementById("problems");
const words = form.dataset;
const files = new Map();
let lifted = null;
let sending = false;
let ended = false;

const say = (sentence) => { said.textContent = sentence; };
const inOrder = () => [...list.children].map((item) => files.get(item));
// As the receipt writes them.
const sizeOf = (bytes) => (bytes < 1000 * 1024 ? `${bytes && Math.max(1, Math.round(bytes / 1024))} KB` : `${Number((bytes / 1024 ** 2).toFixed(1))} MB`);

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
    item.querySelector('[data-move="-1"]').disabled = place === 0;
    item.querySelector('[data-move="1"]').disabled = place === list.children.length - 1;
  });
  form.querySelector(".order-hint").hidden = list.children.length < 2;
  const bytes = inOrder().reduce((sum, file) => sum + file.size, 0);
  problem(bytes > Number(words.maxBytes) ? words.tooLarge : "");
}

function add(chosen) {
  const room = Number(words.maxFiles) - list.children.length;
  for (const file of [...chosen].slice(0, room)) {
    const item = template.content.cloneNode(true).firstElementChild;
    item.querySelector("b").textContent = file.name;
    item.querySelector("small").textContent = sizeOf(file.size);
    for (const button of item.querySelectorAll("button")) {
      button.setAttribute("aria-label", fill(button.getAttribute("aria-label"), { name: file.name }));
    }
    files.set(item, file);
    list.append(item);
    draw(item.querySelector("canvas"), file);
  }
  refresh();
  if (chosen.length > room) problem(words.tooMany);
}

function moved(item) {
  const place = [...list.children].indexOf(item) + 1;
  say(fill(words.moved, { name: files.get(item).name, place, count: list.children.length }));
  refresh();
}

function onListClick(event) {
  const button = event.target.closest("button");
  const item = button?.closest("li");
  if (!item) return;
  if ("remove" in button.dataset) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    say(fill(words.removed, { name: files.get(item).name }));
    files.delete(item);
    item.remove();
    (next?.querySelector("[data-remove]") ?? document.getElementById("files")).focus();
    refresh();
    return;
  }
  if (button.dataset.move === "1") item.nextElementSibling?.after(item);
  else item.previousElementSibling?.before(item);
  moved(item);
  (button.disabled ? item.querySelector("[data-move]:not(:disabled)") : button)?.focus();
}

function setUpDragging() {
  list.addEventListener("dragstart", (event) => {
    lifted = event.target.closest("li");
    lifted.classList.add("lifted");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
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
  const drop = form.querySelector("[data-drop]");
  // The whole window takes files: one that misses the field must not open in place of the page.
  window.addEventListener("dragover", (event) => {
    if (lifted) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (!lifted && event.dataTransfer.files.length) add(event.dataTransfer.files);
  });
}

function show(percent) {
  const box = form.querySelector(".sending");
  box.hidden = false;
  box.querySelector("progress").value = percent;
  box.querySelector("p").textContent = percent < 100 ? fill(words.sending, { percent }) : words.keeping;
}

/** Signing in again, in a window of its own: this one holds the list of files. */
function offerSigningIn() {
  ended = true;
  stop(words.ended);
  const link = document.createElement("a");
  link.href = words.signInAddress;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = words.signIn;
  problems.firstElementChild.append(" ", link);
}

/** The form still carries the token of the session that has ended. */
async function renewToken() {
  const answer = await fetch(form.action, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = fresh.querySelector('#scan-form [name="csrf_token"]');
  if (token) form.elements.csrf_token.value = token.value;
  ended = !token;
}

function stop(sentence) {
  sending = false;
  document.getElementById("send").disabled = false;
  form.querySelector(".sending").hidden = true;
  problem(sentence);
}

async function send(event) {
  event.preventDefault();
  if (sending) return;
  if (!list.children.length) {
    problem(words.none);
    document.getElementById("files").focus();
    return;
  }
  sending = true;
  document.getElementById("send").disabled = true;
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
    stop(answer.querySelector("[data-problem]")?.textContent.trim() || words.lost);
  });
  for (const failure of ["error", "abort", "timeout"]) request.addEventListener(failure, () => stop(words.lost));
  problem("");
  show(0);
  request.send(body);
}

for (const input of form.querySelectorAll('input[type="file"]')) {
  if (input.files.length) add(input.files);
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
}
list.addEventListener("click", onListClick);
form.addEventListener("submit", send);
setUpDragging();
askBeforeLeaving(() => list.children.length > 0, words.leave);
