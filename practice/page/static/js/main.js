// Opens the page: words, the world, the live line, then everything is drawn.

import { forget, on } from "./bus.js";
import { h, fill } from "./dom.js";
import { drawGuide } from "./guide/guide.js";
import { drawStrip } from "./guide/strip.js";
import { listen } from "./live.js";
import { trying } from "./notes.js";
import { drawPhone } from "./phone/phone.js";
import { place } from "./place.js";
import { loadWords, say } from "./say.js";
import { drawSquare } from "./square/square.js";
import { drawTabs } from "./tabs.js";
import { drawTop } from "./top.js";
import { drawWork } from "./work/work.js";
import { loadWorld } from "./world.js";

const page = document.getElementById("page");

function draw() {
  forget();
  on("language", draw);
  on("channels", () => trying(loadWorld));
  const work = h("main", { class: "work", id: "work", "aria-label": say("world.work") });
  const side = h("aside", { class: "side", "aria-label": say("world.side") });
  const parts = { phone: h("section", { "aria-label": say("world.phone") }), square: h("section", { "aria-label": say("world.square") }), guide: h("section", { "aria-label": say("world.guide") }) };
  side.append(drawTabs("side-tabs"), drawStrip("side-strip"), ...Object.entries(parts).map(([name, part]) => named(part, name)));
  fill(page, drawTop(draw), work, side, drawTabs("bottom-tabs"));
  drawWork(work);
  work.prepend(drawStrip("work-strip"));
  drawPhone(parts.phone);
  drawSquare(parts.square);
  drawGuide(parts.guide);
  follow();
  on("place", follow);
  on("missed", () => trying(loadWorld));
}

function named(part, name) {
  part.className = `side-part ${name}`;
  return part;
}

function follow() {
  const { see, side } = place();
  page.dataset.see = see;
  page.dataset.side = side;
}

async function open() {
  document.documentElement.dataset.theme = localStorage.getItem("ansim.theme") || "";
  await loadWords();
  await trying(loadWorld);
  draw();
  listen();
}

open();
