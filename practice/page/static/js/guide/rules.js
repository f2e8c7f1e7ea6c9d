// Whether something that a step waits for was seen, when, and what is to be remembered of it.

const BOT = "U0ANSIMBOT";

/** The first thing seen that fits: {at, facts}, or null. `facts` are put into the rule's texts. */
export function match(rule, seen, facts, after) {
  const kinds = { slack: onSlack, phone: onPhone, square: onSquare };
  return kinds[rule.where](filled(rule, facts), seen, after);
}

/** The rule with {facts} put in wherever it holds a text. */
function filled(rule, facts) {
  return JSON.parse(JSON.stringify(rule), (key, value) => (typeof value === "string" ? value.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole) : value));
}

function onSlack(rule, seen, after) {
  for (const message of seen.slack) {
    // What people write shows nothing: it is what Ansim did that counts.
    if (message.user !== BOT) continue;
    if (rule.channel && message.channel !== rule.channel) continue;
    if (rule.for && message.ephemeral_for !== rule.for) continue;
    const hit = rule.gone ? whenGone(message, rule) : whenThere(message, rule);
    if (hit && hit.at >= after) return hit;
  }
  return null;
}

/** The first version of a message that fits, as it stood then. */
function whenThere(message, rule) {
  const past = message.history.map((one, at) => ({ ...one, at: at ? Number(message.history[at - 1].at) : Number(message.ts) }));
  const last = past.length ? Number(message.history.at(-1).at) : Number(message.ts);
  const now = message.deleted ? [] : [{ ...message, at: last }];
  const fitting = [...past, ...now].find((one) => fits(one, rule));
  return fitting ? { at: fitting.at, facts: taken(rule, fitting) } : null;
}

/** When a button that was under a message was there no more. */
function whenGone(message, rule) {
  const versions = [...message.history, ...(message.deleted ? [{}] : [message])];
  const first = versions.findIndex((one) => hasButton(one, rule.gone) && hasWords(one, rule));
  const end = versions.findIndex((one, at) => first >= 0 && at > first && !hasButton(one, rule.gone));
  return end > 0 ? { at: Number(message.history[end - 1].at), facts: {} } : null;
}

const fits = (one, rule) => hasWords(one, rule) && (!rule.button || hasButton(one, rule.button));
const wordsOf = (one) => `${one.text || ""} ${JSON.stringify(one.blocks || [])}`;

function hasWords(one, rule) {
  const text = wordsOf(one);
  if ((rule.not || []).some((word) => text.includes(word))) return false;
  return (rule.text || []).every((word) => [word].flat().some((way) => text.includes(way)));
}

function hasButton(one, action) {
  const elements = (one.blocks || []).flatMap((block) => [...(block.elements || []), ...(block.accessory ? [block.accessory] : [])]);
  return elements.some((element) => (element.action_id || "").startsWith(action));
}

function taken(rule, one) {
  const found = Object.entries(rule.take || {}).map(([name, pattern]) => [name, new RegExp(pattern).exec(wordsOf(one))]);
  return Object.fromEntries(found.filter(([, hit]) => hit).map(([name, hit]) => [name, hit[1] ?? hit[0]]));
}

function onPhone(rule, seen, after) {
  const found = seen.phones.find((one) => one.at >= after && (!rule.person || one.person === rule.person) && (rule.from === "bot") === one.is_from_bot && fitsPhone(one, rule) && (!rule.link || isOpenedBy(one, rule.link, seen.phones)));
  return found ? { at: found.at, facts: { person: found.person, bot: found.bot } } : null;
}

/** Whether this chat was begun by this very link. */
function isOpenedBy(one, link, all) {
  return all.some((start) => start.text === `/start ${link}` && start.person === one.person && start.bot === one.bot && start.message_id < one.message_id);
}

function fitsPhone(one, rule) {
  const rows = (one.reply_markup && one.reply_markup.inline_keyboard) || [];
  const hasKey = !rule.button || rows.flat().some((key) => (key.callback_data || "").startsWith(rule.button));
  const hasText = (rule.text || []).every((word) => [word].flat().some((way) => one.text.includes(way)));
  return hasKey && hasText && (!rule.bot || one.bot === rule.bot) && (!rule.edited || one.history.length > 0);
}

function onSquare(rule, seen, after) {
  const found = [...seen.posts].reverse().find((one) => one.at >= after && (!rule.by || one.account.username === rule.by) && (!rule.media || one.media_attachments.length > 0));
  return found ? { at: found.at, facts: {} } : null;
}
