/* Suggestions while typing, drag and drop, upload progress. Everything works without this file. */
(() => {
  "use strict";

  /* Suggestions: one request at a time, the newest wins; arrows walk, Enter opens, Escape closes. */
  const form = document.querySelector("form[data-suggest]");
  if (form) {
    const input = form.querySelector("input[type=search]");
    const panel = form.querySelector(".suggest");
    const told = form.querySelector("[role=status]");
    let timer = 0, control = null, on = -1;
    const links = () => [...panel.querySelectorAll("a")];
    const close = () => { clearTimeout(timer); panel.hidden = true; told.textContent = ""; on = -1; input.removeAttribute("aria-activedescendant"); input.setAttribute("aria-expanded", "false"); };
    const mark = (n) => {
      const all = links();
      if (!all.length) return;
      on = (n + all.length) % all.length;
      all.forEach((a, i) => { a.classList.toggle("is-on", i === on); a.setAttribute("aria-selected", i === on ? "true" : "false"); });
      input.setAttribute("aria-activedescendant", all[on].id);
    };
    const ask = async () => {
      const words = input.value.trim();
      if (control) control.abort();
      if (!words) { close(); return; }
      control = new AbortController();
      try {
        const answer = await fetch(form.dataset.suggest + "?q=" + encodeURIComponent(words), { signal: control.signal });
        if (!answer.ok) return;
        panel.innerHTML = await answer.text();
        if (input.value.trim() !== words || document.activeElement !== input) return;
        links().forEach((a) => { a.setAttribute("role", "option"); a.tabIndex = -1; });
        on = -1;
        input.removeAttribute("aria-activedescendant");
        panel.hidden = !links().length;
        input.setAttribute("aria-expanded", String(!panel.hidden));
        told.textContent = panel.hidden ? "" : panel.querySelector("[data-told]").dataset.told;
      } catch (error) { if (error.name !== "AbortError") close(); }
    };
    panel.setAttribute("role", "listbox");
    panel.setAttribute("aria-label", input.labels[0].textContent);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", panel.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { if (!panel.hidden) { event.preventDefault(); mark(event.key === "ArrowDown" ? on + 1 : on - 1); } }
      else if ((event.key === "Home" || event.key === "End") && on >= 0 && !panel.hidden) { event.preventDefault(); mark(event.key === "Home" ? 0 : links().length - 1); }
      else if (event.key === "Tab") close();
      else if (event.key === "Enter" && on >= 0 && !panel.hidden) { event.preventDefault(); links()[on].click(); }
      else if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); close(); }
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  }

  /* Uploads: choosing is sending; a progress bar shows how far; files may be dropped on the row. */
  document.querySelectorAll("form[data-upload]").forEach((upload) => {
    const input = upload.querySelector("input[type=file]");
    const bar = upload.querySelector("progress");
    const send = () => {
      if (!input.files.length || upload.dataset.sent) return;
      upload.dataset.sent = "1";
      const total = [...input.files].reduce((sum, file) => sum + file.size, 0);
      if (window.resumable && total > 500000) {
        window.resumable.begin(upload, input, upload.querySelector("[data-progress]"), () => upload.submit()).then(() => { delete upload.dataset.sent; });
        return;
      }
      upload.classList.add("is-busy");
      bar.hidden = false;
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = Math.round(100 * event.loaded / event.total); });
      request.addEventListener("load", () => { location.assign(request.responseURL); });
      request.addEventListener("error", () => { delete upload.dataset.sent; upload.classList.remove("is-busy"); bar.hidden = true; });
      request.open("POST", upload.action);
      request.send(new FormData(upload));
    };
    input.addEventListener("change", send);
    upload.addEventListener("dragover", (event) => { event.preventDefault(); upload.classList.add("is-over"); });
    upload.addEventListener("dragleave", () => upload.classList.remove("is-over"));
    upload.addEventListener("drop", (event) => { event.preventDefault(); upload.classList.remove("is-over"); input.files = event.dataTransfer.files; send(); });
  });
})();
