// Where an avatar comes from: photos, the camera, a file, or nobody at all.

import { button, dialog } from "../parts/controls.js";
import { dropzone, picker } from "../parts/dropzone.js";
import { h } from "../parts/dom.js";
import { faceBoxes } from "../parts/faces.js";
import { Camera } from "./mirror-camera.js";
import { spoken } from "./photo-face.js";

export const PICTURES = "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp";
export const FILES = "application/json,.json";
const MOST = 8; // photos of one guess, as the studio takes them
const SHOTS = 3; // of the camera, for one guess: they meet in the middle
const BETWEEN = 8; // camera frames from one to the next

/** What to begin with. actions = {photos(files), camera(), anybody(), open(files)}. */
export function welcome(app, actions) {
  const { t } = app;
  return dropzone(
    { title: t("me.drop"), hint: t("me.hint"), faces: ["cool", "grin", "nerd"] },
    picker({ label: t("me.photos"), accept: PICTURES, multiple: true, onfiles: actions.photos }),
    button(t("me.camera"), { icon: "camera", onclick: actions.camera }),
    button(t("me.anybody"), { icon: "dice", onclick: actions.anybody }),
    picker({ label: t("me.open"), accept: FILES, onfiles: actions.open, kind: "quiet" }),
  );
}

/** A guess from photos of one person: {spec, traits}; null where the user left. Raises Problem. */
export async function fromPhotos(blobs, app) {
  if (blobs.length > 1) return app.api.personalise(blobs.slice(0, MOST));
  const scene = await app.api.look(blobs[0]);
  let face = 0;
  if (scene.faces.length > 1) {
    face = await choose(blobs[0], scene, app);
    if (face === null) return null;
  }
  return app.api.personalise(blobs, { face });
}

/** Which of several faces: its number, or null. */
async function choose(blob, scene, app) {
  const { t } = app;
  const address = URL.createObjectURL(blob);
  let chosen = 0;
  const boxes = faceBoxes({ ...scene, label: t("photo.boxes"), name: (face, i) => spoken(face, i, t), onchoose: (i) => { chosen = i; } });
  const frame = h("div", { class: "me-which" }, h("img", { src: address, alt: t("photo.altplain") }), boxes.element);
  const done = await dialog(t("me.which"), frame, [{ label: t("me.which.this"), value: true, kind: "main" }], { close: t("word.close") });
  URL.revokeObjectURL(address);
  return done ? chosen : null;
}

/** Pictures of the camera, in a dialog: Blobs, or null where the user left or there is no camera. */
export async function fromCamera(app) {
  const { t } = app;
  const video = h("video", { class: "me-video", playsinline: true, "aria-label": t("mirror.video") });
  video.muted = true;
  const camera = new Camera(video);
  try {
    await camera.start(undefined, () => {});
  } catch (error) {
    app.toast(t(`mirror.${error.trouble ?? "taken"}`), { kind: "problem" });
    return null;
  }
  try {
    let shots = null;
    const take = button(t("me.take"), { icon: "camera", kind: "main", onclick: async () => {
      take.disabled = true;
      shots = await several(camera);
      video.closest("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true }));
    } });
    const frame = h("div", { class: "me-camera" }, video);
    await dialog(t("me.camera"), [frame, h("p", { class: "hint" }, t("me.camera.hint")), h("div", { class: "row centred" }, take)], [], { close: t("word.close") });
    return shots?.length ? shots : null;
  } finally {
    camera.stop();
  }
}

async function several(camera) {
  const shots = [];
  for (let frame = 0; shots.length < SHOTS && frame < SHOTS * BETWEEN * 4 && camera.on; frame++) {
    await new Promise((done) => camera.next(done));
    if (frame % BETWEEN) continue;
    const jpeg = camera.frame();
    if (jpeg) shots.push(new Blob([jpeg], { type: "image/jpeg" }));
  }
  return shots;
}
