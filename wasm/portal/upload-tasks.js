// What the worker does with files, each task by itself.
import { Bundle, Gate, Policy, SealwrightError, Signer, scan } from "/sealwright/browser.js";

import { Deposits } from "./deposits.js";
import { Failure, problem } from "./failure.js";
import { MeasuredFile } from "./measured.js";
import { maskedHead } from "./preview.js";
import { readers } from "./readers.js";
import { send } from "./sending.js";
import { keep, kept } from "./stored.js";

/** @typedef {import("/sealwright/browser.js").Findings} Findings */
/** @typedef {import("/sealwright/browser.js").LabelInput} LabelInput */
/** @typedef {import("/sealwright/browser.js").Subject} Subject */
/** @typedef {{ signal: AbortSignal, told: (bytes: number) => void }} Work */

/** @type {Policy} */
let policy;
/** @type {Deposits} */
let deposits;
/** @type {Signer} */
let signer;
/** @type {string[]} */
let recipients = [];
/** @type {string[]} */
let roles = [];

export const tasks = {
  /**
   * Reads the bundle, which the pinned signer must have signed, and finds in it to whom to seal. What the edge says of its own
   * recipients counts only if they are among those.
   *
   * @param {{ bundle: ArrayBuffer, signer: string, recipients: string[] }} input
   */
  async start({ bundle, signer: trusted, recipients: told }) {
    const source = (await Bundle.open(bundle, { trustedSigners: [trusted] })).policy();
    const config = /** @type {any} */ (source.data)?.sealwright?.config ?? {};
    recipients = config.recovery?.recipients ?? [];
    if (told.length === 0 || !told.every((recipient) => recipients.includes(recipient))) {
      throw new Failure({
        code: "recipients_unsigned",
        kind: "edge",
        message: "the edge's recipients are not in its signed bundle",
      });
    }
    policy = await Policy.load(source);
    roles = Object.keys(config.roles ?? {});
    deposits ??= await Deposits.begin();
    return { reference: policy.reference, config, recipients };
  },

  /**
   * Returns the public half of this browser's key for a person; it is made here where there is none.
   *
   * @param {{ name: string }} input
   */
  async signer({ name }) {
    const text = await kept(`signer ${name}`);
    signer = text === undefined ? await Signer.generate(name) : await Signer.parse(text);
    await (text === undefined && keep(`signer ${name}`, signer.reveal()));
    return String(signer.verifier);
  },

  /**
   * Finds what a file holds.
   *
   * @param {{ file: File }} input
   * @param {Work} work
   */
  check: ({ file }, { signal, told }) => scan(new MeasuredFile(file, signal, told)),

  /**
   * Tells what the gate will be answered, and who could read the document then.
   *
   * @param {{ subject: Subject, label: LabelInput, findings: Findings, sender: { name: string, key_id: string } }} input
   */
  async decide({ subject, label, findings, sender }) {
    const time = now();
    const properties = { created_at: time, ...label, findings, recipients, sender: { verified: true, ...sender } };
    const decision = await policy.decide({
      subject,
      action: { name: "seal" },
      resource: { type: "document", id: label.document_id ?? "new", properties: /** @type {any} */ (properties) },
      context: { time },
    });
    return { decision, readers: decision.decision ? await readers(policy, roles, subject, properties, time) : [] };
  },

  /**
   * Masks the beginning of a file as the gate will.
   *
   * @param {{ file: File, operators: any }} input
   */
  preview: ({ file, operators }) => maskedHead(file, operators),

  /**
   * Seals a file into a temporary one: ciphertext alone is written.
   *
   * @param {{ key: string, file: File, subject: Subject, label: LabelInput, name: string }} input
   * @param {Work} work
   */
  async seal({ key, file, subject, label, name }, { signal, told }) {
    await deposits.expect(file.size);
    /** @type {import("/sealwright/browser.js").Decision | undefined} */
    let decision;
    const gate = new Gate({ policy, subject });
    const parts = await gate.sealParts(new MeasuredFile(file, signal, told), {
      recipients,
      label,
      private: { file_name: name },
      signer,
      onDecision: (final) => (decision = final),
    });
    return { size: await deposits.write(key, parts, signal), headerSize: parts.headerSize, decision };
  },

  /**
   * Sends a sealed file, and returns the edge's receipt.
   *
   * @param {{ key: string, url: string, headers: Record<string, string> }} input
   * @param {Work} work
   */
  async upload({ key, url, headers }, { signal, told }) {
    const { status, body } = await send(await deposits.read(key), { url, headers, signal, told });
    if (status !== 201) {
      throw problem(status, body);
    }
    return receipt(body);
  },

  /**
   * Returns the first bytes of a sealed file.
   *
   * @param {{ key: string, size: number }} input
   */
  front: async ({ key, size }) => (await deposits.read(key)).slice(0, size).arrayBuffer(),

  /**
   * Sends a part of a sealed file, and returns the edge's receipt for it.
   *
   * @param {{ key: string, from: number, to: number, url: string, headers: Record<string, string> }} input
   * @param {Work} work
   */
  async part({ key, from, to, url, headers }, { signal, told }) {
    const file = await deposits.read(key);
    const { status, body } = await send(file.slice(from, to), { url, headers, signal, told });
    if (status !== 200) {
      throw problem(status, body);
    }
    return String(answer(body).receipt);
  },

  /**
   * Removes a temporary file.
   *
   * @param {{ key: string }} input
   */
  discard: ({ key }) => deposits.remove(key),
};

/** @param {string} body */
function receipt(body) {
  const { id, size, blake3, decision_id, stored_at } = answer(body);
  return { id, size, blake3, decision_id, stored_at };
}

/**
 * @param {string} body
 * @returns {Record<string, any>}
 */
function answer(body) {
  try {
    return Object(JSON.parse(body));
  } catch {
    throw new SealwrightError("answer_malformed", "malformed", "expected a receipt");
  }
}

function now() {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
