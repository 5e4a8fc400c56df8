// The print button, for those who do not know the browser's own.

import { need } from "./elements.js";

const button = need(document, "[data-print]", HTMLElement);
button.hidden = false;
button.addEventListener("click", () => window.print());
