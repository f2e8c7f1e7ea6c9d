// Slack's own markup as elements: bold, lists, quotes, code, links, mentions, dates.

import { h } from "../dom.js";
import { language } from "../say.js";
import { channelName, person } from "../world.js";
import { telegramLink } from "./links.js";

const PARTS = [
  ["pre", /```\n?([\s\S]+?)```/],
  ["code", /`([^`\n]+)`/],
  ["token", /<([^<>\n]+)>/],
  ["strong", /(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![A-Za-z0-9*])/],
  ["em", /(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![A-Za-z0-9_])/],
  ["s", /(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![A-Za-z0-9~])/],
];
const EMOJI = { white_check_mark: "✅", warning: "⚠️", rotating_light: "🚨", bell: "🔔", lock: "🔒", eyes: "👀", hourglass: "⌛" };
const DATE = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Seoul" };

/** A text in Slack's markup as nodes. */
export function mrkdwn(text) {
  const lines = String(text ?? "").split("\n");
  const parts = [];
  let quote = null;
  for (const line of lines) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted && !quote) parts.push((quote = []));
    if (!quoted) quote = null;
    (quote || plainRun(parts)).push(quoted ? quoted[1] : line);
  }
  return parts.map((part) => (part.isPlain ? inline(part.join("\n")) : h("blockquote", {}, inline(part.join("\n")))));
}

function plainRun(parts) {
  const last = parts[parts.length - 1];
  if (last && last.isPlain) return last;
  const made = Object.assign([], { isPlain: true });
  parts.push(made);
  return made;
}

/** A text object of Block Kit as nodes. */
export function textOf(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : [emojis(object.text)];
}

function inline(text) {
  const [name, hit] = first(text);
  if (!hit) return [emojis(decoded(text))];
  const before = text.slice(0, hit.index);
  const after = text.slice(hit.index + hit[0].length);
  return [...(before ? inline(before) : []), made(name, hit[1]), ...(after ? inline(after) : [])];
}

function first(text) {
  const hits = PARTS.map(([name, pattern]) => [name, pattern.exec(text)]).filter(([, hit]) => hit);
  return hits.sort((one, other) => one[1].index - other[1].index)[0] || ["", null];
}

function made(name, inside) {
  if (name === "token") return token(inside);
  if (name === "code" || name === "pre") return telegramLink(decoded(inside).trim(), decoded(inside)) || h(name, {}, decoded(inside));
  return h(name, {}, inline(inside));
}

function token(inside) {
  const [target, label] = [inside.split("|")[0], inside.split("|").slice(1).join("|")];
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${person(target.slice(1)).name}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || channelName(target.slice(1))}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1)}`);
  return link(decoded(target), decoded(label || target));
}

function date(target, fallback) {
  const seconds = Number(target.split("^")[1]);
  if (!Number.isFinite(seconds)) return fallback;
  return h("time", {}, new Intl.DateTimeFormat(language(), DATE).format(seconds * 1000));
}

function link(address, label) {
  const invited = telegramLink(address, label);
  if (invited) return invited;
  if (!/^(https?:|mailto:)/.test(address)) return label;
  return h("span", { class: "link", title: address }, label);
}

function decoded(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function emojis(text) {
  return text.replace(/:([a-z_]+):/g, (whole, name) => EMOJI[name] || whole);
}
