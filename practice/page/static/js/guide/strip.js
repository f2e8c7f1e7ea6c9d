// The present step in one line, for whoever has left the guide to do it.

import { on } from "../bus.js";
import { fill, h } from "../dom.js";
import { go } from "../place.js";
import { own, say } from "../say.js";
import { current, underWay } from "./progress.js";
import { filled } from "./step.js";

let stories = [];
const strips = new Set();

/** A strip that stays up to date; empty while no story is under way. */
export function drawStrip(kind) {
  const strip = h("div", { class: `strip ${kind}` });
  strips.add(strip);
  on("place", () => show(strip));
  show(strip);
  return strip;
}

/** The stories are known, or one of them has moved on. */
export function moved(known) {
  stories = known;
  for (const strip of [...strips]) {
    if (strip.isConnected) show(strip);
    else strips.delete(strip);
  }
}

function show(strip) {
  const state = underWay();
  const story = state && stories.find((one) => one.id === state.id);
  strip.hidden = !story;
  if (!story) return;
  const step = current(story, state);
  const done = Object.keys(state.done).length;
  const count = `${Math.min(done + 1, story.steps.length)}/${story.steps.length}`;
  const open = () => go({ see: "side", side: "guide" });
  const texts = h("span", { class: "strip-texts" }, h("span", {}, step ? own(step.title) : say("guide.ended")), step && h("small", {}, filled(own(step.how), state.facts)));
  fill(strip, h("button", { type: "button", title: say("guide.open"), on: { click: open } }, h("b", {}, say("guide.strip"), " ", count), texts));
}
