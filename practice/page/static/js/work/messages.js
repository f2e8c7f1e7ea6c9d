// The messages that this window knows, by channel; asks for what is new, older or was missed.

import { get } from "../api.js";

const PAGE = 200;
const known = new Map();

function shelfOf(channel) {
  if (!known.has(channel)) known.set(channel, { all: new Map(), newest: 0, newestText: "", hasOlder: true, isLoaded: false });
  return known.get(channel);
}

function take(shelf, messages) {
  for (const one of messages) {
    shelf.all.set(one.ts, one);
    if (Number(one.changed) <= shelf.newest) continue;
    shelf.newest = Number(one.changed);
    shelf.newestText = one.changed;
  }
}

/** What is new in a channel since this window last asked; the newest page at first. */
export async function refresh(channel) {
  const shelf = shelfOf(channel);
  const query = shelf.isLoaded ? { channel, since: shelf.newestText } : { channel, limit: PAGE };
  const { messages } = await get("/practice/slack/messages", query);
  if (!shelf.isLoaded) shelf.hasOlder = messages.length === PAGE;
  shelf.isLoaded = true;
  take(shelf, messages);
}

/** A page of what stands before the oldest known; whether there was any. */
export async function older(channel) {
  const shelf = shelfOf(channel);
  if (!shelf.hasOlder || !shelf.isLoaded) return false;
  const oldest = sorted(shelf)[0];
  const { messages } = await get("/practice/slack/messages", { channel, limit: PAGE, before: oldest ? oldest.ts : undefined });
  shelf.hasOlder = messages.length === PAGE;
  take(shelf, messages);
  return messages.length > 0;
}

const sorted = (shelf) => [...shelf.all.values()].sort((one, other) => Number(one.ts) - Number(other.ts));

/** What somebody sees in a channel, oldest first; answers in threads are left out. */
export function seen(channel, user) {
  return sorted(shelfOf(channel)).filter((one) => isSeen(one, user) && isInMain(one));
}

/** A thread with its first message. */
export function threadOf(channel, ts, user) {
  return sorted(shelfOf(channel)).filter((one) => isSeen(one, user) && (one.ts === ts || one.thread_ts === ts));
}

/** How many answers each message has: a map from ts to count. */
export function replies(channel, user) {
  const counts = new Map();
  for (const one of shelfOf(channel).all.values()) {
    if (one.thread_ts && one.thread_ts !== one.ts && isSeen(one, user)) counts.set(one.thread_ts, (counts.get(one.thread_ts) || 0) + 1);
  }
  return counts;
}

/** The channels that were opened in this window. */
export const opened = () => [...known].filter(([, shelf]) => shelf.isLoaded).map(([channel]) => channel);

function isSeen(message, user) {
  return !message.deleted && (!message.ephemeral_for || message.ephemeral_for === user);
}

const isInMain = (one) => !one.thread_ts || one.thread_ts === one.ts || one.subtype === "thread_broadcast";
