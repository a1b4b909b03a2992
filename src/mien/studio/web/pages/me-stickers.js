// A sticker pack for a messenger: chosen, made as a job in the background, looked at, downloaded.

import { busy, button, progress, toggle } from "../parts/controls.js";
import { h, put, stepped } from "../parts/dom.js";
import { icon } from "../parts/icons.js";

/** As mien.stickers.PLATFORMS calls them (a test compares), and their names. */
export const PLATFORMS = {
  whatsapp: "WhatsApp", telegram: "Telegram", "telegram-emoji": "Telegram emoji", signal: "Signal", discord: "Discord",
  "discord-emoji": "Discord emoji", slack: "Slack", imessage: "iMessage", matrix: "Matrix",
};
const SHOWN = 24; // stickers of a finished pack that are shown

const chosen = { platform: "whatsapp", animated: false, name: "" };
let job = null; // of this visit: it goes on while another page is looked at

/** desk = {...app, spec()}. Gives {element, end()}. */
export function stickerPanel(desk) {
  const { t } = desk;
  const leave = new AbortController();
  const body = h("div", { class: "part" });
  const keys = Object.keys(PLATFORMS);

  const cards = keys.map((key, i) =>
    h("button", { type: "button", role: "radio", class: "platform", onclick: () => choose(i),
      onkeydown: (event) => {
        const to = stepped(event, i, keys.length);
        if (to === null) return;
        event.preventDefault();
        choose(to);
        cards[to].focus();
      } }, PLATFORMS[key]));
  const choose = (i) => {
    chosen.platform = keys[i];
    cards.forEach((card, k) => {
      card.setAttribute("aria-checked", String(k === i));
      card.tabIndex = k === i ? 0 : -1;
    });
  };
  choose(keys.indexOf(chosen.platform));
  const name = h("input", { class: "text-input", type: "text", maxlength: 64, autocomplete: "off", dir: "auto", placeholder: t("me.pack.example"), "aria-label": t("me.pack.name"),
    oninput: () => { chosen.name = name.value; } });
  name.value = chosen.name;

  function offer() {
    put(body, h("div", { class: "row" },
      button(t("me.pack.make"), { icon: "sticker", kind: "main", onclick: (event) => busy(event.currentTarget, order) }), h("span", { class: "hint" }, t("me.pack.time"))));
  }

  async function order() {
    try {
      job = await desk.api.post("/api/stickers", { spec: desk.spec(), platform: chosen.platform, animated: chosen.animated, language: t.language, name: chosen.name.trim() || null });
    } catch (problem) {
      return failed(problem);
    }
    desk.announce(t("me.pack.making"));
    return follow();
  }

  async function follow() {
    const { id } = job;
    const bar = progress(t("me.pack.making"), job.progress);
    const cancel = button(t("word.cancel"), { icon: "close", small: true, onclick: async () => {
      job = null;
      leave.signal.aborted || offer();
      await desk.api.del(`/api/jobs/${id}`).catch(() => {});
      desk.announce(t("me.pack.cancelled"));
    } });
    put(body, h("p", { class: "hint" }, t("me.pack.making")), h("div", { class: "me-making" }, bar, cancel));
    try {
      const done = await desk.api.job(id, (now) => { if (now.progress !== null) bar.value = now.progress; }, leave.signal);
      if (job?.id !== id) return;
      job = done;
      finished();
      desk.announce(t("me.pack.done", { n: done.result.stickers }));
    } catch (problem) {
      if (leave.signal.aborted || job?.id !== id) return;
      job = null;
      failed(problem);
    }
  }

  function failed(problem) {
    offer();
    desk.toast(desk.explain(problem).title, { kind: "problem" });
  }

  function finished() {
    const zip = job.files.find((file) => file.name.endsWith(".zip"));
    const pictures = job.files.filter((file) => file.type.startsWith("image/") && !/tray|thumbnail/.test(file.name)).slice(0, SHOWN);
    put(body,
      h("p", {}, h("strong", {}, t("me.pack.done", { n: job.result.stickers })), ` ${PLATFORMS[job.result.platform] ?? ""}`),
      h("ul", { class: "me-pack", "aria-label": t("me.pack.stickers") }, pictures.map((file) => h("li", {}, h("img", { src: file.href, alt: file.name, width: 64, height: 64, loading: "lazy" })))),
      h("div", { class: "row" },
        h("a", { class: "button main", href: `${zip.href}?download`, download: `${job.result.platform}-stickers.zip` }, icon("download"), h("span", {}, t("me.pack.download"))),
        button(t("me.pack.another"), { kind: "quiet", onclick: () => { job = null; offer(); } })));
  }

  async function resume() {
    offer();
    if (job === null) {
      const { jobs } = await desk.api.get("/api/jobs").catch(() => ({ jobs: [] }));
      job ??= jobs.find((one) => one.kind === "stickers" && ["queued", "running"].includes(one.state)) ?? null;
    }
    if (leave.signal.aborted || job === null) return;
    if (job.state === "done") finished();
    else follow();
  }

  resume();
  const element = h("div", { class: "parts" },
    h("div", { class: "part" }, h("h3", { class: "part-name", id: "platforms" }, t("me.pack.where")), h("div", { class: "platforms", role: "radiogroup", "aria-labelledby": "platforms" }, cards)),
    h("div", { class: "part" }, h("h3", { class: "part-name" }, t("me.pack.how")), toggle(t("me.pack.moving"), chosen.animated, (on) => { chosen.animated = on; }), name),
    body);
  return { element, end: () => leave.abort() };
}
