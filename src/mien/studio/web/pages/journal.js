// Journal: off until somebody agrees; then sessions and days, each with its chart; keeping and deleting.

import { button, message, segmented, spinner } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { consentForm } from "./journal-consent.js";
import { keepingPanel } from "./journal-keeping.js";
import { dated, dayName, lasting, showDay, showSession } from "./journal-session.js";

/** What was looked at last, for when the page is opened again. */
const chosen = { by: "sessions", session: null, day: null };

export async function mount(root, app) {
  const { t } = app;
  const body = h("div", { class: "journal" }, h("div", { class: "waiting" }, spinner(t("journal.title"))));
  put(root, h("header", { class: "page-head" }, h("h1", {}, t("journal.title")), h("p", { class: "lead" }, t("journal.lead"))), body);
  let gone = false;
  let state;

  async function load() {
    state = await app.api.get("/api/journal");
    if (!gone) draw();
  }

  function draw() {
    if (!state.consents.length) return put(body, consentForm(app, state, load));
    const keeping = keepingPanel(app, state, load);
    if (!state.sessions.length) return put(body, empty(), keeping);
    const shelf = h("nav", { class: "shelf", "aria-label": t("journal.by") });
    const detail = h("section", { class: "panel detail" });
    const by = segmented(t("journal.by"), ["sessions", "days"].map((value) => ({ value, label: t(`journal.${value}`) })), chosen.by, (value) => {
      chosen.by = value;
      drawShelf(shelf, detail);
    });
    drawShelf(shelf, detail);
    return put(body, h("div", { class: "journal-body" }, h("div", { class: "journal-side" }, h("div", { class: "row" }, by, recordButton()), shelf), detail), keeping);
  }

  /** The way to the Mirror, where there is one. */
  function recordButton(kind = "plain") {
    if (!state.on || !document.querySelector(".nav-mirror")) return null;
    return button(t("journal.record"), { icon: "mirror", small: kind === "plain", kind, onclick: () => app.go("mirror", { record: "1" }) });
  }

  const empty = () => message({ face: "relieved", title: t("journal.none"), text: t("journal.none.do"), actions: [recordButton("main")].filter(Boolean) });

  function drawShelf(shelf, detail) {
    const days = chosen.by === "days";
    const items = days
      ? state.days.map((one) => ({ key: one.day, name: dayName(one.day, t.language), more: t("journal.entries", { n: one.entries }), one }))
      : state.sessions.map((one) => ({ key: one.name, name: one.name, more: `${dated(one.began, t.language)} · ${lasting(one.seconds, t.language)}`, one }));
    const kind = days ? "day" : "session";
    const current = items.find((item) => item.key === chosen[kind]) ?? items[0];
    const buttons = items.map((item) =>
      h("button", { type: "button", class: "shelf-item", "aria-current": item === current ? "true" : undefined, onclick: () => choose(item, true) },
        h("b", {}, item.name), h("span", { class: "hint" }, item.more)));
    put(shelf, h("ul", {}, buttons.map((one) => h("li", {}, one))));
    choose(current);

    async function choose(item, moved = false) {
      chosen[kind] = item.key;
      buttons.forEach((one, i) => (items[i] === item ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current")));
      const fresh = h("div", {}, h("div", { class: "waiting" }, spinner(item.name)));
      put(detail, fresh);
      try {
        await (days ? showDay(fresh, app, item.one) : showSession(fresh, app, item.one, state.sessions, load));
        if (moved && fresh.isConnected) {
          app.announce(item.name);
          if (detail.getBoundingClientRect().top > innerHeight * 0.7) detail.scrollIntoView({ block: "start" });
        }
      } catch (problem) {
        put(fresh, message({ face: "sad", title: app.explain(problem).title, text: problem.detail, kind: "problem" }));
      }
    }
  }

  await load();
  return () => { gone = true; };
}
