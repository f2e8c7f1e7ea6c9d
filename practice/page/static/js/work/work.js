// The staff's workspace: sidebar, the channel, talk or home in view, and forms over it.

import { on } from "../bus.js";
import { fill, h, iconButton } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { drawChannel } from "./channel.js";
import { drawHome } from "./home.js";
import { opened, refresh } from "./messages.js";
import { watchForms } from "./modal.js";
import { drawSidebar } from "./sidebar.js";
import { channelsOf, directOf, talksOf } from "../world.js";

/** Draw the workspace into `box`. */
export function drawWork(box) {
  const sidebar = h("div", { class: "sidebar" });
  const pane = h("div", { class: "pane" });
  fill(box, sidebar, pane);
  drawSidebar(sidebar);
  watchForms(box, [sidebar, pane]);
  let stop = () => {};
  let now = "";
  const follow = () => {
    const { as, in: channel, thread } = place();
    const next = `${as} ${channel} ${thread}`;
    box.dataset.in = channel;
    if (next === now) return;
    now = next;
    stop();
    stop = drawerOf(as, channel)(pane);
  };
  on("place", follow);
  on("missed", () => opened().forEach((channel) => trying(() => refresh(channel))));
  follow();
}

function drawerOf(user, channel) {
  if (channel === "home") return drawHome;
  if (!channel) return nothing("channel.none");
  const isOwn = channel === directOf(user) || [...channelsOf(user), ...talksOf(user)].some((one) => one.id === channel);
  return isOwn ? drawChannel : nothing("channel.outside");
}

function nothing(key) {
  return (pane) => {
    const back = iconButton("back", say("channel.list"), () => go({ in: "" }), { class: "icon-button narrow-only" });
    fill(pane, h("header", { class: "pane-head" }, back), h("p", { class: "empty-home" }, say(key)));
    return () => {};
  };
}
