// Input blocks of a form: label, field, hint, and what is wrong with it.

import { h, fill } from "../dom.js";
import { knows, say } from "../say.js";
import { fieldOf } from "./fields.js";
import { textOf } from "./mrkdwn.js";

const GROUPS = ["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"];
const FIELDS = "input:not([aria-hidden]), select, textarea, button";
let count = 0;

/** One input block; it registers itself at the form so that it is read and its errors find it. */
export function inputBlock(block, act) {
  const id = `field-${++count}`;
  const complaint = h("p", { class: "complaint", id: `${id}-error` });
  const changed = (value) => { if (block.dispatch_action) act.press(block.element, block, value); };
  const hint = block.hint && h("p", { class: "hint", id: `${id}-hint` }, textOf(block.hint));
  const described = [`${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const first = act.form ? act.form.valueOf(block, block.element) : undefined;
  const field = fieldOf(block.element, { id, first, changed, described, isRequired: !block.optional });
  if (act.form) act.form.take(block, field, (text) => blame(field, complaint, text));
  return framed(block, id, [field.node, hint, complaint]);
}

function framed(block, id, inside) {
  const label = [h("span", {}, textOf(block.label)), block.optional && h("span", { class: "optional" }, say("form.optional"))];
  if (GROUPS.includes(block.element.type)) return h("fieldset", { class: "input" }, h("legend", {}, label), inside);
  return h("div", { class: "input" }, h("label", { for: id }, label), inside);
}

function blame(field, complaint, text) {
  fill(complaint, text && knows(`complaint.${text}`) ? say(`complaint.${text}`) : text || "");
  const own = field.node.matches(FIELDS) ? field.node : field.node.querySelector(FIELDS);
  if (own) own.setAttribute("aria-invalid", String(Boolean(text)));
  if (text && own) own.focus();
}
