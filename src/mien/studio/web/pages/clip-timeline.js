// Who showed what when: a strip of colours a person, as `mien video` draws them, and one playhead over all.

import { h, put, s } from "../parts/dom.js";
import { glyph } from "../parts/emoji.js";

const ROWS = 8; // persons shown before "all" is asked for
const STEP = 1, LEAP = 10; // seconds of an arrow key, and of a page key

/** Seconds as 1:05. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The span of a person at a time, or null where they are not in view. */
export function spanAt(person, time) {
  let low = 0, high = person.spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (person.spans[middle].from <= time) low = middle;
    else high = middle - 1;
  }
  const span = person.spans[low];
  return span && span.from <= time && time <= span.to + 0.1 ? span : null;
}

/** Neighbours of one label are one stretch of colour. */
function stretches(spans) {
  const made = [];
  for (const { from, to, label } of spans) {
    const last = made.at(-1);
    if (last && last.label === label && from - last.to < 0.05) last.to = to;
    else made.push({ from, to, label });
  }
  return made;
}

/** options = {people, duration, onseek(seconds), ontoggle()}; gives {element, at(seconds)}. */
export function timeline({ people, duration, onseek, ontoggle }, app) {
  const { t } = app;
  const span = Math.max(duration, 0.1);
  const named = (label) => (t.has(`label.${label}`) ? t(`label.${label}`) : label);
  const nameOf = (person) => t("clip.person", { n: person.track_id }); // as the drawn clip numbers them
  let now = 0;

  const rows = people.map((person) => {
    const strip = s("svg", { class: "strip-colours", viewBox: `0 0 ${span} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
      stretches(person.spans).map(({ from, to, label }) =>
        s("rect", { class: `tone-${label}`, x: from, y: 0, height: 1, width: Math.max(to - from, span / 600) })));
    const face = h("span", { class: "strip-face" });
    const shares = Object.entries(person.shares).sort((a, b) => b[1] - a[1]).map(([label, share]) => `${named(label)} ${t.percent(share)}`);
    const element = h("li", { class: "strip" },
      h("div", { class: "strip-head", title: [clock(person.seconds), ...shares].join(", ") }, face,
        h("div", {}, h("p", { class: "strip-name" }, nameOf(person)), h("p", { class: "hint small" }, shares[0] ?? clock(person.seconds)))),
      h("div", { class: "strip-track" }, strip));
    let worn = "";
    const at = (time) => {
      const here = spanAt(person, time);
      element.classList.toggle("away", here === null);
      const emoji = here?.emoji ?? "";
      if (emoji === worn) return;
      worn = emoji;
      put(face, emoji ? glyph(emoji, 36) : null);
    };
    return { element, at, person };
  });

  const head = h("span", { class: "playhead", "aria-hidden": "true" });
  const hand = h("div", { class: "scrubber", role: "slider", tabindex: 0, "aria-label": t("clip.position"), "aria-valuemin": 0, "aria-valuemax": Math.round(span * 10) / 10 }, head);
  const list = h("ul", { class: "strips" });
  const all = rows.length > ROWS ? h("button", { type: "button", class: "button quiet small", onclick: () => { listed(rows); all.remove(); } }, t("clip.all", { n: rows.length })) : null;
  const number = (row) => row.person.track_id;
  const listed = (some) => put(list, [...some].sort((a, b) => number(a) - number(b)).map((row) => row.element));
  listed(rows.slice(0, ROWS)); // who was longest in view

  const seek = (seconds) => onseek(Math.min(span, Math.max(0, seconds)));
  const point = (event) => {
    const box = hand.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * span);
  };
  hand.addEventListener("pointerdown", (event) => {
    hand.setPointerCapture(event.pointerId);
    point(event);
  });
  hand.addEventListener("pointermove", (event) => { if (hand.hasPointerCapture(event.pointerId)) point(event); });
  hand.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      ontoggle();
      return;
    }
    const to = { ArrowRight: now + STEP, ArrowUp: now + STEP, ArrowLeft: now - STEP, ArrowDown: now - STEP, PageUp: now + LEAP, PageDown: now - LEAP, Home: 0, End: span }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    seek(to);
  });

  const at = (seconds) => {
    now = seconds;
    head.style.setProperty("--at", Math.min(1, seconds / span));
    for (const row of rows) row.at(seconds);
    hand.setAttribute("aria-valuenow", Math.round(seconds * 10) / 10);
    const told = rows.slice(0, 3).map(({ person }) => [person, spanAt(person, seconds)]).filter(([, here]) => here).map(([person, here]) => `${nameOf(person)}: ${named(here.label)}`);
    hand.setAttribute("aria-valuetext", [clock(seconds), ...told].join(", "));
  };
  at(0);
  const seen = new Map();
  for (const { spans } of people) for (const { from, to, label } of spans) seen.set(label, (seen.get(label) ?? 0) + to - from);
  const legend = h("ul", { class: "legend", "aria-label": t("clip.colours") },
    [...seen].sort((a, b) => b[1] - a[1]).map(([label]) => h("li", {}, h("span", { class: `legend-dot tone-${label}` }), named(label))));
  // The strips of colour run from left to right, as time does in the player, whatever the language.
  const element = h("section", { class: "panel timeline", "aria-label": t("clip.timeline") },
    h("div", { class: "timeline-top" }, h("h2", {}, t("clip.timeline")), legend), h("div", { class: "timeline-body" }, list, hand), all);
  return { element, at };
}
