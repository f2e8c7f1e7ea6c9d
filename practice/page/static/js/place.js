// Who sits at this window and what they look at; kept in the address, so that two windows are two people.

import { emit } from "./bus.js";

// On a narrow screen only one thing is in view: at first the guide, which says what to do.
const isNarrow = matchMedia("(max-width: 900px)").matches;
const FIRST = { as: "U0OFFICER1", in: "home", thread: "", phone: "victim1", bot: "", visitor: "tide", tag: "", see: isNarrow ? "side" : "work", side: "guide" };

/** The place as the address says. */
export function place() {
  const given = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(FIRST).map(([name, first]) => [name, given.get(name) ?? first]));
}

/** Go somewhere: whatever isn't named stays as it is. */
export function go(change) {
  const next = { ...place(), ...change };
  if (change.in !== undefined && change.thread === undefined) next.thread = "";
  if (change.as && change.in === undefined) Object.assign(next, { in: "home", thread: "" });
  const kept = Object.entries(next).filter(([name, value]) => value !== FIRST[name]);
  const address = `#${new URLSearchParams(kept)}`;
  if (address === (location.hash || "#")) return;
  history.replaceState(null, "", address);
  emit("place", next);
}

/** The address of this page with another place. */
export function addressOf(change) {
  const kept = Object.entries({ ...place(), ...change }).filter(([name, value]) => value !== FIRST[name]);
  return `${location.pathname}#${new URLSearchParams(kept)}`;
}
