//! Who a message came from, by the browser's own word alone: nothing in here is read from the message.

/**
 * The origin of the page behind a message, where that page may ask: the identity provider's, in the top frame of a tab,
 * shown now, by this extension's own content script. Otherwise null.
 */
export function pageOrigin(sender: chrome.runtime.MessageSender, own: { id: string; idpOrigin: string }): string | null {
  const { id, tab, frameId, url } = sender;
  // Firefox names neither the life cycle nor always the origin.
  const { documentLifecycle = "active", origin = originOf(url) } = sender;
  const isOurs = id === own.id && tab !== undefined && !tab.incognito;
  const isShown = frameId === 0 && documentLifecycle === "active";
  const origins = [origin, originOf(url), originOf(tab?.url)];
  return isOurs && isShown && origins.every((one) => one === own.idpOrigin) ? own.idpOrigin : null;
}

function originOf(url: string | undefined): string | null {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : null;
}
