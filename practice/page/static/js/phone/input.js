// What a person can send from the phone: words, keys under the field, a picture, a file, a place.

import { post, send } from "../api.js";
import { fill, h, iconButton } from "../dom.js";
import { HIDDEN } from "../kit/files.js";
import { practicePicker } from "../kit/pictures.js";
import { trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";

// The middle of a lake in a park: a place to practise with, where nobody lives.
const PLACE = { lat: 37.5087, lon: 127.0985 };
let shown = { key: "" };

/** Draw the input of a chat, again only if something about it changed. */
export function drawInput(box, chat, bot, hasBegun) {
  const key = JSON.stringify([place().phone, bot, chat && chat.blocked, chat && chat.keyboard, chat && chat.commands, hasBegun]);
  if (shown.key === key && shown.box === box) return;
  shown = { key, box };
  const body = { person: place().phone, bot };
  if (!chat || chat.blocked || !hasBegun) fill(box, intro(chat), startButton(body, chat));
  else fill(box, replyKeys(chat, body), line(chat, body));
}

function intro(chat) {
  return chat && chat.description && !chat.blocked && h("p", { class: "bot-description" }, chat.description);
}

function startButton(body, chat) {
  const start = () => trying(() => post("/practice/telegram/start", body));
  return h("button", { type: "button", class: "kit-button primary start", on: { click: start } }, say(chat && chat.blocked ? "phone.unblock_start" : "phone.start"));
}

function replyKeys(chat, body) {
  const rows = chat.keyboard && chat.keyboard.keyboard;
  if (!rows) return null;
  const press = (one) => (one.request_location ? locate(body) : tell(body, one.text));
  return h("div", { class: "reply-keyboard" }, rows.map((row) => h("div", {}, row.map((one) => h("button", { type: "button", class: "key", on: { click: () => press(one) } }, one.text)))));
}

const tell = (body, text) => trying(() => post("/practice/telegram/say", { ...body, text }));
const locate = (body) => trying(() => post("/practice/telegram/location", { ...body, ...PLACE }));

function line(chat, body) {
  const box = h("input", { type: "text", "aria-label": say("phone.write"), placeholder: say("phone.write"), autocomplete: "off" });
  const submit = (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    tell(body, text);
  };
  const input = h("input", HIDDEN);
  input.addEventListener("change", async () => { for (const file of input.files) await give(body, file); input.value = ""; });
  return h("div", { class: "phone-line" }, commands(chat, body),
    h("form", { on: { submit } }, input, iconButton("clip", say("phone.attach"), () => input.click()), iconButton("place", say("phone.location"), () => locate(body)), box, h("button", { type: "submit", class: "kit-button primary" }, say("phone.send"))),
    practicePicker((file) => give(body, file)));
}

function give(body, file) {
  const kind = file.type.startsWith("image/") ? "photo" : "document";
  return trying(() => send(`/practice/telegram/${kind}`, { ...body, file }, (kind === "photo" ? 10 : 20) * 1048576));
}

function commands(chat, body) {
  const own = Array.isArray(chat.commands) ? chat.commands : [];
  return own.length > 0 && h("div", { class: "bot-commands" }, own.map((one) => h("button", { type: "button", class: "quiet", title: one.description, on: { click: () => tell(body, `/${one.command}`) } }, `/${one.command}`)));
}
