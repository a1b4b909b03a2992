// Step 1: bring a data set, or go on with an earlier one.

import { busy, button, dialog, progress } from "../parts/controls.js";
import { dropzone, picker, receive } from "../parts/dropzone.js";
import { h, put, unique } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { number, percent } from "./lab-parts.js";
import { inside, send, zipped } from "./lab-upload.js";

const TREE = "faces/\n  happy/   1.jpg  2.jpg …\n  sad/     1.jpg  2.jpg …\n  angry/   1.jpg  2.jpg …";

export async function dataStep(room, lab) {
  const { app, state } = lab;
  const { t } = app;
  const stop = new AbortController();
  const place = h("div", {});

  function welcome() {
    const folder = picker({ label: t("lab.folder"), onfiles: (files) => bring(inside(files)) });
    folder.querySelector("input").toggleAttribute("webkitdirectory", true);
    put(place, dropzone(
      { title: t("lab.bring"), hint: t("lab.bring.hint"), faces: ["laugh", "nerd", "sad"] },
      folder,
      picker({ label: t("lab.file"), accept: ".zip,.csv", kind: "plain", onfiles: ([file]) => bring({ name: file.name.replace(/\.\w+$/, ""), file }) }),
    ));
  }

  async function bring({ name, files, file }) {
    const size = file ? file.size : files.reduce((sum, one) => sum + one.file.size, 0);
    if (!size) return app.toast(t("lab.empty"), { kind: "problem" });
    if (size > state.largest) return app.toast(t("lab.large", { size: number(t, state.largest / 1e9) }), { kind: "problem" });
    const bar = progress(t("lab.sending"), 0);
    const words = h("p", { class: "hint", role: "status" }, t("lab.packing"));
    put(place, h("section", { class: "panel lab-sending" }, h("h2", {}, name), bar, words,
      h("div", {}, button(t("word.cancel"), { onclick: () => { stop.abort(); lab.open("data").catch(lab.failed); } }))));
    try {
      const blob = file ?? (await zipped(files, (share) => { bar.value = share; }));
      if (stop.signal.aborted) return undefined;
      words.textContent = t("lab.sending");
      const data = await send(blob, name.slice(0, 80), (share) => (share === null ? bar.removeAttribute("value") : (bar.value = share)), stop.signal);
      return await lab.open("look", { data: data.id, run: null });
    } catch (problem) {
      if (problem.name === "AbortError") return undefined;
      welcome();
      return lab.failed(problem);
    }
  }

  function byPath() {
    if (!state.paths) return null;
    const id = unique("path");
    const field = h("input", { id, class: "text-input", type: "text", required: true, spellcheck: "false", autocomplete: "off", dir: "ltr", placeholder: "/home/me/fer2013.csv" });
    const submit = h("button", { type: "submit", class: "button" }, h("span", {}, t("lab.path.use")));
    const use = async (event) => {
      event.preventDefault();
      await busy(submit, async () => {
        try {
          const data = await app.api.post("/api/lab/data/path", { path: field.value });
          await lab.open("look", { data: data.id, run: null });
        } catch (problem) {
          lab.failed(problem);
        }
      });
    };
    return h("details", { class: "lab-more" }, h("summary", {}, t("lab.path")),
      h("form", { class: "lab-path", onsubmit: use }, h("label", { for: id }, t("lab.path.label")), h("div", { class: "lab-path-row" }, field, submit)));
  }

  welcome();
  put(room, place,
    h("div", { class: "lab-asides" },
      h("details", { class: "lab-more" }, h("summary", {}, t("lab.layout")), h("p", { class: "hint" }, t("lab.layout.text")), h("pre", { dir: "ltr" }, TREE), h("p", { class: "hint" }, t("lab.private"))),
      byPath()),
    earlier(lab));
  const end = receive({ accept: (file) => /\.(zip|csv)$/i.test(file.name), onfiles: ([file]) => bring({ name: file.name.replace(/\.\w+$/, ""), file }), mark: lab.root });
  return () => {
    end();
    stop.abort();
  };
}

/** Data sets and trainings of before. */
function earlier(lab) {
  const { t } = lab.app;
  const { data, runs, active } = lab.state;
  const using = runs.find((run) => run.id === active);
  return [
    runs.length ? h("section", { class: "lab-list" }, h("h2", {}, t("lab.runs")), h("ul", {}, runs.map((run) => row(lab, run, {
      drawn: "lab", hint: runHint(run, t), badge: run === using ? t("lab.inuse") : "",
      open: () => lab.open(run.evaluated || run.state === "evaluating" ? "result" : "train", { run: run.id, data: run.data }),
    })))) : null,
    data.length ? h("section", { class: "lab-list" }, h("h2", {}, t("lab.sets")), h("ul", {}, data.map((one) => row(lab, one, {
      drawn: "photo", hint: one.faces === null ? t(`lab.state.${one.state}`) : t("lab.faces", { n: one.faces }),
      open: () => lab.open("look", { data: one.id, run: null }),
    })))) : null,
  ];
}

function runHint(run, t) {
  if (run.evaluated && !run.problem) return t("lab.reads", { share: percent(t, run.evaluated.accuracy) });
  const state = t(`lab.state.${run.state}`);
  return run.history.length ? `${state} · ${t("lab.epoch", { i: run.history.length, n: run.epochs })}` : state;
}

function row(lab, item, { drawn, hint, badge, open }) {
  const { app } = lab;
  const { t } = app;
  const remove = async (event) => {
    const press = event.currentTarget;
    const sure = await dialog(t("lab.delete.sure", { name: item.name }), h("p", {}, t(`lab.delete.${item.href.includes("/runs/") ? "run" : "data"}`)),
      [{ label: t("word.cancel"), value: null }, { label: t("lab.delete"), value: true, kind: "danger" }], { close: t("word.close") });
    if (!sure) return;
    await busy(press, async () => {
      await app.api.del(item.href);
      await lab.open("data", item.id === lab.at.run ? { run: null } : item.id === lab.at.data ? { data: null } : {});
    }).catch(lab.failed);
  };
  return h("li", {},
    h("button", { type: "button", class: "lab-item", onclick: () => open().catch(lab.failed) },
      icon(drawn, 22), h("span", { class: "lab-item-words" }, h("b", {}, item.name), h("span", { class: "hint" }, hint)),
      badge ? h("span", { class: "badge" }, badge) : null, icon("next", 18)),
    button(t("lab.delete.of", { name: item.name }), { icon: "trash", kind: "quiet", unlabelled: true, onclick: remove }));
}
