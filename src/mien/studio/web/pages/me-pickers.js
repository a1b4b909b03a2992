// Pickers for the parts of an avatar. Each gives {element, follow(spec)}; a choice calls pick(path, value, stroke).

import { segmented, toggle } from "../parts/controls.js";
import { h, put, stepped, unique } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { cropOf } from "./me-groups.js";
import { read } from "./me-history.js";

const THUMB = 72;
/** Colours that may be absent; the other optional ones follow something else. */
const ABSENT = new Set(["hair.highlights", "marks.eye_shadow", "marks.lipstick", "clothing.second", "background.second"]);

/** Words for parts, styles and colours, in the user's language or as the studio tells them. */
export function named(t) {
  const told = (key, else_) => (t.has(key) ? t(key) : else_.replace(/[-_]/g, " "));
  return {
    part: (part) => told(`part.${part.label}`, part.path.split(".").pop()),
    style: (path, name) => (name === "none" ? t("me.none") : told(`style.${path.split(".")[0]}.${name}`, name)),
    colour: (name) => (/^monk-\d+$/.test(name) ? t("colour.monk", { n: Number(name.slice(5)) }) : told(`colour.${name}`, name)),
  };
}

/** Buttons of which one is on: arrow keys move and choose, as radio buttons do. */
function radios(buttons, values, pick, foresee) {
  let at = -1;
  const mark = (value) => {
    at = values.indexOf(value);
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === at));
      button.tabIndex = i === Math.max(0, at) ? 0 : -1;
    });
  };
  buttons.forEach((button, i) => {
    button.addEventListener("click", () => pick(values[i]));
    button.addEventListener("pointerenter", () => foresee(values[i]));
    button.addEventListener("keydown", (event) => {
      const to = stepped(event, i, buttons.length);
      if (to === null) return;
      event.preventDefault();
      buttons[to].focus();
      pick(values[to]);
    });
  });
  return mark;
}

const block = (label, id, ...children) => h("div", { class: "part" }, h("h3", { class: "part-name", id }, label), children);

function thumbnail(recipe, app) {
  return app.thumbnails.add(h("img", { class: "waiting", alt: "", width: THUMB, height: THUMB, draggable: "false" }), recipe);
}

/** Drawings of this person in every style. */
function styles(part, app) {
  const { words } = app;
  const id = unique("part");
  const buttons = part.choices.map((name) =>
    h("button", { type: "button", role: "radio", class: "look", "aria-label": words.style(part.path, name), title: words.style(part.path, name), dataset: { value: name } },
      thumbnail({ changes: { [part.path]: name }, crop: part.crop }, app)));
  const grid = h("div", { class: "looks", role: "radiogroup", "aria-labelledby": id }, buttons);
  const mark = radios(buttons, part.choices, (value) => app.pick(part.path, value), (value) => app.foresee(part.path, value));
  return { element: block(words.part(part), id, grid), follow: (spec) => mark(read(spec, part.path)) };
}

/** Any number of a list, each an on-off button. */
function several(part, app) {
  const { words } = app;
  const id = unique("part");
  let worn = [];
  const flip = (name) => app.pick(part.path, worn.includes(name) ? worn.filter((one) => one !== name) : [...worn, name]);
  const buttons = part.choices.map((name) =>
    h("button", { type: "button", class: "look", "aria-label": words.style(part.path, name), title: words.style(part.path, name), dataset: { value: name }, onclick: () => flip(name) },
      thumbnail({ changes: { [part.path]: [name] }, crop: cropOf(part, name) }, app)));
  const follow = (spec) => {
    worn = read(spec, part.path);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(worn.includes(part.choices[i]))));
  };
  return { element: block(words.part(part), id, h("div", { class: "looks", role: "group", "aria-labelledby": id }, buttons)), follow };
}

/** Swatches: the part's own where it may be left open, presets, and any colour at all. */
function colours(part, app) {
  const { t, words } = app;
  const id = unique("part");
  const absent = ABSENT.has(part.path);
  const presets = part.choices.map((name) => [app.colours[name], words.colour(name)]);
  if (part.optional) presets.unshift([null, t(absent ? "me.none" : "me.own")]);
  const values = presets.map(([value]) => value);
  const buttons = presets.map(([value, label]) =>
    h("button", { type: "button", role: "radio", class: value !== null ? "swatch" : absent ? "swatch swatch-none" : "swatch swatch-own", "aria-label": label, title: label,
      style: value === null ? {} : { "--colour": value } }, value === null && !absent ? icon("auto", 20) : null));
  const free = h("input", { type: "color", "aria-label": t("me.free"), title: t("me.free"),
    oninput: () => app.pick(part.path, free.value, part.path), onchange: () => app.lift() });
  const any = h("span", { class: "swatch swatch-free" }, free);
  const row = h("div", { class: part.path === "skin.colour" ? "swatches swatches-skin" : "swatches" },
    h("div", { class: "swatches-presets", role: "radiogroup", "aria-labelledby": id }, buttons), any);
  const mark = radios(buttons, values, (value) => app.pick(part.path, value), (value) => app.foresee(part.path, value));
  const follow = (spec) => {
    const value = read(spec, part.path);
    mark(value);
    const other = !values.includes(value);
    any.classList.toggle("chosen", other);
    if (other) any.style.setProperty("--colour", value);
    free.value = value ?? "#808080";
  };
  return { element: block(words.part(part), id, row), follow };
}

/** A slider between the two ends, drawn on this person. */
function slider(part, app) {
  const { words } = app;
  const id = unique("slider");
  const input = h("input", { type: "range", id, class: "slider", min: part.minimum, max: part.maximum, step: 0.01,
    oninput: () => app.pick(part.path, Number(input.value), part.path), onchange: () => app.lift(), ondblclick: () => app.pick(part.path, part.default) });
  const end = (value) => h("span", { class: "slider-end", onclick: () => app.pick(part.path, value) },
    h("img", { class: "waiting", alt: "", width: 44, height: 44, draggable: "false" }));
  const ends = [part.minimum, part.maximum].map((value) => {
    const cell = end(value);
    app.thumbnails.add(cell.firstChild, { changes: { [part.path]: value }, crop: part.crop });
    return cell;
  });
  const element = h("div", { class: "part part-slider" }, h("label", { class: "part-name", for: id }, words.part(part)),
    h("div", { class: part.minimum < 0 ? "slider-row slider-signed" : "slider-row" }, ends[0], input, ends[1]));
  return { element, follow: (spec) => {
    const value = read(spec, part.path);
    if (Number(input.value) !== value) input.value = value;
    input.style.setProperty("--at", (value - part.minimum) / (part.maximum - part.minimum));
  } };
}

/** A switch, with what it means. */
function flip(part, app) {
  const label = toggle(app.words.part(part), false, (on) => app.pick(part.path, on));
  const box = label.querySelector("input");
  const hint = app.t.has(`part.${part.label}.why`) ? h("p", { class: "hint" }, app.t(`part.${part.label}.why`)) : null;
  return { element: h("div", { class: "part" }, label, hint), follow: (spec) => { box.checked = read(spec, part.path); } };
}

/** Masculine, feminine, neutral: it changes words alone. */
function presentation(part, app) {
  const { t, words } = app;
  const options = part.choices.map((value) => ({ value, label: words.style(part.path, value) }));
  const row = segmented(words.part(part), options, null, (value) => app.pick(part.path, value));
  return { element: h("div", { class: "part" }, h("h3", { class: "part-name" }, words.part(part)), row, h("p", { class: "hint" }, t("part.presentation.why"))),
    follow: (spec) => { row.value = read(spec, part.path); } };
}

const KINDS = { style: styles, several, colour: colours, number: slider, switch: flip };

/** The pickers of a group, and `follow(spec)` for all of them. */
export function pickers(group, app) {
  const made = group.parts.map((part) => ({ part, ...(part.path === "presentation" ? presentation : KINDS[part.kind])(part, app) }));
  for (const { part, element: box } of made) box.dataset.path = part.path;
  const sliders = made.filter(({ part }) => part.kind === "number");
  const element = h("div", { class: "parts" }, made.filter((one) => !sliders.includes(one)).map((one) => one.element),
    sliders.length ? put(h("div", { class: "sliders" }), sliders.map((one) => one.element)) : null);
  const follow = (spec) => {
    for (const { part, element: box, follow: one } of made) {
      box.hidden = part.needs !== null && read(spec, part.needs) === "none";
      one(spec);
    }
  };
  return { element, follow };
}
