/* Uploads in pieces: progress, pause, and going on after a lost connection or a reload. Forms work without it.

   A form with data-resumable="<purpose>" names what the files are for. Files are sent to /uploads; the form is
   then posted with the names of the finished uploads (upload=…) in place of the files. */
(() => {
  "use strict";
  const PIECE = 1000000, KEEP_HOURS = 24, LONGEST_WAIT = 8000, SMALL = 500000;
  const keyOf = (file, purpose) => `upload:${purpose}:${file.name}:${file.size}:${file.lastModified}`;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith("upload:"));
  kept().forEach((key) => { if (Date.now() - JSON.parse(localStorage[key]).at > KEEP_HOURS * 36e5) localStorage.removeItem(key); });

  class Refused extends Error {}

  const ask = async (token, address, options = {}) => {
    const answer = await fetch(address, { ...options, credentials: "same-origin", redirect: "error", headers: { "X-CSRFToken": token, ...options.headers } });
    if (answer.status >= 500 && answer.status !== 507) throw new TypeError("away");
    const told = await answer.json();
    if (!answer.ok) { const refused = new Refused(told.detail || told.title); refused.status = answer.status; throw refused; }
    return told;
  };

  /* One file; `look` shows (sent, size, state) and gives the promise that holds while it is paused. */
  const send = async (file, purpose, token, look) => {
    const memory = keyOf(file, purpose);
    const begin = async () => {
      const told = await ask(token, "/uploads", { method: "POST", body: new URLSearchParams({ name: file.name, size: file.size, purpose }) });
      localStorage[memory] = JSON.stringify({ id: told.upload_id, at: Date.now(), sent: 0 });
      return told;
    };
    let told = null, pause = 500;
    for (;;) {
      await look.gate();
      try {
        if (!told) {
          const before = localStorage[memory] && JSON.parse(localStorage[memory]);
          told = before ? await ask(token, `/uploads/${before.id}`) : await begin();
        }
        look.show(told.offset, file.size, "going");
        if (told.file) { localStorage.removeItem(memory); return told.upload_id; }
        told = await ask(token, `/uploads/${told.upload_id}`, { method: "PATCH", body: file.slice(told.offset, told.offset + PIECE), headers: { "Upload-Offset": told.offset, "Content-Type": "application/offset+octet-stream" } });
        localStorage[memory] = JSON.stringify({ id: told.upload_id, at: Date.now(), sent: told.offset });
        pause = 500;
      } catch (problem) {
        if (problem instanceof Refused && problem.status !== 409) {
          const isGone = problem.status === 404 && localStorage[memory];
          localStorage.removeItem(memory);
          if (!isGone) throw problem;
        } else if (!(problem instanceof Refused)) {
          look.show(told ? told.offset : 0, file.size, "waiting");
          await Promise.race([wait(pause), new Promise((done) => addEventListener("online", done, { once: true }))]);
          pause = Math.min(pause * 2, LONGEST_WAIT);
        } else if (!told) throw problem;
        told = null;
      }
    }
  };

  /* All files of an input; gives the names of the uploads. */
  const sendAll = async (input, purpose, token, panel) => {
    const bar = panel.querySelector("progress"), words = panel.querySelector("[data-told]"), button = panel.querySelector("[data-pause]");
    let isPaused = false, open = () => {};
    const label = () => { button.textContent = isPaused ? button.dataset.on : button.dataset.off; };
    button.onclick = () => { isPaused = !isPaused; label(); if (isPaused) words.textContent = words.dataset.paused; else open(); };
    const files = [...input.files], all = files.reduce((sum, file) => sum + file.size, 0);
    let before = 0;
    panel.hidden = false; label();
    const look = {
      gate: () => isPaused ? new Promise((done) => { open = done; }) : null,
      show: (sent, size, state) => {
        bar.value = Math.round(100 * (before + sent) / all);
        if (!isPaused) words.textContent = state === "waiting" ? words.dataset.waiting : `${bar.value} %`;
      },
    };
    const ids = [];
    for (const file of files) { ids.push(await send(file, purpose, token, look)); before += file.size; }
    return ids;
  };

  const tokenOf = (form) => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const put = (form, ids) => ids.forEach((id) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "upload", value: id });
    form.append(field);
  });

  /* What was begun before a reload: the same file chosen again goes on where it stopped. */
  const remind = (purpose, panel) => {
    const mine = kept().filter((key) => key.startsWith(`upload:${purpose}:`));
    if (!mine.length) return;
    const words = panel.querySelector("[data-told]");
    const name = mine[0].slice(`upload:${purpose}:`.length).split(":").slice(0, -2).join(":");
    words.textContent = words.dataset.again.replace("{name}", name);
    panel.querySelector("progress").hidden = true; panel.querySelector("[data-pause]").hidden = true;
    panel.hidden = false;
  };

  const begin = async (form, input, panel, after) => {
    const purpose = form.dataset.resumable;
    panel.querySelector("progress").hidden = false; panel.querySelector("[data-pause]").hidden = false;
    input.hidden = true;
    try {
      put(form, await sendAll(input, purpose, tokenOf(form), panel));
      input.value = "";
      after();
    } catch (problem) {
      panel.querySelector("[data-told]").textContent = problem.message;
      panel.querySelector("[data-pause]").hidden = true;
      input.hidden = false; input.value = "";
    }
  };

  /* The panel of the form itself, not that of an input which goes its own way. */
  const panelOf = (form) => [...form.querySelectorAll("[data-progress]")].find((one) => !one.closest("[data-resumable-field]"));
  const forms = (root) => root.querySelectorAll("form[data-resumable]").forEach((form) => {
    const panel = panelOf(form);
    if (panel && !form.dataset.ready) { form.dataset.ready = "1"; remind(form.dataset.resumable, panel); }
  });
  /* An input of a larger form: <div data-resumable-field="<purpose>"> around it and its panel. What is chosen is sent
     at once; the form is posted with the names of the finished uploads (upload.<name of the input>). */
  const hold = (form, step) => {
    form.dataset.sending = Number(form.dataset.sending || 0) + step;
    form.querySelectorAll("button:not([type=button])").forEach((one) => { one.disabled = form.dataset.sending !== "0"; });
  };
  const list = (box, files) => {
    let made = box.querySelector("ul");
    if (!made) { made = document.createElement("ul"); made.className = "files"; box.append(made); }
    files.forEach((file) => { const line = document.createElement("li"); line.textContent = file.name; made.append(line); });
  };
  const field = (box) => {
    const input = box.querySelector("input[type=file]"), panel = box.querySelector("[data-progress]");
    const words = panel.querySelector("[data-told]"), purpose = box.dataset.resumableField, form = input.form;
    remind(purpose, panel);
    input.addEventListener("change", async () => {
      const files = [...input.files], token = tokenOf(form);
      if (files.reduce((sum, file) => sum + file.size, 0) <= SMALL) return;
      panel.querySelector("progress").hidden = false; panel.querySelector("[data-pause]").hidden = false;
      hold(form, 1); input.disabled = true;
      try {
        const ids = await sendAll(input, purpose, token, panel);
        ids.forEach((id) => { const kept = document.createElement("input"); Object.assign(kept, { type: "hidden", name: `upload.${input.name}`, value: id }); box.append(kept); });
        list(box, files);
        words.textContent = box.dataset.done; input.required = false;
      } catch (problem) { words.textContent = problem.message; }
      panel.querySelector("[data-pause]").hidden = true;
      input.value = ""; input.disabled = false; hold(form, -1);
      if (box.querySelector(`[name="upload.${input.name}"]`)) input.dispatchEvent(new Event("uploaded", { bubbles: true }));
    });
  };
  forms(document);
  document.querySelectorAll("[data-resumable-field]").forEach(field);
  window.resumable = { begin, panelOf, isLarge: (files) => [...files].reduce((sum, file) => sum + file.size, 0) > SMALL };
})();
