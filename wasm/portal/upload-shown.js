// How what is known of a file is shown.
import { icon, make } from "./elements.js";
import { failureWords } from "./failure-words.js";
import {
  countWords,
  dateTimeName,
  listWords,
  operatorWords,
  purposeName,
  reasonWords,
  sentence,
  sizeWords,
} from "./words.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */
/** @typedef {import("/sealwright/browser.js").Findings} Findings */

/**
 * Is what the edge says when it has stored a document, or what is known of it where its answer was lost.
 *
 * @typedef {{ id: string, size: number, blake3?: string, decision_id?: string, stored_at?: string }} Receipt
 */

/**
 * Shows an answer and its reasons.
 *
 * @param {"yes" | "no" | "masked"} mark
 * @param {string} verdict
 * @param {string[]} reasons
 * @param {import("./words.js").Facts} [told]
 */
export function decisionBox(mark, verdict, reasons, told) {
  const items = reasons.map((reason) => {
    const { what, next } = reasonWords(
      reason,
      told ?? { subject: { type: "user", id: "" }, label: {}, action: "open", purpose: "" },
    );
    return make("li", {}, make("b", {}, what), " ", make("span", {}, next), " ", make("code", {}, reason));
  });
  return make(
    "div",
    { class: "decision", "data-mark": mark },
    make("p", { class: "verdict" }, icon(mark), make("span", {}, verdict)),
    make("ul", {}, ...items),
  );
}

/** @param {unknown} failure */
export function failureBox(failure) {
  const { what, next, code } = failureWords(failure);
  return make("div", { class: "failure" }, make("b", {}, what), ` ${next} `, make("code", {}, code));
}

/**
 * Says what was found and what becomes of it.
 *
 * @param {Findings} findings
 * @param {Decision} decision
 * @returns {[string, string | string[]][]}
 */
export function findingRows(findings, decision) {
  const found = Object.entries(findings.entities);
  const counts = found.map(([entity, count]) => countWords(entity, count));
  const none = findings.scanned
    ? "No e-mail addresses, phone numbers, cards or bank accounts"
    : "Not checked, because it is not plain text";
  /** @type {[string, string | string[]]} */
  const row = ["Found", counts.length > 0 ? sentence(counts.join(", ")) : none];
  if (!decision.decision || found.length === 0) {
    return [row];
  }
  const operators = operatorsOf(decision);
  const masked = found.flatMap(([entity, count]) => {
    const operator = operators?.[entity] ?? operators?.DEFAULT;
    return operator === undefined ? [] : [`${countWords(entity, count)}: ${operatorWords(entity, operator)}`];
  });
  return [
    row,
    [
      "Masked now",
      masked.length > 0 ? masked : "Nothing. It is masked on opening, for whoever may see masked text only.",
    ],
  ];
}

/** @param {import("./readers.js").Reader[]} readers */
export function readerLines(readers) {
  const lines = readers.map(({ role, clear, masked, secondFactor }) => {
    const views = [
      ...(clear.length > 0 ? [`all of it, for ${listWords(clear.map(purposeName))}`] : []),
      ...(masked.length > 0 ? [`masked, for ${listWords(masked.map(purposeName))}`] : []),
    ];
    return make(
      "span",
      {},
      make("b", {}, `${sentence(role)}s`),
      ` ${views.join("; ")}${secondFactor ? ", with a second factor" : ""}`,
    );
  });
  return lines.length > 0 ? lines : ["Nobody: no role of the policy could open it"];
}

/**
 * Offers to show the beginning of a file as it is masked.
 *
 * @param {Findings} findings
 * @param {Decision} decision
 * @param {any} config
 * @param {(operators: any) => Promise<{ pieces: import("./preview.js").Piece[], whole: boolean } | undefined>} preview
 */
export function previewOf(findings, decision, config, preview) {
  const operators = operatorsOf(decision) ?? config.operators;
  if (findings.total === 0 || !decision.decision || operators === undefined) {
    return [];
  }
  const when =
    operatorsOf(decision) === undefined ? "Preview of what readers of masked text see" : "Preview of what is sealed";
  const content = make("div", { class: "shown" }, make("p", { class: "quiet" }, "Masking …"));
  const details = make("details", { class: "preview" }, make("summary", {}, when), content);
  details.addEventListener(
    "toggle",
    async () => {
      const shown = await preview(operators).then(previewText, failureBox);
      content.replaceChildren(shown);
    },
    { once: true },
  );
  return [details];
}

/**
 * @param {Receipt} receipt
 * @returns {[string, string | Node][]}
 */
export function receiptRows({ id, size, blake3, decision_id, stored_at }) {
  if (blake3 === undefined || decision_id === undefined || stored_at === undefined) {
    const lost = "An earlier try got through, and the edge’s receipt was lost on its way back.";
    return [
      ["Document id", make("code", {}, id)],
      ["Stored", sizeWords(size)],
      ["Receipt", lost],
    ];
  }
  return [
    ["Document id", make("code", {}, id)],
    ["Stored", `${sizeWords(size)}, ${dateTimeName(stored_at)}`],
    ["BLAKE3", make("code", {}, blake3)],
    ["Decision id", make("code", {}, decision_id)],
  ];
}

/** @param {{ pieces: import("./preview.js").Piece[], whole: boolean } | undefined} shown */
function previewText(shown) {
  if (shown === undefined) {
    return make("p", { class: "quiet" }, "Its beginning is not text.");
  }
  const pieces = shown.pieces.map(({ text, masked }) =>
    masked ? make("mark", text === "" ? { title: "removed", class: "removed" } : {}, text || "removed") : text,
  );
  const note = shown.whole ? "All of the file." : "The beginning of the file.";
  return make(
    "figure",
    {},
    make("figcaption", { class: "quiet" }, `${note} What is marked was masked.`),
    make("pre", { tabindex: 0, "aria-label": "Masked text" }, ...pieces),
  );
}

/**
 * @param {Decision} decision
 * @returns {Record<string, import("/sealwright/browser.js").Operator> | undefined}
 */
function operatorsOf({ obligations }) {
  const all = obligations.flatMap((duty) => (duty.type === "transform" ? [duty.operators] : []));
  return all.length === 0 ? undefined : Object.assign({}, ...all);
}
