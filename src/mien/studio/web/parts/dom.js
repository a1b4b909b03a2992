// Elements without markup in strings: nothing that comes from a file or a server is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element: h("button", {class: "button", onclick, "aria-label": ..., style: {"--x": 1}}, "text", child, ...). */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Replace what an element holds. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let count = 0;
/** An id that no other element has. */
export const unique = (stem = "id") => `${stem}-${++count}`;

/** Keys that move through a row of items: the next item's number, or null. Mirrored where text runs right to left. */
export function stepped(event, number, length) {
  const forth = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forth === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.key === forth || event.key === "ArrowDown") return (number + 1) % length;
  if (event.key === back || event.key === "ArrowUp") return (number - 1 + length) % length;
  if (event.key === "Home") return 0;
  if (event.key === "End") return length - 1;
  return null;
}
