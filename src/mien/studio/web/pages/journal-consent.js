// What the journal keeps, in plain words, before anything is kept.

import { busy, button } from "../parts/controls.js";
import { h, unique } from "../parts/dom.js";
import { icon } from "../parts/icons.js";

/** The text and the form to agree to it. onagreed(): afterwards. first: nobody has agreed yet, so "me" is asked. */
export function consentForm(app, state, onagreed, { first = true } = {}) {
  const { t } = app;
  const [name, hint] = [unique("who"), unique("hint")];
  const person = h("input", { id: name, type: "text", class: "input", maxlength: 80, autocomplete: "off", "aria-describedby": hint, required: true });
  person.value = first ? "me" : "";
  const group = h("input", { type: "checkbox" });
  const words = () => t(person.value.trim() === "me" && !group.checked ? "journal.agree" : "journal.agree.they");
  const agree = button(words(), { icon: "check", kind: "main", onclick: () => busy(agree, send) });
  const rename = () => { agree.querySelector("span").textContent = words(); };
  person.addEventListener("input", rename);
  group.addEventListener("change", rename);

  async function send() {
    if (!person.value.trim()) return person.focus();
    try {
      await app.api.post("/api/journal/consents", { person: person.value.trim(), everyone: group.checked, agreed: true, wording: state.wording });
      app.announce(t("journal.on"));
      await onagreed(person.value.trim());
    } catch (problem) {
      app.toast(problem.detail || app.explain(problem).title, { kind: "problem" });
    }
  }

  return h("form", { class: "panel consent", onsubmit: (event) => { event.preventDefault(); agree.click(); } },
    first ? h("header", { class: "consent-head" },
      h("img", { src: "/static/faces/relieved.svg", alt: "", width: 64, height: 64 }),
      h("div", {}, h("h2", {}, t("journal.off")), h("p", { class: "hint" }, t("journal.off.text")))) : null,
    h("div", { class: "consent-lists" },
      list(t("journal.keeps"), "save", ["keeps.time", "keeps.shares", "keeps.names"].map((key) => t(`journal.${key}`))),
      list(t("journal.never"), "close", ["never.pictures", "never.traits", state.home === "database" ? "never.away.shared" : "never.away"].map((key) => t(`journal.${key}`))),
      list(t("journal.yours"), "lock", [t("journal.yours.expire", { n: state.days_kept }), t("journal.yours.all"), t("journal.yours.back")])),
    h("p", { class: "hint consent-shows" }, t("journal.shows")),
    h("div", { class: "consent-form" },
      h("div", { class: "field" }, h("label", { for: name }, t("journal.who")), person, h("span", { class: "hint", id: hint }, t("journal.who.hint"))),
      h("label", { class: "check" }, group, h("span", {}, t("journal.group"))),
      agree));
}

const list = (title, drawn, lines) =>
  h("section", { class: `consent-list of-${drawn}` }, h("h3", {}, icon(drawn, 18), title), h("ul", {}, lines.map((line) => h("li", {}, line))));
