// One message of a channel.

import { post } from "../api.js";
import { dayOf, timeOf } from "../clock.js";
import { h, icon } from "../dom.js";
import { drawBlocks } from "../kit/blocks.js";
import { mrkdwn } from "../kit/mrkdwn.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { person, world } from "../world.js";

const HUES = 8;

/** The row of an item: {message, isFirst (of its sender), day, replies}. */
export function drawMessage({ message, isFirst, day, replies }) {
  const who = person(message.user);
  const classes = ["message", isFirst && "first", message.ephemeral_for && "own-eyes"].filter(Boolean).join(" ");
  const row = h("li", { class: classes, data: { ts: message.ts } }, isFirst ? face(who) : h("span", { class: "gutter" }, timeOf(message.ts)), body(message, who, isFirst, replies), tools(message));
  return day ? withDay(row, message) : row;
}

function withDay(row, message) {
  row.prepend(h("p", { class: "day" }, h("span", {}, dayOf(message.ts))));
  return row;
}

/** A round sign with somebody's first letter. */
export function face(who) {
  const hue = [...who.id].reduce((sum, one) => sum + one.codePointAt(0), 0) % HUES;
  return h("span", { class: `face hue-${hue}`, "aria-hidden": "true" }, who.role === "bot" ? "안" : [...who.name][0]);
}

function body(message, who, isFirst, replies) {
  const head = h("p", { class: "head" }, h("b", {}, who.name), h("span", { class: "role" }, say(`role.${who.role}`)), h("time", {}, timeOf(message.ts)));
  const blocks = message.blocks.length ? drawBlocks(message.blocks, { press: (...given) => press(message, ...given) }) : h("div", { class: "block-text" }, mrkdwn(message.text));
  return h("div", { class: "body" }, message.ephemeral_for && h("p", { class: "eyes" }, say("message.own_eyes")), isFirst && head, blocks,
    message.edited && h("span", { class: "edited" }, say("message.edited")), files(message), thread(message, replies));
}

function press(message, element, block, value) {
  const body = { user: place().as, channel: message.channel, ts: message.ts, action_id: element.action_id, block_id: block.block_id, value };
  return trying(() => post("/practice/slack/press", body));
}

function files(message) {
  if (!message.files.length) return null;
  return h("ul", { class: "files" }, message.files.map((one) => h("li", {}, file(one))));
}

function file(one) {
  if (!one.name) return h("span", { class: "file gone" }, say("file.gone"));
  return h("a", { class: "file", href: `/practice/slack/file/${one.id}`, download: one.name }, h("b", {}, one.name), h("small", {}, sizeOf(one.size)));
}

function sizeOf(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function thread(message, count) {
  if (!count || place().thread) return null;
  return h("button", { type: "button", class: "thread-link", on: { click: () => go({ thread: message.ts }) } }, say("message.replies", { count }));
}

function tools(message) {
  if (message.ephemeral_for) return null;
  const label = say("message.reply");
  const reply = h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: () => go({ thread: message.thread_ts || message.ts }) } }, icon("reply"));
  const shortcuts = world.app.shortcuts.filter((one) => one.type === "message").map((one) => shortcut(message, one));
  return h("div", { class: "tools" }, !place().thread && reply, shortcuts);
}

function shortcut(message, one) {
  const body = { user: place().as, callback_id: one.callback_id, channel: message.channel, ts: message.ts };
  return h("button", { type: "button", class: "quiet", on: { click: () => trying(() => post("/practice/slack/shortcut", body)) } }, one.name);
}
