// Small pictures of what is about to be sent, drawn here; nothing leaves the browser for them.

import { penOf } from "./elements.js";

const MANY = 40;
let drawn = 0;

/**
 * Draw a file on its canvas: its picture where the browser reads it, else its kind in letters.
 * @param {HTMLCanvasElement} canvas
 * @param {File} file
 */
export async function draw(canvas, file) {
  const pen = penOf(canvas);
  try {
    // Decoding is heavy: after the first few dozen, the kind is enough.
    if (!file.type.startsWith("image/") || drawn >= MANY) throw new Error("no picture");
    drawn += 1;
    const picture = await createImageBitmap(file, { resizeHeight: 144, resizeQuality: "medium" });
    const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    pen.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    picture.close();
  } catch {
    pen.font = "600 16px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = "#55606c";
    pen.fillText((file.name.split(".").at(-1) ?? "").slice(0, 5).toUpperCase(), canvas.width / 2, canvas.height / 2);
  }
}
