// One step: done, now or later; the present one says how and takes you there.

import { post } from "../api.js";
import { emit } from "../bus.js";
import { now, timeOf } from "../clock.js";
import { h } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { own, say } from "../say.js";
import { person, phone } from "../world.js";

/** The step as a row of the list. */
export function drawStep(step, state, isNow) {
  const at = state.done[step.id];
  const kind = at !== undefined ? "done" : isNow ? "now" : "later";
  const mark = h("span", { class: "step-mark", "aria-label": say(`guide.${kind}`), role: "img" }, kind === "done" ? "✓" : "");
  return h("li", { class: `step ${kind}`, data: { step: step.id, state: kind }, "aria-current": isNow ? "step" : undefined }, mark,
    h("div", {}, h("p", { class: "step-title" }, own(step.title), at !== undefined && h("time", {}, timeOf(at))), isNow && present(step, state)));
}

function present(step, state) {
  return h("div", { class: "step-how" }, h("p", {}, filled(own(step.how), state.facts)),
    h("div", { class: "step-ways" }, step.go && way(step, state), step.type && typed(step, state), step.hurry && hurry(step)));
}

const SOON_S = 240;
/** A step's text with what is known put in. */
export const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => ({ soon: timeOf(now() + SOON_S), ...facts })[name] ?? "…");

function way(step, state) {
  const target = JSON.parse(filled(JSON.stringify(step.go), state.facts));
  const who = target.as ? person(target.as).name : target.phone ? phone(target.phone).name : "";
  const click = () => { go({ see: target.side ? "side" : "work", ...target }); emit("place", place()); };
  return h("button", { type: "button", class: "kit-button primary", on: { click } }, who ? say("guide.sit", { name: who }) : say("guide.go"));
}

function typed(step, state) {
  const line = filled(step.type, state.facts);
  const click = () => {
    go({ see: "work", ...(step.go && step.go.as ? { as: step.go.as, in: step.go.in || "C0GENERAL" } : {}) });
    const box = document.querySelector(".work .composer textarea");
    if (!box) return;
    box.value = line;
    box.dispatchEvent(new Event("input"));
    box.focus();
  };
  return h("button", { type: "button", class: "quiet command", title: say("guide.type"), on: { click } }, h("code", {}, line));
}

function hurry(step) {
  const minutes = Math.round(step.hurry / 60);
  const click = () => trying(() => post("/practice/clock", { advance_s: step.hurry }));
  return h("button", { type: "button", class: "quiet", on: { click } }, say("guide.hurry", { minutes }));
}
