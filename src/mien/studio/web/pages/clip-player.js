// The finished clip: played, its timeline beside it, and what can be downloaded.

import { message } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { timeline } from "./clip-timeline.js";

/** Words and icon of a job's file, by how its name begins. */
const FILES = { clip: "clip", reaction: "photo", "rows.csv": "journal", "rows.jsonl": "journal", timeline: "journal" };

/** made = {job, timeline, film (a file of the job), size(bytes), actions (elements)}; gives {element, end()}. */
export function player(made, app) {
  const { t } = app;
  const { job, film } = made;
  const moving = film?.type.startsWith("video/");
  const video = moving ? h("video", { class: "clip-film", src: film.href, controls: true, playsinline: true, preload: "auto", "aria-label": t("clip.film") }) : null;
  const picture = film && !moving ? h("img", { class: "clip-film", src: film.href, alt: t("clip.film") }) : null;
  const lines = made.timeline.people.length
    ? timeline({ ...made.timeline, onseek: (seconds) => { if (video) video.currentTime = seconds; lines.at(seconds); },
        ontoggle: () => (video?.paused ? video.play() : video?.pause()) }, app)
    : null;

  let beat = 0;
  const follow = () => {
    lines?.at(video.currentTime);
    if (!video.paused && !video.ended) beat = requestAnimationFrame(follow);
  };
  for (const name of ["play", "seeked", "timeupdate"]) video?.addEventListener(name, () => {
    cancelAnimationFrame(beat);
    follow();
  });

  const element = h("div", { class: "clip-result" },
    h("div", { class: "clip-top" },
      h("div", { class: "clip-main" },
        h("div", { class: film?.name.endsWith(".webm") ? "clip-frame clear" : "clip-frame" }, video ?? picture),
        lines?.element ?? message({ face: "think", title: t("clip.nobody"), text: t("photo.none.do") }),
        job.result.trouble.length ? h("p", { class: "hint clip-trouble" }, icon("warning", 16), h("span", {}, job.result.trouble.join(" "))) : null),
      h("aside", { class: "panel clip-files", "aria-label": t("clip.downloads") }, h("h2", {}, t("clip.downloads")), reaction(job, t),
        h("ul", { class: "clip-downloads" }, job.files.map((file) => link(file, made, t))), made.actions)));
  return { element, end: () => cancelAnimationFrame(beat) };
}

function reaction(job, t) {
  const file = job.files.find((one) => one.name.startsWith("reaction."));
  return file ? h("figure", { class: "clip-reaction" }, h("img", { src: file.href, alt: t("clip.file.reaction") }), h("figcaption", { class: "hint small" }, t("clip.reaction.why"))) : null;
}

function link(file, { size }, t) {
  const kind = Object.keys(FILES).find((start) => file.name.startsWith(start));
  if (!kind) return null;
  return h("li", {}, h("a", { class: "clip-download", href: `${file.href}?download`, download: file.name },
    icon(FILES[kind], 20), h("span", { class: "clip-download-words" }, t(`clip.file.${kind}`)), h("span", { class: "hint small" }, size(file.bytes)), icon("download", 18)));
}
