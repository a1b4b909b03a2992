// Step 2: what is in the data set, and what is wrong with it.

import { busy, button, message, progress } from "../parts/controls.js";
import { h, put } from "../parts/dom.js";
import { glyph } from "../parts/emoji.js";
import { icon } from "../parts/icons.js";
import { classOf, emojiOf, number, ways } from "./lab-parts.js";

const SPLITS = ["Training", "PublicTest", "PrivateTest"];

export async function lookStep(room, lab) {
  const { app } = lab;
  const { t } = app;
  let seed = 0;

  if (lab.data.state === "queued" || lab.data.state === "checking" || lab.data.state === "cleaning") return wait();
  if (!lab.data.report) return failure();
  show();
  return null;

  function wait() {
    const cleaning = lab.data.state === "cleaning";
    const bar = progress(t("lab.checking"));
    const words = h("p", { class: "hint" });
    put(room, h("section", { class: "panel lab-sending" }, h("h2", {}, lab.data.name), bar, h("p", { role: "status" }, t(cleaning ? "lab.cleaning" : "lab.checking")), words));
    return lab.follow(lab.data.href, (now) => {
      if (now.progress === null) bar.removeAttribute("value");
      else bar.value = now.progress;
      words.textContent = now.progress === null ? "" : t.percent(now.progress);
    }, () => lab.open("look").catch(lab.failed));
  }

  function failure() {
    put(room, message({ face: "sad", title: t("lab.unreadable"), text: lab.data.problem?.detail ?? "", kind: "problem", live: true,
      actions: [button(t("lab.other"), { kind: "main", onclick: () => lab.open("data", { data: null }).catch(lab.failed) })] }));
  }

  function show() {
    const { data } = lab;
    const totals = Object.fromEntries(data.classes.map((label) => [label, SPLITS.reduce((sum, split) => sum + (data.counts[split]?.[label] ?? 0), 0)]));
    const present = data.classes.map((label, i) => ({ label, i, count: totals[label] })).filter((one) => one.count);
    const grid = h("div", { class: "lab-classes" });
    const others = button(t("lab.others"), { small: true, icon: "auto", onclick: () => { seed += 1; fill(); app.announce(t("lab.others")); } });
    function fill() {
      put(grid, present.map(({ label, i, count }) => h("figure", { class: "lab-class" },
        h("figcaption", {}, emojiOf(label) ? glyph(emojiOf(label), 24) : null, h("b", {}, classOf(label, t)), h("span", { class: "hint" }, number(t, count))),
        h("img", { src: `${data.href}/faces?label=${i}&count=12&columns=6&seed=${seed}&of=${data.faces}`, alt: t("lab.facesof", { label: classOf(label, t) }), loading: "lazy", width: 298, height: 98 }))));
    }
    fill();
    put(room,
      h("section", { class: "panel stack" },
        h("div", { class: "lab-head" }, h("div", {}, h("h2", {}, data.name), h("p", { class: "hint" }, facts(data, present.length))), verdict(data)),
        findings(data),
        next(data)),
      h("section", { class: "panel stack" }, h("h2", {}, t("lab.counts")), chart(present), imbalance(present)),
      h("section", { class: "panel stack" }, h("div", { class: "lab-head" }, h("h2", {}, t("lab.grid")), others), grid));
  }

  function facts(data, classes) {
    const shares = SPLITS.map((split) => Object.values(data.counts[split] ?? {}).reduce((a, b) => a + b, 0));
    return [t("lab.faces", { n: data.faces }), t("lab.classes", { n: classes }), t("lab.splits", { learn: shares[0], choose: shares[1], test: shares[2] })].join(" · ");
  }

  function found(data) {
    return Object.entries(data.report.problems).filter(([, count]) => count);
  }

  function verdict(data) {
    const good = data.cleaned !== null || !found(data).length;
    const words = data.cleaned ? t("lab.cleaned", { n: Object.values(data.cleaned.dropped).reduce((a, b) => a + b, 0) }) : good ? t("lab.clean") : t("lab.found", { n: found(data).reduce((sum, [, count]) => sum + count, 0) });
    return h("p", { class: `lab-verdict ${good ? "good" : "bad"}` }, icon(good ? "check" : "warning", 18), h("span", {}, words));
  }

  function findings(data) {
    if (data.cleaned) return null;
    const notes = data.report.notes;
    return [
      found(data).length ? h("ul", { class: "lab-findings" }, found(data).map(([kind, count]) => h("li", {},
        h("details", {}, h("summary", {}, h("b", {}, number(t, count)), " ", t(`lab.kind.${kind}`)),
          h("ul", {}, data.report.findings[kind].map((one) => h("li", { dir: "ltr" }, h("code", {}, one.places.join(", ")), ` ${one.what}`))))))) : null,
      notes.length ? h("details", { class: "lab-more" }, h("summary", {}, t("lab.notes")), h("ul", { class: "lab-notes" }, notes.map((note) => h("li", { dir: "ltr", lang: "en" }, note)))) : null,
    ];
  }

  function next(data) {
    const cleanable = !data.cleaned && found(data).some(([kind]) => !["unreadable", "missing", "wrong_size"].includes(kind));
    const on = (kind) => button(t(kind === "main" ? "lab.next" : "lab.asis"), { kind, icon: kind === "main" ? "next" : undefined, onclick: () => lab.open("prepare").catch(lab.failed) });
    if (!cleanable) return ways(on("main"));
    const mend = button(t("lab.mend"), { kind: "main", icon: "check", onclick: () => busy(mend, async () => {
      await app.api.post(`${data.href}/clean`);
      await lab.open("look");
    }).catch(lab.failed) });
    return ways(mend, on("plain"), h("p", { class: "hint" }, t("lab.mend.hint")));
  }

  function chart(present) {
    const most = Math.max(...present.map((one) => one.count));
    const sorted = [...present].sort((a, b) => b.count - a.count);
    return h("ul", { class: "bars lab-counts", "aria-label": t("lab.counts") }, sorted.map(({ label, count }) => h("li", { class: "bar strong" },
      h("span", { class: "bar-name" }, classOf(label, t)),
      h("span", { class: "bar-track", "aria-hidden": "true" }, h("span", { class: "bar-fill", style: { "--share": count / most } })),
      h("span", { class: "bar-value" }, number(t, count)))));
  }

  function imbalance(present) {
    const counts = present.map((one) => one.count);
    const ratio = Math.max(...counts) / Math.min(...counts);
    return ratio >= 3 ? h("p", { class: "hint" }, t("lab.imbalance", { n: Math.round(ratio) })) : null;
  }
}
