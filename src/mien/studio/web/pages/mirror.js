// Mirror: the camera's picture with an emoji on every face, and avatars that do as the faces do.

import { button, message, segmented, select } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { Camera } from "./mirror-camera.js";
import { Link } from "./mirror-link.js";
import { People } from "./mirror-people.js";
import { recordSwitch } from "./mirror-record.js";

const ALONE = 1200; // ms without a face after which the page says so
const SPEAK = 4000; // ms between two words to screen readers
const FACES = { refused: "relieved", missing: "think", taken: "think", unsupported: "think", unplugged: "surprise", lost: "sad", away: "sleep" };

export async function mount(root, app) {
  const { t } = app;
  const body = h("div", { class: "mirror-body" });
  put(root, h("header", { class: "page-head" }, h("h1", {}, t("mirror.title")), h("p", { class: "lead" }, t("mirror.lead"))), body);

  const video = h("video", { class: "mirror-video", playsinline: true, "aria-label": t("mirror.video") });
  video.muted = true;
  video.addEventListener("loadedmetadata", () => body.style.setProperty("--ratio", video.videoWidth / video.videoHeight));
  const over = h("div", { class: "mirror-over", "aria-hidden": "true" });
  const rate = h("span", { class: "mirror-rate" });
  const sign = h("p", { class: "camera-sign" }, h("span", { class: "camera-dot", "aria-hidden": "true" }), h("span", {}, t("mirror.on")));
  const stage = h("div", { class: "mirror-people" });
  const alone = h("div", { class: "mirror-alone", hidden: true }, h("img", { src: "/static/faces/look.svg", alt: "", width: 96, height: 96 }), h("p", {}, t("mirror.alone")));
  const cameras = h("div", { class: "mirror-cameras" });
  const camera = new Camera(video);
  const people = new People(over, stage, t);
  const kept = h("span", {}, t("mirror.private"));
  const recorder = recordSwitch(app, () => link, (person) => { kept.textContent = t(person === null ? "mirror.private" : "journal.rec.note"); });
  let link = null, wearing = app.me.spec ? "me" : "seen", mine = null, said = { label: "", when: 0 }, seen = 0, gone = false, record = app.query.has("record");

  // What is shown

  function invite() {
    put(body, h("section", { class: "panel mirror-invite" },
      h("div", { class: "mirror-faces", "aria-hidden": "true" }, ["wink", "surprise", "grin"].map((face) => h("img", { src: `/static/faces/${face}.svg`, alt: "", width: 96, height: 96 }))),
      h("h2", {}, t("mirror.invite")),
      h("p", { class: "hint" }, t("mirror.invite.how")),
      button(t("mirror.start"), { icon: "camera", kind: "main", onclick: () => start() }),
      promise()));
  }

  const promise = () => h("p", { class: "mirror-promise hint" }, icon("lock", 16), kept);

  function trouble(kind) {
    stop();
    put(body, message({ face: FACES[kind], title: t(`mirror.${kind}`), text: t(`mirror.${kind}.do`), live: true,
      actions: [button(t(kind === "away" ? "mirror.start" : "word.again"), { icon: "camera", kind: "main", onclick: () => start() }),
        kind === "away" ? null : button(t("mirror.photo"), { icon: "photo", onclick: () => app.go("photo") })] }));
    body.dataset.state = kind;
  }

  function glass() {
    const choices = [{ value: "seen", label: t("mirror.seen") }, { value: "plain", label: t("mirror.plain") }];
    if (app.me.spec) choices.unshift({ value: "me", label: t("mirror.me") });
    put(body,
      h("div", { class: "mirror-glass" },
        h("section", { class: "mirror-side", "aria-label": t("mirror.video") },
          h("div", { class: "mirror-frame" }, video, over, sign),
          h("div", { class: "mirror-bar" }, button(t("mirror.stop"), { icon: "stop", kind: "main mirror-stop", onclick: ended }), recorder.element, cameras, rate),
          promise()),
        h("section", { class: "mirror-side", "aria-label": t("mirror.avatars") },
          h("div", { class: "mirror-stage" }, stage, alone),
          h("div", { class: "mirror-bar" }, segmented(t("mirror.wear"), choices, wearing, (value) => { wearing = value; dress(); })))));
    body.dataset.state = "on";
    body.querySelector(".mirror-stop").focus({ preventScroll: true });
  }

  function ended() {
    stop();
    invite();
    app.announce(t("mirror.off"));
    body.querySelector(".button.main").focus();
  }

  // What is done

  async function start(id) {
    const press = body.querySelector(".button.main");
    press?.setAttribute("aria-busy", "true");
    app.announce(t("mirror.asking"));
    try {
      await camera.start(id, () => trouble("unplugged"));
    } catch (error) {
      if (!gone) trouble(error.trouble ?? "taken");
      return;
    }
    if (gone || document.hidden) return camera.stop();
    if (body.dataset.state !== "on") glass();
    link ??= new Link({
      onanswer: answered,
      onlost: () => trouble("lost"),
      onstate: (state) => body.classList.toggle("reconnecting", state === "again"),
      onrecord: recorder.ended,
    });
    dress();
    seen = performance.now();
    app.announce(t("mirror.on"));
    pump();
    if (record) recorder.start();
    record = false;
    await offer();
  }

  function stop() {
    camera.stop();
    link?.close();
    link = null;
    recorder.ended();
    people.clear();
    mine = null;
    alone.hidden = true;
    times.length = 0;
    body.dataset.state = "off";
  }

  /** A choice of cameras, where there are several. */
  async function offer() {
    const list = await camera.list();
    if (list.length < 2 || !camera.on) return put(cameras);
    return put(cameras, select(t("mirror.camera"), list.map((one, i) => ({ ...one, label: one.label || `${t("mirror.camera")} ${i + 1}` })), camera.id, (id) => start(id)));
  }

  let round = 0;
  function pump() {
    const mine = ++round;
    const beat = () => {
      if (mine !== round || !link || !camera.on) return;
      const jpeg = link.free ? camera.frame() : null;
      if (jpeg) link.send(jpeg);
      camera.next(beat);
    };
    camera.next(beat);
  }

  function dress() {
    if (wearing === "plain") link?.wear({ "*": { plain: true } });
    else if (wearing === "me" && mine !== null) link?.wear({ [mine]: app.me.spec, "*": null });
    else link?.wear({ "*": wearing === "me" ? app.me.spec : null });
  }

  const times = [];
  function answered(answer) {
    if (!camera.on) return;
    people.update(answer);
    const now = performance.now();
    times.push(now);
    while (times[0] < now - 2000) times.shift();
    const perSecond = times.length > 3 ? Math.round((1000 * (times.length - 1)) / (now - times[0])) : 0;
    if (perSecond && rate.dataset.rate !== String(perSecond)) {
      rate.dataset.rate = perSecond;
      rate.textContent = t("mirror.rate", { n: perSecond });
    }
    const [first] = answer.scene.faces;
    if (first) seen = now;
    alone.hidden = now - seen < ALONE;
    if (first) speak(first, now);
    const ids = answer.scene.faces.map((face) => String(face.track_id));
    if (wearing === "me" && ids.length && !ids.includes(mine)) {
      mine = ids[0];
      dress();
    }
  }

  function speak(face, now) {
    const { label } = face.expression;
    if (label === said.label || now - said.when < SPEAK) return;
    said = { label, when: now };
    app.announce(t.has(`label.${label}`) ? t(`label.${label}`) : label);
  }

  const hidden = () => { if (document.hidden && camera.on) trouble("away"); };
  document.addEventListener("visibilitychange", hidden);
  invite();
  return () => {
    gone = true;
    document.removeEventListener("visibilitychange", hidden);
    stop();
  };
}
