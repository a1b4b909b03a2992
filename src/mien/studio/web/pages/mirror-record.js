// The switch that records what the Mirror shows into the journal, of those who agreed.

import { busy, button, dialog } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";

/**
 * link(): the live connection, or null. onchange(person): who is recorded now, or null. Gives {element, start(), ended(problem)}: `start` as if it was pressed; `ended`
 * when the studio or the connection ended the recording.
 */
export function recordSwitch(app, link, onchange) {
  const { t } = app;
  const element = h("span", { class: "mirror-record" });
  let person = null;

  function draw() {
    const label = person === null ? t("journal.rec") : t("journal.rec.on", { person });
    const press = button(label, { icon: person === null ? "journal" : undefined, small: true, "aria-pressed": String(person !== null), onclick: () => busy(press, person === null ? start : stop) });
    if (person !== null) press.prepend(h("span", { class: "camera-dot", "aria-hidden": "true" }));
    const focused = element.contains(document.activeElement);
    put(element, press);
    onchange(person);
    if (focused) press.focus();
  }

  async function start() {
    if (person !== null) return;
    let state;
    try {
      state = await app.api.get("/api/journal");
    } catch (problem) {
      app.toast(app.explain(problem).title, { kind: "problem" });
      return;
    }
    const agreed = state.consents.filter((consent) => consent.holds).map((consent) => consent.person);
    if (!agreed.length) {
      app.toast(t("journal.rec.first"), { action: { label: t("nav.journal"), onclick: () => app.go("journal") } });
      return;
    }
    const who = agreed.length === 1 ? agreed[0]
      : await dialog(t("journal.whose"), h("p", {}, t("journal.lead")), agreed.map((value) => ({ label: value, value })), { close: t("word.close") });
    if (!who || !link()) return;
    const date = new Intl.DateTimeFormat(t.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date());
    person = who;
    link().record({ session: t("journal.rec.name", { date }), person });
    app.announce(t("journal.rec.on", { person }));
    draw();
  }

  async function stop() {
    link()?.record(null);
    person = null;
    app.announce(t("journal.rec.off"));
    draw();
  }

  function ended(problem) {
    if (person === null) return;
    person = null;
    app.toast(problem?.detail || t("journal.rec.off"), { kind: problem ? "problem" : "info" });
    draw();
  }

  draw();
  return { element, start, ended };
}
