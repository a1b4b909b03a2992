// What is taken along: a picture, a moving one, the avatar as a file.

import { busy, button, segmented, select, toggle } from "../parts/controls.js";
import { picker } from "../parts/dropzone.js";
import { h, put } from "../parts/dom.js";
import { FILES } from "./me-start.js";

const STILL = ["png", "svg", "webp"];
const MOVING = ["webp", "gif", "apng"];
const SIZES = [128, 256, 512, 1024];
const LARGEST_MOVING = 512;
const chosen = { moving: false, still: "png", loop: "webp", size: 512 };

/** Let the browser save a Blob. */
export function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** desk = {...app, spec(), worn(), open(files)}. */
export function takePanel(desk) {
  const { t, me } = desk;
  const formats = h("div", {});
  const sizes = h("div", {});
  const loop = h("img", { class: "me-loop", alt: t("me.loop"), width: 160, height: 160, hidden: true });

  const format = () => (chosen.moving ? chosen.loop : chosen.still);
  const asked = (kind) => ({ spec: desk.spec(), expression: desk.worn(), format: kind, size: chosen.size, animate: chosen.moving && kind !== "png" });
  const draw = () => {
    const fitting = SIZES.filter((value) => !chosen.moving || value <= LARGEST_MOVING);
    if (chosen.moving) chosen.size = Math.min(chosen.size, LARGEST_MOVING);
    const options = (chosen.moving ? MOVING : STILL).map((value) => ({ value, label: value.toUpperCase().replace("WEBP", "WebP") }));
    put(formats, segmented(t("me.format"), options, format(), (value) => {
      chosen[chosen.moving ? "loop" : "still"] = value;
      draw();
      formats.querySelector('[aria-checked="true"]').focus();
    }));
    put(sizes, format() === "svg" ? h("p", { class: "hint" }, t("me.svg"))
      : select(t("me.size"), fitting.map((value) => ({ value, label: t("me.pixels", { n: value }) })), chosen.size, (value) => { chosen.size = Number(value); }));
    copyIt.hidden = chosen.moving || !window.ClipboardItem;
    loop.hidden = true;
  };

  const make = (task) => async (event) => {
    const press = event.currentTarget;
    try {
      await busy(press, task);
    } catch (problem) {
      desk.toast(desk.explain(problem).title, { kind: "problem" });
    }
  };
  const download = make(async () => {
    const kind = format();
    if (chosen.moving) desk.announce(t("me.drawing"));
    const blob = await desk.api.avatar(asked(kind));
    if (chosen.moving) {
      loop.addEventListener("load", () => URL.revokeObjectURL(loop.src), { once: true });
      loop.src = URL.createObjectURL(blob);
      loop.hidden = false;
    }
    save(blob, `me-${/^\w+$/.test(desk.worn()) ? desk.worn() : "emoji"}.${kind === "apng" ? "png" : kind}`);
    desk.announce(t("me.downloaded"));
  });
  const copyIt = button(t("me.copy"), { icon: "copy", onclick: make(async () => {
    const picture = desk.api.avatar({ ...asked("png"), animate: false });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]).catch(() => { throw new DOMException(t("word.notcopied")); });
    desk.toast(t("me.copied"));
  }) });

  const keeping = toggle(t("me.save"), me.keeps, (on) => {
    if (on && !me.save()) {
      keeping.querySelector("input").checked = false;
      return desk.toast(t("me.nostorage"), { kind: "problem" });
    }
    if (!on) me.unsave();
    return desk.announce(t(on ? "me.saved" : "me.unsaved"));
  });
  const moving = segmented(t("me.motion"), [{ value: "still", label: t("me.still") }, { value: "moving", label: t("me.moving") }],
    chosen.moving ? "moving" : "still", (value) => { chosen.moving = value === "moving"; draw(); });
  draw();
  return h("div", { class: "parts me-take" },
    h("div", { class: "part" }, h("h3", { class: "part-name" }, t("me.picture")), moving, formats, sizes, loop,
      h("div", { class: "row" }, button(t("me.download"), { icon: "download", kind: "main", onclick: download }), copyIt)),
    h("div", { class: "part" }, h("h3", { class: "part-name" }, t("me.file")), h("p", { class: "hint" }, t("me.file.why")),
      h("div", { class: "row" },
        button(t("me.savefile"), { icon: "save", onclick: () => save(new Blob([JSON.stringify(desk.spec(), null, 1)], { type: "application/json" }), "me.mien.json") }),
        picker({ label: t("me.open"), accept: FILES, onfiles: desk.open, kind: "plain" }))),
    h("div", { class: "part" }, h("h3", { class: "part-name" }, t("me.here")), keeping, h("p", { class: "hint" }, t("me.here.why"))),
  );
}
