import { byId, textElement } from "./page.js";
import { purposeName, sentence } from "./words.js";

/** @typedef {import("/sealwright/browser.js").LabelInput} LabelInput */

const form = byId("label", HTMLFormElement);
const classification = byId("classification", HTMLSelectElement);
const purposes = byId("purposes", HTMLFieldSetElement);

/**
 * Offers what the policy's configuration knows, and tells of every change.
 *
 * @param {import("./session.js").Config} config
 * @param {() => void} changed
 */
export function setUpLabel(config, changed) {
  classification.append(...config.ladder.map((name) => new Option(sentence(name), name)));
  // The strictest step first: a label may be loosened knowingly, never by oversight.
  classification.value = config.ladder.at(-1) ?? "";
  purposes.append(...Object.entries(config.purposes).map(([name, { view }]) => purposeBox(name, view)));
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
}

/**
 * Returns the label for a file that is to be sealed.
 *
 * @param {Blob} file
 * @param {string} contributor
 * @returns {LabelInput}
 */
export function labelFor(file, contributor) {
  const data = new FormData(form);
  const tenant = String(data.get("tenant")).trim();
  const end = String(data.get("retain_until"));
  return {
    media_type: file.type || "application/octet-stream",
    classification: String(data.get("classification")),
    purposes: data.getAll("purposes").map(String),
    contributor,
    ...(tenant === "" ? {} : { tenant }),
    ...(end === "" ? {} : { retain_until: `${end}T23:59:59Z` }),
  };
}

/**
 * @param {string} name
 * @param {string} view
 */
function purposeBox(name, view) {
  const label = document.createElement("label");
  label.className = "check";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "purposes", value: name });
  box.defaultChecked = true;
  const text = textElement("span", sentence(purposeName(name)));
  text.append(textElement("small", view === "clear" ? "Full text, if the role may" : "Masked text only"));
  label.append(box, text);
  return label;
}
