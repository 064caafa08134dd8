/* The counter's keyboard and scanner. The form works without this file: buttons, radios, plain posts. */
(() => {
  "use strict";
  const form = document.getElementById("visit");
  if (!form) return;
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const kept = `visit-${form.dataset.visit}`;
  const memory = JSON.parse(sessionStorage.getItem(kept) || '{"keys":0,"row":{}}');
  const keep = () => sessionStorage.setItem(kept, JSON.stringify(memory));

  /* Time since the visitor came, and keys pressed besides the data itself. */
  const clock = document.querySelector("[data-elapsed]");
  const since = performance.now() - Number(clock.dataset.elapsed) * 1000;
  const two = (number) => String(number).padStart(2, "0");
  const tell = () => {
    const seconds = Math.floor((performance.now() - since) / 1000);
    clock.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  };
  tell();
  setInterval(tell, 1000);
  const keys = document.querySelector("[data-keys]");
  const counted = () => { keys.textContent = String(memory.keys); };
  counted();

  /* One item is current, and in it one row. */
  const items = () => all("[data-item]:not([data-done])");
  let item = items().find((one) => one.dataset.item === memory.item) || items()[0] || null;
  const rowsOf = (one) => all("[data-row]", one);
  const rowOf = (one) => {
    const rows = rowsOf(one);
    return rows.find((row) => row.dataset.row === memory.row[one.dataset.item]) || rows.find((row) => !row.querySelector(":checked")) || rows[0];
  };
  /* One primary button: the result of the current item. */
  const results = () => all("[data-result]").forEach((one) => one.classList.toggle("is-current", Boolean(item) && one.dataset.result === item.dataset.item));
  form.classList.add("has-keys");
  form.addEventListener("htmx:oobAfterSwap", results);
  document.addEventListener("htmx:oobAfterSwap", results);
  const choose = (row, { focus = true } = {}) => {
    if (!row) return;
    item = row.closest("[data-item]");
    memory.item = item.dataset.item;
    memory.row[memory.item] = row.dataset.row;
    keep();
    all("[data-row]").forEach((one) => { one.classList.toggle("is-on", one === row); one.tabIndex = -1; });
    items().forEach((one) => { const mine = rowOf(one); if (mine) mine.tabIndex = 0; });
    results();
    form.elements.scan_to.value = row.dataset.row;
    const shown = form.querySelector("[data-scan-row]");
    if (shown) shown.textContent = row.dataset.name;
    if (focus) { row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  };
  all(".seg input").forEach((radio) => { radio.tabIndex = -1; });
  if (!item) results();
  if (item) choose(rowOf(item), { focus: !document.activeElement || document.activeElement === document.body });
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && !row.classList.contains("is-on")) choose(row, { focus: false });
  });

  const mark = (row, number) => {
    const radio = row.querySelector(`[data-mark="${number}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const step = (by) => {
    const rows = rowsOf(item);
    const place = rows.indexOf(rowOf(item)) + by;
    if (rows[place]) choose(rows[place]);
  };
  const markAndGo = (number) => {
    const row = rowOf(item);
    if (!mark(row, number)) return;
    if (number === "1") step(1);
    if (number === "2") row.querySelector(".when-miss input").focus();
    if (number === "3") row.querySelector(".when-later input")?.focus();
  };
  const markAll = () => rowsOf(item).forEach((row) => {
    const radio = row.querySelector('[data-mark="1"]');
    if (radio) radio.checked = true;
  });
  const answer = (number) => {
    const option = all("[data-question] input", item)[Number(number) - 1];
    if (option) option.click();
    return Boolean(option);
  };
  const click = (name) => {
    const wanted = all(`[data-${name}]`);
    const mine = wanted.find((one) => item && one.dataset[name] === item.dataset.item) || wanted[0];
    if (mine) mine.click();
  };
  /* What was ticked must be with the server before the button is there: send, then press. A request that was
     under way is broken off or answers too early, so the one sent after the key has the last word. */
  let forget = () => {};
  const pressWhenReady = (name) => {
    const wanted = () => all(`[data-${name}]`).some((one) => item && one.dataset[name] === item.dataset.item);
    if (wanted()) { click(name); return; }
    let isSent = false;
    const sent = () => { isSent = true; };
    const look = (event) => {
      const isAnswered = isSent && event.detail.successful;
      if (wanted() || isAnswered) forget();
      if (wanted()) click(name);
    };
    forget();
    forget = () => {
      form.removeEventListener("htmx:beforeRequest", sent);
      form.removeEventListener("htmx:afterRequest", look);
    };
    form.addEventListener("htmx:beforeRequest", sent);
    form.addEventListener("htmx:afterRequest", look);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /* Answering a question changes the list of materials: the whole page comes anew. */
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-ask][type=radio], [data-pledge]")) form.requestSubmit();
    if (event.target.id === "scan" && event.target.files.length) {
      const go = () => form.querySelector("[data-scan-send]").click();
      const total = [...event.target.files].reduce((sum, file) => sum + file.size, 0);
      if (window.resumable && total > 500000) window.resumable.begin(form, event.target, window.resumable.panelOf(form), go);
      else go();
    }
    /* A large mandate goes in pieces first (uploads.js) and says when it is there. */
    if (event.target.id === "mandate" && event.target.files.length && !window.resumable?.isLarge(event.target.files)) form.querySelector("[data-mandate-send]").click();
  });
  form.addEventListener("uploaded", (event) => { if (event.target.id === "mandate") form.querySelector("[data-mandate-send]").click(); });

  /* Enter goes on to the next field, the last one to the search; in the search it adds the first hit. */
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const field = event.target;
    if (field.id === "find") {
      event.preventDefault();
      const take = () => form.querySelector("#found button")?.click();
      if (form.querySelector("#found button")) take();
      else form.querySelector("#found").addEventListener("htmx:afterSwap", take, { once: true });
    } else if (field.matches("[data-field]") && !field.matches("textarea")) {
      event.preventDefault();
      /* In a table: the last field of a filled last line opens a new one, an empty line is left behind. */
      const line = field.closest("[data-line]");
      const isFilled = line && [...line.querySelectorAll("[data-field]")].some((one) => one.value.trim());
      const isLast = line && !line.nextElementSibling?.matches("[data-line]");
      if (isLast && isFilled && field === [...line.querySelectorAll("[data-field]")].pop()) {
        line.closest("[data-rowset]").querySelector("[data-line-add]").click();
        return;
      }
      const fields = all("[data-field]").filter((one) => one.offsetParent && (!line || isFilled || one === field || one.closest("[data-line]") !== line));
      const next = fields[fields.indexOf(field) + 1];
      const isLastOfVisitor = field.id === "phone";
      if (isLastOfVisitor) form.querySelector("#find").focus();
      else if (next && next.closest("section") === field.closest("section")) next.focus();
      else if (item) choose(rowOf(item));
    } else if (field.matches(".prob input")) {
      event.preventDefault();
      step(1);
      if (document.activeElement === field) choose(rowOf(item));
    }
  });

  /* Suggestions: arrows walk through them. */
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("#find, #found button") || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const list = [form.querySelector("#find"), ...all("#found button")];
    const next = list[list.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });

  /* A scanner types fast and ends with Enter: what it read goes to the field it belongs to. */
  let burst = "", last = 0;
  document.addEventListener("keydown", (event) => {
    const now = event.timeStamp;
    if (now - last > 40) burst = "";
    last = now;
    if (event.key.length === 1) { burst += event.key; return; }
    if (event.key !== "Enter" || burst.length < 12) return;
    const code = burst.trim();
    burst = "";
    const isNumber = /^(\d{17}[\dXx]|[0-9A-Z]{18})$/.test(code);
    const target = document.activeElement;
    if (!isNumber || target.id === "id_number" || target.hasAttribute("data-scan-agent")) return;
    event.preventDefault();
    event.stopPropagation();
    if (target.matches("input, textarea") && target.value.endsWith(code)) target.value = target.value.slice(0, -code.length);
    const field = form.elements.id_number;
    field.value = code.toUpperCase();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.name.focus();
  }, true);

  const isTyping = (element) => element.matches("textarea, select") || (element.matches("input") && !["radio", "checkbox"].includes(element.type));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isFunction = /^F\d+$/.test(event.key);
    const isFree = !isTyping(event.target);
    if (isFunction || isFree || ["Enter", "Tab"].includes(event.key)) { memory.keys += 1; keep(); counted(); }
    if (event.key === "F8") { event.preventDefault(); pressWhenReady("accept"); return; }
    if (event.key === "F6") { event.preventDefault(); pressWhenReady("notify"); return; }
    if (event.key === "F7") {
      event.preventDefault();
      const agent = form.querySelector("details.agent");
      agent.open = true;
      agent.querySelector("[data-field]").focus();
      return;
    }
    if (event.key === "F4" && item) { event.preventDefault(); item.querySelector(".formpart [data-field]")?.focus(); return; }
    if (!isFree || !item || event.defaultPrevented) return;
    const row = event.target.closest("[data-row]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
    else if (/^[1-9]$/.test(event.key)) {
      event.preventDefault();
      if (!answer(event.key) && "123".includes(event.key)) markAndGo(event.key);
    } else if (event.key === "a" || event.key === "A") {
      event.preventDefault();
      markAll();
      form.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (event.key === "Tab" && row) {
      const others = items();
      const next = others[others.indexOf(item) + (event.shiftKey ? -1 : 1)];
      if (next && rowOf(next)) { event.preventDefault(); choose(rowOf(next)); }
    } else if (event.key === "s" || event.key === "S") {
      event.preventDefault();
      rowOf(item)?.querySelector("[data-sheet]")?.click();
    } else if (event.key === " " && row) {
      event.preventDefault();
      form.querySelector("#scan")?.click();
    }
  });
})();
