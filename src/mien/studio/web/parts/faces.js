// Faces marked on a picture: boxes that are radio buttons, one of them chosen by click or arrow key.

import { h, put, stepped } from "./dom.js";
import { glyph } from "./emoji.js";

/**
 * Boxes over a picture of width x height pixels: faces = [{box, expression}]. name(face, i) is what is read aloud,
 * onchoose(i) is called for a choice. Gives {element, choose(i)}.
 */
export function faceBoxes({ width, height, faces, name, label, onchoose }) {
  const element = h("div", { class: "boxes", role: "radiogroup", "aria-label": label });
  const share = (value, whole) => `${(100 * value) / whole}%`;
  const boxes = faces.map((face, i) => {
    const { x, y, width: w, height: tall } = face.box;
    const left = Math.max(0, x), top = Math.max(0, y);
    return h(
      "button",
      {
        type: "button", role: "radio", class: `box${w / width < 0.07 ? " box-small" : ""}${face.expression.label === "unsure" ? " box-unsure" : ""}`,
        "aria-label": name(face, i), onclick: () => choose(i, true), onkeydown: (event) => step(event, i),
        style: {
          left: share(left, width), top: share(top, height),
          width: share(Math.min(x + w, width) - left, width), height: share(Math.min(y + tall, height) - top, height),
        },
      },
      h("span", { class: "box-emoji" }, glyph(face.expression.emoji, 32)),
    );
  });
  const choose = (i, tell = false) => {
    boxes.forEach((box, k) => {
      box.setAttribute("aria-checked", String(k === i));
      box.tabIndex = k === i ? 0 : -1;
    });
    if (tell) onchoose(i);
  };
  const step = (event, i) => {
    const to = stepped(event, i, boxes.length);
    if (to === null) return;
    event.preventDefault();
    boxes[to].focus();
    choose(to, true);
  };
  choose(0);
  return { element: put(element, boxes), choose };
}
