// Drawings into <img>: blob addresses that are given back when they are no longer shown.

import { h } from "./dom.js";

/** Show a drawing (SVG text or a Blob) in an <img>, and let go of the one before. */
export function show(image, drawing) {
  const blob = typeof drawing === "string" ? new Blob([drawing], { type: "image/svg+xml" }) : drawing;
  const address = URL.createObjectURL(blob);
  const free = () => URL.revokeObjectURL(address);
  image.addEventListener("load", free, { once: true });
  image.addEventListener("error", free, { once: true });
  image.src = address;
}

/** An <img> for an avatar, empty until `show` is called on it. */
export const avatarImage = (alt, size = 240) =>
  h("img", { class: "avatar", alt, width: size, height: size, draggable: "false" });
