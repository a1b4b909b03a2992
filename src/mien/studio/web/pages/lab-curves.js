// Accuracy and loss, epoch by epoch: two charts that grow, and the same as a table.

import { h, put, s } from "../parts/dom.js";
import { number, percent } from "./lab-parts.js";

const WIDTH = 400, HEIGHT = 200;

/** Charts of a training; `.show(run)` draws them anew. */
export function curves(t) {
  const accuracy = chart(t("lab.accuracy"), t);
  const loss = chart(t("lab.loss"), t);
  const table = h("tbody", {});
  const element = h("div", { class: "stack" },
    h("div", { class: "lab-charts" }, accuracy.element, loss.element),
    h("p", { class: "lab-legend", "aria-hidden": "true" }, h("span", { class: "lab-key valid" }, t("lab.valid")), h("span", { class: "lab-key learnt" }, t("lab.learnt"))),
    h("details", { class: "lab-more" }, h("summary", {}, t("lab.table")),
      h("div", { class: "lab-scroll", tabindex: 0, role: "group", "aria-label": t("lab.table") }, h("table", { class: "lab-table" },
        h("thead", {}, h("tr", {}, [t("lab.set.epochs.one"), `${t("lab.accuracy")}, ${t("lab.valid")}`, `${t("lab.accuracy")}, ${t("lab.learnt")}`, `${t("lab.loss")}, ${t("lab.valid")}`, `${t("lab.loss")}, ${t("lab.learnt")}`].map((name) => h("th", { scope: "col" }, name)))), table))));

  function show(run) {
    const rows = run.history;
    const live = run.step && run.step.epoch === rows.length + 1 ? { x: rows.length + run.step.step / run.step.steps, ...run.step } : null;
    const most = Math.max(2, run.epochs);
    accuracy.draw({ most, top: 1, bottom: 0, said: (value) => t.percent(value), live: live && { x: live.x, y: live.accuracy },
      valid: rows.map((row) => row.accuracy), learnt: rows.map((row) => row.train_accuracy) });
    const both = (chosen) => chosen.flatMap((row) => [row.loss, row.valid_loss]).filter((value) => value !== null);
    const usual = Math.max(0.1, ...both(rows.slice(0, 1)), ...both(rows.slice(-1)));
    const top = nice(Math.min(1.5 * usual, Math.max(usual, ...both(rows)))); // one wild epoch does not flatten the rest
    loss.draw({ most, top, bottom: 0, said: (value) => number(t, value, 2), valid: rows.map((row) => row.valid_loss), learnt: rows.map((row) => row.loss) });
    put(table, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, number(t, row.epoch)),
      [percent(t, row.accuracy), percent(t, row.train_accuracy), number(t, row.valid_loss, 3), number(t, row.loss, 3)].map((value) => h("td", {}, value)))));
  }
  return { element, show };
}

/** A number that is not much larger, and whose quarters are round. */
function nice(value) {
  const scale = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((one) => one * scale >= value) * scale;
}

function chart(title, t) {
  const plot = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const dot = h("span", { class: "lab-dot", hidden: true });
  const stage = h("div", { class: "lab-plot", role: "img", dir: "ltr" }, plot, dot);
  const scale = h("div", { class: "lab-scale", "aria-hidden": "true" });
  const from = h("span", {}), to = h("span", {});
  const now = h("span", { class: "lab-now" });
  const element = h("figure", { class: "lab-chart" }, h("figcaption", {}, h("b", {}, title), now), h("div", { class: "lab-frame" }, scale, stage),
    h("div", { class: "lab-epochs", "aria-hidden": "true", dir: "ltr" }, from, h("span", {}, t("lab.set.epochs")), to));

  function draw({ most, top, bottom, said, valid, learnt, live }) {
    const x = (epoch) => (epoch / most) * WIDTH;
    const y = (value) => HEIGHT - ((value - bottom) / (top - bottom)) * HEIGHT;
    const line = (values, name) => {
      const points = values.map((value, i) => (value === null ? null : `${x(i + 1)},${y(Math.min(value, top))}`)).filter(Boolean);
      return points.length === 1 ? [s("circle", { class: `lab-${name} one`, cx: points[0].split(",")[0], cy: points[0].split(",")[1], r: 3 })]
        : [s("polyline", { class: `lab-${name}`, points: points.join(" "), "vector-effect": "non-scaling-stroke" })];
    };
    const grid = [0, 1, 2, 3, 4].map((k) => s("line", { class: "lab-grid", x1: 0, x2: WIDTH, y1: (k * HEIGHT) / 4, y2: (k * HEIGHT) / 4, "vector-effect": "non-scaling-stroke" }));
    put(plot, grid, line(learnt, "learnt"), line(valid, "valid"));
    put(scale, [0, 1, 2, 3, 4].map((k) => h("span", {}, said(top - (k * (top - bottom)) / 4))));
    dot.hidden = !live;
    if (live) {
      dot.style.setProperty("left", `${(100 * live.x) / most}%`);
      dot.style.setProperty("top", `${(100 * y(live.y)) / HEIGHT}%`);
    }
    const last = valid.at(-1);
    now.textContent = last === undefined ? "" : said(last);
    from.textContent = number(t, 0);
    to.textContent = number(t, most);
    stage.setAttribute("aria-label", last === undefined ? title : t("lab.curve", { title, n: valid.length, valid: said(last), learnt: said(learnt.at(-1)) }));
  }
  return { element, draw };
}
