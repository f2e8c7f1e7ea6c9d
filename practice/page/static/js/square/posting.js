// Posting on the square: words, and pictures by drag and drop.

import { checkSize } from "../api.js";
import { fill, h } from "../dom.js";
import { dropping, fileButton, HIDDEN } from "../kit/files.js";
import { practicePicker } from "../kit/pictures.js";
import { trying } from "../notes.js";
import { say } from "../say.js";
import { publish } from "./visitor.js";

const MOST = 4;

/** Draw the form of a poster; a passer-by has none. */
export function drawPosting(box, visitor) {
  if (!visitor) return fill(box, h("p", { class: "passing" }, say("square.passing")));
  const files = [];
  const chosen = h("ul", { class: "chosen-files" });
  const take = (given) => trying(async () => {
    given.forEach((file) => checkSize(file, 16 * 1048576));
    files.splice(0, files.length, ...[...files, ...given].slice(-MOST));
    fill(chosen, files.map((file) => h("li", {}, file.name)));
  });
  const text = h("textarea", { rows: "2", "aria-label": say("square.text"), placeholder: say("square.text") });
  const input = h("input", { ...HIDDEN, accept: "image/*,video/*", multiple: true });
  input.addEventListener("change", async () => { await take([...input.files]); input.value = ""; });
  const button = h("button", { type: "submit", class: "kit-button primary" }, say("square.post"));
  const submit = async (event) => {
    event.preventDefault();
    if (!text.value.trim() && !files.length) return;
    button.disabled = true;
    const done = await trying(() => publish(visitor, text.value, files));
    button.disabled = false;
    if (done) { text.value = ""; files.length = 0; fill(chosen); }
  };
  return fill(box, h("form", { class: "posting drop", on: { submit, ...dropping(take) } }, text,
    h("div", { class: "posting-row" }, input, fileButton(input), practicePicker((file) => take([file]))), chosen,
    h("div", { class: "posting-row" }, h("p", { class: "hint" }, say("square.drop")), button)));
}
