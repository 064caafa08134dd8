/* A hand scanner types a number and Enter, faster than pages load: numbers queue here, each is answered by a
   colour and a tone. The form works without this file. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-scanning]");
  if (!form) return;
  const input = form.querySelector("#code");
  let queue = Promise.resolve(), sound = null;
  const beep = (tone) => {
    try {
      sound ||= new AudioContext();
      const voice = sound.createOscillator(), volume = sound.createGain();
      voice.frequency.value = { go: 1320, near: 660, stop: 220 }[tone] || 660;
      volume.gain.value = 0.12;
      voice.connect(volume).connect(sound.destination);
      voice.start(); voice.stop(sound.currentTime + (tone === "go" ? 0.08 : 0.35));
    } catch { /* a desk without sound still has the colours */ }
  };
  const send = async (code, what) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value, code, do: what });
    const answer = await fetch(location.pathname, { method: "POST", body, credentials: "same-origin", headers: { "X-Part": "1" } });
    const next = answer.headers.get("X-Next");
    if (next) { location.assign(next); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (!fresh) { location.reload(); return; }
    document.getElementById("live").replaceWith(fresh);
    beep(fresh.querySelector("#said").dataset.tone);
    fresh.querySelector(".fresh")?.scrollIntoView({ block: "nearest" });
  };
  const scanned = () => {
    const code = input.value.trim(), what = form.querySelector(".search button").value;
    input.value = "";
    if (code) queue = queue.then(() => send(code, what)).catch(() => location.reload());
  };
  input?.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); scanned(); } });
  form.querySelector(".search button")?.addEventListener("click", (event) => { event.preventDefault(); scanned(); input.focus(); });
  /* A scan with the focus elsewhere still goes to the box. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") { event.preventDefault(); queue.then(() => form.querySelector("[data-make]")?.click()); return; }
    const is_free = !event.target.closest("input, select, textarea, button, a") && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (input && is_free && event.key.length === 1 && /[0-9A-Za-z]/.test(event.key)) input.focus();
  });
})();
