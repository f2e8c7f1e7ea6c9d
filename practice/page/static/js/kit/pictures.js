// The practice pictures: generated scenery, and the hash file of each as the officer's machine makes it.

import { h } from "../dom.js";
import { say } from "../say.js";
import { world } from "../world.js";

/** A menu that fetches a practice picture, or its hash file where one is wanted, as a File. */
export function practicePicker(take, accept = "") {
  const kinds = accept ? ["json", "jpg"].filter((kind) => accept.split(",").includes(`.${kind}`)) : ["jpg"];
  const options = kinds.flatMap((kind) => world.pictures.map((name) => h("option", { value: `${name}.${kind}` }, say(`picture.${kind}`, { name: say(`picture.${name}`) }))));
  const menu = h("select", { class: "practice-picker", "aria-label": say("picture.choose") }, h("option", { value: "" }, say("picture.choose")), options);
  menu.addEventListener("change", async () => {
    if (!menu.value) return;
    const name = menu.value;
    menu.value = "";
    take(await pictureFile(name));
  });
  return menu;
}

/** One of them as a file. */
export async function pictureFile(name) {
  const bytes = await (await fetch(`/practice/page/pictures/${name}`)).blob();
  return new File([bytes], name, { type: bytes.type });
}
