//! On the identity provider's check pages: hands the page's challenge to the worker, and the answer back. The page cannot
//! tell the worker anything else; who the page is, the worker learns from the browser.

/** What the page posts, and the mark that tells it that somebody listens. */
const QUESTION = "selfsame-challenge";
const ANSWER = "selfsame-proof";

// The manifest asks for top frames alone; a browser that gives more is told again.
if (window.top === window) {
  window.addEventListener("message", (event) => void relay(event));
  document.documentElement.dataset["selfsameExtension"] = chrome.runtime.getManifest().version;
}

async function relay(event: MessageEvent): Promise<void> {
  if (event.source !== window || event.origin !== location.origin || event.data?.type !== QUESTION) return;
  const proof = await prove(event.data.challenge).catch(() => null);
  window.postMessage({ type: ANSWER, proof }, location.origin);
}

/** Throws when the extension was switched off, or its worker ended, under the open page. */
async function prove(challenge: unknown): Promise<string | null> {
  const answer = await chrome.runtime.sendMessage({ challenge });
  return answer?.done?.proof ?? null;
}
