// Choosing files for a form: from this machine, dropped, or one of the practice pictures.

import { checkSize, send } from "../api.js";
import { fill, h } from "../dom.js";
import { trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";
import { practicePicker } from "./pictures.js";

/** The attributes of a file input that a button opens. */
export const HIDDEN = { type: "file", class: "hidden-file", tabindex: "-1", "aria-hidden": "true" };

/** A file field: what is chosen goes up at once, its value is the list of file ids. */
export function fileField(element, given) {
  const kept = [];
  const list = h("ul", { class: "chosen-files" });
  const accept = (element.filetypes || []).map((one) => `.${one}`).join(",");
  const input = h("input", { ...HIDDEN, name: element.action_id, accept, multiple: (element.max_files || 10) > 1 });
  const take = (files) => trying(() => keep(files, element, kept, list));
  input.addEventListener("change", async () => { await take([...input.files]); input.value = ""; });
  const node = h("div", { class: "drop", on: dropping(take) }, input, fileButton(input, { id: given.id, "aria-describedby": given.described }), h("p", { class: "hint" }, say("form.drop")), practicePicker((file) => take([file]), accept), list);
  return { node, value: () => (kept.length ? kept.map((one) => one.id) : null) };
}

/** What opens a hidden file input; the browser's own button speaks the browser's language. */
export function fileButton(input, given = {}) {
  return h("button", { type: "button", class: "kit-button file-button", ...given, on: { click: () => input.click() } }, say("form.file"));
}

async function keep(files, element, kept, list) {
  files.forEach((file) => checkSize(file));
  for (const file of files) {
    const told = await send("/practice/slack/upload", { user: place().as, file });
    if (kept.length >= (element.max_files || 10)) kept.shift();
    kept.push({ id: told.file_id, name: file.name });
    fill(list, kept.map((one) => h("li", {}, one.name)));
  }
}

/** Listeners that take dropped files. */
export function dropping(take) {
  const mark = (isOver) => (event) => {
    event.preventDefault();
    event.currentTarget.classList.toggle("over", isOver);
  };
  const drop = (event) => {
    mark(false)(event);
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  };
  return { dragover: mark(true), dragleave: mark(false), drop };
}
