// Sees what anybody could see: every message, every phone, the square, since a story began.

import { get } from "../api.js";
import { on } from "../bus.js";
import { timeline } from "../square/visitor.js";
import { world } from "../world.js";

const PATIENCE_MS = 150;

/** Calls `seen({slack, phones, posts})` with everything since `start`, at first and after each change. */
export function observe(start, seen) {
  const known = { slack: new Map(), newest: String(start), phones: new Map(), posts: [] };
  let waiting = 0;
  const later = (due) => { due.forEach((one) => pending.add(one)); clearTimeout(waiting); waiting = setTimeout(look, PATIENCE_MS); };
  const pending = new Set();
  async function look() {
    const due = [...pending];
    pending.clear();
    try {
      await Promise.all(due.map((one) => ask(known, one, start)));
    } catch {
      return; // The line is down: when it is back, everything is asked for again.
    }
    seen({ slack: [...known.slack.values()], phones: [...known.phones.values()].flat(), posts: known.posts });
  }
  const everything = () => later(["slack", "square", ...world.phones.map((one) => one.id)]);
  const stops = [on("message", () => later(["slack"])), on("square", () => later(["square"])), on("phone", (hint) => later([hint.person])), on("missed", everything)];
  everything();
  return () => { clearTimeout(waiting); stops.forEach((stop) => stop()); };
}

async function ask(known, what, start) {
  if (what === "slack") return takeSlack(known);
  if (what === "square") {
    known.posts = (await timeline("")).map((post) => ({ ...post, at: Date.parse(post.created_at) / 1000 })).filter((post) => post.at >= start - 1);
    return undefined;
  }
  const { messages } = await get("/practice/telegram/messages", { person: what, since: start });
  known.phones.set(what, messages.filter((one) => one.at >= start - 1).map((one) => ({ ...one, person: what })));
  return undefined;
}

async function takeSlack(known) {
  const { messages } = await get("/practice/slack/messages", { since: known.newest });
  for (const one of messages) {
    known.slack.set(`${one.channel} ${one.ts}`, one);
    if (Number(one.changed) > Number(known.newest)) known.newest = one.changed;
  }
}
