// App Home: what the bot published for whoever is at the desk.

import { get, post } from "../api.js";
import { on } from "../bus.js";
import { fill, h, iconButton } from "../dom.js";
import { drawBlocks } from "../kit/blocks.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";

/** Draw the home into `box`; answers how to stop. */
export function drawHome(box) {
  const user = place().as;
  const inside = h("div", { class: "home" }, h("p", { class: "empty-home" }, say("home.opening")));
  const back = iconButton("back", say("channel.list"), () => go({ in: "" }), { class: "icon-button narrow-only" });
  fill(box, h("header", { class: "pane-head" }, back, h("h2", {}, say("home"))), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("home") }, inside));
  let shown = "";
  const update = async () => {
    const told = await trying(() => get("/practice/slack/views", { user }));
    if (!told || !inside.isConnected || (told.home && told.home.hash === shown)) return;
    shown = told.home ? told.home.hash : "";
    const press = (element, block, value) => trying(() => post("/practice/slack/press", { user, view_id: told.home.view_id, action_id: element.action_id, block_id: block.block_id, value }));
    fill(inside, told.home ? drawBlocks(told.home.blocks, { press }) : h("p", { class: "empty-home" }, say("home.empty")));
  };
  update();
  trying(() => post("/practice/slack/home", { user }));
  const stops = [on("view", (hint) => (!hint.user || hint.user === user) && update()), on("missed", update)];
  return () => stops.forEach((stop) => stop());
}
