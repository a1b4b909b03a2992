// The studio's page: starts, keeps settings, and shows one page at a time.
//
// HOW A PAGE IS WRITTEN
//   1. web/pages/NAME.js exports `async function mount(root, app)`: it fills `root` (an empty <div>) and returns
//      `unmount()` (or nothing), which stops timers, cameras, sockets and event sources. The first thing in `root` is
//      <header class="page-head"><h1>...</h1><p class="lead">...</p></header>.
//   2. web/css/NAME.css is loaded with it (more sheets: name them in SHEETS below); colours, gaps and radii come from the tokens in css/base.css, light and
//      dark by themselves. Use logical properties (margin-inline-start ...), Arabic runs right to left.
//   3. Words: t("NAME.word", {slot}); every key in all eight files of web/lang (a small script: load, add, sort, write
//      with indent 0 and ensure_ascii off). "nav.NAME" is there already. Numbers that decide a plural go in slot `n`.
//   4. Put NAME into PAGES below when its file lands.
//   5. Elements are made with h("div", {class, onclick, style: {"--x": 1}}, ...children) of parts/dom.js: no innerHTML,
//      no style="..." in markup and no <style>, the CSP forbids them. Drawings go into <img> as blob:
//      (parts/avatar.js: avatarImage, parts/emoji.js: glyph, chip). Parts: controls.js (button, segmented, select,
//      toggle, dialog, message, spinner, progress), dropzone.js, faces.js (boxes on a picture), bars.js, icons.js.
//   app = {
//     api,                    api.js: look, personalise, avatar, sheet, suggest, job, get, post, del, socket, Problem
//     t,                      t(key, slots), t.language, t.percent(0.12)
//     announce(text),         speak in the live region
//     toast(text, {kind: "info"|"problem", action: {label, onclick}}),
//     me,                     me.spec (or null), me.set(spec), me.save(), me.saved, me.forget(), event "change"
//     settings,               settings.theme, settings.language, settings.set({...})
//     explain(problem),       {title, text} in the user's language for anything caught
//     go(page, query),        to another page; app.query is a URLSearchParams of what came after "?"
//   }

import * as api from "./api.js";
import { LANGUAGES, preferred, translator } from "./i18n.js";
import { me } from "./me.js";
import { button, message } from "./parts/controls.js";
import { h, put } from "./parts/dom.js";
import { announce, buildShell, toast } from "./shell.js";

/** Every page there is, in the order of the navigation. */
export const PAGES = ["photo", "mirror", "me", "clip", "journal", "lab", "about"];

const KEPT = "mien.settings";
const app = { api, announce, toast, me, query: new URLSearchParams(), explain, go };
let frame;
let leave = null;
let turn = 0;

class Settings {
  constructor() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    } catch {
      // No storage: the defaults do.
    }
    this.theme = ["light", "dark"].includes(kept.theme) ? kept.theme : "auto";
    this.language = kept.language in LANGUAGES ? kept.language : preferred();
  }

  async set(changes) {
    const words = changes.language && changes.language !== this.language;
    Object.assign(this, changes);
    try {
      localStorage.setItem(KEPT, JSON.stringify({ theme: this.theme, language: this.language }));
    } catch {
      // It holds for this visit.
    }
    dress();
    if (!words) return;
    await build();
    frame.main.focus({ preventScroll: true });
  }
}

function dress() {
  const root = document.documentElement;
  if (app.settings.theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = app.settings.theme;
  root.lang = app.settings.language;
  root.dir = app.settings.language === "ar" ? "rtl" : "ltr";
}

function explain(problem) {
  const { t } = app;
  const name = problem instanceof api.Problem ? problem.name : "failed";
  if (t.has(`problem.${name}`)) return { title: t(`problem.${name}`), text: t(`problem.${name}.do`) };
  return { title: problem.title ?? t("problem.failed"), text: problem.detail ?? "" };
}

function go(page, query = {}) {
  const words = new URLSearchParams(query).toString();
  location.hash = `#/${page}${words ? `?${words}` : ""}`;
}

function route() {
  const [page, query] = location.hash.replace(/^#\/?/, "").split("?");
  app.query = new URLSearchParams(query ?? "");
  return PAGES.includes(page) ? page : PAGES[0];
}

/** Pages that have more than one style sheet, in the order in which they override each other. */
const SHEETS = {
  me: ["me", "me-changes", "me-colours", "me-sliders", "me-taking-along", "me-beginnings"],
  clip: ["clip", "clip-chosen", "clip-working", "clip-done"],
};
const styled = new Map();

function style(page) {
  if (!styled.has(page)) styled.set(page, Promise.all((SHEETS[page] ?? [page]).map(sheet)));
  return styled.get(page);
}

function sheet(name) {
  const link = h("link", { rel: "stylesheet", href: `/static/css/${name}.css` });
  const loaded = new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
  });
  document.head.append(link);
  return loaded;
}

async function show(first = false) {
  const page = route();
  const mine = ++turn;
  const before = leave;
  leave = null;
  await before?.();
  frame.mark(page);
  const title = app.t(`nav.${page}`);
  document.title = `${title} · mien`;
  const root = h("div", { class: `page page-${page}` });
  try {
    const [module] = await Promise.all([import(`./pages/${page}.js`), style(page)]);
    if (mine !== turn) return;
    put(frame.main, root);
    const end = await module.mount(root, app);
    if (mine === turn) leave = end ?? null;
    else await end?.();
  } catch (problem) {
    console.error(problem);
    if (mine !== turn) return;
    const { title: what, text } = explain(problem);
    const again = button(app.t("word.again"), { kind: "main", onclick: () => show() });
    put(frame.main, message({ face: "sad", title: what, text, actions: [again], kind: "problem", live: true }));
  }
  if (first || mine !== turn) return;
  window.scrollTo(0, 0);
  frame.main.focus({ preventScroll: true });
  announce(title);
}

async function build() {
  app.t = await translator(app.settings.language);
  dress();
  frame = buildShell(PAGES, app);
  await show(true);
}

app.settings = new Settings();
window.addEventListener("hashchange", () => show());
window.addEventListener("pagehide", () => leave?.());
window.addEventListener("pageshow", (event) => { if (event.persisted) show(true); }); // taken from the browser's cache
await build();
document.documentElement.dataset.ready = "true";
