// Invitations: a t.me link in a text can be opened on one of the practice phones.

import { post } from "../api.js";
import { h } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { freshPhone, loadWorld, phone, world } from "../world.js";

/** A button that opens the link on the phone in view; nothing for any other link. */
export function telegramLink(address, label) {
  const found = /^https?:\/\/t\.me\/(\w+)(?:\?start=([\w-]+))?$/.exec(address);
  if (!found || !world.bots.some((one) => one.username === found[1])) return null;
  const click = () => trying(async () => openOnPhone(found[1], found[2] || "", await ownerFor(found[1])));
  return h("button", { type: "button", class: "invitation", title: say("phone.open_link"), on: { click } }, label);
}

/** Press Start by this link on somebody's phone: the one in view unless another is named. */
export async function openOnPhone(bot, payload, owner = place().phone) {
  const done = await trying(() => post("/practice/telegram/start", { person: owner, bot, payload }));
  if (done) go({ see: "side", side: "phone", phone: owner, bot });
}

/** Whose phone a link is meant for: the one in view, or a newcomer's where that one knows the bot already. */
async function ownerFor(bot) {
  await loadWorld();
  const inView = phone(place().phone);
  return inView.chats.some((one) => one.bot === bot) ? freshPhone(bot).id : inView.id;
}
