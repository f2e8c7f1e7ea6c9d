// One message on a phone, with its entities, its media and the buttons under it.

import { post } from "../api.js";
import { timeOf } from "../clock.js";
import { h, iconButton } from "../dom.js";
import { trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";
import { entities } from "./entities.js";

/** The bubble as a row of the list. */
export function drawBubble(message) {
  const side = message.is_from_bot ? "from-bot" : "from-person";
  // The phone shows no more of a deep link than this, whatever it carries.
  const isStart = !message.is_from_bot && message.text.startsWith("/start ");
  const text = h("div", { class: "bubble-text" }, isStart ? "/start" : entities(message.text, message.entities));
  const bubble = h("div", { class: "bubble" }, media(message), message.text && text, h("span", { class: "bubble-end" }, message.deleted && say("phone.deleted"), message.history.length > 0 && !message.deleted && say("message.edited"), h("time", {}, timeOf(message.at))));
  return h("li", { class: `bubble-row ${side}${message.deleted ? " ghost" : ""}`, data: { message: message.message_id } }, bubble, keyboard(message), !message.deleted && remove(message));
}

function media(message) {
  const parts = [];
  if (message.photo) parts.push(h("img", { class: "bubble-photo", src: fileAddress(message.photo.at(-1)), alt: say("phone.photo"), loading: "lazy" }));
  if (message.document) parts.push(h("a", { class: "file", href: fileAddress(message.document), download: message.document.file_name }, message.document.file_name));
  if (message.location) parts.push(h("p", { class: "bubble-place" }, say("phone.location_at", { lat: message.location.latitude.toFixed(4), lon: message.location.longitude.toFixed(4) })));
  return parts;
}

const fileAddress = (file) => `/practice/telegram/file/${encodeURIComponent(file.file_id)}`;

function keyboard(message) {
  const rows = message.reply_markup && message.reply_markup.inline_keyboard;
  if (!rows || message.deleted) return null;
  return h("div", { class: "inline-keyboard" }, rows.map((row) => h("div", {}, row.map((button) => key(message, button)))));
}

function key(message, button) {
  if (!button.callback_data) return h("span", { class: "key", title: button.url }, button.text);
  const press = () => trying(() => post("/practice/telegram/press", { person: place().phone, bot: message.bot, message_id: message.message_id, data: button.callback_data }));
  return h("button", { type: "button", class: "key", on: { click: press } }, button.text);
}

function remove(message) {
  const click = () => trying(() => post("/practice/telegram/delete", { person: place().phone, bot: message.bot, message_id: message.message_id }));
  return iconButton("bin", say("phone.delete"), click, { class: "icon-button bubble-delete" });
}
