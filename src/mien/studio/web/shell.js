// The frame round every page: logo, navigation, settings, toasts, the live region.

import { LANGUAGES } from "./i18n.js";
import { button, dialog, segmented, select } from "./parts/controls.js";
import { h, put } from "./parts/dom.js";
import { icon } from "./parts/icons.js";

/** The face of the logo: it changes with the page. */
const FACES = { photo: "grin", mirror: "wink", me: "cool", clip: "zany", journal: "relieved", lab: "nerd", about: "smile" };

/** Build the frame; gives {main, mark(page)}. */
export function buildShell(pages, app) {
  const { t } = app;
  const logo = h("img", { class: "logo-face", alt: "", width: 40, height: 40 });
  const links = pages.map((page) =>
    h("a", { class: `nav-item nav-${page}`, href: `#/${page}` }, icon(page, 22), h("span", {}, t(`nav.${page}`))),
  );
  const main = h("main", { id: "main", class: "main", tabindex: -1 });
  const settings = () =>
    button(t("settings.title"), { icon: "settings", kind: "quiet", unlabelled: true, onclick: () => openSettings(app) });
  const skip = h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("nav.skip"));
  put(
    document.getElementById("shell"),
    skip,
    h("header", { class: "rail" },
      h("a", { class: "logo", href: "#/photo", "aria-label": t("nav.home") }, logo, h("span", { class: "logo-word", "aria-hidden": "true" }, "mien")),
      h("nav", { class: "nav", "aria-label": t("nav.label") }, links),
      h("div", { class: "rail-foot" },
        h("p", { class: "promise" }, icon("lock", 16), h("span", {}, t("nav.promise"))),
        settings()),
    ),
    main,
  );
  document.getElementById("toasts").setAttribute("aria-label", t("nav.messages"));
  const mark = (page) => {
    links.forEach((link, i) => {
      if (pages[i] === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    logo.src = `/static/faces/${FACES[page] ?? "smile"}.svg`;
  };
  return { main, mark };
}

function openSettings(app) {
  const { t, settings } = app;
  const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label, lang: value }));
  const themes = [
    { value: "auto", label: t("settings.auto"), icon: "auto" },
    { value: "light", label: t("settings.light"), icon: "sun" },
    { value: "dark", label: t("settings.dark"), icon: "moon" },
  ];
  return dialog(
    t("settings.title"),
    [
      h("div", { class: "field" }, h("span", { class: "label" }, t("settings.theme")),
        segmented(t("settings.theme"), themes, settings.theme, (theme) => settings.set({ theme }))),
      select(t("settings.language"), languages, settings.language, (language) => {
        document.querySelector("dialog[open]")?.dispatchEvent(new Event("cancel"));
        settings.set({ language });
      }),
      h("p", { class: "hint" }, t("settings.kept")),
    ],
    [],
    { close: t("word.close") },
  );
}

/** Say something to screen readers, politely. */
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

/** A short note at the edge of the window; `action` = {label, onclick}. It goes by itself, unless focused or pointed at. */
export function toast(text, { kind = "info", action, seconds = 6, face } = {}) {
  const end = () => note.remove();
  const note = h(
    "div",
    { class: `toast ${kind}` },
    face ? h("img", { src: `/static/faces/${face}.svg`, alt: "", width: 28, height: 28 }) : icon(kind === "problem" ? "warning" : "check", 18),
    h("span", { class: "toast-text" }, text),
    action ? button(action.label, { small: true, kind: "quiet", onclick: () => { end(); action.onclick(); } }) : null,
  );
  let timer = setTimeout(end, seconds * 1000);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(end, seconds * 500); };
  for (const name of ["pointerenter", "focusin"]) note.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) note.addEventListener(name, release);
  const box = document.getElementById("toasts");
  while (box.children.length > 2) box.firstChild.remove();
  box.append(note);
  announce(text);
}
