import { DeniedError, SealwrightError, inspect } from "/sealwright/browser.js";

import { Card } from "./card.js";
import { MeasuredFile } from "./measured.js";
import { announce, textElement } from "./page.js";
import { download, place } from "./saving.js";
import { countWords, dateName, operatorsWords, purposeName, sentence, sizeWords } from "./words.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */
/** @typedef {import("/sealwright/browser.js").Label} Label */

/** The most that is shown, in bytes. */
const SHOWN = 64 * 1024;

/** Shows a sealed file that is to be opened. */
export class OpenCard extends Card {
  #session;
  #keys;
  /** @type {Label | undefined} */
  #label;
  #asked = 0;
  #masked = false;
  #outdated = false;

  /**
   * @param {File} file
   * @param {import("./session.js").Session} session
   * @param {import("./key-form.js").Keys} keys
   */
  constructor(file, session, keys) {
    super(file, "sealed", "lock");
    this.#session = session;
    this.#keys = keys;
  }

  /** Reads the label, then asks the policy. */
  async check() {
    try {
      const { label } = await inspect(this.file);
      if (label === null) {
        throw new SealwrightError("label_count", "malformed", "expected exactly one label");
      }
      this.#label = label;
    } catch (failure) {
      this.showFailure(failure);
      return;
    }
    await this.refresh();
    announce(`${this.file.name}: ${this.part("verdict").textContent}`);
  }

  /** Asks the policy again and hides what somebody else saw, because the person or the purpose changed. */
  async refresh() {
    if (this.#label === undefined) {
      return;
    }
    if (this.busy) {
      this.#outdated = true;
      this.cancel();
      return;
    }
    const asked = ++this.#asked;
    const isLast = () => asked === this.#asked && !this.busy;
    this.#outdated = false;
    this.hideText();
    this.hideFailure();
    try {
      const decision = await this.#session.openPreview(this.#label);
      if (isLast()) {
        this.#show(decision);
        this.#offer(decision.decision);
      }
    } catch (failure) {
      if (isLast()) {
        this.hideDecision();
        this.showFailure(failure);
      }
    }
  }

  /** Opens the file through the gate and shows its beginning. */
  async open() {
    const shown = await this.work("Opening", this.file.size, async (work) => beginning(await this.#opened(work)));
    if (this.#outdated) {
      return this.refresh();
    }
    this.#offer(!this.refused);
    if (shown !== undefined) {
      this.#showText(shown);
    }
  }

  /** Opens the file through the gate and saves all of it. */
  async save() {
    const name = this.file.name.replace(/\.age$/i, "") || "opened";
    const result = await this.work("Opening", this.file.size, async (work) => {
      const target = await place(name, this.file.size);
      return { blob: await target.fill(await this.#opened(work), work.signal), saved: target.saved };
    });
    if (this.#outdated) {
      return this.refresh();
    }
    if (result !== undefined && !result.saved) {
      download(result.blob, name);
    }
    this.#offer(!this.refused);
  }

  hideText() {
    this.part("shown").hidden = true;
    this.part("text").replaceChildren();
  }

  get refused() {
    return this.part("decision").dataset.mark === "no";
  }

  /**
   * @param {unknown} failure
   * @override
   */
  showFailure(failure) {
    if (!(failure instanceof DeniedError)) {
      super.showFailure(failure);
    }
  }

  /** @param {import("./card.js").Work} work */
  #opened({ signal, told }) {
    return this.#session.openGate().open(new MeasuredFile(this.file, signal, told), {
      identities: this.#keys.identities(),
      onDecision: (decision) => this.#show(decision),
    });
  }

  /** @param {boolean} allowed */
  #offer(allowed) {
    const open = this.button(`Open as ${this.#session.person.name}`, "main", () => this.open());
    const save = this.button("Save opened file", "", () => this.save());
    open.disabled = save.disabled = !allowed;
    this.offer(open, save);
  }

  /** @param {Decision} decision */
  #show(decision) {
    const label = /** @type {Label} */ (this.#label);
    const { person, purpose } = this.#session;
    const masking = decision.obligations.find((duty) => duty.type === "transform");
    this.#masked = masking !== undefined;
    const name = person.name;
    const mark = !decision.decision ? "no" : this.#masked ? "masked" : "yes";
    const verdict = {
      no: `The policy does not let the ${name} open this file`,
      masked: `The ${name} may open this file with personal data masked`,
      yes: `The ${name} may open this file in full`,
    }[mark];
    this.showDecision(decision, verdict, mark, { subject: person.subject, label, action: "open", purpose });
    this.showFacts([
      ...labelRows(label),
      .../** @type {[string, string[]][]} */ (masking === undefined ? [] : [["Masked now", operatorsWords(masking.operators)]]),
    ]);
  }

  /** @param {Beginning} shown */
  #showText({ text, size, whole }) {
    const how = this.#masked ? "with personal data masked" : "in full";
    const length = whole ? `all ${sizeWords(size)}` : `the first ${sizeWords(size)}, the rest is not checked yet`;
    this.part("shown").hidden = false;
    this.part("text").hidden = text === undefined;
    const content = text === undefined ? "It is not text. Save it to use it." : `Showing ${length}.`;
    this.part("caption").textContent = `Opened ${how}. ${content}`;
    this.part("text").ariaLabel = `Text of ${this.file.name}`;
    this.part("text").replaceChildren(...(this.#masked ? highlighted(text ?? "") : [text ?? ""]));
    announce(`${this.file.name}: opened ${how}`);
  }
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
  return text.split(/(<[A-Z]+(?:_[A-Z]+)+>|\*{4,}[\d -]*)/).map((piece, at) => (at % 2 === 1 ? textElement("mark", piece) : piece));
}

/**
 * @param {Label} label
 * @returns {[string, string | string[]][]}
 */
function labelRows(label) {
  const masked = Object.entries(label.transforms ?? {}).map(([entity, count]) => countWords(entity, count));
  return [
    ["Label", [sentence(label.classification ?? "unclassified"), label.tenant ?? "no organisation"].join(" · ")],
    ["For", sentence((label.purposes ?? []).map(purposeName).join(", ") || "nothing")],
    ...row("Sealed", label.created_at && `${dateName(label.created_at)}${label.contributor ? ` by ${label.contributor}` : ""}`),
    ...row("Until", label.retain_until && dateName(label.retain_until)),
    ...row("Masked at sealing", sentence(masked.join(", "))),
  ];
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @returns {[string, string][]}
 */
function row(name, text) {
  return text === undefined || text === "" ? [] : [[name, text]];
}
