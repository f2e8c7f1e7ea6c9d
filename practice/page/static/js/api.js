// Asks the practice servers; whatever goes wrong becomes one sentence.

import { knows, say } from "./say.js";

/** Something that could not be done, as a sentence for the person. */
export class Told extends Error {}

const MEGABYTE = 1024 * 1024;

/** What a GET answers. */
export function get(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
  return answered(fetch(asked.size ? `${path}?${asked}` : path));
}

/** What a POST of JSON answers. */
export function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answered(fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** What a POST of a form answers; files above `most` bytes are refused here. */
export function send(path, fields, most = 10 * MEGABYTE) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    if (value instanceof Blob) checkSize(value, most);
    form.append(name, value, ...(value instanceof File ? [value.name] : []));
  }
  return answered(fetch(path, { method: "POST", body: form }));
}

/** Refuse what no chat service would take. Throws Told. */
export function checkSize(file, most = 10 * MEGABYTE) {
  if (file.size <= most) return;
  const facts = { size: Math.ceil(file.size / MEGABYTE), most: Math.round(most / MEGABYTE) };
  throw new Told(say("error.too_big", facts));
}

async function answered(asked) {
  let body;
  let response;
  try {
    response = await asked;
    body = await response.json();
  } catch {
    throw new Told(say(response ? "error.unclear" : "error.offline"));
  }
  if (body && body.ok === false && body.error) throw new Told(sentence(String(body.error)));
  return body;
}

function sentence(error) {
  if (knows(`error.${error}`)) return say(`error.${error}`);
  const gone = [/has no view/, "error.view_gone"];
  return gone[0].test(error) ? say(gone[1]) : error;
}
