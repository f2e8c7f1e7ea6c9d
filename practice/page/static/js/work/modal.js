// The form on the screen of whoever is at the desk: drawn, filled in, submitted, closed.

import { get, post, Told } from "../api.js";
import { on } from "../bus.js";
import { fill, h, iconButton } from "../dom.js";
import { drawBlocks } from "../kit/blocks.js";
import { note, trying } from "../notes.js";
import { place } from "../place.js";
import { say } from "../say.js";
import { FormState } from "./form.js";

const box = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
let behind = [];
let shown = { id: "", hash: "" };
let form = null;

box.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) close(); });

/** Watch for forms, drawn over `under`; the other worlds stay in reach meanwhile. */
export function watchForms(work, under) {
  behind = under;
  work.append(h("div", { class: "modal-frame" }, box));
  shown = { id: "", hash: "" };
  on("view", (hint) => (!hint.user || hint.user === place().as) && look());
  on("no_form", (hint) => hint.user === place().as && note(say("form.late"), "refused"));
  on("missed", look);
  on("place", look);
  look();
}

async function look() {
  const told = await trying(() => get("/practice/slack/views", { user: place().as }));
  if (told) show(told.views[told.views.length - 1]);
}

function show(view) {
  if (!view) return hide();
  if (view.id === shown.id && view.hash === shown.hash) return undefined;
  const before = view.id === shown.id ? form : null;
  shown = { id: view.id, hash: view.hash };
  form = new FormState(view, before);
  fill(box, ...inside(view));
  cover(true);
  if (!before) box.querySelector(".modal-body :is(input, select, textarea, button)")?.focus();
  return undefined;
}

function cover(isOpen) {
  box.open = isOpen;
  for (const part of behind) part.inert = isOpen;
}

function hide() {
  shown = { id: "", hash: "" };
  form = null;
  if (box.open) cover(false);
}

function inside(view) {
  const press = (element, block, value) => trying(() => post("/practice/slack/press", { user: place().as, view_id: view.id, action_id: element.action_id, block_id: block.block_id, value }));
  const submit = view.submit && h("button", { type: "submit", class: "kit-button primary" }, view.submit.text);
  const cancel = h("button", { type: "button", class: "kit-button", on: { click: close } }, view.close ? view.close.text : say("close"));
  const body = h("form", { novalidate: true, on: { submit: (event) => { event.preventDefault(); send(submit); } } },
    h("div", { class: "modal-body" }, drawBlocks(view.blocks, { press, form })), h("div", { class: "dialog-end" }, cancel, submit));
  return [h("header", { class: "dialog-head" }, h("h2", { id: "modal-title" }, view.title ? view.title.text : ""), iconButton("close", say("close"), close)), body];
}

async function send(button) {
  const own = form;
  button.disabled = true;
  try {
    await post("/practice/slack/submit", { user: place().as, view_id: own.view.id, values: own.values() }).then((told) => own.blame(told.errors || {}));
  } catch (trouble) {
    if (!(trouble instanceof Told)) throw trouble;
    note(trouble.message, "refused");
    look();
  } finally {
    button.disabled = false;
  }
}

async function close() {
  const view = shown.id;
  await trying(() => post("/practice/slack/close", { user: place().as, view_id: view }));
  look();
}
