// How far a story has come; kept in the browser, so that both windows and a reload know it.

import { now } from "../clock.js";
import { act } from "./acts.js";
import { observe } from "./observer.js";
import { match } from "./rules.js";

const KEY = "ansim.story";

/** The story under way: {id, start, done: {step: at}, facts, did, end}, or null. */
export function underWay() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

const keep = (state) => localStorage.setItem(KEY, JSON.stringify(state));

/** Begin a story from its first step. */
export function begin(story) {
  keep({ id: story.id, start: now() - 0.5, done: {}, facts: {}, did: [] });
}

/** Leave it. */
export const leave = () => localStorage.removeItem(KEY);

/** The first step that was not seen yet. */
export const current = (story, state) => story.steps.find((step) => !(step.id in state.done));

/** Follow a story; `changed` is called after each step that was seen. Answers how to stop. */
export function follow(story, changed) {
  let seen = null;
  const advance = async () => {
    let moved = false;
    for (let state = underWay(); state && state.id === story.id; moved = true, state = underWay()) {
      const step = current(story, state);
      if (!step) break;
      await doOnce(step, state);
      const hit = seen && match(step.see, seen, state.facts, afterOf(step, state));
      if (!hit) break;
      keep(stepped(story, step, underWay(), hit));
    }
    if (moved) changed();
  };
  const stop = observe(underWay().start, (all) => { seen = all; advance(); });
  advance();
  return stop;
}

const afterOf = (step, state) => (step.after ? state.done[step.after] : state.start);

function stepped(story, step, state, hit) {
  const next = { ...state, done: { ...state.done, [step.id]: hit.at }, facts: { ...state.facts, ...hit.facts } };
  return current(story, next) ? next : { ...next, end: hit.at };
}

/** What the story itself does when a step begins, by one window only. */
async function doOnce(step, given) {
  if (!step.does || given.did.includes(step.id)) return;
  const isMine = await navigator.locks.request(KEY, () => {
    const state = underWay();
    if (!state || state.did.includes(step.id)) return false;
    keep({ ...state, did: [...state.did, step.id] });
    return true;
  });
  if (isMine) for (const deed of step.does) await act(deed, underWay().facts);
}
