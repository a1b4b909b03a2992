// Draws /openapi.json: what can be asked, with what, and what comes back.

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const api = await (await fetch("/openapi.json")).json();
const anchor = (method, path) => `${method}${path}`.replace(/[^a-z0-9]+/gi, "-");

/** A schema with its references followed, one step at a time. */
function followed(schema = {}) {
  return schema.$ref ? followed(schema.$ref.slice(2).split("/").reduce((part, key) => part[key], api)) : schema;
}

/** What a schema takes, in a few words. */
function kindOf(schema) {
  const one = followed(schema);
  if (one.enum) return one.enum.join(" · ");
  if (one.const !== undefined) return String(one.const);
  if (one.anyOf) return one.anyOf.map(kindOf).join(" or ");
  if (one.format === "binary" || one.contentMediaType) return "file";
  if (one.type === "array") return `list of ${kindOf(one.items ?? {})}`;
  const low = one.minimum ?? one.exclusiveMinimum;
  const high = one.maximum ?? one.exclusiveMaximum;
  const range = low !== undefined && high !== undefined ? ` ${low}–${high}` : "";
  return `${one.type ?? "anything"}${range}`;
}

/** `code` in descriptions; line breaks are the writer's, not the reader's. */
function prose(text) {
  return text.trim().split(/\n\s*\n/).map((paragraph) => {
    const parts = paragraph.replace(/\s+/g, " ").split("`");
    return make("p", {}, ...parts.map((part, i) => (i % 2 ? make("code", {}, part) : part)));
  });
}

function sample(text, label) {
  const button = make("button", { class: "copy", type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    document.getElementById("said").textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1600);
  });
  const code = make("pre", { tabindex: "0", role: "region", "aria-label": label }, text);
  return make("div", { class: "sample" }, code, button);
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function row(name, schema, needed, description) {
  const told = [description ?? schema.description, schema.default === undefined || schema.default === null ? null
    : `By default ${shown(schema.default)}.`].filter(Boolean).join(". ").replace("..", ".");
  return make("tr", {}, make("td", needed ? { class: "needed" } : {}, name),
    make("td", {}, kindOf(schema), told ? make("small", {}, told) : null));
}

function curl(method, path, operation) {
  const lines = [`curl ${location.origin}${path}`];
  if (method === "delete") lines[0] = `curl -X DELETE ${location.origin}${path}`;
  const content = operation.requestBody?.content ?? {};
  if (content["application/json"]) {
    const example = followed(content["application/json"].schema).examples?.[0] ?? {};
    lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(example)}'`);
  } else if (content["multipart/form-data"]) {
    const schema = followed(content["multipart/form-data"].schema);
    const file = Object.keys(schema.properties)[0];
    lines.push(`  -F ${file}=@${file === "clip" ? "clip.mp4" : "photo.jpg"}`);
  }
  return lines.join(" \\\n");
}

function asked(operation) {
  const rows = (operation.parameters ?? []).map((one) => row(one.name, one.schema, one.required, one.description));
  for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
    const whole = followed(schema);
    for (const [name, one] of Object.entries(whole.properties ?? {}))
      rows.push(row(name, one, whole.required?.includes(name)));
  }
  return rows.length ? [make("h4", {}, "What it takes"), make("table", {}, make("tbody", {}, ...rows))] : [];
}

function answers(operation, name) {
  const entries = Object.entries(operation.responses);
  const good = entries.filter(([status]) => status.startsWith("2"));
  const blocks = [];
  for (const [status, answer] of good) {
    blocks.push(make("h4", {}, make("span", { class: "status" }, status), ` ${answer.description}`));
    for (const [kind, { example }] of Object.entries(answer.content ?? {}))
      if (example !== undefined) blocks.push(sample(shown(example), `Answer ${status} of ${name}, ${kind}`));
    const kinds = Object.keys(answer.content ?? {}).filter((kind) => answer.content[kind].example === undefined);
    if (kinds.length) blocks.push(make("p", {}, kinds.join(", ")));
  }
  const bad = entries.filter(([status]) => !status.startsWith("2"));
  const rows = bad.map(([status, answer]) => {
    const names = Object.keys(answer.content?.["application/problem+json"]?.examples ?? {});
    const links = names.flatMap((name, i) => [i ? ", " : " ", make("a", { href: `/problems/${name}` }, name)]);
    return make("tr", {}, make("td", {}, status), make("td", {}, answer.description, make("small", {}, ...links)));
  });
  blocks.push(make("details", {}, make("summary", {}, "Problems"), make("table", {}, make("tbody", {}, ...rows))));
  return blocks;
}

const groups = new Map();
for (const [path, methods] of Object.entries(api.paths))
  for (const [method, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? "studio";
    groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }]);
  }

const contents = document.getElementById("contents");
const operations = document.getElementById("operations");
for (const [tag, members] of groups) {
  const title = tag[0].toUpperCase() + tag.slice(1);
  contents.append(make("h2", {}, title));
  operations.append(make("h2", {}, title));
  for (const { method, path, operation } of members) {
    const name = `${method.toUpperCase()} ${path}`;
    const badge = () => make("span", { class: `method ${method}` }, method.toUpperCase());
    contents.append(make("a", { href: `#${anchor(method, path)}` }, badge(), path.replace("/api/", "")));
    operations.append(make("article", { id: anchor(method, path) }, make("h3", {}, badge(), path),
      ...prose(operation.description ?? ""), make("h4", {}, "Ask"), sample(curl(method, path, operation), `curl for ${name}`),
      ...asked(operation), ...answers(operation, name)));
  }
}
contents.append(make("h2", {}, "Live"), make("a", { href: "#live" }, make("span", { class: "method get" }, "WS"), "live"));
document.getElementById("version").textContent = api.info.version;
document.getElementById("about").textContent = api.info.description.replace(/\s+/g, " ");
operations.removeAttribute("aria-busy");
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
