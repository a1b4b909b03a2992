// The avatar in the eight expressions and in popular emoji, small; a click wears one large.

import { h, put, stepped } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { POPULAR } from "./me-groups.js";

/** desk = {t, thumbnails, labels, expressions, wear(expression), dialog}. Gives {element, wear(expression)}. */
export function expressionRow(desk) {
  const { t } = desk;
  const known = new Set(desk.expressions);
  const popular = POPULAR.filter((emoji) => known.has(emoji));
  const shown = [...desk.labels, ...popular];
  const element = h("div", { class: "faces", role: "radiogroup", "aria-label": t("me.faces") });
  const more = h("button", { type: "button", class: "face-more", "aria-label": t("me.faces.all"), title: t("me.faces.all"), onclick: all }, icon("more", 22));
  let buttons = [];

  const word = (expression) => (t.has(`label.${expression}`) ? t(`label.${expression}`) : expression);
  const face = (expression, onclick, onkeydown) =>
    h("button", { type: "button", role: "radio", class: "face", "aria-label": word(expression), title: word(expression), dataset: { expression }, onclick, onkeydown },
      desk.thumbnails.add(h("img", { class: "waiting", alt: "", width: 52, height: 52, draggable: "false" }), { expression }));

  function mark(expression) {
    const at = shown.indexOf(expression);
    buttons.forEach((one, i) => {
      one.setAttribute("aria-checked", String(i === at));
      one.tabIndex = i === Math.max(0, at) ? 0 : -1;
    });
  }

  function draw() {
    buttons = shown.map((expression, i) => face(expression, () => wear(expression), (event) => {
      const to = stepped(event, i, shown.length);
      if (to === null) return;
      event.preventDefault();
      wear(shown[to]);
      buttons[to].focus();
    }));
    put(element, buttons);
  }

  function wear(expression) {
    if (!shown.includes(expression)) {
      shown[shown.length - 1] = expression; // of all faces: it takes the last place
      draw();
    }
    mark(expression);
    desk.wear(expression);
  }

  async function all() {
    const pick = (emoji) => () => {
      wear(emoji);
      grid.closest("dialog").dispatchEvent(new Event("cancel", { cancelable: true }));
    };
    const grid = h("div", { class: "faces faces-all", role: "group", "aria-label": t("me.faces.all") }, desk.expressions.map((emoji) => {
      const one = face(emoji, pick(emoji));
      one.setAttribute("role", "button");
      return one;
    }));
    await desk.dialog(t("me.faces.all"), grid, [], { close: t("word.close") });
    more.focus();
  }

  draw();
  return { element: h("div", { class: "faces-row" }, element, more), wear };
}
