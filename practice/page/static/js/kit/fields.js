// The fields of a form, one maker for each kind: {node, value()} with the value as the servers take it.

import { h } from "../dom.js";
import { say } from "../say.js";
import { channelsOf, world } from "../world.js";
import { place } from "../place.js";
import { fileField } from "./files.js";

const TYPED = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text", rich_text_input: "text", external_select: "text", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const FIRST = { datepicker: "initial_date", timepicker: "initial_time", datetimepicker: "initial_date_time" };

/** A field; `given` holds id, first (what was filled in before), name, described, isRequired and changed(value). */
export function fieldOf(element, given) {
  const kind = element.type;
  if (kind === "file_input") return fileField(element, given);
  if (kind === "checkboxes" || kind.startsWith("multi_")) return ticks(element, given, "checkbox");
  if (kind === "radio_buttons") return ticks(element, given, "radio");
  if (kind in TYPED) return typed(element, given);
  return menu(element, given);
}

function shared(element, given) {
  return { id: given.id, name: element.action_id, "aria-label": given.id ? undefined : given.name, "aria-describedby": given.described, "aria-required": given.isRequired ? "true" : undefined };
}

function typed(element, given) {
  const attributes = { ...shared(element, given), placeholder: element.placeholder && element.placeholder.text, maxlength: element.max_length, autocomplete: "off", autofocus: element.focus_on_load };
  const isLong = element.multiline || element.type === "rich_text_input";
  const node = isLong ? h("textarea", { ...attributes, rows: "4" }) : h("input", { ...attributes, type: TYPED[element.type] });
  node.value = shownValue(element, given.first);
  node.addEventListener("change", () => given.changed && given.changed(valueOf(element, node)));
  return { node, value: () => valueOf(element, node) };
}

function shownValue(element, first) {
  const value = first ?? element[FIRST[element.type] || "initial_value"] ?? "";
  if (element.type !== "datetimepicker" || !value) return String(value);
  return new Date(Number(value) * 1000 + 9 * 3600000).toISOString().slice(0, 16);
}

function valueOf(element, node) {
  if (node.value === "") return null;
  if (element.type === "datetimepicker") return Math.floor(Date.parse(`${node.value}+09:00`) / 1000);
  return node.value;
}

function menu(element, given) {
  const first = given.first ?? (element.initial_option && element.initial_option.value) ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel ?? "";
  const empty = h("option", { value: "" }, (element.placeholder && element.placeholder.text) || say("form.choose"));
  const node = h("select", shared(element, given), empty, choices(element).map(grouped));
  node.value = first;
  node.addEventListener("change", () => given.changed && given.changed(node.value || null));
  return { node, value: () => node.value || null };
}

function grouped(choice) {
  if (choice.inside) return h("optgroup", { label: choice.label }, choice.inside.map(grouped));
  return h("option", { value: choice.value }, choice.label);
}

/** What can be chosen: options, groups of them, people or channels. */
function choices(element) {
  const kind = element.type.replace("multi_", "");
  if (kind === "users_select") return world.people.map((one) => ({ value: one.id, label: `${one.name} · ${say(`role.${one.role}`)}` }));
  if (kind === "conversations_select" || kind === "channels_select") return channelsOf(place().as).map((one) => ({ value: one.id, label: `#${one.name}` }));
  const option = (one) => ({ value: one.value, label: one.text.text, more: one.description && one.description.text });
  const groups = (element.option_groups || []).map((one) => ({ label: one.label.text, inside: one.options.map(option) }));
  return groups.length ? groups : (element.options || []).map(option);
}

function initials(element) {
  const given = element.initial_options || (element.initial_option ? [element.initial_option] : []);
  return [...given.map((one) => one.value), ...(element.initial_users || element.initial_conversations || element.initial_channels || [])];
}

function ticks(element, given, kind) {
  const first = given.first ?? initials(element);
  const chosen = Array.isArray(first) ? first : [first];
  const name = `${given.id || element.action_id}-${element.action_id}`;
  const flat = choices(element).flatMap((one) => one.inside || [one]);
  const boxes = flat.map((one) => h("input", { type: kind, name, value: one.value, checked: chosen.includes(one.value), "aria-describedby": given.described }));
  const value = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    if (kind === "radio") return ticked[0] ?? null;
    return ticked.length ? ticked : null;
  };
  const rows = boxes.map((box, at) => h("label", { class: "tick" }, box, h("span", {}, flat[at].label, flat[at].more && h("small", {}, flat[at].more))));
  const node = h("div", { class: "ticks", role: given.id ? undefined : "group", "aria-label": given.id ? undefined : given.name, on: { change: () => given.changed && given.changed(value()) } }, rows);
  return { node, value };
}
