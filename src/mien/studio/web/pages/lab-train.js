// Step 5: the training, live; stop, go on, measure.

import { busy, button, message, progress } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { curves } from "./lab-curves.js";
import { lasting, percent, ways } from "./lab-parts.js";

export async function trainStep(room, lab) {
  const { app } = lab;
  const { t } = app;
  let run = lab.run;
  const charts = curves(t);
  const bar = progress(t("lab.train"), 0);
  const state = h("p", { class: "lab-state", role: "status" });
  const left = h("p", { class: "hint" });
  const best = h("p", { class: "lab-best" });
  const foot = h("div", {});
  const trouble = h("div", {});
  let drawn = "";
  let end = null;

  function show() {
    const done = run.history.length;
    const part = run.step && run.step.epoch === done + 1 ? run.step.step / run.step.steps : 0;
    const share = run.trained ? 1 : Math.min(1, (done + part) / run.epochs);
    if (run.state === "queued") bar.removeAttribute("value");
    else bar.value = share;
    const words = run.state === "training" ? t("lab.epoch", { i: Math.min(done + 1, run.epochs), n: run.epochs }) : t(`lab.state.${run.state}`);
    if (state.textContent !== words) state.textContent = words;
    left.textContent = run.state === "training" ? (run.seconds_left === null ? t(done || part ? "lab.soon" : "lab.warming") : t("lab.left", { time: lasting(t, run.seconds_left) })) : "";
    const top = run.history.reduce((found, row) => (found && found.accuracy >= row.accuracy ? found : row), null);
    put(best, top ? [t("lab.best", { share: percent(t, top.accuracy), n: top.epoch })] : []);
    charts.show(run);
    const key = `${run.state} ${done > 0}`;
    if (key !== drawn) {
      drawn = key;
      put(foot, actions());
      put(trouble, run.problem ? message({ face: "sad", title: t("lab.failed"), text: run.problem.detail, kind: "problem", live: true }) : null);
    }
  }

  const act = (path, then) => async (event) => busy(event.currentTarget, async () => {
    run = await app.api.post(`${run.href}/${path}`);
    await then();
  }).catch(lab.failed);

  function actions() {
    const measure = (kind) => button(t(kind === "main" ? "lab.measure" : "lab.measure.now"), { kind, icon: kind === "main" ? "next" : undefined, onclick: act("evaluation", () => lab.open("result")) });
    if (run.state === "stopping") return ways(button(t("lab.state.stopping"), { disabled: true }));
    if (["training", "queued"].includes(run.state)) return ways(button(t("lab.stop"), { icon: "stop", onclick: act("stop", watch) }), h("p", { class: "hint" }, t("lab.away")));
    if (run.trained) return ways(run.evaluated ? button(t("lab.next"), { kind: "main", icon: "next", onclick: () => lab.open("result").catch(lab.failed) }) : measure("main"));
    return ways(button(t("lab.resume"), { kind: "main", icon: "play", onclick: act("resume", watch) }), run.history.length ? measure("plain") : null);
  }

  function watch() {
    end?.();
    end = null;
    show();
    if (!["training", "queued", "stopping"].includes(run.state)) return;
    end = lab.follow(run.href, (now) => { run = now; show(); }, async (now) => {
      const held = foot.contains(document.activeElement);
      run = now;
      await lab.load();
      show();
      if (held) foot.querySelector(".main")?.focus({ preventScroll: true });
    });
  }

  put(room, trouble, h("section", { class: "panel stack" },
    h("div", { class: "lab-head" }, h("div", {}, h("h2", {}, run.name), state), h("div", { class: "lab-times" }, best, left)),
    bar, charts.element, foot));
  watch();
  return () => end?.();
}
