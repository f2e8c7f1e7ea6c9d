// A channel, a talk or a thread: its messages and the line to write in.

import { on } from "../bus.js";
import { fill, h, icon, iconButton } from "../dom.js";
import { dropping } from "../kit/files.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { channelName, channelsOf, talksOf, world } from "../world.js";
import { drawComposer, upload } from "./composer.js";
import { drawMessage } from "./message.js";
import { older, refresh, replies, seen, threadOf } from "./messages.js";
import { Timeline } from "./timeline.js";

const TOGETHER_S = 300;

/** Draw the channel of the place into `box`; answers how to stop. */
export function drawChannel(box) {
  const { as, in: channel, thread } = place();
  const list = h("ol", { class: "messages" });
  const pane = h("div", { class: "scroll", tabindex: "0", role: "log", "aria-label": channelName(channel) }, list);
  const items = () => itemsOf(thread ? threadOf(channel, thread, as) : seen(channel, as), replies(channel, as));
  const timeline = new Timeline(pane, list, drawMessage, async () => {
    if (!thread && (await trying(() => older(channel)))) timeline.show(items());
  });
  const update = async () => {
    await trying(() => refresh(channel));
    if (!pane.isConnected) return;
    timeline.show(items());
    pane.classList.toggle("empty", items().length === 0);
  };
  const drop = dropping((files) => upload(files, channel, thread));
  fill(box, heading(channel, thread), h("div", { class: "drop-zone", on: drop }, pane), drawComposer(channel, thread, () => timeline.toEnd()));
  timeline.show(items());
  update();
  const stops = [on("message", (hint) => hint.channel === channel && update()), on("missed", update)];
  return () => stops.forEach((stop) => stop());
}

function itemsOf(messages, counts) {
  return messages.map((message, at) => {
    const before = messages[at - 1];
    const day = !before || dayNumber(before) !== dayNumber(message);
    const isFirst = day || before.user !== message.user || Number(message.ts) - Number(before.ts) > TOGETHER_S || Boolean(before.ephemeral_for) !== Boolean(message.ephemeral_for);
    const count = counts.get(message.ts) || 0;
    return { key: message.ts, version: `${message.changed}-${count}-${isFirst}-${day}`, message, isFirst, day, replies: count };
  });
}

const dayNumber = (message) => Math.floor((Number(message.ts) + 9 * 3600) / 86400);

function heading(channel, thread) {
  const found = channelsOf(place().as).find((one) => one.id === channel);
  const isTalk = channel.startsWith("D0");
  const isPrivate = talksOf(place().as).some((one) => one.id === channel);
  const count = found ? found.members.length + (found.has_bot ? 1 : 0) : 2;
  const back = iconButton("back", say("channel.list"), () => go({ in: "", thread: "" }), { class: "icon-button narrow-only" });
  const up = thread && h("button", { type: "button", class: "quiet", on: { click: () => go({ thread: "" }) } }, icon("back"), say("thread.back"));
  return h("header", { class: "pane-head" }, back, up, h("h2", {}, thread ? say("thread") : [found && found.is_private ? icon("lock") : !isTalk && "#", isPrivate || !isTalk ? channelName(channel) : world.app_name || "안심"]),
    h("p", {}, isTalk ? say(isPrivate ? "channel.people" : "channel.talk") : say(found && found.has_bot ? "channel.members" : "channel.no_bot", { count })));
}
