// One chat on a phone: bubbles, keyboards, what a person can send.

import { post } from "../api.js";
import { arrange, fill, h, iconButton } from "../dom.js";
import { note, trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { drawBubble } from "./bubble.js";
import { nameOf } from "./chats.js";
import { drawInput } from "./input.js";
import { read } from "./lock.js";

let now = { key: "" };

/** Draw it; what is there already stays. */
export function drawChat(screen, state, bot) {
  const key = `${state.person} ${bot}`;
  if (now.key !== key || !screen.contains(now.list)) now = { key, ...frame(screen, state, bot), rows: new Map(), alerted: latest(state, bot) };
  const isAtEnd = now.scroll.scrollHeight - now.scroll.scrollTop - now.scroll.clientHeight < 60;
  const own = state.messages.filter((one) => one.bot === bot && (!one.deleted || now.ghosts.checked));
  arrange(now.list, own.map((one) => row(one)));
  const chat = state.chats.find((one) => one.bot === bot);
  now.status.textContent = chat && chat.action ? say("phone.typing") : `@${bot}`;
  drawHeadEnd(now.end, chat, bot);
  drawInput(now.input, chat, bot, own.length > 0);
  tell(state, bot);
  read(state, bot);
  if (isAtEnd || now.isFresh) toEnd(now.scroll);
  now.isFresh = own.length === 0;
}

/** To the newest, also where the phone comes into view only after this. */
function toEnd(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
  requestAnimationFrame(() => { scroll.scrollTop = scroll.scrollHeight; });
}

function frame(screen, state, bot) {
  const list = h("ol", { class: "bubbles" });
  const scroll = h("div", { class: "bubble-scroll", tabindex: "0", role: "log", "aria-label": nameOf(state, bot) }, list);
  const status = h("span", {});
  const end = h("div", { class: "chat-head-end" });
  const input = h("div", { class: "phone-input" });
  const ghosts = h("input", { type: "checkbox", on: { change: () => drawChat(screen, state, bot) } });
  const back = iconButton("back", say("phone.chats"), () => go({ bot: "" }));
  fill(screen, h("header", { class: "chat-head" }, back, h("div", { class: "chat-title" }, h("b", {}, nameOf(state, bot)), status), end),
    scroll, h("label", { class: "ghosts" }, ghosts, say("phone.ghosts")), input);
  return { list, scroll, status, end, input, ghosts, isFresh: true };
}

function row(message) {
  const version = `${message.changed_at} ${message.deleted}`;
  const before = now.rows.get(message.message_id);
  if (before && before.version === version) return before.node;
  const made = { version, node: drawBubble(message) };
  now.rows.set(message.message_id, made);
  return made.node;
}

function drawHeadEnd(end, chat, bot) {
  if (!chat) return fill(end);
  const block = () => trying(() => post("/practice/telegram/block", { person: place().phone, bot, blocked: !chat.blocked }));
  return fill(end, h("button", { type: "button", class: "quiet", on: { click: block } }, say(chat.blocked ? "phone.unblock" : "phone.block")));
}

const latest = (state, bot) => state.alerts.filter((one) => one.bot === bot).length;

function tell(state, bot) {
  const alerts = state.alerts.filter((one) => one.bot === bot);
  for (const alert of alerts.slice(now.alerted)) if (alert.text) note(alert.text);
  now.alerted = alerts.length;
}
