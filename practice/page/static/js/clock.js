// The practice clock: what time it is, how fast it runs, and ways to hurry it.

import { post } from "./api.js";
import { on } from "./bus.js";
import { fill, h } from "./dom.js";
import { trying } from "./notes.js";
import { language, say } from "./say.js";
import { world } from "./world.js";

const RATES = [1, 10, 60];
const LEAPS = [["clock.five_minutes", 300], ["clock.one_hour", 3600]];
const ZONE = "Asia/Seoul";
let base = { timestamp: Date.now() / 1000, rate: 1, at: performance.now() };

/** The practice time now, in seconds since 1970. */
export const now = () => base.timestamp + ((performance.now() - base.at) / 1000) * base.rate;

/** A moment as a clock shows it. */
export function timeOf(seconds, isLong = false) {
  const shape = isLong
    ? { month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }
    : { hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(language(), { ...shape, hourCycle: "h23", timeZone: ZONE }).format(seconds * 1000);
}

/** A day as a heading shows it. */
export function dayOf(seconds) {
  const shape = { month: "long", day: "numeric", weekday: "long", timeZone: ZONE };
  return new Intl.DateTimeFormat(language(), shape).format(seconds * 1000);
}

function take(face) {
  base = { timestamp: face.timestamp, rate: face.rate, at: performance.now() };
}

/** The face with its buttons. */
export function drawClock() {
  if (world.clock) take(world.clock);
  const face = h("time", { class: "clock-face" });
  const rates = RATES.map((rate) => [rate, h("button", { type: "button", on: { click: () => change({ rate }) } }, `${rate}×`)]);
  const leaps = LEAPS.map(([key, seconds]) => h("button", { type: "button", on: { click: () => change({ advance_s: seconds }) } }, say(key)));
  const mark = () => {
    fill(face, h("span", { class: "wide-only" }, timeOf(now(), true)), h("span", { class: "narrow-only" }, timeOf(now())));
    for (const [rate, button] of rates) button.setAttribute("aria-pressed", String(rate === base.rate));
  };
  on("clock", (hint) => { take(hint); mark(); });
  const ticking = setInterval(() => (face.isConnected ? mark() : clearInterval(ticking)), 500);
  mark();
  return h("div", { class: "clock", role: "group", "aria-label": say("clock") }, face,
    h("div", { class: "pair" }, rates.map(([, button]) => button)), h("div", { class: "pair" }, leaps));
}

async function change(wish) {
  const told = await trying(() => post("/practice/clock", wish));
  if (told) take(told.clock);
}
