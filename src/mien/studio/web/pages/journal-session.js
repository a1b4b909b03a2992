// One session, or one day: the chart, the whole, moments, another session beside it.

import { busy, button, dialog, message, select, spinner } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { glyph } from "../parts/emoji.js";
import { icon } from "../parts/icons.js";
import { ORDER, clock, overall, shareChart } from "./journal-chart.js";

const EMOJI = {
  neutral: "😐", happiness: "😄", surprise: "😮", sadness: "😢", anger: "😠", disgust: "🤢", fear: "😨", contempt: "😒", unsure: "🫥",
};
const SHOWS = { first_smile: "happiness", longest_smile: "happiness", most_smiles: "happiness", biggest_surprise: "surprise", longest_calm: "neutral" };
const HOUR = 3600;

const address = (path, query) => `/api/journal/${path}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}`;

/** 96 -> "1 min 36 sec", in the user's language. */
export function lasting(seconds, language) {
  const unit = (value, name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: value < 10 && name === "second" ? 1 : 0 }).format(value);
  if (seconds < 59.5) return unit(seconds, "second");
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return minutes < 10 && whole % 60 ? `${unit(minutes, "minute")} ${unit(whole % 60, "second")}` : unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

export const dated = (iso, language, how = { dateStyle: "medium", timeStyle: "short" }) => new Intl.DateTimeFormat(language, how).format(new Date(iso));

/** Fill `root` with a session. sessions: all of them, to compare with. onchange(): after it was deleted. */
export async function showSession(root, app, session, sessions, onchange) {
  const { t } = app;
  const body = h("div", { class: "stack" });
  const people = session.people.length > 1
    ? select(t("journal.whose"), [{ value: "", label: t("journal.everybody") }, ...session.people.map((name) => ({ value: name, label: name }))], "", (name) => draw(name))
    : null;
  const facts = h("p", { class: "hint" }, [dated(session.began, t.language), lasting(session.seconds, t.language), t("journal.entries", { n: session.entries })].join(" · "));
  put(root, h("header", { class: "session-head" }, h("div", {}, h("h2", { tabindex: -1 }, session.name), facts), people), body);

  async function draw(person) {
    put(body, h("div", { class: "waiting" }, spinner(t("journal.chart"))));
    const told = await app.api.get(address("session", { name: session.name, person }));
    const moments = told.moments.filter((moment) => !person || moment.person === person);
    const chart = shareChart(told.timeline, { t, marks: moments.map((moment, i) => ({ at: moment.at, number: i + 1 })) });
    if (told.audience > 1) facts.append(` · ${t("journal.inview", { n: told.audience })}`);
    told.audience = 0; // said once
    put(body, chart.element, h("div", { class: "session-below" },
      h("section", {}, h("h3", {}, t("journal.overall")), wholeList(overall(told.timeline), t)),
      h("section", {}, h("h3", {}, t("journal.moments")), momentList(moments, chart.seek, t))),
      beside(app, session, sessions),
      h("div", { class: "row session-foot" },
        h("a", { class: "button small", href: address("export", { format: "csv", session: session.name }), download: "" }, icon("download"), h("span", {}, t("journal.export"))),
        button(t("journal.delete"), { icon: "trash", kind: "danger", small: true, onclick: (event) => busy(event.currentTarget, () => remove(app, session, onchange)) })));
  }
  await draw("");
}

async function remove(app, session, onchange) {
  const { t } = app;
  const sure = await dialog(t("journal.delete.sure", { name: session.name }), h("p", {}, t("journal.delete.text")),
    [{ label: t("journal.keepit"), value: null }, { label: t("journal.delete"), value: true, kind: "danger" }], { close: t("word.close") });
  if (!sure) return;
  const gone = await app.api.del(address("session", { name: session.name }));
  app.toast(t("journal.deleted", { n: gone.entries }));
  await onchange();
}

/** Fill `root` with a day of all sessions. */
export async function showDay(root, app, { day, entries }) {
  const { t } = app;
  const shares = await app.api.get(`/api/journal/days/${day}`);
  const first = Math.floor(shares.times[0] / HOUR) * HOUR;
  const end = Math.ceil((shares.times.at(-1) + shares.step) / HOUR) * HOUR;
  const from = Math.max(0, Math.min(first, end - 4 * HOUR));
  const said = (seconds) => `${String(Math.floor(seconds / HOUR)).padStart(2, "0")}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
  const chart = shareChart(shares, { t, from, length: Math.max(end - from, 4 * HOUR), said, apart: true });
  put(root,
    h("header", { class: "session-head" }, h("div", {}, h("h2", { tabindex: -1 }, dayName(day, t.language)), h("p", { class: "hint" }, t("journal.entries", { n: entries })))),
    h("div", { class: "stack" }, chart.element, h("section", {}, h("h3", {}, t("journal.overall")), wholeList(overall(shares), t))));
}

export const dayName = (day, language) => dated(`${day}T12:00:00`, language, { weekday: "long", day: "numeric", month: "long" });

function wholeList(shares, t) {
  const rows = ORDER.filter((label) => shares[label] >= 0.005).sort((a, b) => shares[b] - shares[a]);
  return h("ul", { class: "whole" }, rows.map((label) => h("li", {},
    glyph(EMOJI[label], 24), h("span", {}, t(`label.${label}`)),
    h("span", { class: "whole-track", "aria-hidden": "true" }, h("span", { class: `whole-fill share-${label}`, style: { "--share": shares[label] } })),
    h("b", {}, t.percent(shares[label])))));
}

function momentList(moments, seek, t) {
  if (!moments.length) return h("p", { class: "hint" }, t("journal.nomoments"));
  return h("ol", { class: "moments" }, moments.map((moment, i) => h("li", {},
    h("button", { type: "button", class: "moment", onclick: () => seek(moment.at) },
      h("span", { class: "moment-number", "aria-hidden": "true" }, String(i + 1)), glyph(EMOJI[SHOWS[moment.name]], 32),
      h("span", { class: "moment-words" }, h("b", {}, t(`journal.${moment.name}`)),
        h("span", { class: "hint" }, [clock(moment.at), aside(moment, t),
          moment.person && moment.person !== "me" ? moment.person : ""].filter(Boolean).join(" · ")))))));
}

/** How long it lasted, or how many they were, where that is what makes the moment. */
function aside(moment, t) {
  if (moment.name === "most_smiles") return t("journal.inview", { n: moment.value });
  return moment.name.startsWith("longest") ? lasting(moment.seconds, t.language) : "";
}

/** A select of the other sessions, and the two beside each other once one is chosen. */
function beside(app, session, sessions) {
  const { t } = app;
  const others = sessions.filter((one) => one.name !== session.name);
  if (!others.length) return null;
  const room = h("div", { "aria-live": "polite" });
  const choose = async (name) => {
    if (!name) return put(room);
    const query = new URLSearchParams([["name", session.name], ["name", name]]);
    try {
      const { sessions: told } = await app.api.get(`/api/journal/compare?${query}`);
      return put(room, comparison(told, t));
    } catch (problem) {
      return put(room, message({ face: "sad", title: app.explain(problem).title, text: problem.detail, kind: "problem" }));
    }
  };
  const options = [{ value: "", label: "–" }, ...others.map((one) => ({ value: one.name, label: one.name }))];
  return h("section", { class: "beside" }, select(t("journal.compare"), options, "", choose), room);
}

function comparison(told, t) {
  const labels = ORDER.filter((label) => told.some((one) => one.shares[label] >= 0.005));
  const at = (one, name) => one.moments.find((moment) => moment.name === name);
  const moments = Object.keys(SHOWS).filter((name) => told.some((one) => at(one, name)));
  return h("div", { class: "scrolling", tabindex: 0, role: "group", "aria-label": t("journal.compare.title") }, h("table", { class: "comparison" },
    h("caption", { class: "unseen" }, t("journal.compare.title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("journal.expression")), told.map((one) => h("th", { scope: "col" }, one.name)))),
    h("tbody", {},
      labels.map((label) => h("tr", {}, h("th", { scope: "row" }, t(`label.${label}`)), told.map((one) => h("td", {},
        h("span", { class: "comparison-cell" },
          h("span", { class: "whole-track", "aria-hidden": "true" }, h("span", { class: `whole-fill share-${label}`, style: { "--share": one.shares[label] } })),
          h("b", {}, t.percent(one.shares[label]))))))),
      moments.map((name) => h("tr", {}, h("th", { scope: "row" }, t(`journal.${name}`)), told.map((one) => h("td", {}, at(one, name) ? clock(at(one, name).at) : "–")))))));
}
