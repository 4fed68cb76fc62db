import { Gate, Policy } from "/sealwright/browser.js";

import { people } from "./people.js";

/** @typedef {import("/sealwright/browser.js").Decision} Decision */
/** @typedef {import("/sealwright/browser.js").Findings} Findings */
/** @typedef {import("/sealwright/browser.js").Label} Label */
/** @typedef {import("/sealwright/browser.js").LabelInput} LabelInput */
/** @typedef {import("/sealwright/browser.js").JsonObject} JsonObject */

/**
 * Is what the page reads of the policy library's configuration.
 *
 * @typedef {object} Config
 * @property {string[]} ladder classifications, the most open first
 * @property {Record<string, { view: string }>} purposes
 */

/** What the policy sees of a sender: the page signs nothing, and trusts no sender. */
const UNSIGNED = { verified: false };

/** Holds who acts, for what, under which policy. */
export class Session {
  /** @type {import("./people.js").Person} */
  person = /** @type {any} */ (people.contributor);
  purpose = this.person.purpose;

  /**
   * @param {Policy} policy
   * @param {Config} config
   */
  constructor(policy, config) {
    this.policy = policy;
    this.config = config;
  }

  static async start() {
    const response = await fetch("/policy.json");
    if (!response.ok) {
      throw new Error(`the policy library could not be fetched (${response.status})`);
    }
    const source = await response.json();
    return new Session(await Policy.load(source), source.data.sealwright.config);
  }

  /** Returns the gate for sealing. */
  sealGate() {
    return new Gate({ policy: this.policy, subject: this.person.subject });
  }

  /** Returns the gate for opening. */
  openGate() {
    return new Gate({ policy: this.policy, subject: this.person.subject, purpose: this.purpose, allowUnsigned: true });
  }

  /**
   * Tells beforehand what the gate will be answered at sealing.
   *
   * @param {LabelInput} label
   * @param {Findings} findings
   * @param {string[]} recipients
   */
  sealPreview(label, findings, recipients) {
    const properties = { created_at: now(), ...label, findings, recipients, sender: UNSIGNED };
    return this.#decide("seal", "new", properties, {});
  }

  /**
   * Tells beforehand what the gate will be answered at opening, if the label is as genuine as it claims.
   *
   * @param {Label} label
   */
  openPreview(label) {
    return this.#decide("open", label.document_id, { ...label, sender: UNSIGNED }, { purpose: this.purpose });
  }

  /**
   * @param {string} action
   * @param {string} id
   * @param {object} properties
   * @param {JsonObject} context
   * @returns {Promise<Decision>}
   */
  #decide(action, id, properties, context) {
    return this.policy.decide({
      subject: this.person.subject,
      action: { name: action },
      resource: { type: "document", id, properties: /** @type {JsonObject} */ (properties) },
      context: { time: now(), ...context },
    });
  }
}

function now() {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
