// The page of a check: asks the agents of this computer for proof that this browser is on it, by the browser extension
// where there is one and else by loopback, hands the proof to the server, and fetches the answer. Whatever goes wrong
// leads to the other factor.
(() => {
  "use strict";

  // Less than the server's own 3 s, so that the answer has reached the service within them.
  const ANSWER_WITHIN_MS = 2500;
  // The server's limit for what the person is asked to do.
  const PERSON_WITHIN_MS = 60000;
  const PROOF_AT_MOST = 8192;
  // How long the first port is asked alone. An agent takes the first that is free, and seven connections
  // that are refused cost the browser more than the answer does.
  const FIRST_ALONE_MS = 100;
  // How long the extension may take. It needs a few dozen milliseconds, and what follows it a few hundred at most.
  const EXTENSION_WITHIN_MS = 1200;

  const check = document.getElementById("check");
  const { base, challenge, ports, path, state } = check.dataset;
  const element = (id) => document.getElementById(id);
  let over = false;
  let left = ANSWER_WITHIN_MS;
  let clock = null;

  // A page that comes back from the browser's memory is out of date: the server knows how far it is.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  function respond() {
    if (over) return;
    over = true;
    element("respond").submit();
  }

  async function post(step, body) {
    const answer = await fetch(base + step, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(step + ": " + answer.status);
    if ((await answer.json()).next === "respond") respond();
  }

  // Chrome's name for the permission, then its older one. A browser that knows neither has none.
  async function permission() {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return await navigator.permissions.query({ name });
      } catch {
        // Not known here.
      }
    }
    return null;
  }

  async function prove(port) {
    const answer = await fetch("http://127.0.0.1:" + port + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ v: 1, challenge }),
      credentials: "omit",
      redirect: "error",
    });
    if (!answer.ok) throw new Error("no agent of ours");
    await handOver((await answer.json()).proof);
  }

  async function handOver(proof) {
    if (typeof proof !== "string" || proof.length > PROOF_AT_MOST) throw new Error("no proof");
    await post("/proof", { proof });
  }

  // The extension's content script marks the page before this script runs.
  function extensionIsHere() {
    return "selfsameExtension" in document.documentElement.dataset;
  }

  function extensionsProof() {
    return new Promise((resolve, reject) => {
      window.addEventListener("message", ({ source, origin, data }) => {
        if (source !== window || origin !== location.origin || data?.type !== "selfsame-proof") return;
        if (data.proof) resolve(data.proof);
        else reject(new Error("the extension has no proof"));
      });
      setTimeout(reject, EXTENSION_WITHIN_MS);
      window.postMessage({ type: "selfsame-challenge", challenge }, location.origin);
    });
  }

  // Loopback takes over from an extension that is switched off, ended, or has no agent to ask.
  function askExtensionFirst() {
    show("asking", "Asking Selfsame on this computer.");
    startClock();
    extensionsProof().then(handOver).then(respond, askByLoopback).catch(respond);
  }

  // The first port, and all others as soon as it fails or is slow. The first proof that counts ends the wait;
  // when none does, so does the last failure.
  function proveAnywhere() {
    const [first, ...others] = ports.split(" ");
    const asked = prove(first);
    const late = new Promise((_, tooLate) => setTimeout(tooLate, FIRST_ALONE_MS));
    Promise.race([asked, late])
      .catch(() => Promise.any([asked, ...others.map(prove)]))
      .then(respond, respond);
  }

  // Runs while nobody is asked to do anything; what was spent before counts, as it does at the server.
  function startClock() {
    clock ??= { since: performance.now(), timer: setTimeout(respond, left) };
    post("/ask", { state: "asking" }).catch(() => {});
  }

  function stopClock() {
    if (clock === null) return;
    clearTimeout(clock.timer);
    left -= performance.now() - clock.since;
    clock = null;
  }

  function show(what, words) {
    for (const part of ["asking", "permission"]) element(part).hidden = part !== what;
    element("allow").hidden = what !== "permission";
    element("status").textContent = words;
  }

  function askAgents() {
    show("asking", "Asking Selfsame on this computer.");
    startClock();
    proveAnywhere();
  }

  function askPerson(status) {
    show("permission", "Your browser wants your permission before this page may ask Selfsame.");
    element("allow").focus();
    stopClock();
    setTimeout(respond, PERSON_WITHIN_MS);
    post("/ask", { state: "person-asked" }).catch(() => {});
    status.addEventListener("change", () => {
      if (status.state === "denied") respond();
    });
    element("allow").addEventListener("click", () => askWithPrompt(status), { once: true });
  }

  // The browser's own question is open while the fetches wait; the clock goes on when it is answered.
  function askWithPrompt(status) {
    element("status").textContent = "Waiting for your answer to the browser’s question.";
    element("allow").disabled = true;
    status.addEventListener("change", () => {
      if (status.state !== "granted") return;
      show("asking", "Asking Selfsame on this computer.");
      startClock();
    });
    proveAnywhere();
  }

  async function askByLoopback() {
    if (over) return;
    const status = await permission();
    if (status === null || status.state === "granted") return askAgents();
    if (status.state === "prompt") return askPerson(status);
    return respond();
  }

  if (state === "over") respond();
  else if (extensionIsHere()) askExtensionFirst();
  else askByLoopback().catch(respond);
})();
