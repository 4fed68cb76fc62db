// What the codes of decisions and findings are called in plain words.

/** @typedef {import("/sealwright/browser.js").Label} Label */
/** @typedef {import("/sealwright/browser.js").Operator} Operator */
/** @typedef {import("/sealwright/browser.js").Subject} Subject */

/**
 * Is what a reason may mention.
 *
 * @typedef {object} Facts
 * @property {Subject} subject
 * @property {Partial<Label>} label
 * @property {"seal" | "store" | "open"} action
 * @property {string} purpose
 */

/**
 * Is a reason in words: what is wrong, and what to do about it.
 *
 * @typedef {{ what: string, next: string }} Explanation
 */

/** @type {Record<string, (facts: Facts) => Explanation>} */
const reasons = {
  action_unknown: ({ action }) => ({
    what: `The policy does not know the action “${action}”.`,
    next: "Whoever keeps the policy can add it.",
  }),
  role_missing: () => ({
    what: "You have no role that the policy knows.",
    next: "Sign in with a role, or ask whoever manages sign-in to give you one.",
  }),
  role_not_permitted: ({ action }) => ({
    what: `Your role may not ${action} files.`,
    next: `Ask for a role that may, or let somebody with one ${action} the file.`,
  }),
  roles_not_combinable: () => ({
    what: "Each of your roles allows a part of this, but none allows all of it.",
    next: "Ask for one role that does.",
  }),
  purpose_missing: () => ({
    what: "You have not said what you need the file for.",
    next: "Choose a purpose.",
  }),
  purpose_mismatch: () => ({
    what: "Two different purposes were given for one request.",
    next: "Choose one purpose.",
  }),
  purpose_not_on_label: ({ purpose }) => ({
    what: `The file was not sealed for ${purposeName(purpose)}.`,
    next: "Choose a purpose that is on its label, or ask the contributor to seal it for yours.",
  }),
  purpose_not_granted: ({ action, purpose }) =>
    action !== "open"
      ? {
          what: "Your role may not seal files for all the purposes that are ticked.",
          next: "Take a purpose off the label, or ask for a role that may hand it out.",
        }
      : {
          what: `Your role may not use files for ${purposeName(purpose)}.`,
          next: "Choose another purpose, or ask for a role that may.",
        },
  label_purposes_missing: () => ({
    what: "The label names no purpose, so nobody could ever open the file.",
    next: "Tick at least one purpose.",
  }),
  classification_missing: () => ({
    what: "The file has no classification.",
    next: "Choose how sensitive it is.",
  }),
  classification_unknown: ({ label }) => ({
    what: `The policy does not know the classification “${label.classification}”.`,
    next: "Use one that the policy lists.",
  }),
  clearance_too_low: ({ label }) => ({
    what: `You are not cleared for ${label.classification ?? "these"} files.`,
    next: "Ask for clearance, or for somebody who has it.",
  }),
  mfa_required: ({ label }) => ({
    what: `A ${label.classification ?? "sensitive"} file needs a second factor, and you signed in without one.`,
    next: "Sign in again with your second factor.",
  }),
  tenant_missing: () => ({
    what: "Either you or the file belongs to no organisation.",
    next: "Sign in to your organisation, and name the file’s organisation on its label.",
  }),
  tenant_mismatch: ({ subject, label }) => ({
    what: `The file belongs to “${label.tenant}”, and you belong to “${subject.properties?.tenant}”.`,
    next: "If the label is right, the file is theirs: only they may seal and open it.",
  }),
  time_missing: () => ({
    what: "The time of the request is missing.",
    next: "Set this device’s clock and try again.",
  }),
  created_at_missing: () => ({
    what: "The label does not say when the file was sealed.",
    next: "Ask for it to be sealed again.",
  }),
  created_in_future: () => ({
    what: "By this device’s clock, the file was sealed in the future.",
    next: "Set the clock right and try again.",
  }),
  retain_until_malformed: () => ({
    what: "The label’s end date cannot be read.",
    next: "Ask for the file to be sealed again.",
  }),
  retention_expired: ({ label }) => ({
    what: `The time for which the file may be kept ended on ${dateName(label.retain_until)}.`,
    next: "It may no longer be used and is due to be destroyed.",
  }),
  operators_missing: () => ({
    what: "Personal data must be masked here, but the policy does not say how.",
    next: "Whoever keeps the policy can set this.",
  }),
  subject_revoked: () => ({
    what: "Your access was revoked.",
    next: "Ask whoever manages access, if that should not be.",
  }),
  client_revoked: () => ({
    what: "Access was revoked for the program that you use.",
    next: "Sign in with another, or ask whoever manages access.",
  }),
  sender_unverified: () => ({
    what: "Nobody who is trusted signed the file.",
    next: "Ask the contributor to seal it again, in a browser that is trusted.",
  }),
  sender_unknown: () => ({
    what: "The policy does not know who signed the file.",
    next: "Ask whoever keeps the policy to enrol the contributor.",
  }),
  quarantined: () => ({
    what: "The file, or whoever contributed it, is in quarantine.",
    next: "It can be used when it is let out.",
  }),
  step_up_required: () => ({
    what: "This needs a stronger sign-in than yours.",
    next: "Sign in again with a stronger factor.",
  }),
  reauthentication_required: () => ({
    what: "You signed in too long ago for this.",
    next: "Sign in again.",
  }),
  not_scanned: () => ({
    what: "The file is not plain text, so it cannot be checked or masked.",
    next: "Untick the purposes that see masked text only, or convert the file to text.",
  }),
};

/** @type {Record<string, [string, string]>} */
const entities = {
  EMAIL_ADDRESS: ["e-mail address", "e-mail addresses"],
  PHONE_NUMBER: ["phone number", "phone numbers"],
  CREDIT_CARD: ["card number", "card numbers"],
  IBAN_CODE: ["bank account number (IBAN)", "bank account numbers (IBAN)"],
};

/** @type {Record<string, string>} */
const purposes = { train: "model training", retrieve: "search", analyse: "analysis" };

/**
 * Explains a reason of a decision.
 *
 * @param {string} reason
 * @param {Facts} facts
 * @returns {Explanation}
 */
export function reasonWords(reason, facts) {
  const unmet = /^obligation_(.+)_unmet$/.exec(reason);
  if (unmet !== null) {
    return {
      what: `The policy asks for “${unmet[1]?.replaceAll("_", " ")}”, which this page could not do.`,
      next: "Whoever keeps the policy can say how.",
    };
  }
  const explain = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return explain?.(facts) ?? {
    what: `The policy gives the reason “${reason.replaceAll("_", " ")}”.`,
    next: "Whoever keeps the policy can say what it means.",
  };
}

/**
 * Says how many of an entity there are.
 *
 * @param {string} entity
 * @param {number} count
 */
export function countWords(entity, count) {
  return `${count.toLocaleString("en")} ${entityName(entity, count)}`;
}

/**
 * Says what an operator does.
 *
 * @param {string} entity
 * @param {Operator} operator
 */
export function operatorWords(entity, operator) {
  switch (operator.operator) {
    case "redact":
      return "removed";
    case "replace":
      return `replaced by ${operator.new_value ?? (entity === "DEFAULT" ? "what kind it is" : `<${entity}>`)}`;
    case "mask": {
      const mark = operator.masking_char ?? "*";
      const end = operator.from_end ? "last" : "first";
      return operator.chars_to_mask === undefined
        ? `hidden behind ${mark}`
        : `the ${end} ${operator.chars_to_mask} characters hidden behind ${mark}`;
    }
  }
}

/**
 * Says what masking does to a file in which nothing was counted yet.
 *
 * @param {{ [entity: string]: Operator }} operators
 */
export function operatorsWords(operators) {
  const { DEFAULT: others, ...named } = operators;
  const lines = Object.entries(named).map(
    ([entity, operator]) => `${sentence(entityName(entity, 2))}: ${operatorWords(entity, operator)}`,
  );
  return others === undefined ? lines : [...lines, `Everything else found: ${operatorWords("DEFAULT", others)}`];
}

/** @param {string} purpose */
export function purposeName(purpose) {
  return purposes[purpose] ?? purpose;
}

/** @param {string | undefined} time */
export function dateName(time) {
  const date = new Date(time ?? "");
  return Number.isNaN(date.getTime())
    ? String(time)
    : date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** @param {string} time */
export function dateTimeName(time) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}

/** @param {string[]} items */
export function listWords(items) {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items);
}

/** @param {number} bytes */
export function sizeWords(bytes) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const step = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 })} ${units[step]}`;
}

/** @param {number} seconds */
export function timeWords(seconds) {
  const whole = Math.ceil(seconds);
  return whole < 90 ? `${whole} s left` : `${Math.ceil(whole / 60)} min left`;
}

/** @param {string} text */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {string} entity
 * @param {number} count
 */
function entityName(entity, count) {
  const name = entity.toLowerCase().replaceAll("_", " ");
  const [one, many] = entities[entity] ?? [name, name];
  return count === 1 ? one : many;
}
