// What was made of an avatar, step by step: undo and redo.

const DEEPEST = 200; // steps kept

/** The value at a dotted path: read(spec, "hair.style"). */
export const read = (spec, path) => path.split(".").reduce((at, name) => at?.[name], spec);

/** A copy of a spec with dotted paths set. */
export function changed(spec, changes) {
  let next = spec;
  for (const [path, value] of Object.entries(changes)) {
    const [group, name] = path.split(".");
    next = name === undefined ? { ...next, [group]: value } : { ...next, [group]: { ...next[group], [name]: value } };
  }
  return next;
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The steps of one avatar; event "change" after each. */
export class History extends EventTarget {
  #past = [];
  #future = [];
  #stroke = "";
  spec = null;

  get undoable() {
    return this.#past.length > 0;
  }

  get redoable() {
    return this.#future.length > 0;
  }

  /** A new state. Those of one `stroke`, such as the drag of a slider, are one step. */
  set(spec, stroke = "") {
    if (same(spec, this.spec)) return;
    if (this.spec !== null && !(stroke && stroke === this.#stroke)) this.#past.push(this.spec);
    if (this.#past.length > DEEPEST) this.#past.shift();
    this.#future = [];
    this.#stroke = stroke;
    this.#tell(spec);
  }

  /** The next change is a step of its own. */
  lift() {
    this.#stroke = "";
  }

  undo() {
    if (!this.undoable) return false;
    this.#future.push(this.spec);
    this.lift();
    this.#tell(this.#past.pop());
    return true;
  }

  redo() {
    if (!this.redoable) return false;
    this.#past.push(this.spec);
    this.lift();
    this.#tell(this.#future.pop());
    return true;
  }

  #tell(spec) {
    this.spec = spec;
    this.dispatchEvent(new Event("change"));
  }
}
