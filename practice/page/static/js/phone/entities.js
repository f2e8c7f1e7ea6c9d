// Telegram's entities as elements; offsets count UTF-16 units, as JavaScript does.

import { h } from "../dom.js";
import { say } from "../say.js";

const NAMES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** A text with its entities as nodes. */
export function entities(text, marks = []) {
  const sorted = [...marks].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return piece(text, 0, text.length, sorted);
}

function piece(text, from, to, marks) {
  const parts = [];
  let at = from;
  for (let next = 0; next < marks.length; next += 1) {
    const mark = marks[next];
    const end = mark.offset + mark.length;
    if (mark.offset < at || end > to) continue;
    const inside = marks.slice(next + 1).filter((one) => one.offset >= mark.offset && one.offset + one.length <= end);
    parts.push(text.slice(at, mark.offset), made(mark, piece(text, mark.offset, end, inside)));
    at = end;
  }
  return [...parts, text.slice(at, to)].filter((one) => one !== "");
}

function made(mark, inside) {
  if (mark.type === "spoiler") return spoiler(inside);
  if (mark.type in NAMES) return h(NAMES[mark.type], {}, inside);
  if (["url", "text_link", "mention", "hashtag", "phone_number", "email", "bot_command"].includes(mark.type)) return h("span", { class: "link" }, inside);
  return h("span", {}, inside);
}

function spoiler(inside) {
  const shown = h("span", { class: "spoiler-text", "aria-hidden": "true" }, inside);
  const button = h("button", { type: "button", class: "spoiler", "aria-label": say("phone.spoiler"), on: { click: open } }, shown);
  function open() {
    button.replaceWith(h("span", { class: "spoiler-open" }, ...inside.map((one) => (one.cloneNode ? one.cloneNode(true) : one))));
  }
  return button;
}
