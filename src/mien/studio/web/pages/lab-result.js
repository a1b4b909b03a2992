// Step 6: how well it reads faces that it has never seen; try it, use it, take it along.

import { busy, button, message, progress } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { classOf, number, percent, ways } from "./lab-parts.js";
import { tryPanel } from "./lab-try.js";

const FIGURES = ["accuracy", "balanced_accuracy", "macro_f1", "ece"];

export async function resultStep(room, lab) {
  const { app, run } = lab;
  const { t } = app;
  if (run.state === "evaluating" || run.state === "queued") {
    put(room, h("section", { class: "panel lab-sending" }, h("h2", {}, run.name), progress(t("lab.measuring")), h("p", { role: "status" }, t("lab.measuring"))));
    return lab.follow(run.href, () => {}, (now) => lab.open(now.evaluated ? "result" : "train").catch(lab.failed));
  }
  const found = await app.api.get(`${run.href}/evaluation`);
  const tried = tryPanel(lab);
  put(room,
    run.problem ? message({ face: "sad", title: t("lab.failed"), text: run.problem.detail, kind: "problem" }) : null,
    h("section", { class: "panel stack" },
      h("div", { class: "lab-head" }, h("div", {}, h("h2", {}, run.name), h("p", { class: "hint" }, t("lab.unseen", { n: found.n }))), use(lab)),
      figures(found, t), versus(found, t), foot(lab)),
    tried.element,
    h("section", { class: "panel stack" }, h("h2", {}, t("lab.confusion")), h("p", { class: "hint lab-prose" }, t("lab.confusion.text")), matrix(found, t)),
    examples(found, t));
  return tried.end;
}

const use = (lab) => (lab.state.active === lab.run.id ? h("p", { class: "lab-verdict good" }, icon("check", 18), h("span", {}, lab.app.t("lab.inuse"))) : null);

function foot(lab) {
  const { app, run, state } = lab;
  const { t } = app;
  const active = state.active === run.id;
  const activate = (id, said) => async (event) => busy(event.currentTarget, async () => {
    await app.api.post("/api/lab/active", { run: id });
    app.toast(said, { face: "cool" });
    await lab.open("result");
  }).catch(lab.failed);
  return ways(
    active ? button(t("lab.photo"), { kind: "main", icon: "photo", onclick: () => app.go("photo") })
      : button(t("lab.use"), { kind: "main", icon: "check", onclick: activate(run.id, t("lab.used")) }),
    active ? button(t("lab.shipped.back"), { icon: "undo", onclick: activate(null, t("lab.shipped.used")) }) : null,
    h("a", { class: "button", href: `${run.href}/model`, download: "" }, icon("download"), h("span", {}, t("lab.download"))));
}

function figures(found, t) {
  return h("dl", { class: "lab-tiles" }, FIGURES.map((name) => {
    const [low, high] = found.intervals[name] ?? [];
    return h("div", { class: "lab-tile" }, h("dt", {}, t(`lab.fig.${name}`)), h("dd", {}, h("b", {}, percent(t, found[name])),
      low === undefined ? null : h("span", { class: "hint" }, t("lab.range", { low: percent(t, low), high: percent(t, high) })),
      h("span", { class: "hint" }, t(`lab.fig.${name}.do`))));
  }));
}

function versus(found, t) {
  if (!found.shipped) return h("p", { class: "hint" }, t("lab.own"));
  return h("p", { class: "hint lab-prose" }, t("lab.versus", { share: percent(t, found.shipped.accuracy), recall: percent(t, found.shipped.balanced_accuracy) }));
}

/** Rows are what is true, columns what the network says; the shade is the share of its row. */
function matrix(found, t) {
  const used = found.labels.map((label, i) => ({ label, i })).filter(({ i }) => found.confusion[i].some(Boolean) || found.confusion.some((row) => row[i]));
  return h("div", { class: "lab-scroll", tabindex: 0, role: "group", "aria-label": t("lab.confusion") }, h("table", { class: "lab-matrix" },
    h("caption", { class: "unseen" }, t("lab.confusion.text")),
    h("thead", {},
      h("tr", {}, h("td", {}), h("th", { scope: "colgroup", colspan: used.length, class: "lab-axis" }, t("lab.said")), h("td", {})),
      h("tr", {}, h("th", { scope: "col", class: "lab-axis start" }, t("lab.true")), used.map(({ label }) => h("th", { scope: "col" }, classOf(label, t))), h("th", { scope: "col" }, t("lab.recall")))),
    h("tbody", {}, used.map(({ label, i }) => {
      const row = found.confusion[i];
      const total = row.reduce((a, b) => a + b, 0);
      return h("tr", {}, h("th", { scope: "row" }, classOf(label, t)), used.map(({ i: k }) => {
        const share = total ? row[k] / total : 0;
        return h("td", { class: `lab-cell${k === i ? " hit" : ""}${share > 0.55 ? " deep" : ""}`, style: { "--share": share } }, number(t, row[k]));
      }), h("td", { class: "lab-recall" }, total ? t.percent(row[i] / total) : "–"));
    }))));
}

function examples(found, t) {
  const group = (name) => (found.examples[name].length ? h("section", { class: "panel stack" }, h("h2", {}, t(`lab.${name}`)), h("ul", { class: "lab-examples" }, found.examples[name].map((one) => h("li", {},
    h("img", { src: one.picture, alt: "", width: 72, height: 72 }),
    name === "wrong" ? h("span", { class: "hint" }, t("lab.is", { label: classOf(one.truth, t) })) : null,
    h("b", {}, name === "wrong" ? t("lab.read", { label: classOf(one.read, t) }) : classOf(one.read, t)), h("span", { class: "hint" }, t.percent(Math.min(one.confidence, 0.99))))))) : null);
  return h("div", { class: "lab-halves" }, group("wrong"), group("right"));
}
