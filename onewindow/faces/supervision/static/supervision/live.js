/* Live parts: each event carries the parts that changed; what the reader holds open or focused stays as it is. */
(() => {
  "use strict";
  const main = document.querySelector("[data-live]");
  if (!main || !("EventSource" in window)) return;
  const STALE_MS = 30000;
  let seen = Date.now();
  const alive = () => { seen = Date.now(); document.body.classList.remove("is-stale"); };
  const put = (part, html) => {
    if (part.contains(document.activeElement)) return;
    const open = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
    part.dispatchEvent(new CustomEvent("part:gone"));
    part.innerHTML = html;
    part.querySelectorAll("details[id]").forEach((one) => { if (open.has(one.id)) one.open = open.get(one.id); });
    part.dispatchEvent(new CustomEvent("part:new", { bubbles: true }));
  };
  const source = new EventSource(main.dataset.live);
  source.addEventListener("open", alive);
  source.addEventListener("parts", (event) => {
    alive();
    for (const [name, html] of Object.entries(JSON.parse(event.data))) {
      const part = document.querySelector(`[data-part="${name}"]`);
      if (part) put(part, html);
    }
  });
  setInterval(() => { if (Date.now() - seen > STALE_MS) document.body.classList.add("is-stale"); }, 5000);
})();
