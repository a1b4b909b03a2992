// Small pictures of what can become of a clip.

import { s } from "../parts/dom.js";

const person = () => [
  s("path", { class: "sketch-body", d: "M22 60c1-13 8-18 20-18s19 5 20 18Z" }),
  s("circle", { class: "sketch-head", cx: 42, cy: 26, r: 13 }),
];
const face = (name, x, y, size) => s("image", { href: `/static/faces/${name}.svg`, x, y, width: size, height: size });

const INSIDE = {
  label: () => [...person(), s("rect", { class: "sketch-box", x: 27, y: 11, width: 30, height: 30, rx: 5 }), face("laugh", 49, 3, 17)],
  replace: () => [...person(), face("laugh", 25, 8, 35)],
  avatar_only: () => [face("laugh", 24, 10, 40)],
};

/** What "label", "replace" or "avatar_only" looks like. */
export const sketch = (draw) =>
  s("svg", { class: `sketch sketch-${draw}`, viewBox: "0 0 88 60", width: 88, height: 60, "aria-hidden": "true" },
    s("rect", { class: "sketch-ground", width: 88, height: 60, rx: 8 }), INSIDE[draw]());
