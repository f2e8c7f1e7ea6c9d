// First steps and training stories.

import { fill, h } from "../dom.js";
import { say } from "../say.js";

/** Draw the guide into `box`. */
export function drawGuide(box) {
  fill(box, h("p", {}, say("world.guide")));
}
