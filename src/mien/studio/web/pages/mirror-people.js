// Everybody in the mirror: a box with an emoji on the video, an avatar beside it.

import { avatarImage } from "../parts/avatar.js";
import { h } from "../parts/dom.js";
import { drawing } from "../parts/emoji.js";

/** An <img> that shows the newest of what it is given, one drawing at a time. */
function painter(image) {
  let painted = "", next = null, at = false;
  const paint = (svg) => {
    if (svg === painted) return;
    if (at) {
      next = svg;
      return;
    }
    at = true;
    painted = svg;
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`; // a blob's address costs a wait for the browser
  };
  const done = () => {
    at = false;
    const svg = next;
    next = null;
    if (svg) paint(svg);
  };
  image.addEventListener("load", done);
  image.addEventListener("error", done);
  return paint;
}

class Person {
  #emoji = "";
  #label = "";

  constructor(t) {
    this.t = t;
    this.sign = h("img", { class: "live-emoji", alt: "", width: 44, height: 44 });
    this.box = h("div", { class: "live-box", "aria-hidden": "true" }, this.sign);
    this.image = avatarImage("", 360);
    this.image.classList.add("waiting");
    this.image.addEventListener("load", () => this.image.classList.remove("waiting"), { once: true });
    this.said = h("figcaption", { class: "live-said" });
    this.figure = h("figure", { class: "live-person" }, this.image, this.said);
    this.paint = painter(this.image);
  }

  update(face, { width, height }, svg) {
    const { x, y, width: w, height: tall } = face.box;
    const set = (name, value) => this.box.style.setProperty(name, `${(100 * value).toFixed(2)}%`);
    set("left", 1 - (x + w) / width); // the video is mirrored, and so is what lies on it
    set("top", y / height);
    set("width", w / width);
    set("height", tall / height);
    const { emoji, label } = face.expression;
    if (emoji !== this.#emoji) {
      this.#emoji = emoji;
      this.figure.dataset.emoji = emoji;
      drawing(emoji).then((address) => { if (address && this.#emoji === emoji) this.sign.src = address; });
    }
    if (label !== this.#label) {
      this.#label = label;
      this.figure.dataset.label = label;
      this.box.classList.toggle("unsure", label === "unsure");
      const words = this.t.has(`label.${label}`) ? this.t(`label.${label}`) : label;
      this.said.textContent = words;
      this.image.alt = this.t("mirror.avatar", { label: words });
    }
    if (svg) this.paint(svg);
  }
}

/** Boxes go into `over`, avatars into `stage`. */
export class People {
  #all = new Map();

  constructor(over, stage, t) {
    Object.assign(this, { over, stage, t });
  }

  get size() {
    return this.#all.size;
  }

  update({ scene, avatars }) {
    const present = new Set(scene.faces.map((face) => String(face.track_id)));
    for (const [id, person] of this.#all) {
      if (present.has(id)) continue;
      person.box.remove();
      person.figure.remove();
      this.#all.delete(id);
    }
    for (const face of scene.faces) {
      const id = String(face.track_id);
      let person = this.#all.get(id);
      if (!person) {
        this.#all.set(id, (person = new Person(this.t)));
        this.over.append(person.box);
        if (avatars[id]) this.stage.append(person.figure);
      }
      if (avatars[id] && !person.figure.isConnected) this.stage.append(person.figure);
      person.update(face, scene, avatars[id]);
    }
    this.stage.style.setProperty("--columns", Math.ceil(Math.sqrt(this.stage.children.length || 1)));
  }

  clear() {
    this.update({ scene: { faces: [] }, avatars: {} });
  }
}
