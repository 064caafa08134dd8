/* Keyboard of the work screens: letters shown on buttons, J/K/X/Enter in lists, the list of all keys.
   Every page works without this file. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isTyping = (element) => element.matches("textarea, select, [contenteditable]") ||
    (element.matches("input") && !["checkbox", "radio", "button", "submit"].includes(element.type));

  /* A letter acts on the element that shows it. */
  const press = (key) => {
    const wanted = all("[data-key]").find((one) => one.dataset.key.toUpperCase() === key.toUpperCase() && !one.closest("[hidden]"));
    if (wanted) {
      if (wanted.matches("input, textarea")) { wanted.focus(); wanted.select(); } else wanted.click();
      return true;
    }
    const folded = all("details > summary").find((one) => one.querySelector("kbd")?.textContent.trim().toUpperCase() === key.toUpperCase());
    if (!folded) return false;
    folded.parentElement.open = !folded.parentElement.open;
    folded.parentElement.querySelector("textarea, select, input:not([type=hidden])")?.focus();
    return true;
  };

  /* Lists: one row is current. */
  const rows = () => all("[data-rows] tbody tr:not(.day)");
  let place = -1;
  const go = (step) => {
    const list = rows();
    if (!list.length) return false;
    place = Math.min(list.length - 1, Math.max(0, place + step));
    list.forEach((row, n) => row.classList.toggle("is-on", n === place));
    list[place].querySelector("a")?.focus({ preventScroll: true });
    list[place].scrollIntoView({ block: "nearest" });
    return true;
  };
  const tick = () => {
    const box = rows()[place]?.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; count(); }
    return Boolean(box);
  };
  const count = () => {
    const number = all("[data-rows] input[type=checkbox]:checked").length;
    const shown = document.querySelector("[data-picked]");
    if (!shown) return;
    shown.hidden = !number;
    shown.querySelector("[data-number]").textContent = String(number);
    all("[data-rows] tr").forEach((row) => row.classList.toggle("sel", Boolean(row.querySelector("input:checked"))));
  };
  document.addEventListener("change", (event) => { if (event.target.closest("[data-rows]")) count(); });

  const help = () => {
    const dialog = document.getElementById("shortcuts");
    if (!dialog) return false;
    const list = dialog.querySelector("[data-list]");
    list.replaceChildren();
    const seen = new Set();
    all("[data-key], summary").forEach((one) => {
      const key = one.dataset.key || one.querySelector("kbd")?.textContent;
      const label = (one.getAttribute("aria-label") || one.getAttribute("placeholder") || one.textContent).replace(/\s+/g, " ").trim();
      if (!key || seen.has(key) || one.closest("dialog")) return;
      seen.add(key);
      const term = document.createElement("dt"), text = document.createElement("dd"), kbd = document.createElement("kbd");
      kbd.textContent = key; term.append(kbd);
      text.textContent = label.endsWith(key) ? label.slice(0, -key.length).trim() : label;
      list.append(term, text);
    });
    dialog.showModal();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const isFunction = /^F\d+$/.test(event.key);
    if (!isFunction && isTyping(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    const key = event.key;
    let done = false;
    if (key === "j" || key === "k") done = go(key === "j" ? 1 : -1);
    else if (key === "x") done = tick();
    else if (key === "?") done = help();
    else if (key.length === 1 || isFunction || key === "Escape") done = press(key);
    if (done) event.preventDefault();
  });
})();
