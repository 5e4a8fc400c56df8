// Half-written corrections, kept in this browser under a key that only the page itself carries.
//
// What lies in the browser's store lies on the disk of a machine that several people use, so it is encrypted there
// (AES-GCM). The key comes with the page, for this account and this page of the letter, and is never stored: who may
// not open the page cannot read the draft. Where the browser gives no cryptography (plain http from another machine),
// nothing is stored at all.

const PREFIX = "draft:";
const DAYS_KEPT = 30;
const usable = Boolean(window.crypto?.subtle);

/** @param {string} hex */
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {ArrayBuffer | Uint8Array} bytes */
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
/** @param {string} text */
const fromText = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Drop drafts nobody came back for. */
function tidy() {
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      if (JSON.parse(localStorage.getItem(name) ?? "").at < oldest) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
}

/**
 * @typedef {object} Draft
 * @property {(value: object) => Promise<void>} save
 * @property {() => Promise<any>} load  what was saved, null where nothing was
 * @property {() => Promise<void>} discard
 */

/**
 * The draft of the page that has this key.
 * @param {string} keyInHex
 * @returns {Promise<Draft>}
 */
export async function openDraft(keyInHex) {
  if (!usable) return { save: async () => {}, load: async () => null, discard: async () => {} };
  tidy();
  const raw = bytesOf(keyInHex);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  // The name tells nothing either: a digest of the key.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  const name = PREFIX + [...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let turn = Promise.resolve();
  return {
    save(value) {
      turn = turn.then(async () => {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const box = await crypto.subtle.encrypt(
          { name: "AES-GCM", iv },
          key,
          new TextEncoder().encode(JSON.stringify(value)),
        );
        localStorage.setItem(name, JSON.stringify({ at: Date.now(), iv: toText(iv), box: toText(box) }));
      });
      return turn;
    },
    async load() {
      const kept = localStorage.getItem(name);
      if (!kept) return null;
      try {
        const { iv, box } = JSON.parse(kept);
        const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromText(iv) }, key, fromText(box));
        return JSON.parse(new TextDecoder().decode(clear));
      } catch {
        localStorage.removeItem(name);
        return null;
      }
    },
    discard() {
      turn = turn.then(() => localStorage.removeItem(name));
      return turn;
    },
  };
}
