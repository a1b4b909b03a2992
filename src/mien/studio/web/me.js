// The avatar in use. It lives in this page until the user saves it; then in this browser's storage, until forgotten.

const KEY = "mien.me";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

class Me extends EventTarget {
  #spec = kept();

  /** The AvatarSpec as plain data, or null. */
  get spec() {
    return this.#spec;
  }

  /** Whether this very avatar is stored in the browser. */
  get saved() {
    return this.#spec !== null && JSON.stringify(kept()) === JSON.stringify(this.#spec);
  }

  /** Whether the user has an avatar stored in the browser, be it an older one. */
  get keeps() {
    return kept() !== null;
  }

  set(spec) {
    this.#spec = spec;
    this.dispatchEvent(new Event("change"));
  }

  /** Store it in this browser; false where the browser has no storage. */
  save() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#spec));
    } catch {
      return false;
    }
    this.dispatchEvent(new Event("change"));
    return true;
  }

  /** Take it out of the browser's storage; it goes on living in this page. */
  unsave() {
    localStorage.removeItem(KEY);
    this.dispatchEvent(new Event("change"));
  }

  /** No avatar any more, nor a stored one. */
  forget() {
    localStorage.removeItem(KEY);
    this.set(null);
  }
}

export const me = new Me();
