// The line to write in: messages, slash commands with completion, mentions, files, shortcuts.

import { post, send } from "../api.js";
import { h, iconButton } from "../dom.js";
import { HIDDEN } from "../kit/files.js";
import { trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";
import { channelName, channelsOf, world } from "../world.js";
import { Completion } from "./completion.js";

const drafts = new Map();

/** The composer of a channel or thread; `sent()` is called after something went out. */
export function drawComposer(channel, thread, sent) {
  const key = `${place().as} ${channel} ${thread}`;
  const label = say("composer.label", { name: channelName(channel) });
  const box = h("textarea", { rows: "1", "aria-label": label, placeholder: label, autocomplete: "off" });
  box.value = drafts.get(key) || "";
  const list = h("ul", { class: "completion", hidden: true });
  const completion = new Completion(box, list);
  const deliver = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    drafts.delete(key);
    const done = await trying(() => deliverText(text, channel, thread));
    if (!done && !box.value) box.value = text;
    sent();
  };
  box.addEventListener("input", () => { drafts.set(key, box.value); grow(box); });
  box.addEventListener("keydown", (event) => pressed(event, completion, deliver));
  return h("div", { class: "composer" }, list, h("div", { class: "composer-box" }, attach(channel, thread), shortcuts(), box, iconButton("send", say("composer.send"), deliver)), h("p", { class: "composer-hint" }, say("composer.hint")));
}

function grow(box) {
  box.rows = Math.min(8, box.value.split("\n").length);
}

function pressed(event, completion, deliver) {
  // A Korean letter that is still being put together ends with Enter, too: that one sends nothing.
  if (event.isComposing || completion.takes(event) || event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  deliver();
}

async function deliverText(text, channel, thread) {
  const user = place().as;
  const meant = withIds(text);
  if (/^\/[a-z]/.test(text) && !thread) {
    const [command] = text.split(/\s/, 1);
    return post("/practice/slack/command", { user, channel, command, text: meant.slice(command.length).trim() });
  }
  return post("/practice/slack/say", { user, channel, text: meant, thread_ts: thread || undefined });
}

/** @name and #channel as Slack passes them on. */
function withIds(text) {
  const people = world.people.map((one) => [`@${one.name}`, `<@${one.id}>`]);
  const channels = channelsOf(place().as).map((one) => [`#${one.name}`, `<#${one.id}|${one.name}>`]);
  return [...people, ...channels].reduce((done, [name, id]) => done.replaceAll(name, id), text);
}

function attach(channel, thread) {
  const input = h("input", HIDDEN);
  input.addEventListener("change", async () => { await upload([...input.files], channel, thread); input.value = ""; });
  return [input, iconButton("clip", say("composer.attach"), () => input.click())];
}

/** Give files into a channel. */
export function upload(files, channel, thread) {
  return trying(async () => {
    for (const file of files) await send("/practice/slack/upload", { user: place().as, channel, thread_ts: thread || undefined, file });
  });
}

function shortcuts() {
  const own = world.app.shortcuts.filter((one) => one.type === "global");
  const menu = h("div", { class: "menu", hidden: true }, own.map((one) => h("button", { type: "button", on: { click: () => use(one) } }, one.name, h("small", {}, one.description))));
  const button = iconButton("bolt", say("composer.shortcuts"), () => toggle(menu, button), { "aria-expanded": "false" });
  const close = () => { menu.hidden = true; button.setAttribute("aria-expanded", "false"); };
  const use = (one) => { close(); trying(() => post("/practice/slack/shortcut", { user: place().as, callback_id: one.callback_id })); };
  const frame = h("div", { class: "menu-frame", on: { keydown: (event) => event.key === "Escape" && close(), focusout: (event) => frame.contains(event.relatedTarget) || close() } }, button, menu);
  return frame;
}

function toggle(menu, button) {
  menu.hidden = !menu.hidden;
  button.setAttribute("aria-expanded", String(!menu.hidden));
  if (!menu.hidden) menu.querySelector("button")?.focus();
}

