// First steps and training stories: what to do next, and what was already seen to happen.

import { get } from "../api.js";
import { on } from "../bus.js";
import { fill, h } from "../dom.js";
import { sure } from "../kit/confirm.js";
import { trying } from "../notes.js";
import { own, say } from "../say.js";
import { drawOffer } from "./offer.js";
import { begin, current, follow, leave, underWay } from "./progress.js";
import { drawReview } from "./review.js";
import { drawStep } from "./step.js";
import { moved } from "./strip.js";

/** Draw the guide into `box`. */
export async function drawGuide(box) {
  const told = await trying(() => get("/practice/page/stories"));
  if (!told) return;
  const inside = h("div", { class: "guide-scroll", tabindex: "0", role: "region", "aria-label": say("world.guide") });
  fill(box, inside);
  let stop = null;
  const draw = () => {
    const state = underWay();
    const story = state && told.stories.find((one) => one.id === state.id);
    if (!story && stop) { stop(); stop = null; }
    if (story && !stop && !state.end) stop = follow(story, draw);
    fill(inside, story ? drawStory(story, state, restart(draw, () => { if (stop) stop(); stop = null; })) : drawList(told.stories, draw));
    moved(told.stories);
    inside.querySelector(".step.now")?.scrollIntoView({ block: "nearest" });
  };
  on("story", draw);
  window.onstorage = (event) => { if (event.key === "ansim.story") draw(); };
  draw();
}

function restart(draw, stop) {
  return { leave: () => { stop(); leave(); draw(); }, again: (story) => { stop(); begin(story); draw(); } };
}

function drawList(stories, draw) {
  const start = (story) => { begin(story); draw(); };
  return [h("h2", {}, say("guide.title")), h("p", { class: "guide-lead" }, say("guide.lead")), drawOffer(draw),
    h("ol", { class: "story-list" }, stories.map((story) => h("li", { class: "story" },
      h("p", { class: "story-level" }, story.level ? say("guide.level", { level: story.level }) : say("guide.first")),
      h("h3", {}, own(story.title)), h("p", {}, own(story.about)),
      h("button", { type: "button", class: `kit-button${story.level ? "" : " primary"}`, data: { story: story.id }, on: { click: () => start(story) } }, say("guide.begin")))))];
}

function drawStory(story, state, ways) {
  const now = current(story, state);
  const count = Object.keys(state.done).length;
  const quit = async () => {
    if (state.end || (await sure(say("guide.quit"), say("guide.quit_long"), say("guide.quit"), say("guide.stay")))) ways.leave();
  };
  return [h("div", { class: "story-head" }, h("h2", {}, own(story.title)), h("button", { type: "button", class: "quiet", on: { click: quit } }, say(state.end ? "guide.back" : "guide.quit"))),
    h("p", { class: "guide-lead" }, own(story.about)),
    h("progress", { max: story.steps.length, value: count, "aria-label": say("guide.progress", { count, all: story.steps.length }) }),
    h("p", { class: "guide-count", role: "status" }, say("guide.progress", { count, all: story.steps.length })),
    state.end ? drawReview(story, state, () => ways.again(story)) : null,
    h("ol", { class: "steps" }, story.steps.map((step) => drawStep(step, state, step === now)))];
}
