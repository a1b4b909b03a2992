// Clip: a clip in, drawn on as a job in the background; then a player with a timeline of everybody in it.

import { busy, button, message, progress, toggle } from "../parts/controls.js";
import { dropzone, picker, receive } from "../parts/dropzone.js";
import { h, put, stepped } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { player } from "./clip-player.js";
import { sketch } from "./clip-sketches.js";
import { clock } from "./clip-timeline.js";

const ACCEPTED = "video/*,image/gif,.mkv,.avi,.mov,.m4v,.mpg,.ts,.3gp";
const KINDS = /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|mts|3gp|ogv|wmv|flv|gif)$/i;
const DRAWN = ["label", "replace", "avatar_only"];
const RECENT = 6;
const SPOKEN = 0.25; // of the way: how often progress is said aloud
const EARLY = 3; // seconds before it is guessed how long the rest takes

const wish = { draw: "label", reaction: true };
const names = new Map(); // job -> name of the clip, in this page alone

export async function mount(root, app) {
  const { t } = app;
  const body = h("div", { class: "clip-body" });
  put(root, h("header", { class: "page-head" }, h("h1", {}, t("clip.title")), h("p", { class: "lead" }, t("clip.lead"))), body);
  let leave = new AbortController(), address = null, playing = null;

  /** From one state of the page to the next. */
  function turn(state, ...children) {
    leave.abort();
    leave = new AbortController();
    playing?.end();
    playing = null;
    body.dataset.state = state;
    put(body, ...children);
    return leave.signal;
  }

  const forget = () => {
    if (address) URL.revokeObjectURL(address);
    address = null;
  };
  const complain = (problem) => {
    const { title, text } = app.explain(problem);
    app.toast([title, text].filter(Boolean).join(". "), { kind: "problem" });
  };

  // Nothing yet

  async function welcome() {
    forget();
    const recent = h("section", { class: "clip-recent", hidden: true });
    const signal = turn("welcome", dropzone(
      { title: t("clip.drop"), hint: t("clip.hint"), faces: ["laugh", "surprise", "wink"] },
      picker({ label: t("clip.pick"), accept: ACCEPTED, onfiles: prepare }),
      button(t("clip.sample"), { icon: "clip", onclick: (event) => busy(event.currentTarget, sample) }),
    ), recent);
    const { jobs } = await app.api.get("/api/jobs").catch(() => ({ jobs: [] }));
    const clips = jobs.filter((job) => job.kind === "clip" && job.state !== "failed").slice(0, RECENT);
    if (signal.aborted || !clips.length) return;
    put(recent, h("h2", {}, t("clip.recent")), h("ul", { class: "clip-list" }, clips.map(entry)));
    recent.hidden = false;
  }

  function entry(job) {
    const film = drawn(job);
    const when = new Intl.DateTimeFormat(t.language, { dateStyle: "medium", timeStyle: "short" }).format(job.made * 1000);
    const told = job.state === "done" ? [clock(job.result.seconds), t("clip.people", { n: job.result.people })].join(" · ") : t("clip.working");
    return h("li", {}, h("button", { type: "button", class: "clip-entry", onclick: () => (job.state === "done" ? result(job) : follow(job)) },
      film?.type.startsWith("video/") ? h("video", { src: `${film.href}#t=0.5`, preload: "metadata", muted: true, tabindex: -1, "aria-hidden": "true" })
        : h("span", { class: "clip-blank" }, icon("clip", 28)),
      h("span", { class: "clip-entry-words" }, h("strong", {}, names.get(job.id) ?? when), h("span", { class: "hint" }, told))));
  }

  async function sample() {
    try {
      const blob = await app.api.get("/static/sample/clip.mp4");
      prepare([new File([blob], "sample.mp4", { type: "video/mp4" })]);
    } catch (problem) {
      complain(problem);
    }
  }

  // A clip is chosen: what shall become of it?

  function prepare([file]) {
    forget();
    address = URL.createObjectURL(file);
    const film = h("video", { class: "clip-film", src: address, muted: true, controls: true, playsinline: true, "aria-label": file.name });
    film.muted = true;
    const frame = h("div", { class: "clip-frame" }, film);
    film.addEventListener("error", () => put(frame, h("p", { class: "clip-unseeable" }, icon("clip", 40), h("span", {}, t("clip.unseeable")))));
    const cards = DRAWN.map((draw, i) =>
      h("button", { type: "button", role: "radio", class: "clip-card", dataset: { draw }, onclick: () => choose(i),
        onkeydown: (event) => {
          const to = stepped(event, i, DRAWN.length);
          if (to === null) return;
          event.preventDefault();
          choose(to);
          cards[to].focus();
        } },
      sketch(draw), h("span", { class: "clip-card-words" }, h("strong", {}, t(`clip.draw.${draw}`)), h("span", { class: "hint" }, t(`clip.draw.${draw}.why`)))));
    const choose = (i) => {
      wish.draw = DRAWN[i];
      cards.forEach((card, k) => {
        card.setAttribute("aria-checked", String(k === i));
        card.tabIndex = k === i ? 0 : -1;
      });
    };
    choose(DRAWN.indexOf(wish.draw));
    const start = button(t("clip.make"), { icon: "play", kind: "main", onclick: () => busy(start, () => send(file)) });
    turn("prepare", h("div", { class: "clip-prepare" },
      h("section", { class: "clip-main" }, frame, h("p", { class: "clip-name" }, h("strong", {}, file.name), h("span", { class: "hint" }, size(file.size)))),
      h("section", { class: "panel clip-wish" },
        h("h2", { id: "clip-wish" }, t("clip.wish")), h("div", { class: "clip-cards", role: "radiogroup", "aria-labelledby": "clip-wish" }, cards),
        toggle(t("clip.reaction.also"), wish.reaction, (on) => { wish.reaction = on; }),
        h("div", { class: "row" }, start, button(t("clip.another"), { kind: "quiet", onclick: welcome })))));
    start.focus({ preventScroll: true });
    app.announce(t("clip.chosen", { name: file.name }));
  }

  const size = (bytes) => {
    const mega = bytes / 1e6;
    return new Intl.NumberFormat(t.language, { style: "unit", unit: mega < 1 ? "kilobyte" : "megabyte", maximumFractionDigits: mega < 1 || mega > 20 ? 0 : 1 }).format(mega < 1 ? bytes / 1e3 : mega);
  };

  async function send(file) {
    const { signal } = leave;
    const form = new FormData();
    form.append("clip", file, file.name);
    form.append("draw", wish.draw);
    form.append("rows", "csv,jsonl");
    if (wish.reaction) form.append("reaction", "gif");
    const headers = window.crypto?.randomUUID ? { "Idempotency-Key": crypto.randomUUID() } : {};
    try {
      const job = await app.api.post("/api/clips", form, { headers, signal });
      names.set(job.id, file.name);
      await follow(job);
    } catch (problem) {
      if (problem.name !== "AbortError") complain(problem);
    }
  }

  // It is at work

  async function follow(job) {
    const bar = progress(t("clip.working"), job.progress);
    const share = h("span", { class: "clip-share" });
    const doing = h("p", { class: "hint" }, t("clip.queued"));
    const cancel = button(t("word.cancel"), { icon: "close", onclick: async () => {
      await welcome();
      await app.api.del(`/api/jobs/${job.id}`).catch(() => {});
      app.announce(t("clip.cancelled"));
    } });
    const faces = ["look", "think", "laugh"].map((face) => h("img", { src: `/static/faces/${face}.svg`, alt: "", width: 72, height: 72 }));
    const signal = turn("working", h("section", { class: "panel clip-working" },
      h("div", { class: "clip-faces", "aria-hidden": "true" }, faces), h("h2", {}, names.get(job.id) ?? t("clip.working")),
      h("div", { class: "clip-bar" }, bar, share), doing, h("p", { class: "hint" }, t("clip.goeson")), h("div", { class: "row centred" }, cancel)));
    cancel.focus({ preventScroll: true });
    app.announce(t("clip.working"));
    const began = performance.now();
    let said = 0, first = null;
    const show = (now) => {
      if (now.progress === null) return;
      bar.value = now.progress;
      share.textContent = t.percent(now.progress);
      first ??= now.progress;
      const passed = (performance.now() - began) / 1000, gained = now.progress - first;
      const left = passed > EARLY && gained > 0.02 ? t("clip.left", { time: clock(((1 - now.progress) / gained) * passed) }) : "";
      doing.textContent = [t.has(`clip.doing.${now.doing}`) ? t(`clip.doing.${now.doing}`) : "", left].filter(Boolean).join(" · ");
      if (now.progress >= said + SPOKEN) app.announce(t.percent((said = now.progress)));
    };
    try {
      const done = await app.api.job(job.id, show, signal);
      if (!signal.aborted) await result(done);
    } catch (problem) {
      if (signal.aborted) return;
      const { title, text } = app.explain(problem);
      turn("failed", message({ face: "sad", title, text: problem.detail || text, kind: "problem", live: true, actions: [button(t("clip.another"), { kind: "main", onclick: welcome })] }));
    }
  }

  // It is done

  const drawn = (job) => job.files.find((file) => file.name.startsWith("clip."));

  async function result(job) {
    forget();
    let timeline;
    try {
      timeline = await app.api.get(`/api/jobs/${job.id}/files/timeline.json`);
    } catch (problem) {
      complain(problem);
      return;
    }
    const actions = h("div", { class: "clip-actions" },
      button(t("clip.another"), { icon: "add", onclick: welcome }),
      button(t("clip.delete"), { icon: "trash", kind: "quiet", small: true, onclick: async () => {
        await app.api.del(`/api/jobs/${job.id}`).catch(complain);
        app.announce(t("clip.deleted"));
        await welcome();
      } }));
    const made = player({ job, timeline, film: drawn(job), size, actions }, app);
    turn("done", made.element);
    playing = made;
    app.announce([t("clip.done"), t("clip.people", { n: timeline.people.length })].join(". "));
  }

  const end = receive({ accept: (file) => file.type.startsWith("video/") || KINDS.test(file.name), onfiles: prepare, mark: root });
  const { jobs } = await app.api.get("/api/jobs").catch(() => ({ jobs: [] }));
  const running = jobs.find((job) => job.kind === "clip" && ["queued", "running"].includes(job.state));
  if (running) follow(running);
  else await welcome();
  return () => {
    end();
    leave.abort();
    playing?.end();
    forget();
  };
}
