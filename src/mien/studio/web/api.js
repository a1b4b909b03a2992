// The studio's HTTP interface, as functions. Every failure is a `Problem` (RFC 9457).

/** What went wrong: `title` in a few words, `detail` in one line, `name` as in /problems/NAME, `status` (0: no answer). */
export class Problem extends Error {
  constructor({ title, detail = "", status = 0, type = "" }) {
    super(detail || title);
    Object.assign(this, { title, detail, status, name: type.split("/").pop() || "unknown" });
  }
}

const RETRIES = 3;
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function ask(method, path, { body, headers = {}, signal } = {}) {
  for (let attempt = 0; ; attempt++) {
    let answer;
    try {
      answer = await fetch(path, { method, body, headers, signal, credentials: "same-origin" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem({ title: "The studio does not answer", detail: "Is it still running?", type: "/problems/offline" });
    }
    if (answer.ok) return answer;
    const pause = Number(answer.headers.get("Retry-After") ?? NaN);
    if (answer.status === 429 && attempt < RETRIES && pause <= 10) {
      await wait(pause);
      continue;
    }
    let told = {};
    try {
      told = await answer.json();
    } catch {
      // Not problem details: the status must do.
    }
    throw new Problem({ title: answer.statusText, status: answer.status, ...told });
  }
}

function packed(body, headers = {}) {
  if (body === undefined || body instanceof Blob || body instanceof FormData) return { body, headers };
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } };
}

async function read(answer) {
  if (answer.status === 204) return null;
  return (answer.headers.get("Content-Type") ?? "").includes("json") ? answer.json() : answer.blob();
}

/** GET, POST, DELETE: the answer's JSON, or a Blob where it is none. `options`: headers, signal. */
export const get = async (path, options) => read(await ask("GET", path, options));
export const del = async (path, options) => read(await ask("DELETE", path, options));
export const post = async (path, body, options = {}) =>
  read(await ask("POST", path, { ...options, ...packed(body, options.headers) }));

function form(field, blobs, more = {}) {
  const data = new FormData();
  for (const blob of blobs) data.append(field, blob, blob.name ?? "picture");
  for (const [key, value] of Object.entries(more)) if (value !== undefined) data.append(key, value);
  return data;
}

/** A picture -> the scene: {width, height, faces: [...]}. */
export const look = (blob, { appearance = false, signal } = {}) =>
  post(`/api/look${appearance ? "?appearance=true" : ""}`, form("picture", [blob]), { signal });

/** Pictures of one person (or one picture and the number of a face) -> {spec, traits}. */
export const personalise = (blobs, { face, signal } = {}) =>
  post("/api/personalise", form("picture", [blobs].flat(), { face }), { signal });

/** A drawing: {spec, expression, format, size, animate} -> Blob. */
export const avatar = (body, options) => post("/api/avatar", body, options);

/** Many drawings at once -> SVG texts. */
export const sheet = async (body, options) => (await post("/api/avatar/sheet", body, options)).svgs;

/** Emoji that fit: {face, text, language, k} -> [{emoji, name, score, reason}]. */
export const suggest = async (body, options) => (await post("/api/suggest", body, options)).suggestions;

/**
 * Follow a job to its end: onProgress(job) at every event; the finished job, or a Problem where it failed.
 * `stop` (an AbortSignal) stops following; the job itself goes on.
 */
export function job(id, onProgress = () => {}, stop) {
  return new Promise((done, failed) => {
    const events = new EventSource(`/api/jobs/${encodeURIComponent(id)}/events`);
    const end = (settle, value) => {
      events.close();
      settle(value);
    };
    stop?.addEventListener("abort", () => end(failed, new DOMException("stopped", "AbortError")));
    events.addEventListener("progress", (event) => onProgress(JSON.parse(event.data)));
    events.addEventListener("done", (event) => end(done, JSON.parse(event.data)));
    events.addEventListener("failed", (event) => {
      const told = JSON.parse(event.data);
      end(failed, new Problem({ title: "The job failed", detail: told.error ?? told.detail ?? "", ...told.problem }));
    });
    events.addEventListener("error", () => {
      // The browser connects again by itself, unless the job is gone.
      if (events.readyState === EventSource.CLOSED) end(failed, new Problem({ title: "The connection was lost" }));
    });
  });
}

/** The address of a WebSocket of the studio. */
export const socket = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
