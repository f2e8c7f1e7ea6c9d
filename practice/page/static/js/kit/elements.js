// What can be pressed in a message, at home or in a form: buttons, and menus that act at once.

import { h } from "../dom.js";
import { fieldOf } from "./fields.js";
import { confirmed } from "./confirm.js";
import { textOf } from "./mrkdwn.js";

/** A button or menu that tells the bot as soon as it is used. */
export function pressable(element, block, act) {
  if (element.type === "button") return button(element, block, act);
  if (element.type === "overflow") return overflow(element, block, act);
  const first = act.form ? act.form.valueOf(block, element) : undefined;
  const field = fieldOf(element, { first, name: labelOf(element), changed: (value) => pressed(element, block, act, value) });
  return field.node;
}

function labelOf(element) {
  return (element.placeholder && element.placeholder.text) || element.action_id;
}

function button(element, block, act) {
  const style = element.style ? ` ${element.style}` : "";
  const click = async (event) => {
    const own = event.currentTarget;
    own.disabled = true;
    try {
      await pressed(element, block, act, element.value);
    } finally {
      own.disabled = false;
    }
  };
  const label = element.accessibility_label;
  return h("button", { type: "button", class: `kit-button${style}`, "aria-label": label, data: { action: element.action_id }, on: { click } }, textOf(element.text));
}

async function pressed(element, block, act, value) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  await act.press(element, block, value);
}

function overflow(element, block, act) {
  const options = element.options.map((one) => h("option", { value: one.value }, one.text.text));
  const menu = h("select", { class: "overflow", "aria-label": "…", on: { change: () => pressed(element, block, act, menu.value) } }, h("option", { value: "" }, "…"), options);
  return menu;
}
