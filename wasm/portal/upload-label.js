import { make } from "./elements.js";
import { listWords, purposeName, sentence } from "./words.js";

/** Asks what new files are to be labelled as. */
export class LabelForm {
  #tenant;
  #classification;
  #until = make("input", { id: "until", type: "date" });
  #purposes = make("fieldset", { class: "purposes" }, make("legend", {}, "May be used for"));
  element;

  /**
   * @param {any} config the policy library's configuration
   * @param {{ classification: string, purposes: string, tenant: string }} wanted
   * @param {() => void} changed
   */
  constructor(config, { classification, purposes, tenant }, changed) {
    this.#tenant = tenant;
    /** @type {string[]} */
    const ladder = config.ladder ?? [];
    this.#classification = make(
      "select",
      { id: "classification" },
      ...ladder.map((name) => new Option(sentence(name), name)),
    );
    // The strictest step first: a label may be loosened knowingly, never by oversight.
    this.#classification.value = ladder.includes(classification) ? classification : (ladder.at(-1) ?? "");
    const ticked = purposes.split(/\s+/).filter(Boolean);
    const offered = Object.entries(config.purposes ?? {});
    this.#purposes.append(
      ...offered.map(([name, purpose]) =>
        box(name, /** @type {any} */ (purpose).view, ticked.length === 0 || ticked.includes(name)),
      ),
    );
    this.element = this.#form(changed);
  }

  /**
   * Returns the label of a file.
   *
   * @param {File} file
   * @param {string} document_id
   * @param {string} contributor
   * @returns {import("/sealwright/browser.js").LabelInput}
   */
  label(file, document_id, contributor) {
    const boxes = [...this.#purposes.querySelectorAll("input")];
    return {
      document_id,
      media_type: file.type || "application/octet-stream",
      classification: this.#classification.value,
      purposes: boxes.filter(({ checked }) => checked).map(({ value }) => value),
      contributor,
      ...(this.#tenant === "" ? {} : { tenant: this.#tenant }),
      ...(this.#until.value === "" ? {} : { retain_until: `${this.#until.value}T23:59:59Z` }),
    };
  }

  /** @param {() => void} changed */
  #form(changed) {
    const told = make("span", { class: "quiet" });
    const tell = () => (told.textContent = this.#words());
    tell();
    const summary = make("summary", {}, make("h2", { id: "label-title" }, "Label for new files"), told);
    const form = make(
      "form",
      {
        autocomplete: "off",
        "aria-labelledby": "label-title",
        oninput: () => (tell(), changed()),
        onsubmit: (event) => event.preventDefault(),
      },
      make("p", { class: "quiet" }, "Travels with each file. Storage can read it."),
      make("label", { for: "classification" }, "Classification"),
      this.#classification,
      this.#purposes,
      make("label", { for: "until" }, "May be used until ", make("small", {}, "optional")),
      this.#until,
      make("p", { class: "quiet" }, "Organisation ", make("b", {}, this.#tenant || "none")),
    );
    // Where there is room beside the files, it stands open.
    return make("details", { class: "label", open: matchMedia("(width >= 62rem)").matches }, summary, form);
  }

  #words() {
    const ticked = [...this.#purposes.querySelectorAll("input")]
      .filter(({ checked }) => checked)
      .map(({ value }) => purposeName(value));
    return [sentence(this.#classification.value), ticked.length > 0 ? `for ${listWords(ticked)}` : "for nothing"].join(
      ", ",
    );
  }
}

/**
 * @param {string} name
 * @param {string} view
 * @param {boolean} checked
 */
function box(name, view, checked) {
  const input = make("input", { type: "checkbox", value: name, checked });
  const hint = view === "clear" ? "Full text, if the role may" : "Masked text only";
  return make(
    "label",
    { class: "check" },
    input,
    make("span", {}, sentence(purposeName(name)), make("small", {}, hint)),
  );
}
