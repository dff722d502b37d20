//! The options page: what the extension sees, who decides what is recorded, and versions.

import { ask, type Status } from "./agent";
import { byId, fillWords, word } from "./words";

fillWords(IDP_ORIGIN);
document.title = word("optionsTitle");
byId("extension").textContent = chrome.runtime.getManifest().version;
byId("server").textContent = IDP_ORIGIN;
void ask<Status>({ ask: "status" }).then((answer) => {
  byId("agent").textContent = "done" in answer ? answer.done.version : word("aboutNone");
});
