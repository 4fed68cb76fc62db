// Who can sign in at the demo's identity provider. Their password is known to everybody: for the loopback address alone.

/**
 * Is somebody with an account.
 *
 * @typedef {object} Person
 * @property {string} id what tokens call them
 * @property {string} name
 * @property {string} about
 * @property {string[]} roles
 * @property {boolean} secondFactor whether they have one
 */

export const PASSWORD = "demo";
export const TENANT = "acme";

/** @type {Record<string, Person>} */
export const people = {
  ines: person("ines", "Ines", "Contributor", ["contributor"]),
  ana: person("ana", "Ana", "Analyst", ["analyst"]),
  tom: person("tom", "Tom", "Trainer", ["trainer"]),
  nell: person("nell", "Nell", "Contractor, has no second factor", ["contractor"], false),
  rex: person("rex", "Rex", "Analyst whose access was revoked", ["analyst"]),
};

/** Who has a notebook, which signs in as a client of its own. */
export const notebooks = ["ines", "ana", "tom", "nell", "rex"];

/** Whom the policy refuses, whatever their token says. */
export const revoked = ["rex@acme.example", "notebook-rex"];

/**
 * Returns what tokens say of a person.
 *
 * @param {Person} person
 * @param {boolean} strong whether they showed their second factor
 */
export function claimsOf(person, strong) {
  return { roles: person.roles, tenant: TENANT, amr: strong ? ["pwd", "mfa"] : ["pwd"], acr: strong ? "aal2" : "aal1" };
}

/**
 * @param {string} account
 * @param {string} name
 * @param {string} about
 * @param {string[]} roles
 * @param {boolean} secondFactor
 * @returns {Person}
 */
function person(account, name, about, roles, secondFactor = true) {
  return { id: `${account}@acme.example`, name, about, roles, secondFactor };
}
