// The list of channels and talks of whoever is at the desk, with what is unread.

import { post } from "../api.js";
import { on } from "../bus.js";
import { fill, h, icon } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { channelsOf, directOf, loadWorld, person, talksOf, world } from "../world.js";
import { face } from "./message.js";

const unread = new Map();
let isListOpen = false;
const keyOf = (user, channel) => `${user} ${channel}`;

/** The sidebar; it marks what comes in elsewhere. */
export function drawSidebar(box) {
  const draw = () => fill(box, head(), entries());
  on("message", (hint) => { if (count(hint)) draw(); });
  on("place", draw);
  on("world", draw);
  draw();
}

function count(hint) {
  const { as, in: channel } = place();
  const isForOther = hint.for && hint.for !== as;
  if (!hint.is_new || isForOther || hint.by === as || hint.channel === channel) return false;
  const key = keyOf(as, hint.channel);
  unread.set(key, (unread.get(key) || 0) + 1);
  return true;
}

function head() {
  const who = person(place().as);
  return h("div", { class: "sidebar-head" }, face(who), h("div", {}, h("b", {}, who.name), h("span", {}, say(`role.${who.role}`))));
}

function entries() {
  const { as, in: now } = place();
  unread.delete(keyOf(as, now));
  const channels = channelsOf(as).map((one) => entry(one.id, one.is_private ? icon("lock") : h("span", { class: "hash" }, "#"), one.name, !one.isMember));
  return h("nav", { "aria-label": say("channel.list") },
    h("ul", {}, entry("home", icon("home"), say("home"))),
    h("h2", {}, say("sidebar.channels")), h("ul", {}, channels),
    h("h2", {}, say("sidebar.talks")), h("ul", {}, entry(directOf(as), h("span", { class: "bot-dot" }), "안심"), talksOf(as).map(({ id, other }) => entry(id, small(other), other.name))),
    others(as));
}

const small = (who) => h("span", { class: "talk-sign", "aria-hidden": "true" }, [...who.name][0]);

/** Everybody with whom no talk has begun yet. */
function others(as) {
  const known = new Set([as, ...talksOf(as).map((one) => one.other.id)]);
  const found = world.people.filter((one) => !known.has(one.id) && one.team === person(as).team);
  const rows = found.map((one) => h("li", {}, h("button", { type: "button", data: { person: one.id }, on: { click: () => talk(one.id) } }, small(one), h("span", { class: "entry-name" }, one.name))));
  return rows.length > 0 && h("details", { class: "others", open: isListOpen, on: { toggle: (event) => { isListOpen = event.currentTarget.open; } } }, h("summary", {}, say("sidebar.others")), h("ul", {}, rows));
}

async function talk(other) {
  const told = await trying(() => post("/practice/slack/talk", { user: place().as, with: other }));
  if (!told) return;
  isListOpen = false;
  await trying(loadWorld);
  go({ in: told.channel, see: "work" });
  document.querySelector(".pane textarea")?.focus();
}

function entry(id, sign, name, isOutside = false) {
  const { as, in: now } = place();
  const waiting = unread.get(keyOf(as, id)) || 0;
  const mark = waiting > 0 && h("span", { class: "unread", "aria-label": say("sidebar.unread", { count: waiting }) }, waiting > 99 ? "99+" : waiting);
  const classes = [waiting && "has-unread", isOutside && "outside"].filter(Boolean).join(" ");
  return h("li", {}, h("button", { type: "button", class: classes, "aria-current": id === now ? "page" : "false", data: { channel: id }, on: { click: () => go({ in: id, thread: "" }) } }, sign, h("span", { class: "entry-name" }, name), mark));
}
