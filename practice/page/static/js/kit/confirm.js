// Asks once more before something is done.

import { h } from "../dom.js";
import { textOf } from "./mrkdwn.js";

let count = 0;

/** Whether the person says yes to {title, text, confirm, deny}, each a text object of Block Kit. */
export function confirmed(asked) {
  const title = `confirm-${++count}`;
  const box = h("dialog", { class: "dialog small", "aria-labelledby": title });
  return new Promise((resolve) => {
    const answer = (value) => () => { box.close(); box.remove(); resolve(value); };
    const yes = h("button", { type: "button", class: `kit-button ${asked.style || "primary"}`, on: { click: answer(true) } }, textOf(asked.confirm));
    const no = h("button", { type: "button", class: "kit-button", on: { click: answer(false) } }, textOf(asked.deny));
    box.addEventListener("cancel", answer(false));
    box.append(h("h2", { id: title }, textOf(asked.title)), h("div", { class: "block-text" }, textOf(asked.text)), h("div", { class: "dialog-end" }, no, yes));
    document.body.append(box);
    box.showModal();
  });
}

/** The same with plain texts. */
export function sure(title, text, yes, no) {
  const plain = (words) => ({ type: "plain_text", text: words });
  return confirmed({ title: plain(title), text: plain(text), confirm: plain(yes), deny: plain(no) });
}
