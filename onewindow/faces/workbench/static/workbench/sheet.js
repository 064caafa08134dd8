/* Scanning a material: the camera, the keys, dragging, and pages that are sent one after the other.
   The form works without this file: choose files, press the buttons of a page. */
(() => {
  "use strict";
  const form = document.getElementById("sheet");
  if (!form) return;
  const find = (selector, root = form) => root.querySelector(selector);
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const tiles = () => all("[data-tile]");
  let current = "", again = "";

  /* ---------------------------------------------------------------- talking to the server, one thing at a time */
  const sending = find("[data-sending]"), words = find("[data-sending] span");
  let queue = Promise.resolve(), under_way = 0;
  const tell = (text) => { sending.hidden = !under_way; words.textContent = text || words.dataset.text.replace("{n}", under_way); };
  let is_leaving = false;
  const leave = (address) => { is_leaving = true; if (address) location.assign(address); else location.reload(); };
  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("pages");
    if (!fresh) { leave(); return; }
    find("#pages").replaceWith(fresh);
    if (!tiles().some((one) => one.dataset.tile === current)) current = tiles().at(-1)?.dataset.tile || "";
    mark();
    find("#summary")?.focus();
  };
  const mark = ({ focus = false } = {}) => tiles().forEach((one) => {
    const is_on = one.dataset.tile === current;
    one.classList.toggle("is-on", is_on);
    one.classList.toggle("is-again", one.dataset.tile === again);
    one.tabIndex = is_on ? 0 : -1;
    if (is_on && focus) { one.focus({ preventScroll: true }); one.scrollIntoView({ block: "nearest" }); }
  });
  /* What names itself (a shot) may be sent again after a lost connection: it counts once. */
  const post = async (fields, is_repeatable) => {
    for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]").value);
      body.append("version", find("#pages").dataset.version);
      Object.entries(fields).forEach(([name, value]) => body.append(name, value));
      try {
        const answer = await fetch(location.pathname, { method: "POST", body, credentials: "same-origin", headers: { "X-Part": "1" } });
        if (answer.headers.get("X-Next")) { leave(answer.headers.get("X-Next")); return; }
        if (answer.status >= 502) throw new TypeError("away");
        if (answer.redirected) { leave(answer.url); return; }
        show(await answer.text());
        return;
      } catch (problem) {
        if (!is_repeatable || !(problem instanceof TypeError)) throw problem;
        tell(words.dataset.failed);
        await wait(pause);
      }
    }
  };
  const send = (fields, { is_repeatable = false, then = () => {} } = {}) => {
    under_way += 1; tell();
    queue = queue.then(() => post(fields, is_repeatable)).then(then).catch(() => leave()).finally(() => { under_way -= 1; tell(); });
    return queue;
  };
  const name = () => [...crypto.getRandomValues(new Uint8Array(9))].map((one) => one.toString(36).padStart(2, "0")).join("");
  const add = (file, turn = "0") => {
    const instead = again;
    replace("");
    send({ do: "add", page: file, shot: name(), turn, instead }, { is_repeatable: true, then: () => { if (!instead) { current = tiles().at(-1)?.dataset.tile || ""; mark(); tiles().at(-1)?.scrollIntoView({ block: "nearest" }); } } });
  };
  addEventListener("beforeunload", (event) => { if (under_way && !is_leaving) event.preventDefault(); });

  /* ---------------------------------------------------------------- the camera */
  const video = find("[data-video]"), told = find("[data-told]"), stage = find("[data-stage]");
  const shoot = find("[data-shoot]"), open = find("[data-open]"), devices = find("[data-devices]"), first_turn = find("[data-first-turn]");
  const memory = "counter-camera";
  const kept = JSON.parse(localStorage.getItem(memory) || "{}");
  const keep = () => localStorage.setItem(memory, JSON.stringify(kept));
  first_turn.value = kept.turn || "0";
  const say = (why) => { told.textContent = why ? told.dataset[why] : ""; open.hidden = !why || why === "asking" || why === "insecure"; shoot.disabled = Boolean(why); };
  const stop = () => video.srcObject?.getTracks().forEach((track) => track.stop());
  const list = async (used) => {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    devices.replaceChildren(...found.map((one, n) => new Option(one.label || String(n + 1), one.deviceId, false, one.deviceId === used)));
  };
  const wanted = (device) => ({ audio: false, video: { width: { ideal: 3840 }, height: { ideal: 2880 }, ...(device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } }) } });
  const begin = async () => {
    if (!navigator.mediaDevices?.getUserMedia) { say("insecure"); return; }
    say("asking"); stop();
    try {
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia(wanted(kept.device)); }
      catch (problem) { if (!kept.device || problem.name !== "OverconstrainedError") throw problem; delete kept.device; stream = await navigator.mediaDevices.getUserMedia(wanted()); }
      video.srcObject = stream;
      await video.play();
      const used = stream.getVideoTracks()[0].getSettings().deviceId;
      kept.device = used; keep();
      stream.getVideoTracks()[0].addEventListener("ended", () => say("none"));
      await list(used);
      say("");
      document.documentElement.dataset.camera = "on";
    } catch (problem) {
      say({ NotAllowedError: "denied", NotReadableError: "busy" }[problem.name] || "none");
    }
  };
  const take = () => {
    if (shoot.disabled || !video.videoWidth) return;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    stage.classList.add("is-shot"); setTimeout(() => stage.classList.remove("is-shot"), 180);
    canvas.toBlob((blob) => add(new File([blob], "page.jpg", { type: "image/jpeg" }), first_turn.value), "image/jpeg", 0.92);
  };
  shoot.addEventListener("click", take);
  open.addEventListener("click", begin);
  devices.addEventListener("change", () => { kept.device = devices.value; keep(); begin(); });
  first_turn.addEventListener("change", () => { kept.turn = first_turn.value; keep(); });
  addEventListener("pagehide", stop);
  begin();

  /* ---------------------------------------------------------------- files: chosen, or dragged here */
  const input = find("#page");
  const take_files = (files) => [...files].sort((a, b) => a.name.localeCompare(b.name, "zh", { numeric: true })).forEach((file) => add(file));
  input.addEventListener("change", () => { take_files(input.files); input.value = ""; });
  const is_files = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => { if (is_files(event)) { event.preventDefault(); form.classList.add("is-dropping"); } });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping"); });
  form.addEventListener("drop", (event) => { if (is_files(event)) { event.preventDefault(); form.classList.remove("is-dropping"); take_files(event.dataTransfer.files); } });

  /* ---------------------------------------------------------------- pages: buttons, dragging, keys */
  const replace = (key) => { again = key; find("[data-again]").hidden = !key; mark(); };
  find("[data-again-off]").addEventListener("click", () => replace(""));
  const act = (tile, what) => {
    const button = find(`[data-act="${what}"]`, tile);
    if (!button) return;
    current = tile.dataset.tile;
    if (what === "again") { replace(current); shoot.focus(); return; }
    const after = what === "drop" ? (tile.nextElementSibling || tile.previousElementSibling)?.dataset.tile || "" : current;
    send({ do: button.value }, { then: () => { current = after; mark({ focus: true }); } });
  };
  form.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]"), tool = event.target.closest("[data-act]");
    if (tool) { event.preventDefault(); act(tile, tool.dataset.act); }
    else if (event.target.closest("[name=do]")) { event.preventDefault(); go(event.target.closest("[name=do]").value); }
    else if (tile && !event.target.closest("a")) { current = tile.dataset.tile; mark({ focus: true }); }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusin", (event) => { const tile = event.target.closest("[data-tile]"); if (tile && tile.dataset.tile !== current) { current = tile.dataset.tile; mark(); } });
  /* Binding waits for what is on its way: the version that it names is the one that is then seen. */
  const go = (what) => { if (what !== "add") send({ do: what }); };

  let moved = null;
  form.addEventListener("dragstart", (event) => { moved = event.target.closest("[data-tile]"); if (moved) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", moved.dataset.tile); moved.classList.add("is-moved"); } });
  form.addEventListener("dragend", () => { all(".is-moved, .is-over").forEach((one) => one.classList.remove("is-moved", "is-over")); moved = null; });
  form.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-tile]");
    if (!moved || !over) return;
    event.preventDefault();
    tiles().forEach((one) => one.classList.toggle("is-over", one === over && one !== moved));
  });
  form.addEventListener("drop", (event) => {
    const over = event.target.closest("[data-tile]");
    if (!moved || !over || over === moved) return;
    event.preventDefault();
    current = moved.dataset.tile;
    send({ do: `move:${current}:${over.dataset.at}` });
  });

  const keys = { "[": "before", "]": "after", l: "left", r: "right", t: "again", delete: "drop", backspace: "drop" };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target, is_control = on.closest("select, textarea, input, a, button:not([data-shoot])");
    if (event.key === " " && !is_control) { event.preventDefault(); if (!event.repeat) take(); return; }
    if (on.closest("select, textarea, input")) return;
    const place = tiles().findIndex((one) => one.dataset.tile === current), tile = tiles()[place];
    const is_going = event.key === "Enter" && !is_control && !on.closest("[data-shoot]");
    if (is_going && (tiles().length || under_way)) { event.preventDefault(); go("finish"); }
    else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && tile) {
      event.preventDefault();
      current = (tiles()[place + (event.key === "ArrowRight" ? 1 : -1)] || tile).dataset.tile;
      mark({ focus: true });
    } else if (keys[event.key.toLowerCase()] && tile) { event.preventDefault(); act(tile, keys[event.key.toLowerCase()]); }
  });
  current = tiles()[0]?.dataset.tile || "";
  mark();
})();
