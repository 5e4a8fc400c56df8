// A page that shows unfinished work looks again while it is being looked at.

const EVERY = 2000;

setInterval(() => {
  const busy = document.querySelector("details[open]") || document.activeElement?.closest("form");
  if (!document.hidden && !busy) location.reload();
}, EVERY);
