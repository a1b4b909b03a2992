// What several steps of the Lab share.

import { h } from "../parts/dom.js";

const EMOJI = {
  neutral: "😐", happiness: "😄", surprise: "😮", sadness: "😢", anger: "😠", disgust: "🤢", fear: "😨", contempt: "😒",
};

export const emojiOf = (label) => EMOJI[label] ?? null;

/** A class in the user's language where it is one of ours, else as the data calls it. */
export const classOf = (label, t) => (t.has(`label.${label}`) ? t(`label.${label}`) : label);

export const number = (t, value, digits = 0) => new Intl.NumberFormat(t.language, { maximumFractionDigits: digits }).format(value);

export const percent = (t, value) => new Intl.NumberFormat(t.language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

/** 96 -> "2 min", in the user's language. */
export function lasting(t, seconds) {
  const unit = (value, name) => new Intl.NumberFormat(t.language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 }).format(value);
  if (seconds < 90) return unit(Math.max(1, seconds), "second");
  return seconds < 5400 ? unit(seconds / 60, "minute") : unit(seconds / 3600, "hour");
}

/** The foot of a step: the way on, and other ways. */
export const ways = (...children) => h("div", { class: "lab-ways" }, children);

/** One of several as cards: options = [{value, content}]. Real radio buttons: arrow keys work by themselves. */
export function cards(legend, name, options, value, onchange) {
  return h("fieldset", { class: "lab-cards" }, h("legend", {}, legend), options.map((option) => {
    const box = h("input", { type: "radio", name, value: option.value, onchange: () => onchange(option.value) });
    box.checked = option.value === value;
    return h("label", { class: "lab-card" }, box, option.content);
  }));
}
