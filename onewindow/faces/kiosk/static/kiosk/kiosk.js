/* The countdown before a screen clears itself; without scripts the page goes home by itself after three minutes. */
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
