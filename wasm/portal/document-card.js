import { DeniedError } from "/sealwright/browser.js";

import { Card } from "./card.js";
import { facts, make } from "./elements.js";
import { Failure } from "./failure.js";
import { announce } from "./page.js";
import { download, place } from "./saving.js";
import { decisionBox, failureBox } from "./upload-shown.js";
import { countWords, dateTimeName, listWords, purposeName, sentence, sizeWords } from "./words.js";

/** @typedef {import("/sealwright/browser.js").Label} Label */
/** @typedef {import("/sealwright/browser.js").Opened} Opened */
/** @typedef {ReadableStream<Uint8Array<ArrayBuffer>>} Stream */

/** The most that is shown, in bytes. */
const SHOWN = 64 * 1024;

/** Shows one document that the edge keeps, and opens it. */
export class DocumentCard extends Card {
  #object;
  #documents;
  /** @type {Opened | undefined} */
  #opened;

  /**
   * @param {import("./edge.js").StoredObject} object one of no size is not known yet
   * @param {import("./documents.js").Documents} documents
   */
  constructor(object, documents) {
    super(`Document ${object.id.slice(0, 8)}`, "lock");
    this.#object = object;
    this.#documents = documents;
    this.element.dataset.id = object.id;
    this.parts.decision.role = "status";
    if (object.size > 0) {
      this.#describe(object.label, object.size);
    }
    this.#offer();
  }

  /** Opens the document and shows its beginning. */
  async open() {
    const shown = await this.#work(async (stream) => beginning(stream));
    if (shown !== undefined) {
      this.#showText(shown);
    }
  }

  /** Opens the document and saves all of it. */
  async save() {
    const result = await this.#work(
      async (stream, signal, target) => {
        return { blob: await target.fill(stream, signal), saved: target.saved };
      },
      () => place(this.#file, this.#object.size),
    );
    if (result !== undefined && !result.saved) {
      download(result.blob, this.#file);
    }
  }

  get #file() {
    return this.#opened?.private?.file_name?.split("/").at(-1) ?? `${this.#object.id}.txt`;
  }

  /**
   * @template Result, Prepared
   * @param {(stream: Stream, signal: AbortSignal, prepared: Prepared) => Promise<Result>} use
   * @param {() => Promise<Prepared>} [prepare] comes first: a file is picked only soon after a click
   * @returns {Promise<Result | undefined>}
   */
  async #work(use, prepare = async () => /** @type {any} */ (undefined)) {
    [this.parts.failure, this.parts.decision, this.parts.shown].forEach((part) => part.replaceChildren());
    const otherwise = {
      cancelled: () => announce("Cancelled"),
      failed: (/** @type {unknown} */ failure) => this.#fail(failure),
    };
    const open = async (/** @type {import("./card.js").Work} */ { signal, told, sized }) => {
      const prepared = await prepare();
      const { stream, size } = await this.#documents.open(this.#object.id, signal, (opened) => this.#admitted(opened));
      this.#object.size = size;
      sized(size);
      return use(stream.pipeThrough(counted(told), { signal }), signal, prepared);
    };
    return this.work("Opening", this.#object.size, open, otherwise).finally(() => this.#offer());
  }

  /** @param {Opened} opened */
  #admitted(opened) {
    this.#opened = opened;
    const masked = opened.decision.obligations.some(({ type }) => type === "transform");
    const verdict = masked ? "Opened with personal data masked" : "Opened in full";
    this.parts.title.textContent = opened.private?.file_name ?? this.name;
    this.parts.decision.replaceChildren(decisionBox(masked ? "masked" : "yes", verdict, []));
    const { sender } = opened;
    this.#describe(opened.label, this.#object.size, [
      "Signed by",
      sender.verified ? sender.key_id : "nobody who is trusted",
    ]);
    announce(verdict);
  }

  /**
   * @param {Label} label
   * @param {number} size
   * @param {...[string, string]} more
   */
  #describe(label, size, ...more) {
    const parts = [
      ...(size > 0 ? [sizeWords(size)] : []),
      sentence(label.classification ?? "unclassified"),
      `sealed ${dateTimeName(label.created_at ?? "")}`,
    ];
    this.parts.about.textContent = parts.join(" · ");
    this.parts.facts.replaceChildren(facts([...labelRows(label), ...more]));
  }

  /** @param {unknown} failure */
  #fail(failure) {
    const reasons =
      failure instanceof DeniedError
        ? failure.decision.reasons
        : failure instanceof Failure && failure.refusal
          ? (failure.reasons ?? [])
          : undefined;
    this.element.dataset.state = reasons === undefined ? "failed" : "refused";
    if (reasons === undefined) {
      this.parts.decision.replaceChildren();
      this.parts.failure.replaceChildren(failureBox(failure));
      return;
    }
    const told = {
      subject: this.#documents.subject,
      label: this.#object.label,
      action: /** @type {const} */ ("open"),
      purpose: this.#documents.purpose,
    };
    this.parts.decision.replaceChildren(
      decisionBox("no", "The edge does not let you open this document", reasons, told),
    );
  }

  /** @param {Beginning} shown */
  #showText({ text, size, whole }) {
    this.element.dataset.state = "opened";
    const length = whole ? `all ${sizeWords(size)}` : `the first ${sizeWords(size)}, the rest is not checked yet`;
    const caption = make(
      "figcaption",
      { class: "quiet" },
      text === undefined ? "It is not text. Save it to use it." : `Showing ${length}.`,
    );
    const content = make("pre", { tabindex: 0, "aria-label": `Text of ${this.#file}` }, ...highlighted(text ?? ""));
    this.parts.shown.replaceChildren(make("figure", {}, caption, ...(text === undefined ? [] : [content])));
  }

  #offer() {
    this.offer(
      this.button("Open", "main", () => this.open()),
      this.button("Save opened file", "", () => this.save()),
    );
  }
}

/** @param {(bytes: number) => void} told */
function counted(told) {
  return new TransformStream({
    transform: (/** @type {Uint8Array<ArrayBuffer>} */ piece, controller) => {
      told(piece.length);
      controller.enqueue(piece);
    },
  });
}

/** @typedef {{ text: string | undefined, size: number, whole: boolean }} Beginning */

/**
 * Reads a document's beginning. A short document is read to its end, which also shows that nothing is missing.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @returns {Promise<Beginning>}
 */
async function beginning(stream) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let size = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    size += read.value.length;
    if (size > SHOWN) {
      await reader.cancel();
      break;
    }
  }
  const whole = size <= SHOWN;
  const bytes = await new Blob(parts).slice(0, SHOWN).arrayBuffer();
  return { text: textOf(bytes, whole), size: bytes.byteLength, whole };
}

/**
 * Returns the text, or nothing if it is none. A character that the end cuts in two is left out.
 *
 * @param {ArrayBuffer} bytes
 * @param {boolean} whole
 */
function textOf(bytes, whole) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole });
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * Sets off what masking puts in place of an entity.
 *
 * @param {string} text
 */
function highlighted(text) {
  return text
    .split(/(<[A-Z]+(?:_[A-Z]+)+>|\*{4,}[\d -]*)/)
    .map((piece, at) => (at % 2 === 1 ? make("mark", {}, piece) : piece));
}

/**
 * @param {Label} label
 * @returns {[string, string][]}
 */
function labelRows(label) {
  const masked = Object.entries(label.transforms ?? {}).map(([entity, count]) => countWords(entity, count));
  return [
    ["For", sentence(listWords((label.purposes ?? []).map(purposeName)) || "nothing")],
    ["From", `${label.contributor ?? "nobody named"}, ${label.tenant ?? "no organisation"}`],
    ...(masked.length > 0
      ? [/** @type {[string, string]} */ (["Masked at sealing", sentence(listWords(masked))])]
      : []),
    ...(label.retain_until === undefined
      ? []
      : [/** @type {[string, string]} */ (["Until", dateTimeName(label.retain_until)])]),
  ];
}
