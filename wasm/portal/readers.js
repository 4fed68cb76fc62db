// Who could read a document, as the policy itself answers for each of its roles.

/** @typedef {import("/sealwright/browser.js").Policy} Policy */

/**
 * Is what a role could do with a document.
 *
 * @typedef {object} Reader
 * @property {string} role
 * @property {string[]} clear purposes for which it sees all of it
 * @property {string[]} masked purposes for which it sees masked text
 * @property {boolean} secondFactor whether it must show one
 */

const STRONG = ["pwd", "mfa"];
const WEAK = ["pwd"];

/**
 * Asks for every role and purpose, once with a second factor and once without.
 *
 * @param {Policy} policy
 * @param {string[]} roles
 * @param {import("/sealwright/browser.js").Subject} asking
 * @param {Record<string, any>} properties
 * @param {string} time
 * @returns {Promise<Reader[]>}
 */
export async function readers(policy, roles, asking, properties, time) {
  const cases = roles.flatMap((role) =>
    (properties.purposes ?? []).flatMap((/** @type {string} */ purpose) =>
      [STRONG, WEAK].map((amr) => ({ role, purpose, amr })),
    ),
  );
  const { findings: _, recipients: __, ...label } = properties;
  const answers = await policy.decideAll(
    cases.map(({ role, purpose, amr }) => ({
      subject: {
        type: "user",
        id: "anybody",
        properties: { roles: [role], tenant: asking.properties?.tenant ?? null, amr },
      },
      action: { name: "release" },
      resource: { type: "document", id: label.document_id ?? "new", properties: label },
      context: { time, purpose },
    })),
  );
  const allowed = cases.flatMap((asked, at) => {
    const answer = answers[at];
    return answer?.decision ? [{ ...asked, masked: answer.obligations.some(({ type }) => type === "transform") }] : [];
  });
  return roles
    .map((role) =>
      reader(
        role,
        allowed.filter((one) => one.role === role),
      ),
    )
    .filter(({ clear, masked }) => clear.length + masked.length > 0);
}

/**
 * @param {string} role
 * @param {{ purpose: string, amr: string[], masked: boolean }[]} allowed
 * @returns {Reader}
 */
function reader(role, allowed) {
  const strong = allowed.filter(({ amr }) => amr === STRONG);
  const purposes = (/** @type {boolean} */ masked) =>
    strong.filter((one) => one.masked === masked).map(({ purpose }) => purpose);
  return { role, clear: purposes(false), masked: purposes(true), secondFactor: allowed.length === strong.length };
}
