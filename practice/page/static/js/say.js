// The page's own words, in Korean or English.

const LANGUAGES = ["ko", "en"];
const words = {};
let now = localStorage.getItem("ansim.language") || "ko";

/** Read both catalogues once. */
export async function loadWords() {
  await Promise.all(LANGUAGES.map(async (name) => {
    words[name] = await (await fetch(`/practice/page/static/words/${name}.json`)).json();
  }));
  useLanguage(now);
}

/** The language in use: ko or en. */
export const language = () => now;

/** Use another from now on. */
export function useLanguage(name) {
  now = LANGUAGES.includes(name) ? name : "ko";
  localStorage.setItem("ansim.language", now);
  document.documentElement.lang = now;
}

/** A text by its key, with {facts} put in. */
export function say(key, facts = {}) {
  const text = words[now][key] ?? words.ko[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(facts[name] ?? whole));
}

/** Whether there is such a text. */
export const knows = (key) => key in words.ko;

/** One of two texts given as data: {ko, en}. */
export const own = (pair) => (pair && (pair[now] ?? pair.ko)) || "";
