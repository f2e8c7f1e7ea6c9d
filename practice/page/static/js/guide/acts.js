// What a story does by itself: a stranger posts, somebody writes from a phone, time passes.

import { post } from "../api.js";
import { pictureFile } from "../kit/pictures.js";
import { trying } from "../notes.js";
import { publish } from "../square/visitor.js";

const DEEDS = {
  post: async (deed) => publish(deed.by, deed.text, deed.picture ? [await pictureFile(`${deed.picture}.jpg`)] : []),
  say: (deed) => post("/practice/telegram/say", { person: deed.person, bot: deed.bot, text: deed.text }),
  start: (deed) => post("/practice/telegram/start", { person: deed.person, bot: deed.bot }),
  advance: (deed) => post("/practice/clock", { advance_s: deed.seconds }),
};

/** Do one thing; {facts} stand in its texts. */
export function act(deed, facts) {
  const meant = JSON.parse(JSON.stringify(deed), (key, value) => (typeof value === "string" ? value.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole) : value));
  return trying(() => DEEDS[meant.do](meant));
}
