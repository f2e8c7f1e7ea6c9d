// The lock screen: what anybody who holds the phone can read without opening it.

import { dayOf, now, timeOf } from "../clock.js";
import { fill, h } from "../dom.js";
import { go } from "../place.js";
import { say } from "../say.js";

const SHOWN = 5;

/** Draw it; notices are of messages that were not opened yet. */
export function drawLock(screen, state) {
  const waiting = unread(state).slice(-SHOWN).reverse();
  const notices = waiting.map((one) => h("li", {}, h("button", { type: "button", class: "notice", on: { click: () => go({ bot: one.bot }) } },
    h("span", { class: "notice-head" }, h("b", {}, say("phone.messenger")), h("time", {}, timeOf(one.at))), h("span", { class: "notice-text" }, one.preview))));
  fill(screen, h("div", { class: "lock" }, h("p", { class: "lock-hour" }, timeOf(now())), h("p", { class: "lock-day" }, dayOf(now())),
    waiting.length ? h("ul", {}, notices) : h("p", { class: "lock-empty" }, say("phone.lock_empty"))));
}

/** The bots' messages that nobody has opened on this phone in this window. */
export function unread(state) {
  return state.messages.filter((one) => one.is_from_bot && !one.deleted && !one.silent && one.message_id > (state.seen.get(keyOf(state, one.bot)) || 0));
}

/** Note that a chat was opened. */
export function read(state, bot) {
  const last = state.messages.filter((one) => one.bot === bot).at(-1);
  if (last) state.seen.set(keyOf(state, bot), last.message_id);
}

const keyOf = (state, bot) => `${state.person} ${bot}`;
