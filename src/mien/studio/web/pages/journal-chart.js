// The chart of expression shares over time: stacked areas, a cursor for pointer and keys, and the same as a table.

import { h, put, s } from "../parts/dom.js";

/** From the ground up: what stands out lies on the ground, where areas are read best. */
export const ORDER = ["happiness", "surprise", "contempt", "disgust", "fear", "anger", "sadness", "neutral", "unsure"];

const WIDTH = 1000;
const HEIGHT = 300;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

/** 75 -> "1:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The shares of all points together: label -> 0..1. */
export function overall({ shares, entries }) {
  const total = entries.reduce((sum, n) => sum + n, 0) || 1;
  return Object.fromEntries(ORDER.map((label) => [label, shares[label].reduce((sum, v, i) => sum + v * entries[i], 0) / total]));
}

/**
 * shares: as the API gives them. from, length: what the axis shows, seconds. said(seconds): a time in words.
 * marks: [{at, number}]. apart: each point stands for
 * itself, as where they are minutes long. Gives {element, seek(seconds)}.
 */
export function shareChart(shares, { t, from = 0, length = shares.length, said = clock, marks = [], apart = false }) {
  const x = (seconds) => ((seconds - from) / length) * 100;
  const readout = h("p", { class: "chart-readout", "aria-hidden": "true" });
  const line = h("span", { class: "chart-cursor", hidden: true });
  const last = shares.times.length - 1;
  const slider = h("div", {
    class: "chart-plot", role: "slider", tabindex: 0, "aria-label": t("journal.cursor"), "aria-valuemin": 0, "aria-valuemax": Math.max(last, 0),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      show(Math.min(last, Math.max(0, place + step)));
    },
    onpointermove: follow,
    onpointerdown: follow,
  }, drawing(shares, x, apart), line);
  let place = 0;

  function follow(event) {
    const box = slider.getBoundingClientRect();
    seek(from + ((event.clientX - box.left) / box.width) * length);
  }

  function seek(seconds) {
    let nearest = 0;
    shares.times.forEach((time, i) => {
      if (Math.abs(time + shares.step / 2 - seconds) < Math.abs(shares.times[nearest] + shares.step / 2 - seconds)) nearest = i;
    });
    show(nearest);
  }

  function show(i) {
    place = i;
    line.hidden = false;
    line.style.setProperty("--x", `${x(shares.times[i] + shares.step / 2)}%`);
    const best = ORDER.map((label) => [label, shares.shares[label][i]]).sort((a, b) => b[1] - a[1]).filter(([, v]) => v >= 0.02).slice(0, 3);
    const words = best.map(([label, v]) => `${t(`label.${label}`)} ${t.percent(v)}`);
    slider.setAttribute("aria-valuenow", i);
    slider.setAttribute("aria-valuetext", [said(shares.times[i]), ...words].join(", "));
    put(readout, h("b", {}, said(shares.times[i])),
      best.map(([label, v]) => h("span", {}, h("i", { class: `swatch share-${label}` }), `${t(`label.${label}`)} ${t.percent(v)}`)));
  }

  const axis = ticks(from, length).map((seconds) =>
    h("span", { style: { "--x": `${x(seconds)}%` }, class: x(seconds) < 3 ? "first" : x(seconds) > 97 ? "last" : "" }, said(seconds)));
  const element = h("figure", { class: "chart", role: "group", "aria-label": t("journal.chart") },
    readout,
    h("div", { class: "chart-time", dir: "ltr" }, // time runs to the right in every language, as on a film's player
      h("div", { class: "chart-marks", "aria-hidden": "true" }, spread(marks, x)),
      slider,
      h("div", { class: "chart-axis", "aria-hidden": "true" }, axis)),
    table(shares, said, t));
  if (last >= 0) {
    show(0);
    line.hidden = true;
  }
  return { element, seek };
}

function drawing(shares, x, apart) {
  const at = (seconds) => ((x(seconds) / 100) * WIDTH).toFixed(1);
  const shapes = [];
  for (const run of apart ? shares.times.map((_, i) => [i]) : runs(shares)) {
    const xs = run.map((i) => at(shares.times[i] + shares.step / 2));
    xs[0] = at(shares.times[run[0]]);
    const end = at(shares.times[run.at(-1)] + shares.step);
    if (run.length === 1) {
      run.push(run[0]);
      xs.push(end);
    } else xs[xs.length - 1] = end;
    let floor = run.map(() => 0);
    for (const label of ORDER) {
      const top = floor.map((low, k) => low + shares.shares[label][run[k]]);
      if (top.some((value, k) => value - floor[k] > 0.002)) {
        const points = (values) => values.map((v, k) => `${xs[k]},${((1 - v) * HEIGHT).toFixed(1)}`);
        shapes.push(s("polygon", { class: `share-${label}`, points: [...points(top), ...points(floor).reverse()].join(" ") }));
      }
      floor = top;
    }
  }
  const lines = [0.25, 0.5, 0.75].map((share) =>
    s("line", { class: "chart-grid", x1: 0, x2: WIDTH, y1: (1 - share) * HEIGHT, y2: (1 - share) * HEIGHT }));
  const hatching = s("pattern", { id: "hatching", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    s("rect", { class: "hatch-ground", width: 8, height: 8 }), s("rect", { class: "hatch-line", width: 2.5, height: 8 }));
  return s("svg", { class: "chart-areas", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    s("defs", {}, hatching), shapes, lines);
}

/** Numbers of points that follow each other without a gap. */
function runs({ times, step }) {
  const found = [];
  times.forEach((time, i) => {
    if (i && time - times[i - 1] <= 1.5 * step) found.at(-1).push(i);
    else found.push([i]);
  });
  return found;
}

/** Marks above the areas, moved apart where they would overlap. */
function spread(marks, x) {
  let last = -10;
  return [...marks].sort((a, b) => a.at - b.at).map(({ at, number }) => {
    last = Math.min(Math.max(x(at), last + 4), 99);
    return h("span", { style: { "--x": `${last}%` } }, String(number));
  });
}

function ticks(from, length) {
  const step = STEPS.find((one) => length / one <= 7) ?? 604800;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= from + length + 0.001; at += step) found.push(at);
  return found;
}

function table(shares, said, t) {
  const every = Math.max(1, Math.ceil(shares.times.length / 40));
  const rows = shares.times.map((_, i) => i).filter((i) => i % every === 0);
  const used = ORDER.filter((label) => shares.shares[label].some((value) => value >= 0.005));
  return h("details", { class: "chart-table" },
    h("summary", {}, t("journal.table")),
    h("div", { class: "scrolling", tabindex: 0, role: "group", "aria-label": t("journal.table") },
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("journal.time")), used.map((label) => h("th", { scope: "col" }, t(`label.${label}`))))),
        h("tbody", {}, rows.map((i) => h("tr", {}, h("th", { scope: "row" }, said(shares.times[i])),
          used.map((label) => h("td", {}, t.percent(shares.shares[label][i])))))))));
}
