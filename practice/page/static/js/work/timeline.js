// A long list of which only a window is ever drawn; it follows its end while the reader is there.

import { arrange } from "../dom.js";

const SPAN = 80;
const STEP = 40;
const NEAR_PX = 240;

/** `box` scrolls; `draw(item)` makes a row; `older()` is asked for more before the first. */
export class Timeline {
  constructor(box, list, draw, older) {
    Object.assign(this, { box, list, draw, older, items: [], first: 0, rows: new Map(), isAtEnd: true, isAsking: false });
    box.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** The whole list as it is now: items with `key` and `version`. */
  show(items) {
    const firstKey = this.items[this.first] && this.items[this.first].key;
    this.items = items;
    const kept = items.findIndex((item) => item.key === firstKey);
    this.first = this.isAtEnd || kept < 0 ? Math.max(0, items.length - SPAN) : kept;
    this.lay();
    if (this.isAtEnd) this.toEnd();
  }

  toEnd() {
    this.isAtEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
  }

  lay() {
    const shown = this.items.slice(this.first, this.first + SPAN);
    const rows = new Map();
    for (const item of shown) rows.set(item.key, this.row(item));
    this.rows = rows;
    arrange(this.list, [...rows.values()].map((row) => row.node));
  }

  row(item) {
    const before = this.rows.get(item.key);
    if (before && before.version === item.version) return before;
    return { version: item.version, node: this.draw(item) };
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const below = scrollHeight - scrollTop - clientHeight;
    const isLast = this.first + SPAN >= this.items.length;
    this.isAtEnd = isLast && below < 40;
    if (scrollTop < NEAR_PX) this.up();
    else if (below < NEAR_PX && !isLast) this.moved(Math.min(this.first + STEP, this.items.length - SPAN));
  }

  async up() {
    if (this.first > 0) this.moved(Math.max(0, this.first - STEP));
    else if (!this.isAsking) {
      this.isAsking = true;
      await this.older();
      this.isAsking = false;
    }
  }

  moved(first) {
    const anchor = [...this.list.children].find((row) => row.getBoundingClientRect().bottom > this.box.getBoundingClientRect().top);
    const before = anchor ? anchor.getBoundingClientRect().top : 0;
    this.first = first;
    this.lay();
    if (anchor && anchor.isConnected) this.box.scrollTop += anchor.getBoundingClientRect().top - before;
  }
}
