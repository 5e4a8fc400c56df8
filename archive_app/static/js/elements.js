// Elements of the page, of the kind that the caller names. What a page must have and lacks is an error of ours.

/**
 * @template {Element} T
 * @typedef {{ new (): T }} Kind
 */

/**
 * The first element that fits, if there is one.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  return found instanceof kind ? found : null;
}

/**
 * The first element that fits; the page always has it.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 */
export function need(root, selector, kind) {
  const found = find(root, selector, kind);
  if (!found) throw new Error(`nothing here is ${selector}`);
  return found;
}

/**
 * Every element that fits.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} kind
 */
export function all(root, selector, kind) {
  /** @type {T[]} */
  const found = [];
  for (const element of root.querySelectorAll(selector)) if (element instanceof kind) found.push(element);
  return found;
}

/**
 * The element that an event met, or the nearest one around it, that fits.
 * @template {Element} T
 * @param {Event} event
 * @param {string} selector
 * @param {Kind<T>} kind
 */
export function met(event, selector, kind) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof kind ? found : null;
}

/**
 * The line of the letter that an event met, by its number: an entry of the list, or a shape on the picture.
 * @param {Event} event
 */
export function lineOf(event) {
  const found = event.target instanceof Element ? event.target.closest("[data-line]") : null;
  return found?.getAttribute("data-line") ?? undefined;
}

/**
 * What draws on a canvas.
 * @param {HTMLCanvasElement} canvas
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("nothing can be drawn on this canvas");
  return pen;
}

/**
 * What the page says to its script in a data attribute; nothing where it does not say it.
 * @param {HTMLElement} element
 * @param {string} name
 */
export const told = (element, name) => element.dataset[name] ?? "";
