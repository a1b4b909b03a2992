// Me: the avatar editor. Every part has a picker drawn on this person; every change shows at once in every expression.

import { avatarImage } from "../parts/avatar.js";
import { bars } from "../parts/bars.js";
import { button, dialog, spinner } from "../parts/controls.js";
import { picker, receive } from "../parts/dropzone.js";
import { h, put, stepped } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { Preview, Thumbnails } from "./me-drawings.js";
import { expressionRow } from "./me-expressions.js";
import { GROUP_OF_TRAIT, grouped } from "./me-groups.js";
import { changed, History, read, same } from "./me-history.js";
import { named, pickers } from "./me-pickers.js";
import { FILES, fromCamera, fromPhotos, PICTURES, welcome } from "./me-start.js";
import { stickerPanel } from "./me-stickers.js";
import { takePanel } from "./me-take.js";

const SETTLED = 400; // ms after a change until what is kept in the browser follows
const KINDS = /\.(jpe?g|png|webp|gif|tiff?|bmp|avif|heic|heif|json)$/i;

/** Of this visit: they are still here after a look at another page. */
const history = new History();
const state = { worn: "happiness", group: "hair", traits: null };

export async function mount(root, app) {
  const { t, me } = app;
  const choices = await app.api.get("/api/avatar/choices");
  const groups = grouped(choices.choices);
  const words = named(t);
  const image = avatarImage("", 320);
  const preview = new Preview(image, app.api, (problem) => app.toast(app.explain(problem).title, { kind: "problem" }));
  const thumbnails = new Thumbnails(app.api, preview);
  const body = h("div", { class: "me-body" });
  const panel = h("section", { class: "me-panel", role: "tabpanel", id: "me-panel", tabindex: -1 });
  const caption = h("p", { class: "me-worn" });
  let open = { follow() {}, end() {} };
  let saving = 0, editing = false;

  const pick = (path, value, stroke = "") => history.set(changed(history.spec, { [path]: value }), stroke);
  const desk = { ...app, words, thumbnails, colours: choices.colours, pick, lift: () => history.lift(),
    foresee: (path, value) => preview.foresee(changed(history.spec, { [path]: value }), state.worn),
    spec: () => history.spec, worn: () => state.worn, open: openFiles };

  // The bar above: back and forth, and other beginnings

  const undo = button(t("word.undo"), { icon: "undo", unlabelled: true, onclick: () => step("undo") });
  const redo = button(t("me.redo"), { icon: "redo", unlabelled: true, onclick: () => step("redo") });
  const bar = h("div", { class: "row me-bar", role: "toolbar", "aria-label": t("me.tools") }, undo, redo,
    button(t("me.anybody"), { icon: "dice", title: t("me.anybody"), onclick: () => anybody() }),
    picker({ label: t("me.photos.again"), accept: PICTURES, multiple: true, onfiles: photos, kind: "plain", content: [icon("photo"), h("span", {}, t("me.photos.short"))] }),
    button(t("me.camera"), { icon: "camera", unlabelled: true, onclick: camera }));
  const head = h("header", { class: "page-head me-head" }, h("div", {}, h("h1", {}, t("me.title")), h("p", { class: "lead" }, t("me.lead"))), bar);
  put(root, head, body);

  function step(way) {
    if (history[way]()) app.announce(t(`me.${way}ne`));
  }

  // Beginnings

  async function begin(task) {
    const wait = h("div", { class: "me-wait" }, spinner(t("photo.looking")));
    root.append(wait);
    try {
      const person = await task();
      if (!person) return;
      state.traits = person.traits ?? null;
      history.lift();
      history.set(person.spec);
      if (person.traits) app.announce(t("me.guessed"));
    } catch (problem) {
      const { title, text } = app.explain(problem);
      app.toast([title, text].filter(Boolean).join(". "), { kind: "problem" });
    } finally {
      wait.remove();
    }
  }

  function photos(files) {
    const told = files.filter((file) => !file.name?.endsWith(".json"));
    if (told.length < files.length) return openFiles(files.filter((file) => !told.includes(file)));
    return begin(() => fromPhotos(told, app));
  }

  async function camera() {
    const shots = await fromCamera(app);
    if (shots) await begin(() => app.api.personalise(shots));
  }

  const random = () => app.api.get("/api/avatar/random");
  const anybody = () => begin(random);

  function openFiles([file]) {
    return begin(async () => {
      let spec = null;
      try {
        spec = JSON.parse(await file.text());
      } catch {
        // Told below.
      }
      const checked = spec && typeof spec === "object" ? await app.api.post("/api/avatar/spec", { spec }).catch((problem) => { if (problem.status !== 422) throw problem; }) : null;
      if (!checked) throw new app.api.Problem({ title: t("me.notafile"), detail: t("me.notafile.do"), type: "/problems/not-an-avatar" });
      return checked;
    });
  }

  /** The parts of one group as somebody else has them. */
  async function shuffle(group) {
    const { spec } = await random();
    history.lift();
    history.set(changed(history.spec, Object.fromEntries(group.parts.map(({ path }) => [path, read(spec, path)]))));
  }

  // The editor

  const tabs = [...groups.map(({ name }) => [name, name]), ["take", "download"], ["stickers", "sticker"]].map(([name, drawn]) =>
    h("button", { type: "button", role: "tab", class: `me-tab me-tab-${name}`, id: `tab-${name}`, "aria-controls": "me-panel", dataset: { group: name },
      onclick: () => show(name), onkeydown: (event) => {
        const to = stepped(event, tabs.findIndex((tab) => tab.dataset.group === name), tabs.length);
        if (to === null) return;
        event.preventDefault();
        show(tabs[to].dataset.group);
        tabs[to].focus();
      } },
    icon(drawn, 22), h("span", {}, t(`me.group.${name}`))));

  function show(name) {
    open.end?.();
    state.group = name;
    for (const tab of tabs) {
      const mine = tab.dataset.group === name;
      tab.setAttribute("aria-selected", String(mine));
      tab.tabIndex = mine ? 0 : -1;
      if (mine) tab.scrollIntoView({ block: "nearest", inline: "center" });
    }
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    const group = groups.find((one) => one.name === name);
    if (group) open = { end() {}, ...pickers(group, desk) };
    else if (name === "take") open = { element: takePanel(desk), follow() {}, end() {} };
    else open = { follow() {}, ...stickerPanel(desk) };
    const dice = group && name !== "me"
      ? button(t("me.shuffle"), { icon: "dice", kind: "quiet", small: true, onclick: () => shuffle(group) }) : null;
    put(panel, h("div", { class: "me-panel-head" }, h("h2", {}, t(`me.group.${name}`)), dice), open.element, name === "me" ? guesses() : null);
    panel.scrollTop = 0;
    if (history.spec) open.follow(history.spec);
  }

  /** What was read off the photos, how sure that is, and what stands for it. */
  function guesses() {
    if (!state.traits) return null;
    const rows = Object.entries(state.traits).map(([name, { value, confidence }]) => ({
      label: [t(`trait.${name}`), t.has(`trait.${name}.${value}`) ? t(`trait.${name}.${value}`) : name === "mst" ? value : ""].filter(Boolean).join(": "), value: Math.min(confidence, 0.99) }));
    return h("div", { class: "part" }, h("h3", { class: "part-name" }, t("me.guesses")), h("p", { class: "hint" }, t("me.guesses.why")),
      bars(t("me.guesses"), rows, t.percent));
  }

  const wear = (expression) => {
    state.worn = expression;
    const label = t.has(`label.${expression}`) ? t(`label.${expression}`) : expression;
    caption.textContent = label;
    image.alt = t("me.alt", { expression: label });
    if (!history.spec) return;
    preview.draw(history.spec, expression);
    thumbnails.follow(history.spec, calm());
  };
  /** What thumbnails wear: an emoji may hide what is chosen, as its sunglasses do. */
  const calm = () => (choices.labels.includes(state.worn) ? state.worn : "neutral");
  const row = expressionRow({ ...desk, expressions: choices.expressions, labels: choices.labels, wear, dialog });

  function edit() {
    put(body,
      h("section", { class: "me-stage", "aria-label": t("me.preview") },
        h("div", { class: "me-glass" }, image, caption), row.element,
        h("div", { class: "row me-out" }, button(t("me.group.take"), { icon: "download", kind: "main", onclick: () => go("take") }),
          button(t("me.group.stickers"), { icon: "sticker", onclick: () => go("stickers") }))),
      h("div", { class: "me-editor" }, h("div", { class: "me-tabs", role: "tablist", "aria-label": t("me.parts"), "aria-orientation": "vertical" }, tabs), panel));
    show(state.group);
    row.wear(state.worn);
  }

  function go(name) {
    show(name);
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  // The avatar has changed

  function follow() {
    const { spec } = history;
    if (!editing) {
      editing = true;
      edit();
    }
    bar.hidden = false;
    undo.disabled = !history.undoable;
    redo.disabled = !history.redoable;
    preview.draw(spec, state.worn);
    open.follow(spec);
    thumbnails.follow(spec, calm());
    if (!same(me.spec, spec)) me.set(spec);
    clearTimeout(saving);
    if (me.keeps) saving = setTimeout(() => me.save(), SETTLED);
  }

  const keys = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest?.("dialog, textarea, input[type=text]")) return;
    const key = event.key.toLowerCase();
    const way = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (!way || !editing) return;
    event.preventDefault();
    step(way);
  };

  history.addEventListener("change", follow);
  document.addEventListener("keydown", keys);
  const end = receive({ accept: (file) => file.type.startsWith("image/") || KINDS.test(file.name), onfiles: photos, mark: root });
  bar.hidden = true;
  if (!me.spec) put(body, welcome(app, { photos, camera, anybody, open: openFiles }));
  else if (same(me.spec, history.spec)) follow();
  else history.set(me.spec);
  return () => {
    history.removeEventListener("change", follow);
    document.removeEventListener("keydown", keys);
    open.end?.();
    thumbnails.end();
    end();
    clearTimeout(saving);
    if (me.keeps && !me.saved) me.save();
  };
}
