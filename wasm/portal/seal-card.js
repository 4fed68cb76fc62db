import { DeniedError, inspect, scan } from "/sealwright/browser.js";

import { Card } from "./card.js";
import { labelFor } from "./label-form.js";
import { MeasuredFile } from "./measured.js";
import { announce, byId } from "./page.js";
import { STREAMED_FROM, download, place } from "./saving.js";
import { countWords, dateName, operatorWords, purposeName, sentence, sizeWords } from "./words.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */
/** @typedef {import("/sealwright/browser.js").Findings} Findings */

/** Shows a file that is to be sealed. */
export class SealCard extends Card {
  #session;
  #keys;
  /** @type {Findings | undefined} */
  #findings;
  /** @type {{ blob: Blob, saved: boolean } | undefined} */
  #sealed;
  #asked = 0;
  #seal;
  #change;

  /**
   * @param {File} file
   * @param {import("./session.js").Session} session
   * @param {import("./key-form.js").Keys} keys
   */
  constructor(file, session, keys) {
    super(file, "to be sealed", "file");
    this.#session = session;
    this.#keys = keys;
    this.#seal = this.button("Seal", "main", () => this.seal());
    this.#seal.disabled = true;
    this.#change = this.button("Change label", "plain change-label", () => byId("classification", HTMLElement).focus());
    this.offer(this.#seal);
  }

  /** Tells whether the file can be sealed without asking where to save it. */
  get sealable() {
    return this.#findings !== undefined && this.#unsealed && !this.#seal.disabled && this.file.size < STREAMED_FROM;
  }

  /** Tells whether the file is sealed and only this tab has the result. */
  get unsaved() {
    return this.#sealed?.saved === false;
  }

  /** Looks for personal data, then asks the policy. */
  async check() {
    this.#findings = await this.work("Checking", this.file.size, ({ signal, told }) =>
      scan(new MeasuredFile(this.file, signal, told)),
    );
    if (this.#findings === undefined) {
      this.offer(this.button("Check again", "main", () => this.check()));
      return;
    }
    await this.refresh();
    announce(`${this.file.name}: ${this.part("verdict").textContent}`);
  }

  /** Asks the policy again, because the person, the label or the keys changed. */
  async refresh() {
    if (this.#findings === undefined || !this.#unsealed) {
      return;
    }
    const asked = ++this.#asked;
    const isLast = () => asked === this.#asked && this.#unsealed;
    this.#seal.disabled = true;
    try {
      const label = this.#label();
      const recipients = await this.#keys.recipients();
      const decision = await this.#session.sealPreview(label, this.#findings, recipients);
      if (isLast()) {
        this.hideFailure();
        this.#show(decision, label);
        this.offer(this.#seal, this.#change);
      }
    } catch (failure) {
      if (isLast()) {
        this.hideDecision();
        this.showFailure(failure);
        this.offer(this.#seal, this.#change);
      }
    }
  }

  /** Seals the file through the gate, which scans and asks anew. */
  async seal() {
    const label = this.#label();
    const gate = this.#session.sealGate();
    let recipients = 0;
    const result = await this.work("Sealing", 2 * this.file.size, async ({ signal, told }) => {
      const target = await place(this.#name, this.file.size);
      const keys = await this.#keys.recipients();
      recipients = keys.length;
      const stream = await gate.seal(new MeasuredFile(this.file, signal, told), {
        recipients: keys,
        label,
        onDecision: (decision) => this.#show(decision, label),
      });
      this.#keys.used(keys);
      return { blob: await target.fill(stream, signal), saved: target.saved };
    });
    if (result === undefined) {
      this.offer(this.#seal, this.#change);
      return this.failed ? undefined : this.refresh();
    }
    this.#sealed = result;
    await this.#done(result, recipients);
  }

  /** Has the browser save the sealed file. */
  save() {
    if (this.#sealed !== undefined) {
      download(this.#sealed.blob, this.#name);
      this.#sealed.saved = true;
      this.part("verdict").textContent = "Sealed and saved";
      this.element.dispatchEvent(new CustomEvent("card-changed", { bubbles: true }));
    }
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

  get #name() {
    return `${this.file.name}.age`;
  }

  get #unsealed() {
    return this.#sealed === undefined && !this.busy;
  }

  #label() {
    return labelFor(this.file, this.#session.person.subject.id);
  }

  /**
   * @param {Decision} decision
   * @param {import("/sealwright/browser.js").LabelInput} label
   */
  #show(decision, label) {
    const { person } = this.#session;
    const verdict = decision.decision ? "The policy allows sealing this file" : "The policy refuses to seal this file";
    const facts = { subject: person.subject, label, action: /** @type {const} */ ("seal"), purpose: "" };
    this.showDecision(decision, verdict, decision.decision ? "yes" : "no", facts);
    this.#seal.disabled = !decision.decision;
    this.showFacts([["Found", foundWords(this.#findings)], ...this.#masking(decision), ["Label", labelWords(label)]]);
  }

  /**
   * @param {Decision} decision
   * @returns {[string, string | string[]][]}
   */
  #masking(decision) {
    const found = Object.entries(this.#findings?.entities ?? {});
    if (!decision.decision || found.length === 0) {
      return [];
    }
    const operators = Object.assign({}, ...decision.obligations.map((duty) => (duty.type === "transform" ? duty.operators : {})));
    const masked = found.flatMap(([entity, count]) => {
      const operator = operators[entity] ?? operators.DEFAULT;
      return operator === undefined ? [] : [`${countWords(entity, count)}: ${operatorWords(entity, operator)}`];
    });
    return [["Masked", masked.length > 0 ? masked : "Nothing now. It is masked on opening, for whoever may see masked text only."]];
  }

  /**
   * @param {{ blob: Blob, saved: boolean }} result
   * @param {number} recipients
   */
  async #done({ blob, saved }, recipients) {
    this.icon = "lock";
    const { label } = await inspect(blob);
    this.part("about").textContent = `${sizeWords(blob.size)} · sealed as ${this.#name}`;
    this.part("verdict").textContent = saved ? "Sealed and saved" : "Sealed, not saved yet";
    this.showFacts([
      ["Label", labelWords(label ?? {})],
      ["Masked", maskedWords(label?.transforms)],
      ["Opens with", recipients === 1 ? "One key" : `Any of ${recipients} keys`],
      ["Document id", label?.document_id ?? ""],
    ]);
    const open = this.button("Open it here", "", () => this.#open(new File([blob], this.#name)));
    const save = this.button("Save sealed file", "main", () => this.save());
    this.offer(...(saved ? [open] : [save, open]));
    announce(`${this.file.name}: sealed`);
  }

  /** @param {File} file */
  #open(file) {
    this.element.dispatchEvent(new CustomEvent("card-opens", { bubbles: true, detail: file }));
  }
}

/** @param {Findings | undefined} findings */
function foundWords(findings) {
  if (findings === undefined || !findings.scanned) {
    return "Not checked, because it is not plain text";
  }
  const counts = Object.entries(findings.entities).map(([entity, count]) => countWords(entity, count));
  return counts.length > 0 ? sentence(counts.join(", ")) : "No e-mail addresses, phone numbers, cards or bank accounts";
}

/** @param {Partial<import("/sealwright/browser.js").Label>} label */
function labelWords({ classification, tenant, purposes = [], retain_until }) {
  const parts = [sentence(classification ?? ""), tenant ?? "no organisation"];
  parts.push(purposes.length > 0 ? `for ${purposes.map(purposeName).join(", ")}` : "for nothing");
  return [...parts, ...(retain_until === undefined ? [] : [`until ${dateName(retain_until)}`])].join(" · ");
}

/** @param {{ [entity: string]: number } | undefined} transforms */
function maskedWords(transforms) {
  const counts = Object.entries(transforms ?? {}).map(([entity, count]) => countWords(entity, count));
  return counts.length > 0 ? sentence(counts.join(", ")) : "Nothing, sealed in full";
}
