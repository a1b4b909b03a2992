// Step 3: what is done to every face before the network sees it, shown before and after.

import { button } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { ways } from "./lab-parts.js";

/** In the order in which they are carried out. */
const CHOICES = { align: "align", denoise: "denoise:0.6", light: "clahe:2", equalise: "equalise" };
const ADVISED = "align";

export async function prepareStep(room, lab) {
  const { app, at, data } = lab;
  const { t } = app;
  at.steps ??= [ADVISED];
  let seed = 0;
  const steps = () => Object.keys(CHOICES).filter((name) => at.steps.includes(name)).map((name) => CHOICES[name]);
  const picture = h("img", { width: 298, height: 98, alt: "" });
  const stage = h("div", { class: "lab-sheet" }, h("div", { class: "lab-sheet-names" }, h("span", {}, t("lab.before")), h("span", {}, t("lab.after"))), picture);
  picture.addEventListener("load", () => stage.removeAttribute("aria-busy"));
  picture.addEventListener("error", () => stage.removeAttribute("aria-busy"));

  function show() {
    const query = new URLSearchParams([...steps().map((step) => ["step", step]), ["count", 6], ["seed", seed], ["of", data.faces]]);
    stage.setAttribute("aria-busy", "true");
    picture.src = `${data.href}/preview?${query}`;
    picture.alt = t("lab.sheet", { steps: at.steps.length ? at.steps.map((name) => t(`lab.prep.${name}`)).join(", ") : t("lab.prep.none") });
  }

  const choices = Object.keys(CHOICES).map((name) => {
    const box = h("input", { type: "checkbox", onchange: () => {
      at.steps = box.checked ? [...at.steps, name] : at.steps.filter((one) => one !== name);
      show();
    } });
    box.checked = at.steps.includes(name);
    return h("label", { class: "lab-card" }, box, h("span", { class: "lab-card-words" },
      h("b", {}, t(`lab.prep.${name}`), name === ADVISED ? h("span", { class: "badge" }, t("lab.advised")) : null),
      h("span", { class: "hint" }, t(`lab.prep.${name}.do`))));
  });
  show();
  put(room, h("section", { class: "panel stack" },
    h("h2", {}, t("lab.prepare.title")), h("p", { class: "hint lab-prose" }, t("lab.prepare.text")),
    h("fieldset", { class: "lab-cards two" }, h("legend", { class: "unseen" }, t("lab.prepare.title")), choices),
    stage,
    h("div", {}, button(t("lab.others"), { small: true, icon: "auto", onclick: () => { seed += 1; show(); } })),
    ways(button(t("lab.next"), { kind: "main", icon: "next", onclick: () => lab.open("network").catch(lab.failed) }))));
}

/** The steps that were chosen, as the API takes them. */
export const chosenSteps = (at) => Object.keys(CHOICES).filter((name) => (at.steps ?? [ADVISED]).includes(name)).map((name) => CHOICES[name]);
