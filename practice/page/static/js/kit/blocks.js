// Block Kit: blocks as elements. `act` says what a press does and what a form knows.

import { h } from "../dom.js";
import { say } from "../say.js";
import { pressable } from "./elements.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { inputBlock } from "./inputs.js";

const DRAWN = {
  header: (block) => h("h3", { class: "block-header" }, textOf(block.text)),
  divider: () => h("hr", {}),
  section,
  context: (block) => h("p", { class: "block-context" }, block.elements.map(piece)),
  actions: (block, act) => h("div", { class: "block-actions" }, block.elements.map((one) => pressable(one, block, act))),
  image: picture,
  markdown: (block) => h("div", { class: "block-text" }, block.text),
  rich_text: (block) => h("div", { class: "block-text" }, rich(block.elements)),
  input: inputBlock,
};

/** Blocks as nodes; `act` is {press(element, block, value), form}. */
export function drawBlocks(blocks, act) {
  return (blocks || []).map((block) => (DRAWN[block.type] ? DRAWN[block.type](block, act) : h("p", {}, say("block.unknown"))));
}

function section(block, act) {
  const text = h("div", { class: "block-text" }, textOf(block.text));
  const fields = (block.fields || []).map((field) => h("div", {}, textOf(field)));
  const side = block.accessory && (block.accessory.type === "image" ? picture(block.accessory) : pressable(block.accessory, block, act));
  return h("div", { class: "block-section" },
    h("div", { class: "block-main" }, block.text && text, fields.length > 0 && h("div", { class: "block-fields" }, fields)), side);
}

function piece(element) {
  return element.type === "image" ? picture(element) : h("span", {}, textOf(element));
}

function picture(block) {
  const file = block.slack_file && `/practice/slack/file/${block.slack_file.id}?shown=1`;
  const address = file || localAddress(block.image_url);
  if (!address) return h("p", { class: "block-context" }, block.alt_text);
  const shown = h("img", { src: address, alt: block.alt_text, loading: "lazy" });
  return block.title ? h("figure", {}, shown, h("figcaption", {}, textOf(block.title))) : shown;
}

/** The path of an address on this very server; nothing else is ever loaded. */
export function localAddress(address) {
  try {
    const url = new URL(address, location.href);
    return ["127.0.0.1", "localhost"].includes(url.hostname) ? url.pathname + url.search : "";
  } catch {
    return "";
  }
}

function rich(elements) {
  return (elements || []).map((one) => (one.elements ? h("div", {}, rich(one.elements)) : mrkdwn(one.text || one.url || "")));
}
