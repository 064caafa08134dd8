/* The countdown before a screen clears itself. A timed refresh of the page itself would take the time from who reads slowly. */
(() => {
  "use strict";
  const clear = document.querySelector("[data-clear]");
  if (!clear || location.pathname === clear.dataset.home) return;
  const all = Number(clear.dataset.clear);
  const left = clear.querySelector("[data-left]");
  const ring = clear.querySelector(".k-ring-left");
  let seconds = all;
  const show = () => { left.textContent = seconds; ring.style.strokeDashoffset = 100 - (100 * seconds) / all; };
  clear.hidden = false;
  show();
  setInterval(() => { seconds -= 1; if (seconds <= 0) location.replace(clear.dataset.home); else show(); }, 1000);
  ["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, () => { seconds = all; show(); }));
})();
