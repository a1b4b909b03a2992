// Buttons, segmented controls, selects, dialogs, messages.

import { h, put, stepped, unique } from "./dom.js";
import { icon } from "./icons.js";

/** A button. kind: "main" (one a view), "plain" (default), "quiet" (no edge), "danger". */
export function button(label, { icon: drawn, kind = "plain", onclick, small = false, unlabelled = false, ...more } = {}) {
  return h(
    "button",
    { type: "button", class: `button ${kind}${small ? " small" : ""}${unlabelled ? " bare" : ""}`, onclick,
      "aria-label": unlabelled ? label : undefined, title: unlabelled ? label : undefined, ...more },
    drawn ? icon(drawn) : null,
    unlabelled ? null : h("span", {}, label),
  );
}

/** Show that a button is at work, and let it be pressed only once: await busy(button, async () => ...). */
export async function busy(element, task) {
  if (element.getAttribute("aria-busy") === "true") return undefined;
  element.setAttribute("aria-busy", "true");
  try {
    return await task();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/**
 * One of a few, as radio buttons in a row: options = [{value, label, icon}]. Gives the element; `.value` reads and sets.
 */
export function segmented(label, options, value, onchange) {
  const group = h("div", { class: "segmented", role: "radiogroup", "aria-label": label });
  const buttons = options.map((option, i) =>
    h(
      "button",
      { type: "button", role: "radio", class: "segment", onclick: () => choose(i, true), onkeydown: (event) => step(event, i) },
      option.icon ? icon(option.icon, 18) : null,
      h("span", {}, option.label),
    ),
  );
  const show = (i) =>
    buttons.forEach((one, k) => {
      one.setAttribute("aria-checked", String(k === i));
      one.tabIndex = k === i || (i < 0 && k === 0) ? 0 : -1;
    });
  const choose = (i, tell) => {
    value = options[i]?.value;
    show(i);
    if (tell) onchange?.(value);
  };
  const step = (event, i) => {
    const to = stepped(event, i, options.length);
    if (to === null) return;
    event.preventDefault();
    buttons[to].focus();
    choose(to, true);
  };
  const find = (wanted) => options.findIndex((option) => option.value === wanted);
  choose(find(value), false);
  Object.defineProperty(group, "value", { get: () => value, set: (wanted) => choose(find(wanted), false) });
  return put(group, buttons);
}

/** A labelled select: options = [{value, label}]. */
export function select(label, options, value, onchange) {
  const id = unique("select");
  const box = h(
    "select",
    { id, onchange: (event) => onchange?.(event.target.value) },
    options.map((option) => h("option", { value: option.value, lang: option.lang }, option.label)),
  );
  box.value = value;
  return h("div", { class: "field" }, h("label", { for: id }, label), h("div", { class: "select" }, box));
}

/** An on-off switch with its label. */
export function toggle(label, on, onchange) {
  const box = h("input", { type: "checkbox", role: "switch", onchange: (event) => onchange?.(event.target.checked) });
  box.checked = on;
  return h("label", { class: "toggle" }, box, h("span", { class: "toggle-track", "aria-hidden": "true" }), h("span", {}, label));
}

/**
 * A modal dialog: resolves with the value of the button pressed, or null when closed (Escape, a click outside, the cross).
 * buttons: [{label, value, kind}].
 */
export function dialog(title, content, buttons, { close = "Close" } = {}) {
  return new Promise((done) => {
    const id = unique("dialog");
    const end = (value) => {
      box.close();
      box.remove();
      done(value);
    };
    const box = h(
      "dialog",
      { class: "dialog", "aria-labelledby": id,
        oncancel: (event) => { event.preventDefault(); end(null); },
        onclick: (event) => { if (event.target === box) end(null); } },
      h(
        "div",
        { class: "dialog-body" },
        h("header", { class: "dialog-head" }, h("h2", { id }, title),
          button(close, { icon: "close", kind: "quiet", unlabelled: true, onclick: () => end(null) })),
        h("div", { class: "dialog-content" }, content),
        buttons.length
          ? h("footer", { class: "dialog-foot" }, buttons.map((one) => button(one.label, { kind: one.kind, onclick: () => end(one.value) })))
          : null,
      ),
    );
    document.body.append(box);
    box.showModal();
  });
}

/**
 * A calm message in the page: a face, what happened, what to do. kind: "info", "warning", "problem".
 * face: a file of faces/ without its ending.
 */
export function message({ face = "think", title, text, actions = [], kind = "info", live = false }) {
  return h(
    "section",
    { class: `message ${kind}`, role: live ? "alert" : undefined },
    h("img", { class: "message-face", src: `/static/faces/${face}.svg`, alt: "", width: 72, height: 72 }),
    h("div", { class: "message-words" }, h("h2", {}, title), text ? h("p", {}, text) : null,
      actions.length ? h("div", { class: "row" }, actions) : null),
  );
}

/** A ring that turns, with words for those who do not see it. */
export const spinner = (label) => h("span", { class: "spinner", role: "img", "aria-label": label });

/** Progress from 0 to 1, or unknown (null). */
export function progress(label, share = null) {
  const bar = h("progress", { class: "progress", max: 1, "aria-label": label });
  if (share !== null) bar.value = share;
  return bar;
}
