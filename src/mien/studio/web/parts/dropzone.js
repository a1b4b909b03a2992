// Files in: picked, dropped anywhere on the page, or pasted.

import { h } from "./dom.js";

/**
 * Let files be dropped anywhere and pasted: onfiles(File[]). accept(file) says which count.
 * `mark` is an element that gets the class "dropping" while something hovers. Gives a function that ends it.
 */
export function receive({ accept, onfiles, mark }) {
  let depth = 0;
  const take = (list) => {
    const files = [...(list ?? [])].filter(accept);
    if (files.length) onfiles(files);
    return files.length > 0;
  };
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (event) => { if (carries(event)) event.preventDefault(); };
  const enter = (event) => { if (carries(event) && ++depth === 1) mark.classList.add("dropping"); };
  const leave = (event) => { if (carries(event) && --depth <= 0) { depth = 0; mark.classList.remove("dropping"); } };
  const drop = (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    mark.classList.remove("dropping");
    take(event.dataTransfer.files);
  };
  const paste = (event) => { if (take(event.clipboardData?.files)) event.preventDefault(); };
  const heard = { dragover: over, dragenter: enter, dragleave: leave, drop, paste };
  for (const [name, what] of Object.entries(heard)) window.addEventListener(name, what);
  return () => {
    for (const [name, what] of Object.entries(heard)) window.removeEventListener(name, what);
  };
}

/** A button that opens the file chooser: {label, accept: "image/*", multiple, onfiles, main, content}. */
export function picker({ label, accept, multiple = false, onfiles, kind = "main", content }) {
  const input = h("input", { type: "file", accept, multiple, class: "unseen", tabindex: -1, "aria-hidden": "true",
    onchange: () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) onfiles(files);
    } });
  const press = h("button", { type: "button", class: `button ${kind}`, onclick: () => input.click() }, content ?? h("span", {}, label));
  if (content) press.setAttribute("aria-label", label);
  return h("span", { class: "picker" }, press, input);
}

/** The large place to drop files on: {title, hint, faces: names of faces/, children}. */
export function dropzone({ title, hint, faces = [], over = "surprise" }, ...children) {
  return h(
    "section",
    { class: "dropzone" },
    h("div", { class: "dropzone-faces", "aria-hidden": "true" },
      faces.map((face) => h("span", { class: "peek" },
        h("img", { class: "peek-calm", src: `/static/faces/${face}.svg`, alt: "", width: 96, height: 96 }),
        h("img", { class: "peek-over", src: `/static/faces/${over}.svg`, alt: "", width: 96, height: 96 })))),
    h("h2", {}, title),
    h("p", { class: "hint" }, hint),
    h("div", { class: "row centred" }, children),
  );
}
