// Drawings of the avatar as it is and as it could be: asked for when they come into view, kept, never in the way of the
// large one.

import { show } from "../parts/avatar.js";
import { changed } from "./me-history.js";

const CHUNK = 5; // drawings a request: about 50 ms of the studio's time
const SIZE = 512; // pixels; small and large are the same drawing, so that what is chosen among thumbnails is there at once
const CALM = 120; // ms without a change after which thumbnails follow
const KEPT = 1200;

const drawn = new Map(); // key -> SVG text, the least used first

const keyOf = (spec, expression, crop) => JSON.stringify([spec, expression, crop]);

function recall(key) {
  const svg = drawn.get(key);
  if (svg === undefined) return undefined;
  drawn.delete(key);
  drawn.set(key, svg);
  return svg;
}

function keep(key, svg) {
  drawn.set(key, svg);
  if (drawn.size > KEPT) drawn.delete(drawn.keys().next().value);
}

/** The large drawing: the newest wish wins, one request at a time. */
export class Preview {
  #shown = "";
  #wanted = "";
  #next = null;
  #busy = false;
  #foreseeing = false;

  constructor(image, api, onproblem) {
    Object.assign(this, { image, api, onproblem });
  }

  get busy() {
    return this.#busy;
  }

  draw(spec, expression) {
    const key = keyOf(spec, expression, null);
    const svg = recall(key);
    this.#wanted = key;
    if (svg === undefined) {
      this.#next = { spec, expression, key };
      if (!this.#busy) this.#run();
    } else {
      this.#next = null;
      this.#show(key, svg, expression);
    }
  }

  /** What may be wanted next, because somebody points at it. */
  async foresee(spec, expression) {
    const key = keyOf(spec, expression, null);
    if (this.#busy || this.#foreseeing || recall(key) !== undefined) return;
    this.#foreseeing = true;
    try {
      keep(key, await this.#ask(spec, expression));
    } catch {
      // It is asked for again when it is chosen.
    } finally {
      this.#foreseeing = false;
    }
  }

  async #ask(spec, expression) {
    return (await this.api.avatar({ spec, expression, format: "svg", size: SIZE })).text();
  }

  #show(key, svg, expression) {
    if (key === this.#shown) return;
    this.#shown = key;
    show(this.image, svg);
    this.image.dataset.expression = expression;
  }

  async #run() {
    this.#busy = true;
    while (this.#next) {
      const { spec, expression, key } = this.#next;
      this.#next = null;
      try {
        const svg = await this.#ask(spec, expression);
        keep(key, svg);
        if (key === this.#wanted || this.#next !== null) this.#show(key, svg, expression); // of a drag, what it passes too
      } catch (problem) {
        this.onproblem(problem);
      }
    }
    this.#busy = false;
  }
}

/**
 * Thumbnails. Each <img> has a recipe {changes, expression, crop}: what it shows of whatever the avatar is by then.
 * Without an expression it wears the avatar's, or none where it is a crop.
 */
export class Thumbnails {
  #items = new Map();
  #spec = null;
  #worn = "neutral";
  #timer = 0;
  #pumping = false;
  #ended = false;
  #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "160px" });

  constructor(api, preview) {
    Object.assign(this, { api, preview });
  }

  add(image, { changes = {}, expression = null, crop = null }) {
    this.#items.set(image, { changes, expression, crop, seen: false, met: false, key: "" });
    this.#observer.observe(image);
    return image;
  }

  /** The avatar has changed, or wears something else. */
  follow(spec, worn) {
    const first = this.#spec === null;
    this.#spec = spec;
    this.#worn = worn;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), first ? 0 : CALM);
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const item = this.#items.get(target);
      if (!item) continue;
      item.seen = isIntersecting;
      item.met ||= target.isConnected;
      if (target.isConnected || !item.met) continue; // not there yet
      this.#observer.unobserve(target);
      this.#items.delete(target);
    }
    this.#pump();
  }

  #expression({ expression, crop }) {
    return expression ?? (crop ? "neutral" : this.#worn);
  }

  #key(item) {
    return keyOf(changed(this.#spec, item.changes), this.#expression(item), item.crop);
  }

  /** Those in view that show something else than they should; what is kept is shown at once. */
  #stale() {
    const stale = [];
    for (const [image, item] of this.#items) {
      if (!item.seen || !image.isConnected) continue;
      const key = this.#key(item);
      if (key === item.key) continue;
      const svg = recall(key);
      if (svg === undefined) stale.push({ image, item, key });
      else paint(image, item, key, svg);
    }
    return stale;
  }

  async #pump() {
    if (this.#pumping || this.#spec === null) return;
    this.#pumping = true;
    try {
      for (let stale; !this.#ended && (stale = this.#stale()).length; ) {
        if (this.preview.busy) {
          await new Promise((done) => setTimeout(done, 20));
          continue;
        }
        await this.#draw(stale, this.#spec);
      }
    } catch {
      // What was there stays; the next change asks again.
    } finally {
      this.#pumping = false;
    }
  }

  async #draw(stale, spec) {
    const [{ item: first }] = stale;
    const plain = ({ changes }) => Object.keys(changes).length === 0;
    const alike = ({ item }) => item.crop === first.crop && (plain(first) ? plain(item) : !plain(item) && item.expression === first.expression);
    const batch = stale.filter(alike).slice(0, CHUNK);
    const items = batch.map(({ item }) => item);
    const asked = plain(first)
      ? { expressions: items.map((item) => this.#expression(item)) }
      : { variants: items.map(({ changes }) => changes), expression: this.#expression(first) };
    const svgs = await this.api.sheet({ spec, ...asked, crop: first.crop, size: SIZE });
    svgs.forEach((svg, i) => {
      const { image, item, key } = batch[i];
      keep(key, svg);
      paint(image, item, key, svg);
    });
  }
}

function paint(image, item, key, svg) {
  item.key = key;
  show(image, svg);
  image.classList.remove("waiting");
}
