//! The popup: how the agent is, why the person was asked, and their pause.

import { ask, type Answer, type Check, type Status, type Trouble, type Wish } from "./agent";
import { byId, fillWords, word } from "./words";

/** How many checks are shown. */
const SHOWN_CHECKS = 3;
/** States with a sign of their own; every other one asks for attention. */
const SIGNS: Record<string, string> = { ready: "ready", learning: "busy", unconfirmed: "busy", paused: "paused", "paused-until-lock": "paused" };

fillWords();
for (const [id, wish] of Object.entries<Wish>({
  "pause-15": { ask: "pause", minutes: 15 },
  "pause-lock": { ask: "pause", minutes: null },
  resume: { ask: "resume" },
})) {
  byId(id).addEventListener("click", () => void ask(wish).then(refresh));
}
byId("more").addEventListener("click", () => void chrome.runtime.openOptionsPage());
void refresh();

async function refresh(): Promise<void> {
  const answer: Answer<Status> = await ask({ ask: "status" });
  const isPaused = "done" in answer && answer.done.state.is.startsWith("paused");
  byId("pauses").hidden = !("done" in answer) || isPaused || answer.done.state.is === "not-enrolled";
  byId("resume").hidden = !isPaused;
  byId("why").hidden = !("done" in answer);
  if ("done" in answer) showStatus(answer.done);
  else showTrouble(answer.failed);
}

function showStatus({ state, person, server, checks }: Status): void {
  if (server !== null && server !== IDP_ORIGIN) {
    say("attention", word("trouble_elsewhere"), word("trouble_elsewhere_more", IDP_ORIGIN, server));
  } else {
    const more = state.is === "paused-until-lock" ? "paused" : state.is;
    say(SIGNS[state.is] ?? "attention", word(`state_${state.is}`, String(state.percent ?? "")), word(`state_${more}_more`));
  }
  byId("person").textContent = person === null ? "" : word("person", person);
  byId("checks").replaceChildren(...(checks.length > 0 ? checks.slice(0, SHOWN_CHECKS).map(shown) : [item(word("noChecks"))]));
}

function showTrouble(trouble: Trouble): void {
  const known = trouble === "no-host" || trouble === "no-agent" ? trouble : "failed";
  byId("person").textContent = "";
  if (trouble === "not-enrolled") say("attention", word("state_notEnrolled"), word("state_notEnrolled_more"));
  else say("attention", word(`trouble_${known}`), word(`trouble_${known}_more`));
}

function say(sign: string, what: string, more: string): void {
  byId("state").dataset["sign"] = sign;
  byId("what").textContent = what;
  byId("what-more").textContent = more;
}

function shown({ at, service, verdict, reasons }: Check): HTMLElement {
  const time = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const check = item(`${time}, ${service}: Selfsame ${word(`verdict_${verdict}`)}.`);
  for (const reason of reasons) {
    const because = document.createElement("small");
    because.textContent = word(`reason_${reason}`) || reason;
    check.append(because);
  }
  return check;
}

function item(text: string): HTMLElement {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}
