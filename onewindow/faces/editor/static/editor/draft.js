/* The draft: the preview follows what is typed, buttons of tables answer in place, unsaved work is not left by
   accident. Everything works without this file: each button then asks for the whole page. */
(() => {
  "use strict";
  const form = document.querySelector("form.sheet");
  if (!form) return;
  const PAUSE_MS = 250;
  let waiting = 0, asked = 0, isDirty = Boolean(document.querySelector("[data-unsaved]"));

  const sent = (button) => {
    const body = new FormData(form);
    if (button) body.set("do", button.value); else body.delete("do");
    return body;
  };

  /* The preview. An answer that comes late gives way to a later question. */
  const place = () => document.querySelector("[data-preview]");
  const refresh = async (button) => {
    const aside = place();
    if (!aside) return;
    const mine = ++asked, held = document.activeElement && document.activeElement.id;
    aside.classList.add("is-waiting");
    try {
      const answer = await fetch(aside.dataset.preview, { method: "POST", body: sent(button), credentials: "same-origin" });
      if (mine !== asked) return;
      if (answer.status === 401 || answer.redirected) { location.reload(); return; }
      if (!answer.ok) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      const texts = part.querySelector("[data-texts]");
      texts?.remove();
      texts?.content.querySelectorAll("[data-for]").forEach((one) => {
        form.querySelectorAll(`[data-say="${one.dataset.for}"]`).forEach((target) => { target.textContent = one.textContent; });
      });
      const isOpen = aside.querySelector(".ways[open]");
      document.getElementById("preview").replaceChildren(...part.body.childNodes);
      if (isOpen) aside.querySelector(".ways")?.setAttribute("open", "");
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
      mark();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; /* no network: the preview stays as it is */
    } finally {
      if (mine === asked) aside.classList.remove("is-waiting");
    }
  };

  /* What the findings are about is marked in the form. */
  const mark = () => {
    form.querySelectorAll(".is-told").forEach((one) => one.classList.remove("is-told", "is-wrong"));
    form.querySelectorAll("#preview [data-place]").forEach((link) => {
      const line = link.closest(".finding"), target = document.querySelector(link.getAttribute("href"));
      if (!line || !target || !target.matches(".q, .opt")) return;
      target.classList.add("is-told");
      if (line.matches(".finding--error")) target.classList.add("is-wrong");
    });
  };

  /* Lists of questions say what is typed as their names. */
  const rename = (input) => {
    const code = input.dataset.code, bare = input.value.replace(/\s+/g, " ").trim();
    const name = `${code} ${bare.length > 24 ? bare.slice(0, 23) + "…" : bare}`.trim();
    form.querySelectorAll("select.next option, #start option").forEach((option) => {
      if (option.value === code) option.textContent = option.parentElement.id === "start" ? name : option.textContent.replace(/(.*?)\bQ\d+.*$/, `$1${name}`);
    });
  };

  /* A button of a table: the page is asked for as ever, only its form is put in place of this one. */
  const swap = async (button) => {
    const to = new URL(button.getAttribute("formaction") || "", form.action);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent(button), credentials: "same-origin" });
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = part.getElementById("sheet-body"), old = document.getElementById("sheet-body");
      if (!fresh || !old || answer.redirected) { location.reload(); return; }
      const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
      old.replaceWith(fresh);
      open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
      mark();
      settle(button, to.hash);
      if (!form.contains(place())) refresh();
    } finally {
      form.removeAttribute("aria-busy");
    }
  };

  /* On to what was added, else to where the button stood. */
  const settle = (button, hash) => {
    const area = hash && document.querySelector(hash);
    if (!area) return;
    const added = button.value.startsWith("add:") && [...area.querySelectorAll(":scope > .line, :scope > .opts > .opt")].pop();
    const target = area.querySelector("[autofocus]") || (added || area).querySelector("input:not([type=hidden]), textarea, select, button");
    if (target) { target.focus({ preventScroll: true }); target.scrollIntoView({ block: "nearest" }); }
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="do"][value*=":"]');
    if (button) {
      event.preventDefault();
      if (button.matches("[data-walk]")) { refresh(button); return; }
      isDirty = true;
      swap(button);
      return;
    }
    const link = event.target.closest("[data-place]");
    const target = link && document.querySelector(link.getAttribute("href"));
    if (!target) return;
    event.preventDefault();
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    target.scrollIntoView({ block: "center" });
    (target.querySelector("input:not([type=hidden]), textarea, select") || target).focus({ preventScroll: true });
  });

  form.addEventListener("input", (event) => {
    const isPreview = event.target.closest(".preview");
    if (!isPreview) isDirty = true;
    if (event.target.matches(".q-text")) rename(event.target);
    if (!place()) return;
    if (event.target.matches("select.next") && event.target.value === "+") {
      const button = Object.assign(document.createElement("button"), { value: "grow:" });
      button.setAttribute("formaction", `#${event.target.closest(".q").id}`);
      swap(button);
      return;
    }
    clearTimeout(waiting);
    waiting = setTimeout(refresh, isPreview ? 0 : PAUSE_MS);
  });

  form.addEventListener("submit", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
  mark();
})();
