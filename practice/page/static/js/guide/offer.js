// Ansim answers its staff in Korean until they ask otherwise: an offer to whoever reads the page in English.

import { post } from "../api.js";
import { h } from "../dom.js";
import { trying } from "../notes.js";
import { language, say } from "../say.js";
import { world } from "../world.js";

const TAKEN = "ansim.answers";
const OUTSIDE = ["bot", "none"];

/** The offer, while it makes sense; `after` is called once it is taken. */
export function drawOffer(after) {
  if (language() === (localStorage.getItem(TAKEN) || "ko")) return null;
  const click = () => trying(async () => { await askAll(language()); localStorage.setItem(TAKEN, language()); after(); });
  return h("div", { class: "offer" }, h("p", {}, say("guide.offer")), h("button", { type: "button", class: "quiet", on: { click } }, say("guide.offer_take")));
}

/** Everybody of the staff asks it for themselves; somebody without a role is refused, and stays as they are. */
async function askAll(wanted) {
  for (const { id, role } of world.people) {
    if (!OUTSIDE.includes(role)) await post("/practice/slack/command", { user: id, channel: "C0GENERAL", command: "/ansim", text: `language ${wanted}` });
  }
}
