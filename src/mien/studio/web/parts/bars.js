// Probabilities as calm bars.

import { h } from "./dom.js";

/** rows = [{label, value: 0..1, strong}], largest first as given; `percent` writes a share in the user's language. */
export function bars(label, rows, percent) {
  return h(
    "ul",
    { class: "bars", "aria-label": label },
    rows.map(({ label: name, value, strong }) =>
      h(
        "li",
        { class: strong ? "bar strong" : "bar" },
        h("span", { class: "bar-name" }, name),
        h("span", { class: "bar-track", "aria-hidden": "true" }, h("span", { class: "bar-fill", style: { "--share": value } })),
        h("span", { class: "bar-value" }, value < 0.005 ? `<${percent(0.01)}` : value > 0.995 ? `>${percent(0.99)}` : percent(value)),
      ),
    ),
  );
}
