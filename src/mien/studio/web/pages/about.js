// About: what is stored and where, deleting it, the networks, limits and proper use.

import { button, dialog } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { icon } from "../parts/icons.js";

/** Each with its icon. */
const RULES = { expression: "me", judge: "close", others: "check", wrong: "info" };
const REPOSITORY_CARDS = "docs/models/";

export async function mount(root, app) {
  const { t } = app;
  const stored = h("ul", { class: "stored" });
  const cards = h("ul", { class: "cards" });
  const version = h("p", { class: "hint" });
  put(
    root,
    h("header", { class: "page-head" }, h("h1", {}, t("about.title")), h("p", { class: "lead" }, t("about.lead"))),
    h("section", { class: "about-promises", "aria-label": t("about.promises") },
      ["local", "memory", "yours"].map((name, i) => h("div", { class: "panel promise-card" },
        h("img", { src: `/static/faces/${["relieved", "sleep", "cool"][i]}.svg`, alt: "", width: 56, height: 56 }),
        h("h2", {}, t(`about.${name}`)), h("p", { class: "hint" }, t(`about.${name}.why`))))),
    h("section", { class: "panel stack", "aria-labelledby": "about-stored" },
      h("h2", { id: "about-stored" }, t("about.stored")), stored,
      h("div", {}, button(t("about.delete"), { icon: "trash", kind: "danger", onclick: () => forgetAll() }))),
    h("section", { class: "panel stack", "aria-labelledby": "about-use" },
      h("h2", { id: "about-use" }, t("about.use")),
      h("ul", { class: "rules" }, Object.entries(RULES).map(([rule, drawn]) => h("li", { class: `rule-${rule}` }, icon(drawn, 20), h("div", {}, h("h3", {}, t(`about.${rule}`)), h("p", { class: "hint" }, t(`about.${rule}.why`))))))),
    h("section", { class: "panel stack", "aria-labelledby": "about-models" },
      h("h2", { id: "about-models" }, t("about.models")), h("p", { class: "hint" }, t("about.models.why")), cards, version),
  );

  function showStored() {
    const { me } = app;
    const rows = [
      ["photo", t("about.photos"), t("about.nowhere")],
      ["camera", t("about.video"), t("about.nowhere")],
      ["me", t("about.me"), me.saved ? t("about.browser") : me.spec ? t("about.page") : t("about.nothing")],
      ["settings", t("about.settings"), t("about.browser")],
      ["journal", t("about.journal"), t("about.folder.journal")],
      ["clip", t("about.jobs"), t("about.folder")],
      ["check", t("about.picks"), t("about.folder.picks")],
      ["lab", t("about.lab"), t("about.folder.lab")],
    ];
    put(stored, rows.map(([drawn, what, where]) => h("li", {}, icon(drawn), h("span", { class: "stored-what" }, what), h("span", { class: "hint" }, where))));
  }

  async function forgetAll() {
    const sure = await dialog(t("about.delete.sure"), h("p", {}, t("about.delete.what")),
      [{ label: t("word.cancel"), value: false }, { label: t("about.delete"), value: true, kind: "danger" }], { close: t("word.close") });
    if (!sure) return;
    try {
      await wipe(app);
      showStored();
      app.toast(t("about.deleted"), { face: "relieved" });
    } catch (problem) {
      const { title, text } = app.explain(problem);
      app.toast(`${title}. ${text}`, { kind: "problem" });
    }
  }

  showStored();
  app.me.addEventListener("change", showStored);
  showModels().catch((problem) => put(cards, h("li", { class: "hint" }, app.explain(problem).title)));

  async function showModels() {
    const [{ active, models }, health] = await Promise.all([app.api.get("/api/models"), app.api.get("/api/health")]);
    const million = new Intl.NumberFormat(t.language, { maximumFractionDigits: 1 });
    put(cards, models.map((model) =>
      h("li", { class: "model-card" },
        h("h3", {}, t.has(`about.model.${model.name}`) ? t(`about.model.${model.name}`) : model.name,
          model.name === active ? h("span", { class: "badge" }, t("about.active")) : null),
        h("p", { class: "hint" }, t("about.size", { parameters: million.format(model.parameters / 1e6), size: million.format(model.bytes / 1e6) }), ` · ${model.licence}`),
        h("p", { class: "hint" }, t("about.card"), " ", h("code", {}, model.card ?? REPOSITORY_CARDS)))));
    if (!models.some((model) => model.name === active)) {
      cards.prepend(h("li", { class: "model-card" }, h("h3", {}, active, h("span", { class: "badge" }, t("about.active")))));
    }
    version.textContent = t("about.version", { version: health.version });
  }

  return () => app.me.removeEventListener("change", showStored);
}

/** Delete everything that the studio and this browser keep: each part where it exists. */
async function wipe({ api, me }) {
  me.forget();
  for (const key of Object.keys(localStorage)) if (key.startsWith("mien.")) localStorage.removeItem(key);
  const paths = ["/api/suggest/picks", "/api/journal", "/api/lab"];
  const { paths: known } = await api.get("/openapi.json");
  for (const path of paths) if (known[path]?.delete) await api.del(path);
  if (known["/api/jobs"]?.get) {
    const jobs = await api.get("/api/jobs");
    for (const job of jobs.jobs ?? jobs) await api.del(`/api/jobs/${job.id}`);
  }
}
