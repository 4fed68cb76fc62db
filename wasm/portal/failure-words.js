// What the codes of failures are called in plain words: those of the package, of an edge, and of the way to it.

/** @typedef {import("./words.js").Explanation} Explanation */

/** @type {Record<string, Explanation>} */
const failures = {
  not_age: {
    what: "This is not a sealed file.",
    next: "Ask whoever uploaded it to seal it again.",
  },
  label_count: {
    what: "This age file has no label, so the policy cannot judge it.",
    next: "It was not sealed under a policy. Open it with an age tool.",
  },
  no_identity: {
    what: "None of your keys opens this file, or the file was altered.",
    next: "Add the right key file, or ask for the file to be sealed to your key.",
  },
  header_mac: {
    what: "The file cannot be opened: it was altered, or it is not for your key.",
    next: "Get a fresh copy from where it came from.",
  },
  payload_corrupt: {
    what: "The file was altered or cut short. Nothing of it can be trusted.",
    next: "Get a fresh copy from where it came from.",
  },
  source_changed: {
    what: "The file changed while it was being sealed.",
    next: "Wait until it is no longer written to, then seal it again.",
  },
  not_text: {
    what: "The file would have to be masked, but it is not plain text.",
    next: "Somebody who may see it in full can open it.",
  },
  label_too_large: {
    what: "The label is too large.",
    next: "Shorten its text.",
  },
  offline: { what: "You are offline.", next: "Nothing is lost: it goes on as soon as you are back." },
  edge_unreachable: {
    what: "The server does not answer.",
    next: "Try again in a moment. What was sealed is kept until then.",
  },
  http_failed: { what: "The server does not answer.", next: "Try again in a moment." },
  http_status: {
    what: "The server answered in a way that this page does not know.",
    next: "Try again. If it stays so, tell whoever runs it.",
  },
  provider_unreachable: { what: "The sign-in server does not answer.", next: "Try again in a moment." },
  signed_out: { what: "Your sign-in has ended.", next: "Sign in again, then add what was not uploaded yet." },
  sign_in_failed: { what: "You could not be signed in.", next: "Try again." },
  token_missing: { what: "The server does not see that you are signed in.", next: "Sign in again." },
  token_invalid: { what: "The server does not accept your sign-in.", next: "Sign in again." },
  token_key_unknown: {
    what: "The server does not know the key of your sign-in yet.",
    next: "Try again in a moment, or sign in again.",
  },
  token_expired: { what: "Your sign-in has ended.", next: "Sign in again." },
  proof_missing: { what: "The server does not see that this browser is yours.", next: "Sign in again." },
  proof_invalid: {
    what: "The server does not believe this browser.",
    next: "Set this device’s clock right, then sign in again.",
  },
  proof_replayed: { what: "The server was asked the same twice.", next: "Try again." },
  scope_missing: {
    what: "Your sign-in does not allow this.",
    next: "Sign in with a second factor, as somebody who may.",
  },
  no_room: {
    what: "This browser has too little room left for the sealed file.",
    next: "Free some space on this device, or close other pages, then try again.",
  },
  worker_failed: { what: "Something in this page stopped.", next: "Reload the page and add the file again." },
  recipients_unsigned: {
    what: "The server names keys that nobody vouched for. Nothing was sealed to them.",
    next: "Tell whoever runs it: its keys must be in its signed policy.",
  },
  bundle_signature: {
    what: "The server’s policy is not what was signed.",
    next: "Tell whoever runs this page. Nothing is sealed until then.",
  },
  bundle_untrusted: {
    what: "The server’s policy was not signed by whom this page trusts.",
    next: "Tell whoever runs this page. Nothing is sealed until then.",
  },
  exists: {
    what: "The server has this document already.",
    next: "An earlier try got through, and only its receipt was lost.",
  },
  upload_gone: {
    what: "The server does not know the upload any more.",
    next: "Try again: it begins anew.",
  },
  part_invalid: { what: "What was sent does not fit the document.", next: "Add the file again." },
  bucket_full: {
    what: "The server has no room left.",
    next: "Tell whoever runs it, and try again then. What was sealed is kept until then.",
  },
  too_large: {
    what: "The file is larger than the server takes.",
    next: "Divide it, or ask whoever runs the server for more.",
  },
  length_required: { what: "The server could not tell how large the file is.", next: "Try again." },
  request_invalid: {
    what: "The server does not understand the document.",
    next: "Reload the page, which may be old, and add the file again.",
  },
  sender_untrusted: {
    what: "The server does not know the key that signed the document.",
    next: "Have this browser trusted, then add the file again.",
  },
  sender_missing: { what: "The document is not signed.", next: "Add the file again." },
  sender_signature: { what: "The document is not what was signed.", next: "Add the file again." },
  not_found: { what: "There is no such document, or not for you.", next: "Fetch the list anew." },
  bucket_failed: {
    what: "The server could not reach its storage.",
    next: "Try again in a moment. What was sealed is kept until then.",
  },
  issuer_unreachable: { what: "The server cannot check your sign-in right now.", next: "Try again in a moment." },
  internal: { what: "Something went wrong at the server.", next: "Try again. If it stays so, tell whoever runs it." },
  no_key: {
    what: "The server has no key for this document, or it was altered.",
    next: "Ask whoever uploaded it to upload it again.",
  },
  answer_malformed: {
    what: "The server’s answer could not be understood.",
    next: "Try again. If it stays so, tell whoever runs it.",
  },
};

/** @type {Record<string, Explanation>} */
const kinds = {
  usage: { what: "Something that was entered cannot be used.", next: "Check the label and the keys." },
  malformed: {
    what: "The file is damaged or of a kind that is not supported.",
    next: "Get a fresh copy from where it came from.",
  },
  integrity: { what: "The file was altered or cut short.", next: "Get a fresh copy from where it came from." },
  no_key: { what: "None of your keys opens this file.", next: "Add the right key file." },
  policy: {
    what: "The policy could not be evaluated, so the answer is no.",
    next: "Whoever keeps the policy needs to look at it.",
  },
  edge: {
    what: "The server answered in a way that this page does not know.",
    next: "Try again. If it stays so, tell whoever runs it.",
  },
  environment: { what: "This browser could not do what was asked.", next: "Reload the page and try again." },
};

/** @type {Record<string, Explanation>} */
const browserFailures = {
  NotReadableError: {
    what: "The file can no longer be read.",
    next: "It may have been moved or changed. Choose it again.",
  },
  NotFoundError: { what: "The file is gone.", next: "Choose it again from where it is now." },
  NotAllowedError: { what: "The browser was not allowed to save there.", next: "Choose another place." },
  QuotaExceededError: { what: "There is not enough space.", next: "Free some space, or choose another place." },
};

/**
 * Explains a failure.
 *
 * @param {unknown} failure
 * @returns {Explanation & { code: string }}
 */
export function failureWords(failure) {
  const { code, kind, name, message } = /** @type {Record<string, string>} */ (failure);
  if (code !== undefined && kind !== undefined) {
    return { code, ...(failures[code] ?? kinds[kind] ?? { what: message ?? "", next: "" }) };
  }
  const known = name === undefined ? undefined : browserFailures[name];
  const unknown = { what: "Something went wrong in this page.", next: message ?? String(failure) };
  return { code: name ?? "unknown", ...(known ?? unknown) };
}
