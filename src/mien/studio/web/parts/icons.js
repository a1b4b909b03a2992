// Line icons, drawn on a grid of 24 with a round pen of 1.75: icon("photo"). They take the colour of the text.

import { s } from "./dom.js";

const DRAWN = {
  photo: "M5 4.5h14A1.5 1.5 0 0 1 20.5 6v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5ZM3.8 17l4.7-4.6 3.4 3.2 3.6-4 4.7 5M9 8.6a.9.9 0 1 1-1.8 0 .9.9 0 0 1 1.8 0Z",
  mirror: "M12 3.5c3.6 0 6 3 6 7s-2.4 7.5-6 7.5-6-3.5-6-7.5 2.4-7 6-7ZM12 18v2.5M8.5 20.5h7M9.2 9.5c.5-1.5 1.4-2.5 2.6-2.9",
  me: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8.6 13.8c1.6 2.7 5.2 2.7 6.8 0M9.3 9.6v.6M14.7 9.6v.6",
  clip: "M4.5 5.5h15v13h-15ZM8 5.5v13M16 5.5v13M4.5 10H8M4.5 14H8M16 10h3.5M16 14h3.5",
  journal: "M6.5 3.5h11A1.5 1.5 0 0 1 19 5v15.5H7A2 2 0 0 1 5 18.5V5a1.5 1.5 0 0 1 1.5-1.5ZM5 18.5a2 2 0 0 1 2-2h12M9 11.5l2-2.5 2 1.5 2.5-3.5",
  lab: "M9.5 3.5h5M10.3 3.5v6L5 18.2a1.5 1.5 0 0 0 1.3 2.3h11.4a1.5 1.5 0 0 0 1.3-2.3L13.7 9.5v-6M7.6 14.5h8.8",
  about: "M12 3.5l7 2.5v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6ZM9 12l2.2 2.2L15.2 10",
  settings: "M4 8h9M17 8h3M4 16h3M11 16h9M15 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM9 14a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  camera: "M4 7.5h3.2L8.6 5.5h6.8l1.4 2H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1ZM12 9.7a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z",
  stop: "M7 7h10v10H7Z",
  add: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 8.5h9.5a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1ZM5 15.5a1 1 0 0 1-.5-.9V5a1 1 0 0 1 1-1H15a1 1 0 0 1 .9.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  download: "M12 4v11M7.5 11L12 15.5 16.5 11M5 19.5h14",
  upload: "M12 15.5V4.5M7.5 9L12 4.5 16.5 9M5 19.5h14",
  trash: "M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l1 13.5h9l1-13.5M10.2 10.5v5.5M13.8 10.5v5.5",
  undo: "M8.5 5.5L4.5 9.5l4 4M4.5 9.5H14a5 5 0 0 1 0 10H9",
  redo: "M15.5 5.5l4 4-4 4M19.5 9.5H10a5 5 0 0 0 0 10h5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  auto: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 8l4.5 0M12 12h7.5M12 16h5",
  warning: "M12 4L21 19.5H3ZM12 10v4.5M12 16.9v.1",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 11v5M12 8v.1",
  lock: "M6.5 10.5h11V20h-11ZM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5",
  next: "M9.5 5.5L16 12l-6.5 6.5",
  play: "M8 5.5l10.5 6.5L8 18.5Z",
  pause: "M8.5 6v12M15.5 6v12",
  search: "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15 15l5 5",
  save: "M5 4.5h11L19.5 8v11.5H5ZM8.5 4.5V9H15V4.5M8 19.5v-6h8v6",
};

/** Names that mean a direction: mirrored where text runs right to left. */
const TURNED = new Set(["next", "undo", "redo"]);

export function icon(name, size = 20) {
  return s(
    "svg",
    { class: TURNED.has(name) ? "icon icon-turns" : "icon", viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" },
    s("path", { d: DRAWN[name] ?? DRAWN.info }),
  );
}
