// The staff's workspace: sidebar, the channel, talk or home in view, and forms over it.

import { on } from "../bus.js";
import { fill, h } from "../dom.js";
import { trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";
import { drawChannel } from "./channel.js";
import { drawHome } from "./home.js";
import { opened, refresh } from "./messages.js";
import { watchForms } from "./modal.js";
import { drawSidebar } from "./sidebar.js";

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
    stop = channel === "home" ? drawHome(pane) : channel ? drawChannel(pane) : nothing(pane);
  };
  on("place", follow);
  on("missed", () => opened().forEach((channel) => trying(() => refresh(channel))));
  follow();
}

function nothing(pane) {
  fill(pane, h("p", { class: "empty-home" }, say("channel.none")));
  return () => {};
}
