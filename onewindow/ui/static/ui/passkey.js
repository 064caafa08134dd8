/* Passkeys: what the browser answers goes into the form's hidden field; the form is sent as any other. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const listed = (all) => (all || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (options) => {
    const found = { ...options, challenge: bytes(options.challenge), timeout: 120000 };
    if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
    if (options.allowCredentials) found.allowCredentials = listed(options.allowCredentials);
    if (options.excludeCredentials) found.excludeCredentials = listed(options.excludeCredentials);
    return { publicKey: found };
  };

  const told = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
  };

  document.querySelectorAll("[data-passkey-none]").forEach((one) => { one.hidden = true; });
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const problem = form.querySelector("[data-passkey-problem]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      form.setAttribute("aria-busy", "true");
      try {
        const options = asked(JSON.parse(form.dataset.options));
        form.elements.answer.value = told(await navigator.credentials[form.dataset.passkey](options));
        form.submit();
      } catch {
        problem.hidden = false;
        form.removeAttribute("aria-busy");
      }
    });
  });
})();
