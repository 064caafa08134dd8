/* Checks the proof of a case in the browser: nothing leaves it. The same sums as tools/verify_ledger.py. */
(() => {
  "use strict";
  const box = document.querySelector("[data-proof]");
  if (!box) return;
  const input = box.querySelector("input"), told = box.querySelector("[role=status]"), words = box.dataset;
  const utf8 = new TextEncoder();
  const bytes = (hex) => {
    if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error("hex");
    return Uint8Array.from(hex.match(/../g) || [], (two) => parseInt(two, 16));
  };
  const hex = (data) => [...data].map((one) => one.toString(16).padStart(2, "0")).join("");
  const sha = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  const node = (left, right) => sha(Uint8Array.of(1), left, right);

  const rootFrom = async (leaf, number, size, path) => {
    let here = number, last = size - 1, root = leaf;
    if (!(here >= 0 && here < size)) return "";
    const half = (n) => Math.floor(n / 2);
    for (const step of path) {
      if (last === 0) return "";
      if (here % 2 || here === last) {
        root = await node(bytes(step), root);
        while (here % 2 === 0 && here) { here = half(here); last = half(last); }
      } else root = await node(root, bytes(step));
      here = half(here); last = half(last);
    }
    return last === 0 ? hex(root) : "";
  };

  const isSigned = async (head) => {
    const key = await crypto.subtle.importKey("raw", bytes(head.public_key), { name: "Ed25519" }, false, ["verify"]);
    const statement = `onewindow-tree-head-v1\n{"at":${head.at_us},"root":"${head.root}","size":${head.size}}`;
    return crypto.subtle.verify({ name: "Ed25519" }, key, bytes(head.signature), utf8.encode(statement));
  };

  const isFact = async (fact, seq, proof) => {
    const head = JSON.parse(fact.head), first = proof.facts[0];
    const same = ["seq", "stream", "subject", "type"].every((name) => head[name] === fact[name]);
    if (!same || head.stream !== "case" || head.seq !== seq || head.subject !== first.subject) return false;
    if (Math.floor(head.at / 1000) !== Date.parse(fact.at)) return false;
    if (("body" in fact) !== ("salt" in fact)) return false;
    const digest = bytes(fact.body_digest);
    if ("body" in fact && hex(await sha(bytes(fact.salt), utf8.encode(fact.body))) !== fact.body_digest) return false;
    const leaf = await sha(Uint8Array.of(0), utf8.encode(fact.head), digest);
    return hex(leaf) === fact.leaf_hash && (await rootFrom(leaf, fact.leaf, proof.tree_head.size, fact.path)) === proof.tree_head.root;
  };

  const check = async (proof) => {
    if (proof.format !== "onewindow-case-proof-v1" || !proof.facts.length) return [false, words.unreadable];
    if (!(await isSigned(proof.tree_head))) return [false, words.bad + words.head];
    for (const [place, fact] of proof.facts.entries())
      if (!(await isFact(fact, place + 1, proof))) return [false, words.bad + words.step.replace("{n}", place + 1)];
    if (!(proof.facts[0].body || "").includes(`"case_no":${JSON.stringify(proof.case_no)}`)) return [false, words.bad + proof.case_no];
    if (proof.tree_head.public_key !== words.key) return [false, words.otherKey];
    return [true, `${proof.case_no} · ${words.good.replace("{n}", proof.facts.length)}`];
  };

  const tell = ([good, text]) => { told.className = good ? "okay mt-3" : "note note--stop mt-3"; told.textContent = text; };
  const take = async (file) => {
    if (!file) return;
    if (!window.crypto || !crypto.subtle) { tell([false, words.unable]); return; }
    let proof;
    try { proof = JSON.parse(await file.text()); } catch { tell([false, words.unreadable]); return; }
    try { tell(await check(proof)); }
    catch (error) { tell([false, error.name === "NotSupportedError" ? words.unable : words.unreadable]); }
  };
  input.addEventListener("change", () => { take(input.files[0]); input.value = ""; });
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("is-over"); });
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); box.classList.remove("is-over"); take(event.dataTransfer.files[0]); });
})();
