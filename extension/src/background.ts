//! The worker: passes a check page's challenge to the agent, with the origin that the browser names. It keeps nothing, so
//! that the browser may end it at any time.

import { ask } from "./agent";
import { pageOrigin } from "./sender";

/** Longer than any challenge, in characters. */
const LONGEST_CHALLENGE = 8192;

const own = { id: chrome.runtime.id, idpOrigin: IDP_ORIGIN };

chrome.runtime.onMessage.addListener((message: unknown, sender, respond) => {
  const origin = pageOrigin(sender, own);
  const challenge = challengeIn(message);
  if (origin === null || challenge === null) return false;
  void ask<{ proof: string }>({ ask: "presence", challenge, origin }).then(respond);
  // The answer comes later.
  return true;
});

function challengeIn(message: unknown): string | null {
  if (typeof message !== "object" || message === null || !("challenge" in message)) return null;
  const { challenge } = message;
  return typeof challenge === "string" && challenge.length <= LONGEST_CHALLENGE ? challenge : null;
}
