// One post of the square.

import { timeOf } from "../clock.js";
import { h, iconButton } from "../dom.js";
import { localAddress } from "../kit/blocks.js";
import { trying } from "../notes.js";
import { go } from "../place.js";
import { say } from "../say.js";
import { withdraw } from "./visitor.js";

const TAG = /(#[\p{L}\p{N}_]+)/u;

/** A post as a row; its poster may delete it. */
export function drawPost(post, visitor) {
  const isOwn = visitor && post.account.username === visitor;
  const remove = () => trying(() => withdraw(visitor, post.id));
  return h("li", { class: "post", data: { post: post.id } },
    h("p", { class: "post-head" }, h("b", {}, post.account.display_name), h("span", {}, `@${post.account.acct}`), h("time", {}, timeOf(Date.parse(post.created_at) / 1000)), isOwn && iconButton("bin", say("square.delete"), remove)),
    h("p", { class: "post-text" }, tagged(plain(post.content))), h("div", { class: "post-media" }, post.media_attachments.map((one) => medium(one, post.sensitive))));
}

/** The words of a post: its markup is parsed where nothing can run, and only its text is kept. */
function plain(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const one of parsed.querySelectorAll("br")) one.replaceWith("\n");
  return [...parsed.querySelectorAll("p")].map((one) => one.textContent).join("\n\n");
}

function tagged(text) {
  return text.split(TAG).map((part) => (TAG.test(part) ? h("button", { type: "button", class: "tag", on: { click: () => go({ tag: part.slice(1) }) } }, part) : part));
}

function medium(one, isSensitive) {
  const address = localAddress(one.preview_url || one.url);
  if (one.type !== "image") return h("p", { class: "file" }, say("square.video"));
  const picture = h("img", { src: address, alt: one.description || say("square.picture_alt"), loading: "lazy" });
  if (!isSensitive) return picture;
  picture.classList.add("covered");
  const cover = h("button", { type: "button", class: "cover", on: { click: () => { picture.classList.remove("covered"); cover.remove(); } } }, say("square.uncover"));
  return h("div", { class: "covering" }, picture, cover);
}
