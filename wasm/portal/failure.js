/**
 * Is a failure that crossed from a worker or the edge: what the page knows of it in words goes by its code.
 */
export class Failure extends Error {
  /**
   * @param {FailureRecord} record
   */
  constructor({ name, code, kind, message, status, reasons, decision }) {
    super(message);
    this.name = name ?? "Failure";
    this.code = code;
    this.kind = kind;
    this.status = status;
    this.reasons = reasons;
    this.decision = decision;
  }

  /** Tells whether a policy refused, here or at the edge. */
  get refusal() {
    return this.code === "denied";
  }
}

/**
 * Is a failure as it crosses.
 *
 * @typedef {object} FailureRecord
 * @property {string} [name]
 * @property {string} [code]
 * @property {string} [kind]
 * @property {string} message
 * @property {number} [status]
 * @property {string[]} [reasons]
 * @property {import("/sealwright/browser.js").Decision} [decision]
 */

/**
 * Returns what a failure is, without what it holds besides.
 *
 * @param {any} failure
 * @returns {FailureRecord}
 */
export function record(failure) {
  const { name, code, kind, message, status, reasons, decision } = failure ?? {};
  const text = typeof code === "string" ? code : undefined;
  return {
    name,
    ...(text === undefined ? {} : { code: text }),
    kind,
    message: message ?? String(failure),
    status,
    reasons,
    decision,
  };
}

/**
 * Returns the failure that an edge's answer tells of (RFC 9457), whatever stood in its way.
 *
 * @param {number} status
 * @param {string} body
 */
export function problem(status, body) {
  const { code, detail, title, reasons, results } = parsed(body);
  const told = Array.isArray(reasons) ? reasons : results?.[0]?.decision?.reasons;
  return new Failure({
    code: typeof code === "string" ? code : `http_${status}`,
    kind: "edge",
    status,
    message: detail ?? title ?? `the edge answers ${status}`,
    reasons: told,
  });
}

/**
 * @param {string} body
 * @returns {any}
 */
function parsed(body) {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
