// The bar on top: that this is practice, who is at the desk, the clock, language and theme.

import { emit, on } from "./bus.js";
import { drawClock } from "./clock.js";
import { fill, h } from "./dom.js";
import { addressOf, go, place } from "./place.js";
import { language, say, useLanguage } from "./say.js";
import { person, world } from "./world.js";

/** The whole bar; `redraw` draws the page anew in another language. */
export function drawTop(redraw) {
  return h("header", { class: "top" },
    h("a", { class: "skip", href: "#work", on: { click: skip } }, say("top.skip")),
    h("h1", { class: "brand" }, h("span", { class: "brand-name" }, say("top.name")), h("span", { class: "practice-mark", title: say("top.practice_long") }, say("top.practice"))),
    desk(), drawClock(), line(), h("div", { class: "top-end" }, secondWindow(), languages(redraw), theme()));
}

function skip(event) {
  event.preventDefault();
  (document.querySelector(".pane textarea") || document.querySelector(".sidebar button"))?.focus();
}

function desk() {
  const menu = h("select", { id: "desk", class: "desk", "aria-label": say("top.desk"), on: { change: () => sit(menu.value) } }, groups());
  const mark = () => { menu.value = place().as; };
  on("place", mark);
  mark();
  return h("label", { class: "desk-label" }, h("span", {}, say("top.desk")), menu);
}

function groups() {
  const staff = world.people.filter((one) => !["stranger", "guest", "none"].includes(one.role));
  const others = world.people.filter((one) => !staff.includes(one));
  const phones = (roles) => world.phones.filter((one) => roles.includes(one.role));
  return [
    group("top.staff", staff.map((one) => [one.id, one])),
    group("top.victims", phones(["victim", "guardian"]).map((one) => [`phone:${one.id}`, one])),
    group("top.strangers", phones(["stranger"]).map((one) => [`phone:${one.id}`, one])),
    h("optgroup", { label: say("top.square") }, h("option", { value: "visitor:tide" }, say("square.poster")), h("option", { value: "visitor:" }, say("square.passer"))),
    group("top.others", others.map((one) => [one.id, one])),
  ];
}

function group(key, entries) {
  const options = entries.map(([value, one]) => h("option", { value }, `${one.name} · ${say(`role.${one.role}`)}`));
  return h("optgroup", { label: say(key) }, options);
}

/** Sit down as somebody: staff at the workspace, others at their phone or on the square. */
export function sit(who) {
  const [kind, id] = who.includes(":") ? who.split(":") : ["", who];
  if (kind === "phone") go({ phone: id, bot: "", see: "side", side: "phone" });
  else if (kind === "visitor") go({ visitor: id, see: "side", side: "square" });
  else go({ as: id, see: "work" });
  emit("place", place());
}

function secondWindow() {
  const other = () => (place().as === "U0ONCALL1" ? "U0OFFICER1" : "U0ONCALL1");
  const open = () => window.open(addressOf({ as: other(), in: "C0ALERTS", thread: "" }), "_blank", "noopener");
  return h("button", { type: "button", class: "quiet wide-only", title: say("top.window_long"), on: { click: open } }, say("top.window"));
}

function languages(redraw) {
  const change = (name) => () => { useLanguage(name); redraw(); };
  const button = (name, text, short) => h("button", { type: "button", lang: name, "aria-label": text, "aria-pressed": String(language() === name), on: { click: change(name) } }, h("span", { class: "wide-only" }, text), h("span", { class: "narrow-only" }, short));
  return h("div", { class: "pair", role: "group", "aria-label": say("top.language") }, button("ko", "한국어", "한"), button("en", "English", "EN"));
}

function theme() {
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = h("button", { type: "button", class: "quiet", on: { click: turn } });
  const mark = () => {
    const text = say(isDark() ? "top.light" : "top.dark");
    button.setAttribute("aria-label", text);
    fill(button, h("span", { class: "wide-only" }, text), h("span", { class: "narrow-only", "aria-hidden": "true" }, "◐"));
  };
  function turn() {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("ansim.theme", root.dataset.theme);
    mark();
  }
  mark();
  return button;
}

function line() {
  const state = h("p", { class: "line", role: "status" });
  let isOpen = true;
  let isConnected = world.is_connected !== false;
  const mark = () => {
    const key = !isOpen ? "line.lost" : isConnected ? "line.good" : "line.no_bot";
    state.dataset.state = key;
    state.title = say(key);
    fill(state, h("span", {}, say(key)));
  };
  on("line", (open) => { isOpen = open; mark(); });
  on("clock", (hint) => { if (hint.connected !== undefined) { isConnected = hint.connected; mark(); } });
  mark();
  return state;
}

/** The name of whoever is at the desk. */
export const atDesk = () => person(place().as);
