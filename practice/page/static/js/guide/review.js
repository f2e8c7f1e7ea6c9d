// The end of a story: what went well and what waited too long.

import { h } from "../dom.js";
import { own, say } from "../say.js";

/** The review; `again` begins anew. */
export function drawReview(story, state, again) {
  const timed = story.steps.map((step) => ({ step, took: took(story, step, state) }));
  const late = timed.filter(({ step, took: seconds }) => step.within_s && seconds > step.within_s);
  const well = timed.filter(({ step, took: seconds }) => step.within_s && seconds <= step.within_s);
  return h("section", { class: "review", "aria-label": say("guide.review") }, h("h3", {}, say("guide.review")),
    list("guide.well", well, (step) => own(step.well), "guide.well_none"), list("guide.late", late, (step) => own(step.slow), "guide.late_none"),
    h("p", {}, own(story.lesson)), h("button", { type: "button", class: "kit-button", on: { click: again } }, say("guide.again")));
}

/** Practice seconds from what the step waits for (the step before it, or the one it names). */
export function took(story, step, state) {
  const at = story.steps.indexOf(step);
  const from = step.from ? state.done[step.from] : at ? state.done[story.steps[at - 1].id] : state.start;
  return Math.max(0, state.done[step.id] - from);
}

function list(key, entries, words, none) {
  const rows = entries.map(({ step, took: seconds }) => h("li", {}, h("b", {}, own(step.title)), ` ${lasted(seconds)}`, h("span", {}, words(step))));
  return [h("h4", {}, say(key)), rows.length ? h("ul", {}, rows) : h("p", {}, say(none))];
}

function lasted(seconds) {
  if (seconds < 90) return say("guide.seconds", { count: Math.round(seconds) });
  return say("guide.minutes", { count: Math.round(seconds / 60) });
}
