/* Small habits of every page; all of them work without this file. */
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const find = (selector, root = document) => root.querySelector(selector);

  /* Errors first: the summary takes the focus, so that a screen reader starts there. */
  const summary = find("#summary");
  if (summary) summary.focus();

  /* Nothing is sent twice by a double click; the button says at once that work goes on. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.classList.add("is-busy");
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; form.classList.remove("is-busy"); form.removeAttribute("aria-busy"); }, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((form) => { delete form.dataset.sent; form.classList.remove("is-busy"); });
  });

  /* Forms that answer at once: any change asks the server again. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    if (form && !form.hasAttribute("hx-get")) form.requestSubmit();
  });

  /* Navigation that is moved sideways begins where one is. */
  document.querySelectorAll("nav [aria-current]").forEach((one) => {
    const nav = one.closest("nav");
    if (nav.scrollWidth > nav.clientWidth) nav.scrollLeft += one.getBoundingClientRect().left - nav.getBoundingClientRect().left - (nav.clientWidth - one.offsetWidth) / 2;
  });

  /* Print buttons. */
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) { event.preventDefault(); window.print(); }
  });

  /* Tables in forms: a line more, a line less; without this file the buttons ask the server. */
  const empty = (line) => line.querySelectorAll("input, select").forEach((field) => { field.value = ""; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line-add], [data-line-drop]");
    if (!button) return;
    event.preventDefault();
    const set = button.closest("[data-rowset]");
    const lines = [...set.querySelectorAll("[data-line]")];
    if (button.matches("[data-line-add]")) {
      if (lines.length >= Number(set.dataset.most)) return;
      const line = lines[0].cloneNode(true);
      empty(line);
      lines[lines.length - 1].after(line);
      line.querySelector("input, select").focus();
    } else {
      const line = button.closest("[data-line]");
      if (lines.length > 1) line.remove(); else empty(line);
      set.querySelector("[data-line] input, [data-line] select").focus();
    }
    set.dispatchEvent(new Event("change", { bubbles: true }));
  });

  /* htmx posts carry the form's own token; a fragment that cannot be had becomes a whole page. */
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) location.reload(); });
})();
