// Words of the interface: one flat JSON file a language in lang/, English where a word is missing.

/** Code -> the language's name in itself. */
export const LANGUAGES = {
  en: "English", es: "Español", fr: "Français", de: "Deutsch", hi: "हिन्दी", ar: "العربية", zh: "中文", ja: "日本語",
};

/** Whether the studio runs on another machine than this browser: what "this machine" means is then said otherwise. */
const away = !/^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);

const files = new Map();

async function load(code) {
  if (!files.has(code)) {
    files.set(code, fetch(`/static/lang/${code}.json`).then((answer) => (answer.ok ? answer.json() : {})));
  }
  return files.get(code);
}

/** The best of our languages for this browser. */
export function preferred() {
  for (const wish of navigator.languages ?? []) {
    const code = wish.toLowerCase().split("-")[0];
    if (code in LANGUAGES) return code;
  }
  return "en";
}

/**
 * The function `t` for a language: t("photo.faces", {n: 2}).
 *
 * A value is a text with {slots}, or, where a number decides, an object of the plural forms of CLDR ("one", "other" ...)
 * chosen by the slot `n`. An unknown key gives the key itself, which shows. Where the studio runs on another machine,
 * KEY.away is said in place of KEY.
 */
export async function translator(code) {
  const [words, english] = await Promise.all([load(code), load("en")]);
  const plural = new Intl.PluralRules(code);
  const number = new Intl.NumberFormat(code);
  const t = (key, slots = {}) => {
    const told = away && `${key}.away` in english ? `${key}.away` : key;
    let text = words[told] ?? english[told] ?? key;
    if (typeof text === "object") text = text[plural.select(slots.n ?? 0)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = slots[name];
      return value === undefined ? whole : typeof value === "number" ? number.format(value) : value;
    });
  };
  t.has = (key) => key in words || key in english;
  t.language = code;
  t.percent = (share) => new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 0 }).format(share);
  return t;
}
