//! The words of the pages, in the browser's language.

/** The message of this name, with `$1` and `$2` filled in. A code such as `too-little-input` becomes `tooLittleInput`. */
export function word(name: string, ...parts: string[]): string {
  const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return chrome.i18n.getMessage(key, parts);
}

/** Puts words where the page asks for them with `data-word`, and says which language they are in. */
export function fillWords(...parts: string[]): void {
  document.documentElement.lang = chrome.i18n.getUILanguage().startsWith("de") ? "de" : "en";
  for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) {
    element.textContent = word(element.dataset["word"] ?? "", ...parts);
  }
}

/** The element of this id, which the page has. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}
