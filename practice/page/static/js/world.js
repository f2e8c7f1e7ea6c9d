// What is known of the practice world: people, channels, phones, bots, what the app offers.

import { get } from "./api.js";
import { emit } from "./bus.js";
import { place } from "./place.js";

export const world = { people: [], channels: [], phones: [], bots: [], app: { commands: [], shortcuts: [] }, pictures: [] };

/** Ask for it again. */
export async function loadWorld() {
  Object.assign(world, await get("/practice/state"));
  if (!world.pictures.length) world.pictures = (await get("/practice/page/pictures")).pictures;
  emit("world", world);
}

/** Somebody by their Slack id; the bot and whoever is unknown too. */
export function person(id) {
  const found = world.people.find((one) => one.id === id);
  return found || { id, name: id === "U0ANSIMBOT" ? "안심" : id, role: id === "U0ANSIMBOT" ? "bot" : "none" };
}

/** A phone by its owner. */
export const phone = (id) => world.phones.find((one) => one.id === id) || world.phones[0];

/** The first phone with which no bot has talked yet, or at least not this one: a newcomer's. */
export function freshPhone(bot) {
  const unknown = world.phones.filter((one) => !one.chats.some((chat) => chat.bot === bot));
  return unknown.find((one) => one.chats.length === 0) || unknown[0] || world.phones[0];
}

/** A bot by its @name. */
export const botOf = (name) => world.bots.find((one) => one.username === name) || { username: name, name };

/** The talk of this person with the bot. */
export const directOf = (user) => `D0${user.replace(/^U0/, "")}`;

/** Somebody's talks with other people: {id, other}. */
export function talksOf(user) {
  const own = world.channels.filter((one) => one.id.startsWith("D0") && !one.has_bot && one.members.includes(user));
  return own.map((one) => ({ id: one.id, other: person(one.members.find((member) => member !== user)) }));
}

/** What a channel or talk is called for whoever is at the desk. */
export function channelName(id) {
  const talk = talksOf(place().as).find((one) => one.id === id);
  if (talk) return talk.other.name;
  const found = world.channels.find((one) => one.id === id);
  return (found && found.name) || (id.startsWith("D0") ? "안심" : id);
}

/** The channels that somebody sees, and whether they may write there. */
export function channelsOf(user) {
  const shown = world.channels.filter((one) => one.id.startsWith("C0"));
  return shown
    .map((one) => ({ ...one, isMember: one.members.includes(user) }))
    .filter((one) => one.isMember || !one.is_private);
}
