// What is told of one face of a photo: expression, emoji to copy, probabilities, its avatar.

import { avatarImage, show } from "../parts/avatar.js";
import { bars } from "../parts/bars.js";
import { button } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { chip, glyph } from "../parts/emoji.js";

const SUGGESTIONS = 8;
const CERTAIN = 0.99; // nothing that is read off a face is said to be surer
const UNREADABLE = 0.5; // below this quality the reason for "unsure" is the picture, as in mien.pipeline

/** Why a face is "unsure", in the user's language. */
export function reason(face, t) {
  const seen = face.quality.reason;
  const key = face.quality.score < UNREADABLE && seen && t.has(`reason.${seen}`) ? seen : "flat";
  return t(`reason.${key}`);
}

/** A face in one line, as it is read aloud. */
export function spoken(face, i, t) {
  const { label, confidence } = face.expression;
  const said = label === "unsure" ? `${t("label.unsure")}: ${reason(face, t)}` : `${t(`label.${label}`)}, ${t.percent(Math.min(confidence, CERTAIN))}`;
  return `${t("photo.face", { n: i + 1 })}: ${said}`;
}

const named = (label, t) => (t.has(`label.${label}`) ? t(`label.${label}`) : label);

/** The panel of face `i` of a picture {blob, scene, people}. */
export function facePanel(picture, i, app) {
  const { t } = app;
  const face = picture.scene.faces[i];
  const { expression } = face;
  const unsure = expression.label === "unsure";
  const avatar = avatarImage("", 176);
  const stand = h("div", { class: "face-avatar waiting" }, avatar);
  const make = button(t("photo.me"), { icon: "me", kind: "main", small: true, disabled: true, onclick: () => adopt(picture.people.get(i), app) });
  const person = { spec: null, worn: expression.emoji };

  const wear = async (emoji) => {
    person.worn = emoji;
    if (!person.spec) return;
    try {
      const drawing = await app.api.avatar({ spec: person.spec, expression: emoji });
      if (person.worn === emoji) show(avatar, drawing);
      stand.classList.remove("waiting");
    } catch (problem) {
      if (problem.status !== 422) throw problem; // not an emoji of a face: the avatar goes on wearing what it wore
    }
  };
  dress(picture, i, app).then(async (spec) => {
    person.spec = spec;
    await wear(person.worn);
    avatar.alt = t("photo.avatar", { label: named(expression.label, t) });
    make.disabled = false;
  }).catch(() => {
    put(stand, glyph(expression.emoji, 176));
    stand.classList.remove("waiting");
  });

  const offer = suggestions(face, wear, app);
  const rows = Object.entries(expression.probabilities)
    .sort((a, b) => b[1] - a[1])
    .map(([label, value]) => ({ label: named(label, t), value, strong: label === expression.label }));
  return h(
    "section",
    { class: "panel face-panel", "aria-label": t("photo.face", { n: i + 1 }) },
    h("div", { class: "face-top" }, stand,
      h("div", { class: "face-said" },
        picture.scene.faces.length > 1 ? h("p", { class: "hint" }, t("photo.of", { i: i + 1, n: picture.scene.faces.length })) : null,
        h("h2", {}, named(expression.label, t)),
        h("p", { class: "hint" }, unsure ? reason(face, t) : t("photo.sure", { share: t.percent(Math.min(expression.confidence, CERTAIN)) })),
        make)),
    h("div", { class: "face-part" }, h("h3", {}, t("photo.copy")), offer),
    h("div", { class: "face-part" }, h("h3", {}, t("photo.probabilities")), bars(t("photo.probabilities"), rows, t.percent)),
    h("p", { class: "hint small" }, t("photo.me.hint")),
  );
}

/** The AvatarSpec of a face, asked for once. */
async function dress(picture, i, app) {
  if (!picture.people.has(i)) {
    const { spec } = await app.api.personalise([picture.blob], { face: i });
    picture.people.set(i, spec);
  }
  return picture.people.get(i);
}

/** Emoji that fit the face, and the words that the user may add; a pick is copied, worn by the avatar, and learnt from. */
function suggestions(face, wear, app) {
  const { t } = app;
  const chips = h("div", { class: "chips", role: "group", "aria-label": t("photo.copy") });
  let shown = [], asked = 0, timer = 0;
  const picked = (emoji) => {
    wear(emoji);
    const text = words.value.trim() !== "";
    app.api.post("/api/suggest/pick", { emoji, face, text, shown }).catch(() => {}); // it is copied all the same
  };
  const fill = (list) => {
    shown = list.map(({ emoji }) => emoji);
    put(chips, list.map(({ emoji, name, reason: why }) =>
      chip(emoji, { app, name: [name, why].filter(Boolean).join(": "), label: t("word.copy", { emoji: name || emoji }), onpick: picked })));
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const list = await app.api.suggest({ face, text: words.value.trim() || null, language: t.language, k: SUGGESTIONS });
      if (mine === asked && list.length) fill(list);
    } catch {
      // What came with the photo stays.
    }
  };
  const words = h("input", { class: "text-input", type: "text", maxlength: 200, autocomplete: "off",
    placeholder: t("photo.words.example"), "aria-label": t("photo.words"),
    oninput: () => {
      if (words.value) words.dir = "auto";
      else words.removeAttribute("dir"); // the example runs as the page does
      clearTimeout(timer);
      timer = setTimeout(ask, 250);
    } });
  fill(face.suggestions?.length ? face.suggestions : [{ emoji: face.expression.emoji, name: "" }]);
  ask();
  return [chips, words];
}

function adopt(spec, app) {
  const { t, me } = app;
  const before = me.spec;
  me.set(spec);
  app.toast(t("me.set"), {
    face: "cool",
    action: { label: t("me.save"), onclick: () => app.toast(me.save() ? t("me.saved") : t("me.nostorage"), {
      action: { label: t("word.undo"), onclick: () => (before ? me.set(before) : me.forget()) } }) },
    seconds: 9,
  });
}

