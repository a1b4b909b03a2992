// Lab: from a folder of faces to a network of one's own, in six steps; each shows what the next is.

import { button, message, spinner } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { dataStep } from "./lab-data.js";
import { lookStep } from "./lab-look.js";
import { networkStep } from "./lab-network.js";
import { prepareStep } from "./lab-prepare.js";
import { resultStep } from "./lab-result.js";
import { trainStep } from "./lab-train.js";

const STEPS = { data: dataStep, look: lookStep, prepare: prepareStep, network: networkStep, train: trainStep, result: resultStep };
const ORDER = Object.keys(STEPS);

/** Where this visit stands: kept while other pages are looked at. */
const at = { step: "data", data: null, run: null, steps: null, settings: null };

export async function mount(root, app) {
  const { t } = app;
  const stepper = h("nav", { class: "lab-stepper", "aria-label": t("lab.steps") });
  const body = h("div", { class: "lab" }, h("div", { class: "lab-waiting" }, spinner(t("lab.title"))));
  put(root, h("header", { class: "page-head" }, h("h1", {}, t("lab.title")), h("p", { class: "lead" }, t("lab.lead"))), stepper, body);
  let gone = false;
  let leave = null;
  let turn = 0;

  const lab = { app, at, state: null, root, load, open, draw, follow, failed };

  async function load() {
    lab.state = await app.api.get("/api/lab");
    lab.data = lab.state.data.find((one) => one.id === at.data) ?? null;
    lab.run = lab.state.runs.find((one) => one.id === at.run) ?? null;
    return lab.state;
  }

  /** Show a step, of another data set or training where one is named. */
  async function open(step, chosen = {}) {
    Object.assign(at, { step }, chosen);
    const words = new URLSearchParams(Object.entries({ step, data: at.data, run: at.run }).filter(([, value]) => value)).toString();
    history.replaceState(null, "", `#/lab?${words}`);
    await load();
    if (gone) return;
    await draw();
    if (gone) return;
    window.scrollTo(0, 0);
    const head = body.querySelector("h2");
    head?.setAttribute("tabindex", "-1");
    head?.focus({ preventScroll: true });
    app.announce(t(`lab.${at.step}`));
  }

  const can = (step) => ({
    data: true, look: lab.data !== null, prepare: lab.data?.report != null, network: lab.data?.report != null,
    train: lab.run !== null, result: lab.run?.evaluated != null || lab.run?.state === "evaluating",
  })[step];

  async function draw() {
    const mine = ++turn;
    await leave?.();
    leave = null;
    if (!lab.state.available) return put(body, unavailable());
    if (!can(at.step)) at.step = "data";
    drawStepper();
    const room = h("div", { class: `lab-step lab-${at.step}` });
    put(body, room);
    const end = await STEPS[at.step](room, lab);
    if (mine === turn && !gone) leave = end ?? null;
    else await end?.();
  }

  function drawStepper() {
    const now = ORDER.indexOf(at.step);
    put(stepper, h("ol", {}, ORDER.map((step, i) => {
      const done = i < now;
      return h("li", { class: done ? "done" : undefined },
        h("button", { type: "button", class: "lab-stop", disabled: !can(step), "aria-current": i === now ? "step" : undefined, onclick: () => open(step).catch(failed) },
          h("span", { class: "lab-number", "aria-hidden": "true" }, done ? icon("check", 16) : new Intl.NumberFormat(t.language).format(i + 1)),
          h("span", { class: "lab-stop-name" }, t(`lab.${step}`))));
    })));
  }

  function unavailable() {
    return h("section", { class: "message" },
      h("img", { class: "message-face", src: "/static/faces/nerd.svg", alt: "", width: 72, height: 72 }),
      h("div", { class: "message-words" }, h("h2", {}, t("lab.missing")), h("p", {}, t("lab.missing.do"), " ", h("code", { dir: "ltr" }, lab.state.remedy))));
  }

  /** Tell of events about a data set or a training: onchange(it) again and again, onend(it) once. Gives a function that ends it. */
  function follow(href, onchange, onend) {
    const events = new EventSource(`${href}/events`);
    events.addEventListener("change", (event) => onchange(JSON.parse(event.data)));
    events.addEventListener("end", (event) => {
      events.close();
      onend(JSON.parse(event.data));
    });
    return () => events.close();
  }

  function failed(problem) {
    if (gone) return;
    if (!(problem instanceof app.api.Problem)) console.error(problem);
    const { title, text } = app.explain(problem);
    app.toast([title, problem.detail || text].filter(Boolean).join(". "), { kind: "problem", seconds: 9 });
  }

  const wish = app.query;
  if (ORDER.includes(wish.get("step"))) Object.assign(at, { step: wish.get("step"), data: wish.get("data"), run: wish.get("run") });
  try {
    await load();
    await draw();
  } catch (problem) {
    const { title, text } = app.explain(problem);
    put(body, message({ face: "sad", title, text, kind: "problem", actions: [button(t("word.again"), { kind: "main", onclick: () => app.go("lab") })] }));
  }
  return async () => {
    gone = true;
    await leave?.();
  };
}
