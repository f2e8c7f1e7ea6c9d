// The phone of somebody outside: lock screen, list of chats, one chat.

import { get } from "../api.js";
import { on } from "../bus.js";
import { now, timeOf } from "../clock.js";
import { fill, h } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { phone, world } from "../world.js";
import { drawChat } from "./chat.js";
import { drawChats } from "./chats.js";
import { drawLock } from "./lock.js";

/** Draw the phone into `box`. */
export function drawPhone(box) {
  const owners = h("select", { id: "phone-owner", on: { change: () => go({ phone: owners.value, bot: "" }) } }, world.phones.map((one) => h("option", { value: one.id }, `${one.name} · ${say(`role.${one.role}`)}`)));
  const screen = h("div", { class: "screen" });
  const hour = h("time", { class: "phone-hour" });
  const lock = h("button", { type: "button", class: "quiet", on: { click: () => go({ bot: place().bot === "lock" ? "" : "lock" }) } });
  const frame = h("div", { class: "phone-frame" }, h("div", { class: "phone-bar" }, hour, h("span", { class: "phone-name" })), screen);
  fill(box, h("div", { class: "phone-head" }, h("label", { for: "phone-owner" }, say("phone.owner")), owners, lock), frame);
  const state = { messages: [], chats: [], alerts: [], person: "", seen: new Map() };
  const draw = () => drawScreen(screen, state, lock, owners, frame);
  const update = async () => { if (await load(state)) draw(); };
  tick(screen, hour);
  on("phone", (hint) => hint.person === place().phone && soon(state, update));
  on("place", () => (place().phone === state.person ? draw() : update()));
  on("missed", update);
  const ticking = setInterval(() => (hour.isConnected ? tick(screen, hour) : clearInterval(ticking)), 1000);
  update();
}

function tick(screen, hour) {
  for (const face of [hour, screen.querySelector(".lock-hour")]) if (face) face.textContent = timeOf(now());
}

function soon(state, update) {
  clearTimeout(state.waiting);
  state.waiting = setTimeout(update, 20);
}

async function load(state) {
  const owner = place().phone;
  const told = await trying(() => get("/practice/telegram/messages", { person: owner }));
  if (!told || owner !== place().phone) return false;
  Object.assign(state, told, { person: owner });
  return true;
}

function drawScreen(screen, state, lock, owners, frame) {
  const { bot, phone: owner } = place();
  owners.value = owner;
  frame.querySelector(".phone-name").textContent = phone(owner).name;
  lock.textContent = say(bot === "lock" ? "phone.unlock" : "phone.lock");
  screen.dataset.shows = bot === "lock" ? "lock" : bot ? "chat" : "chats";
  if (bot === "lock") drawLock(screen, state);
  else if (bot) drawChat(screen, state, bot);
  else drawChats(screen, state);
}
