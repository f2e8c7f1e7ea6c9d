// Who wants to hear what: live changes, and where the person at this window goes.

const heard = new Map();

/** Call `listener` on every event of this name; answers how to stop. */
export function on(name, listener) {
  if (!heard.has(name)) heard.set(name, new Set());
  heard.get(name).add(listener);
  return () => heard.get(name).delete(listener);
}

/** Tell everybody. */
export function emit(name, what) {
  for (const listener of [...(heard.get(name) || [])]) listener(what);
}

/** Forget everybody: the page is drawn anew. */
export function forget() {
  heard.clear();
}
