// Completes slash commands with their next word, and names after @.

import { fill, h } from "../dom.js";
import { say } from "../say.js";
import { world } from "../world.js";

let count = 0;

/** A list under a text box, used with the arrow keys, Tab, Enter and Escape. */
export class Completion {
  constructor(box, list) {
    Object.assign(this, { box, list, found: [], at: 0, id: `completion-${++count}` });
    list.id = this.id;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", say("composer.completion"));
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", this.id], ["aria-expanded", "false"]]) box.setAttribute(name, value);
    box.addEventListener("input", () => this.look());
    box.addEventListener("blur", () => this.close());
  }

  look() {
    this.found = offers(this.box.value);
    this.at = 0;
    this.draw();
  }

  close() {
    this.found = [];
    this.draw();
  }

  draw() {
    const isOpen = this.found.length > 0;
    this.list.hidden = !isOpen;
    this.box.setAttribute("aria-expanded", String(isOpen));
    fill(this.list, this.found.map((one, at) => this.option(one, at)));
    if (isOpen) this.box.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  option(one, at) {
    const choose = (event) => { event.preventDefault(); this.choose(at); };
    return h("li", { role: "option", id: `${this.id}-${at}`, "aria-selected": String(at === this.at), on: { mousedown: choose } }, h("b", {}, one.label), h("span", {}, one.hint));
  }

  choose(at) {
    this.box.value = this.found[at].text;
    this.box.dispatchEvent(new Event("input"));
    this.box.focus();
  }

  /** Whether a key was meant for the list. */
  takes(event) {
    if (!this.found.length) return false;
    const exact = this.found[this.at].text.trim() === this.box.value.trim();
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.at = (this.at + moves[event.key] + this.found.length) % this.found.length;
    else if (event.key === "Escape") this.found = [];
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !exact)) return this.taken(event);
    else return false;
    event.preventDefault();
    this.draw();
    return true;
  }

  taken(event) {
    event.preventDefault();
    this.choose(this.at);
    return true;
  }
}

/** What could come next: {text (the whole line then), label, hint}. */
export function offers(text) {
  const name = /(^|\s)@([^\s@]*)$/.exec(text);
  if (name) return people(text, name[2]);
  if (!/^\/[a-z]*( [a-z]*)?$/.test(text)) return [];
  const [command, word] = text.split(" ");
  const own = world.app.commands.find((one) => one.command === command);
  if (word === undefined) return named(command);
  const words = own ? own.usage_hint.split("|") : [];
  return words.filter((one) => one.startsWith(word) && one !== word).map((one) => ({ text: `${command} ${one} `, label: `${command} ${one}`, hint: "" }));
}

function named(command) {
  const fitting = world.app.commands.filter((one) => one.command.startsWith(command));
  return fitting.map((one) => ({ text: `${one.command} `, label: one.command, hint: `${one.description} · ${one.usage_hint.replaceAll("|", " ")}` }));
}

function people(text, begun) {
  const head = text.slice(0, text.length - begun.length);
  const fitting = world.people.filter((one) => one.name.startsWith(begun) && one.name !== begun);
  return fitting.map((one) => ({ text: `${head}${one.name} `, label: `@${one.name}`, hint: say(`role.${one.role}`) }));
}
