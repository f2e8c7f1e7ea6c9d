// The town square: what everybody posts, as a poster or as a stranger who passes by.

import { on } from "../bus.js";
import { fill, h } from "../dom.js";
import { trying } from "../notes.js";
import { go, place } from "../place.js";
import { say } from "../say.js";
import { drawPosting } from "./posting.js";
import { drawPost } from "./post.js";
import { timeline } from "./visitor.js";

const POSTERS = ["tide", "driftwood", "lantern"];

/** Draw the square into `box`. */
export function drawSquare(box) {
  const who = h("select", { id: "visitor", on: { change: () => go({ visitor: who.value }) } },
    POSTERS.map((name) => h("option", { value: name }, `@${name}`)), h("option", { value: "" }, say("square.passer")));
  const tag = h("input", { type: "search", id: "square-tag", placeholder: "#", autocomplete: "off" });
  const posting = h("div", {});
  const list = h("ol", { class: "posts" });
  const search = (event) => { event.preventDefault(); go({ tag: tag.value.replace(/^#/, "").trim() }); };
  fill(box, h("div", { class: "square-head" }, h("label", { for: "visitor" }, say("square.as")), who,
    h("form", { role: "search", on: { submit: search } }, h("label", { for: "square-tag" }, say("square.tag")), tag, h("button", { type: "submit", class: "kit-button" }, say("square.find")))),
    posting, h("div", { class: "square-scroll", tabindex: "0", role: "region", "aria-label": say("square.posts") }, list));
  let shown = "";
  const update = async () => {
    const { visitor, tag: wanted } = place();
    who.value = visitor;
    tag.value = wanted;
    if (shown !== visitor + (visitor ? "" : "-")) drawPosting(posting, visitor);
    shown = visitor + (visitor ? "" : "-");
    const posts = await trying(() => timeline(wanted));
    if (posts) fill(list, posts.length ? posts.map((post) => drawPost(post, visitor)) : h("li", { class: "empty-home" }, say("square.empty")));
  };
  on("square", update);
  on("place", update);
  on("missed", update);
  update();
}
