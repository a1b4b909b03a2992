// Photo: pictures in, every face marked; the chosen face's expression, emoji and avatar.

import { button, message, spinner } from "../parts/controls.js";
import { dropzone, picker, receive } from "../parts/dropzone.js";
import { h, put } from "../parts/dom.js";
import { faceBoxes } from "../parts/faces.js";
import { icon } from "../parts/icons.js";
import { facePanel, spoken } from "./photo-face.js";

const SAMPLES = ["collins", "hopper"];
const ACCEPTED = "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp";
const KINDS = /\.(jpe?g|png|webp|gif|tiff?|bmp|avif|heic|heif|ppm)$/i;

/** The pictures of this visit, in memory alone: they are still here after a look at another page. */
const album = [];
let chosen = null;

export async function mount(root, app) {
  const { t } = app;
  const stage = h("div", { class: "photo-stage" });
  const side = h("div", { class: "photo-side" });
  const strip = h("div", { class: "strip", role: "group", "aria-label": t("photo.strip") });
  const body = h("div", { class: "photo-body" });
  const head = h("header", { class: "page-head" }, h("h1", {}, t("photo.title")), h("p", { class: "lead" }, t("photo.lead")));
  put(root, head, body);
  let gone = false;

  function add(blobs) {
    const before = album.length;
    for (const blob of blobs) album.push({ blob, url: URL.createObjectURL(blob), name: blob.name ?? "", scene: null, problem: null, face: 0, people: new Map() });
    if (before === album.length) return;
    chosen = album[before];
    draw();
    look();
  }

  let looking = false;
  async function look() {
    if (looking) return;
    looking = true;
    for (let next; (next = album.find((one) => !one.scene && !one.problem)); ) {
      try {
        next.scene = await app.api.look(next.blob);
      } catch (problem) {
        next.problem = problem;
      }
      if (gone) break;
      drawStrip();
      if (next === chosen) {
        drawChosen();
        app.announce(next.scene ? told(next.scene) : app.explain(next.problem).title);
      }
    }
    looking = false;
  }

  const told = (scene) =>
    [t("photo.faces", { n: scene.faces.length }), ...scene.faces.slice(0, 3).map((face, i) => spoken(face, i, t))].join(". ");

  function draw() {
    if (!album.length) return put(body, welcome());
    put(body, h("div", { class: "photo-main" }, stage, strip), side);
    drawStrip();
    drawChosen();
  }

  function welcome() {
    return dropzone(
      { title: t("photo.drop"), hint: t("photo.hint"), faces: ["smile", "laugh", "think"] },
      picker({ label: t("photo.pick"), accept: ACCEPTED, multiple: true, onfiles: add }),
      button(t("photo.sample"), { icon: "photo", onclick: samples }),
    );
  }

  async function samples() {
    try {
      const blobs = await Promise.all(SAMPLES.map(async (name) => {
        const blob = await app.api.get(`/static/sample/${name}.webp`);
        return new File([blob], `${name}.webp`, { type: "image/webp" });
      }));
      add(blobs);
    } catch (problem) {
      app.toast(app.explain(problem).title, { kind: "problem" });
    }
  }

  function drawStrip() {
    const choose = (one) => {
      chosen = one;
      drawStrip();
      drawChosen();
      strip.querySelector('[aria-pressed="true"]')?.focus();
    };
    put(
      strip,
      album.map((one, i) =>
        h("button", { type: "button", class: "thumb", "aria-pressed": String(one === chosen), onclick: () => choose(one),
          "aria-label": [t("photo.number", { n: i + 1 }), one.name, one.scene ? t("photo.faces", { n: one.scene.faces.length }) : ""].filter(Boolean).join(", ") },
        h("img", { src: one.url, alt: "" }),
        one.scene ? h("span", { class: "thumb-count", "aria-hidden": "true" }, String(one.scene.faces.length))
          : one.problem ? h("span", { class: "thumb-count bad", "aria-hidden": "true" }, "!") : null),
      ),
      picker({ label: t("photo.add"), accept: ACCEPTED, multiple: true, onfiles: add, kind: "thumb thumb-add", content: icon("add", 24) }),
      button(t("photo.remove"), { icon: "trash", unlabelled: true, kind: "quiet photo-remove", onclick: remove }),
    );
  }

  function remove() {
    const at = album.indexOf(chosen);
    URL.revokeObjectURL(chosen.url);
    album.splice(at, 1);
    chosen = album[Math.min(at, album.length - 1)] ?? null;
    draw();
    app.announce(t("photo.removed"));
    (strip.querySelector('[aria-pressed="true"]') ?? body.querySelector("button"))?.focus();
  }

  function drawChosen() {
    const { scene, problem, url, name } = chosen;
    const image = h("img", { class: "photo-picture", src: url, alt: name ? t("photo.alt", { name }) : t("photo.altplain") });
    const frame = h("div", { class: "photo-frame" }, image);
    put(stage, frame);
    if (scene) mark(frame, image, scene);
    if (problem) put(side, failure(problem));
    else if (!scene) put(side, h("div", { class: "panel photo-wait" }, spinner(t("photo.looking")), h("p", { "aria-hidden": "true" }, t("photo.looking"))));
    else if (!scene.faces.length) put(side, message({ face: "think", title: t("photo.none"), text: t("photo.none.do") }));
    else showFace(chosen.face);
  }

  function mark(frame, image, scene) {
    frame.style.setProperty("--ratio", scene.width / scene.height);
    image.addEventListener("error", () => {
      frame.classList.add("unseeable"); // a format, such as HEIC, that this browser cannot show: its faces are known all the same
      frame.append(h("p", { class: "photo-unseeable" }, t("photo.unseeable")));
    });
    if (!scene.faces.length) return;
    const boxes = faceBoxes({ ...scene, label: t("photo.boxes"), name: (face, i) => spoken(face, i, t), onchoose: showFace });
    boxes.choose(chosen.face);
    frame.append(boxes.element);
  }

  function showFace(i) {
    chosen.face = i;
    put(side, facePanel(chosen, i, app));
  }

  function failure(problem) {
    const { title, text } = app.explain(problem);
    return message({ face: "sad", title, text: problem.name === "not-a-picture" ? t("photo.formats") : text, kind: "problem" });
  }

  const end = receive({
    accept: (file) => file.type.startsWith("image/") || KINDS.test(file.name),
    onfiles: add,
    mark: root,
  });
  draw();
  look();
  return () => {
    gone = true;
    end();
  };
}
