// Makes elements. Data is only ever put in as text, never read as markup.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  lock: "M5 9V6.5a3 3 0 0 1 6 0V9M4 9h8v5H4z",
  send: "M2.5 8 13.5 3l-3.2 10-2.6-4.2z",
  clip: "M11.5 6.5 7 11a2 2 0 0 1-3-3l5-5a3 3 0 0 1 4.3 4.3L8 12.5",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  home: "M2.5 8 8 3l5.5 5M4 7v6.5h8V7",
  reply: "M6.5 4 3 7.5 6.5 11M3 7.5h6a4 4 0 0 1 4 4V13",
  back: "M10 3 5 8l5 5",
  close: "M4 4l8 8M12 4l-8 8",
  place: "M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.800 8 14 8 14zM8 8.200a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400z",
  bin: "M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500 5 13.500h6l.5-9",
  more: "M4 8h.01M8 8h.01M12 8h.01",
};

/** An element: `given` holds attributes, `class`, `on` (listeners) and `data`; falsy children are left out. */
export function h(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") listen(made, value);
    else if (key === "data") Object.assign(made.dataset, value);
    else if (key === "value" || key === "checked" || key === "disabled") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...pieces(children));
  return made;
}

function listen(made, listeners) {
  for (const [event, heard] of Object.entries(listeners)) made.addEventListener(event, heard);
}

function pieces(children) {
  return children.flat(5).filter((one) => one !== null && one !== undefined && one !== false && one !== "");
}

/** Put these in place of whatever was in there. */
export function fill(parent, ...children) {
  parent.replaceChildren(...pieces(children));
  return parent;
}

/** A small line drawing; it says nothing, so the control beside it needs a name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["class", "icon"], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button with only a drawing on it. */
export function iconButton(name, label, click, given = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...given }, icon(name));
}

/** Keep the children of `parent` as this list says, moving as little as possible. */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] || null);
  });
}
