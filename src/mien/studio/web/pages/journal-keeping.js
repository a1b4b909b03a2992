// Who agreed and for how long entries are kept; taking back, taking along, deleting.

import { busy, button, dialog } from "../parts/controls.js";
import { h, put, unique } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { consentForm } from "./journal-consent.js";
import { dated } from "./journal-session.js";

const CHOICES = [1, 7, 14, 30, 90, 365];

/** The panel at the foot of the page. onchange(): after anything of it has changed. */
export function keepingPanel(app, state, onchange) {
  const { t } = app;
  const adding = h("div", {});
  const add = button(t("journal.add"), { icon: "add", small: true, onclick: () => {
    put(adding, consentForm(app, state, onchange, { first: false }));
    adding.querySelector("input")?.focus();
  } });
  return h("section", { class: "panel keeping" },
    h("h2", {}, t("journal.keeping")),
    h("ul", { class: "agreed" }, state.consents.map((consent) => agreed(app, consent, onchange))),
    expiry(app, state, onchange),
    h("div", { class: "row" },
      add,
      h("a", { class: "button small", href: "/api/journal/export?format=csv", download: "" }, icon("download"), h("span", {}, t("journal.export.all"))),
      button(t("journal.all"), { icon: "trash", kind: "danger", small: true, onclick: (event) => busy(event.currentTarget, () => removeAll(app, onchange)) })),
    adding);
}

function agreed(app, consent, onchange) {
  const { t } = app;
  const date = dated(consent.withdrawn ?? consent.given, t.language, { dateStyle: "medium" });
  const words = consent.holds ? (consent.everyone ? "journal.since.group" : "journal.since") : "journal.withdrawn";
  return h("li", {},
    h("span", { class: "agreed-name" }, h("b", {}, consent.person), h("span", { class: "hint" }, t(words, { date }))),
    button(t("journal.back"), { small: true, "aria-label": t("journal.back.of", { person: consent.person }),
      onclick: (event) => busy(event.currentTarget, () => takeBack(app, consent, onchange)) }));
}

async function takeBack(app, consent, onchange) {
  const { t } = app;
  const answer = await dialog(t("journal.back.of", { person: consent.person }), h("p", {}, t("journal.back.text")),
    [...(consent.holds ? [{ label: t("journal.back.keep"), value: "keep" }] : []), { label: t("journal.back.delete"), value: "delete", kind: "danger" }],
    { close: t("word.close") });
  if (!answer) return;
  const query = new URLSearchParams({ person: consent.person, keep: String(answer === "keep") });
  const gone = await app.api.del(`/api/journal/consents?${query}`);
  app.toast(t("journal.deleted", { n: gone.entries }));
  await onchange();
}

function expiry(app, state, onchange) {
  const { t } = app;
  const id = unique("keep");
  const choices = [...new Set([...CHOICES, state.days_kept])].sort((a, b) => a - b);
  const box = h("select", { id, onchange: () => change() }, choices.map((n) => h("option", { value: n }, t("journal.keep.days", { n }))));
  box.value = String(state.days_kept);

  async function change() {
    const days = Number(box.value);
    const sure = days > state.days_kept || !state.sessions.length ||
      (await dialog(t("journal.keep.sure"), h("p", {}, t("journal.keep.text")),
        [{ label: t("journal.keepit"), value: null }, { label: t("journal.keep.do"), value: true, kind: "danger" }], { close: t("word.close") }));
    if (!sure) {
      box.value = String(state.days_kept);
      return;
    }
    try {
      await app.api.post("/api/journal/expiry", { days });
      app.toast(t("journal.yours.expire", { n: days }));
      await onchange();
    } catch (problem) {
      box.value = String(state.days_kept);
      app.toast(problem.detail || app.explain(problem).title, { kind: "problem" });
    }
  }

  return h("div", { class: "field keep" }, h("label", { for: id }, t("journal.keep")), h("div", { class: "select" }, box));
}

async function removeAll(app, onchange) {
  const { t } = app;
  const sure = await dialog(t("journal.all.sure"), h("p", {}, t("journal.all.text")),
    [{ label: t("journal.keepit"), value: null }, { label: t("journal.all"), value: true, kind: "danger" }], { close: t("word.close") });
  if (!sure) return;
  const gone = await app.api.del("/api/journal");
  app.toast(t("journal.deleted", { n: gone.entries }));
  await onchange();
}
