/**
 * Is somebody whom this page can act as.
 *
 * @typedef {object} Person
 * @property {string} name
 * @property {string} purpose what the person usually opens files for
 * @property {Subject} subject
 */

/** @typedef {import("/sealwright/browser.js").Subject} Subject */

/** @type {Record<string, Person>} */
export const people = {
  contributor: { name: "Contributor", purpose: "analyse", subject: subject("contributor", ["pwd", "mfa"]) },
  analyst: { name: "Analyst", purpose: "analyse", subject: subject("analyst", ["pwd", "mfa"]) },
  trainer: { name: "Trainer", purpose: "train", subject: subject("trainer", ["pwd", "mfa"]) },
  contractor: { name: "Contractor", purpose: "retrieve", subject: subject("contractor", ["pwd"]) },
};

/**
 * @param {string} role
 * @param {string[]} amr
 * @returns {Subject}
 */
function subject(role, amr) {
  return { type: "user", id: `${role}@acme.example`, properties: { roles: [role], tenant: "acme", amr } };
}
