//! Speaks to the agent on this computer by the browser's native messaging. Each message starts the agent's host anew and
//! ends with its answer, so that nothing runs in between and nothing is lost with the worker.

/** The name under which the agent's installer registers its host. */
const HOST = "org.selfsame.agent";
const VERSION = 1;

/** What the agent may be asked for. */
export type Wish =
  | { ask: "presence"; challenge: string; origin: string }
  | { ask: "status" }
  | { ask: "pause"; minutes: number | null }
  | { ask: "resume" };

/** Why a wish was not granted; `no-host` means that the browser found no agent installed, or may not start it. */
export type Trouble = "no-host" | "no-agent" | "not-enrolled" | "refused" | "unknown" | "failed";

/** What came of a wish. */
export type Answer<Done> = { done: Done } | { failed: Trouble };

/** One check, as its person may see it. */
export interface Check {
  /** Milliseconds since 1970, on this computer's clock. */
  at: number;
  service: string;
  verdict: "same" | "different" | "unsure";
  reasons: string[];
}

/** How the agent is, as src/status/state.rs says it. */
export interface Status {
  state: { is: string; percent?: number };
  version: string;
  person: string | null;
  server: string | null;
  checks: Check[];
}

/** Asks the agent; never throws. */
export async function ask<Done>(wish: Wish): Promise<Answer<Done>> {
  try {
    const { done, failed } = await chrome.runtime.sendNativeMessage(HOST, { v: VERSION, wish });
    return done === undefined ? { failed: failed ?? "failed" } : { done };
  } catch {
    return { failed: "no-host" };
  }
}
