// The tabs between the worlds: over the right column on a desk, at the bottom on a phone.

import { on } from "./bus.js";
import { h } from "./dom.js";
import { go, place } from "./place.js";
import { say } from "./say.js";

const SIDES = ["guide", "phone", "square"];

/** A row of tabs; the bottom one holds the workspace too. */
export function drawTabs(kind) {
  const names = kind === "bottom-tabs" ? ["work", ...SIDES] : SIDES;
  const buttons = names.map((name) => [name, tab(name)]);
  const mark = () => {
    const { see, side } = place();
    const now = kind === "bottom-tabs" && see === "work" ? "work" : side;
    for (const [name, button] of buttons) button.setAttribute("aria-current", name === now ? "page" : "false");
  };
  on("place", mark);
  mark();
  return h("nav", { class: `tabs ${kind}`, "aria-label": say("worlds") }, buttons.map(([, button]) => button));
}

function tab(name) {
  const click = () => go(name === "work" ? { see: "work" } : { see: "side", side: name });
  return h("button", { type: "button", on: { click } }, say(`world.${name}`));
}
