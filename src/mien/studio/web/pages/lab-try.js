// Try a trained network on a photo, without making it the studio's.

import { bars } from "../parts/bars.js";
import { button, spinner } from "../parts/controls.js";
import { picker, receive } from "../parts/dropzone.js";
import { h, put } from "../parts/dom.js";
import { glyph } from "../parts/emoji.js";
import { faceBoxes } from "../parts/faces.js";
import { classOf } from "./lab-parts.js";

/** Gives {element, end()}. */
export function tryPanel(lab) {
  const { app, run } = lab;
  const { t } = app;
  const place = h("div", { class: "lab-tried", "aria-live": "polite" });
  let address = null;
  let asked = 0;

  async function look(blob) {
    const mine = ++asked;
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(blob);
    put(place, h("div", { class: "lab-waiting" }, spinner(t("photo.looking"))));
    try {
      const form = new FormData();
      form.append("picture", blob, blob.name ?? "picture");
      const scene = await app.api.post(`/api/lab/look?run=${run.id}`, form);
      if (mine === asked) show(scene);
    } catch (problem) {
      if (mine !== asked) return;
      put(place);
      lab.failed(problem);
    }
  }

  function show(scene) {
    if (!scene.faces.length) return put(place, h("p", {}, t("photo.none"), ". ", t("photo.none.do")));
    const said = h("div", { class: "stack" });
    const name = (face, i) => `${t("photo.face", { n: i + 1 })}: ${classOf(face.expression.label, t)}`;
    const tell = (i) => {
      const { label, emoji, probabilities } = scene.faces[i].expression;
      const rows = Object.entries(probabilities).sort((a, b) => b[1] - a[1]).map(([key, value]) => ({ label: classOf(key, t), value, strong: key === label }));
      put(said, h("h3", { class: "lab-said" }, glyph(emoji, 32), classOf(label, t)), bars(t("photo.probabilities"), rows, t.percent));
    };
    const boxes = faceBoxes({ ...scene, label: t("photo.boxes"), name, onchoose: tell });
    tell(0);
    return put(place, h("div", { class: "lab-photo" }, h("img", { src: address, alt: t("photo.altplain") }), boxes.element), said);
  }

  async function sample() {
    try {
      await look(await app.api.get("/static/sample/collins.webp"));
    } catch (problem) {
      lab.failed(problem);
    }
  }

  const element = h("section", { class: "panel stack" }, h("h2", {}, t("lab.try")), h("p", { class: "hint" }, t("lab.try.text")),
    h("div", { class: "row" }, picker({ label: t("lab.try.pick"), accept: "image/*", kind: "plain", onfiles: ([file]) => look(file) }), button(t("lab.try.sample"), { icon: "photo", onclick: sample })), place);
  const end = receive({ accept: (file) => file.type.startsWith("image/"), onfiles: ([file]) => look(file), mark: lab.root });
  return { element, end: () => {
    asked += 1;
    end();
    if (address) URL.revokeObjectURL(address);
  } };
}
