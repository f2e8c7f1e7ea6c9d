// Somebody on the square by Mastodon's own API: signs in, posts, deletes, reads.

import { checkSize, Told } from "../api.js";
import { say } from "../say.js";

const LARGEST = 16 * 1024 * 1024;
const tokens = new Map();

async function asked(path, { method = "GET", form, token } = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  let response;
  try {
    response = await fetch(path, { method, headers, body: form });
  } catch {
    throw new Told(say("error.offline"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Told(body.error || say("error.unclear"));
  return body;
}

function formOf(fields) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}

async function tokenOf(name) {
  if (tokens.has(name)) return tokens.get(name);
  const app = await asked("/api/v1/apps", { method: "POST", form: formOf([["client_name", "page"], ["redirect_uris", "urn:none"]]) });
  const login = [["grant_type", "password"], ["client_id", app.client_id], ["client_secret", app.client_secret], ["username", name], ["password", "visitor"], ["scope", "read write"]];
  const { access_token: token } = await asked("/oauth/token", { method: "POST", form: formOf(login) });
  tokens.set(name, token);
  return token;
}

/** Post a text with pictures. Throws Told. */
export async function publish(name, text, files) {
  files.forEach((file) => checkSize(file, LARGEST));
  const token = await tokenOf(name);
  const media = [];
  for (const file of files) media.push((await asked("/api/v2/media", { method: "POST", token, form: formOf([["file", file]]) })).id);
  const form = formOf([["status", text], ...media.map((id) => ["media_ids[]", id])]);
  return asked("/api/v1/statuses", { method: "POST", token, form });
}

/** Delete one's own post. */
export async function withdraw(name, id) {
  return asked(`/api/v1/statuses/${id}`, { method: "DELETE", token: await tokenOf(name) });
}

/** What a stranger sees: the newest public posts, or those of a hashtag. */
export function timeline(tag) {
  return asked(tag ? `/api/v1/timelines/tag/${encodeURIComponent(tag)}?limit=40` : "/api/v1/timelines/public?limit=40");
}
