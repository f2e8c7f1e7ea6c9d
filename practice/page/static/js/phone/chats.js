// The list of chats on a phone, and the bots that could be opened.

import { timeOf } from "../clock.js";
import { fill, h } from "../dom.js";
import { openOnPhone } from "../kit/links.js";
import { go } from "../place.js";
import { say } from "../say.js";
import { botOf, world } from "../world.js";
import { unread } from "./lock.js";

/** Draw the list. */
export function drawChats(screen, state) {
  const waiting = unread(state);
  const opened = state.chats.map((chat) => ({ chat, last: state.messages.filter((one) => one.bot === chat.bot && !one.deleted).at(-1) }));
  opened.sort((one, other) => ((other.last && other.last.at) || 0) - ((one.last && one.last.at) || 0));
  const others = world.bots.filter((one) => !state.chats.some((chat) => chat.bot === one.username));
  fill(screen, h("div", { class: "chats" }, h("h3", {}, say("phone.chats")),
    h("ul", {}, opened.map(({ chat, last }) => known(chat, last, waiting.filter((one) => one.bot === chat.bot).length))),
    others.length > 0 && h("h3", {}, say("phone.search")), h("ul", {}, others.map(fresh)), linkLine()));
}

function known(chat, last, count) {
  const text = last ? (last.preview || last.text || "…").replace(`${chat.name}: `, "") : "";
  return h("li", {}, h("button", { type: "button", class: "chat-entry", on: { click: () => go({ bot: chat.bot }) } }, sign(chat.name),
    h("span", { class: "chat-texts" }, h("b", {}, chat.name), h("span", {}, text)),
    h("span", { class: "chat-end" }, last && h("time", {}, timeOf(last.at)), count > 0 && h("span", { class: "unread" }, count))));
}

function fresh(bot) {
  return h("li", {}, h("button", { type: "button", class: "chat-entry", on: { click: () => go({ bot: bot.username }) } }, sign(bot.name), h("span", { class: "chat-texts" }, h("b", {}, bot.name), h("span", {}, `@${bot.username}`))));
}

/** The round sign of a chat. */
export function sign(name) {
  return h("span", { class: "face round", "aria-hidden": "true" }, [...name][0]);
}

function linkLine() {
  const input = h("input", { type: "text", id: "phone-link", placeholder: "https://t.me/…?start=…", autocomplete: "off" });
  const open = (event) => {
    event.preventDefault();
    const found = /t\.me\/(\w+)\?start=([\w-]+)/.exec(input.value);
    if (found) openOnPhone(found[1], found[2]);
  };
  return h("form", { class: "link-line", on: { submit: open } }, h("label", { for: "phone-link" }, say("phone.link")), input, h("button", { type: "submit", class: "kit-button" }, say("phone.open")));
}

/** The name of a chat's other side. */
export const nameOf = (state, bot) => (state.chats.find((one) => one.bot === bot) || botOf(bot)).name;
