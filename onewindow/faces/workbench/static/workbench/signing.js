/* A signature drawn with pen, finger or mouse; it is sent as a picture in the form's own file field. */
(() => {
  "use strict";
  document.querySelectorAll("[data-pad]").forEach((pad) => {
    const board = pad.querySelector("[data-board]"), input = pad.querySelector("input[type=file]");
    const state = pad.querySelector("[data-state]"), form = pad.closest("form");
    const pen = board.getContext("2d");
    let last = null, is_signed = false;
    const clear = () => {
      pen.fillStyle = "#fff"; pen.fillRect(0, 0, board.width, board.height);
      is_signed = false; input.value = ""; state.textContent = state.dataset.empty;
    };
    const place = (event) => {
      const box = board.getBoundingClientRect();
      return [(event.clientX - box.left) * board.width / box.width, (event.clientY - box.top) * board.height / box.height];
    };
    const draw = (event) => {
      const [x, y] = place(event);
      pen.strokeStyle = "#16202c"; pen.lineCap = "round"; pen.lineJoin = "round";
      pen.lineWidth = event.pointerType === "pen" ? 3 + 5 * event.pressure : 5;
      pen.beginPath(); pen.moveTo(...(last || [x, y])); pen.lineTo(x, y); pen.stroke();
      last = [x, y];
    };
    board.addEventListener("pointerdown", (event) => { event.preventDefault(); board.setPointerCapture(event.pointerId); last = null; draw(event); is_signed = true; state.textContent = state.dataset.signed; });
    board.addEventListener("pointermove", (event) => { if (last) (event.getCoalescedEvents?.() || [event]).forEach(draw); });
    const keep = () => {
      if (!last) return;
      last = null;
      board.toBlob((blob) => { const all = new DataTransfer(); all.items.add(new File([blob], "signature.png", { type: "image/png" })); input.files = all.files; input.dataset.drawn = "1"; }, "image/png");
    };
    board.addEventListener("pointerup", keep);
    board.addEventListener("pointercancel", keep);
    pad.querySelector("[data-clear]").addEventListener("click", clear);
    input.addEventListener("change", () => { if (input.files.length && !is_signed) state.textContent = state.dataset.signed; });
    form.addEventListener("submit", (event) => {
      if (input.files.length) return;
      event.preventDefault(); event.stopPropagation();
      state.textContent = state.dataset.empty; pad.classList.add("is-empty"); board.scrollIntoView({ block: "nearest" });
    });
    clear();
  });
})();
