// Emoji as the avatar engine draws them, so that they look the same on every machine; the system's own where it has none.

import { get, sheet } from "../api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const drawings = new Map(); // emoji -> promise of a blob address, or null
let waiting = null;

let faces = null; // promise of the set of emoji that the engine draws

async function drawn(wanted) {
  try {
    faces ??= get("/api/avatar/choices").then((choices) => new Set(choices.expressions));
    const known = await faces;
    const list = wanted.filter((one) => known.has(one));
    const svgs = list.length ? await sheet({ spec: { plain: true }, expressions: list }) : [];
    const addresses = new Map(svgs.map((svg, i) => [list[i], URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))]));
    return wanted.map((one) => addresses.get(one) ?? null);
  } catch {
    faces = null;
    return wanted.map(() => null);
  }
}

/** The address of an emoji's drawing, or null. What is asked for in one turn goes in one request. */
export function drawing(emoji) {
  if (!drawings.has(emoji)) {
    if (!waiting) {
      const batch = (waiting = { list: [] });
      batch.answer = Promise.resolve().then(() => {
        waiting = null;
        return drawn(batch.list);
      });
    }
    const { list, answer } = waiting;
    const number = list.push(emoji) - 1;
    drawings.set(emoji, answer.then((addresses) => addresses[number]));
  }
  return drawings.get(emoji);
}

/** An emoji, `size` pixels. Silent for screen readers unless `name` says what it is. */
export function glyph(emoji, size = 32, name = "") {
  const image = h("img", { class: "glyph", alt: name, width: size, height: size, draggable: "false", dataset: { emoji } });
  drawing(emoji).then((address) => {
    if (address) image.src = address;
    else image.replaceWith(h("span", { class: "glyph glyph-text", role: name ? "img" : undefined, "aria-label": name || undefined,
      "aria-hidden": name ? undefined : "true", style: { "font-size": `${size * 0.8}px` }, dataset: { emoji } }, emoji));
  });
  return image;
}

/** Put text on the clipboard; false where the browser forbids it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** An emoji that is copied with one click: onpick(emoji) afterwards; `label` is read aloud ("Copy grinning face"). */
export function chip(emoji, { label, name = "", onpick, app }) {
  const press = h(
    "button",
    { type: "button", class: "chip", "aria-label": label, title: name,
      onclick: async () => {
        const done = await copy(emoji);
        if (done) {
          press.classList.add("copied");
          setTimeout(() => press.classList.remove("copied"), 1200);
          app.announce(app.t("word.copied", { emoji: name || emoji }));
        } else app.toast(app.t("word.notcopied"), { kind: "problem" });
        onpick?.(emoji);
      } },
    glyph(emoji, 36),
    h("span", { class: "chip-done", "aria-hidden": "true" }, icon("check", 18)),
  );
  return press;
}
