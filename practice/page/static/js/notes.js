// Short notes at the edge of the page: what could not be done, and what was.

import { Told } from "./api.js";
import { h, iconButton } from "./dom.js";
import { say } from "./say.js";

const SHOWN_MS = 9000;

/** Show a sentence for a while. */
export function note(text, kind = "told") {
  const box = document.getElementById("notes");
  const made = h("div", { class: `note ${kind}` }, h("span", {}, text));
  made.append(iconButton("close", say("close"), () => made.remove()));
  box.append(made);
  setTimeout(() => made.remove(), SHOWN_MS);
}

/** Do something that may be refused; a refusal is shown, anything else is a mistake of ours. */
export async function trying(deed) {
  try {
    return await deed();
  } catch (trouble) {
    if (!(trouble instanceof Told)) throw trouble;
    note(trouble.message, "refused");
    return undefined;
  }
}
