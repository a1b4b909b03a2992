// Step 4: the network, and how it learns.

import { busy, button, segmented, select } from "../parts/controls.js";
import { h, put, unique } from "../parts/dom.js";
import { cards, number, ways } from "./lab-parts.js";
import { chosenSteps } from "./lab-prepare.js";

const NETWORKS = ["mobile", "mien", "tutorial", "vgg13", "resnet50"];
const DEFAULTS = { network: "mobile", epochs: 20, augment: "mien", batch: 64, optimiser: "sgd", learning_rate: "", balance: "softmax", patience: 0, name: "" };
const PAUSE = 1500; // ms between two looks at what has been measured

export async function networkStep(room, lab) {
  const { app, at, data } = lab;
  const { t } = app;
  at.settings ??= { ...DEFAULTS };
  const wanted = at.settings;
  const figures = Object.fromEntries(NETWORKS.map((name) => [name, h("span", { class: "lab-figures" }, "…")]));
  let gone = false;
  let timer = 0;

  function field(name, { min, max, step = 1, hint }) {
    const id = unique("lab");
    const box = h("input", { id, class: "text-input", type: "number", inputmode: "decimal", min, max, step, value: wanted[name], placeholder: hint ? t(hint) : undefined, oninput: () => { wanted[name] = box.value; } });
    return h("div", { class: "field" }, h("label", { for: id }, t(`lab.set.${name}`)), box);
  }

  const options = NETWORKS.map((name) => ({ value: name, content: h("span", { class: "lab-card-words" },
    h("b", {}, name, name === "mobile" ? h("span", { class: "badge" }, t("lab.advised")) : null),
    h("span", { class: "hint" }, t(`lab.net.${name}`)), figures[name]) }));
  const id = unique("lab");
  const name = h("input", { id, class: "text-input", type: "text", maxlength: 80, value: wanted.name, placeholder: `mobile, ${data.name}`, dir: "auto", autocomplete: "off", oninput: () => { wanted.name = name.value; } });
  const start = button(t("lab.start"), { kind: "main", icon: "play", onclick: () => busy(start, begin).catch(lab.failed) });

  async function begin() {
    if (!form.reportValidity()) return;
    const sent = { data: data.id, name: wanted.name.trim(), network: wanted.network, preprocess: chosenSteps(at), augment: wanted.augment, optimiser: wanted.optimiser, balance: wanted.balance };
    for (const key of ["epochs", "batch", "patience"]) sent[key] = Number(wanted[key] || DEFAULTS[key]);
    if (wanted.learning_rate) sent.learning_rate = Number(wanted.learning_rate);
    const run = await app.api.post("/api/lab/runs", sent);
    wanted.name = "";
    await lab.open("train", { run: run.id });
  }

  const strengths = ["none", "classic", "mien"].map((value) => ({ value, label: t(`lab.augment.${value}`) }));
  const pick = (key, values) => select(t(`lab.set.${key}`), values.map((value) => ({ value, label: t(`lab.${key}.${value}`) })), wanted[key], (value) => { wanted[key] = value; });
  const form = h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); start.click(); } },
    h("section", { class: "panel stack" }, h("h2", {}, t("lab.network.title")),
      cards(t("lab.network.text"), "network", options, wanted.network, (value) => { wanted.network = value; name.placeholder = `${value}, ${data.name}`; })),
    h("section", { class: "panel stack" }, h("h2", {}, t("lab.settings")),
      h("div", { class: "lab-fields" },
        h("div", { class: "field" }, h("label", { for: id }, t("lab.set.name")), name),
        field("epochs", { min: 1, max: 500 })),
      h("div", { class: "field" }, h("span", { class: "label" }, t("lab.set.augment")),
        segmented(t("lab.set.augment"), strengths, wanted.augment, (value) => { wanted.augment = value; }), h("p", { class: "hint" }, t("lab.augment.text"))),
      h("details", { class: "lab-more" }, h("summary", {}, t("lab.advanced")),
        h("div", { class: "lab-fields" },
          field("batch", { min: 2, max: 1024 }), pick("optimiser", ["sgd", "adamw"]),
          field("learning_rate", { min: 0.00001, max: 10, step: "any", hint: "lab.auto" }), pick("balance", ["softmax", "loss", "sampler", "none"]),
          field("patience", { min: 0, max: 500 }))),
      ways(start)));
  put(room, form);

  async function measured(first) {
    const told = await (first ? app.api.post("/api/lab/networks") : app.api.get("/api/lab/networks"));
    if (gone) return;
    for (const one of told.networks) {
      const words = [t("lab.parameters", { size: number(t, one.parameters / 1e6, 2) }), `${number(t, one.bytes / 1e6, 1)} MB`];
      if (one.milliseconds) words.push(t("lab.speed", { ms: number(t, one.milliseconds, 1) }));
      figures[one.name]?.replaceChildren(words.join(" · "));
    }
    if (!told.ready) timer = setTimeout(() => measured(false).catch(() => {}), PAUSE);
  }
  measured(true).catch(() => {}); // the cards do without
  return () => {
    gone = true;
    clearTimeout(timer);
  };
}
