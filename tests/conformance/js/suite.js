// Runs one vector in whichever runtime imports this. It uses nothing that is not in all of them.

/**
 * @typedef {typeof import("sealwright")} Sealwright
 * @typedef {{ sealwright: Sealwright, library: import("sealwright").PolicySource }} Setting
 */

/** @type {Record<string, (setting: Setting, vector: any) => Promise<void>>} */
export const kinds = { bundle, check, decision, document, explain, label, log, privacy, program, record, sender };

/** What is done from beginning to end in every runtime, by name. @type {Record<string, (sealwright: Sealwright) => Promise<void>>} */
export const journeys = { signed_whole, signed_in_parts };

/**
 * Runs every vector and journey and returns the failures' texts by name, `null` for one that holds.
 *
 * @param {Sealwright} sealwright
 * @param {{ library: import("sealwright").PolicySource, vectors: { kind: string, name: string, vector: any }[] }} bundle
 */
export async function run(sealwright, { library, vectors }) {
  const results = [];
  for (const { kind, name, vector } of vectors) {
    results.push({ name: `${kind}/${name}`, failure: await failureOf({ sealwright, library }, kind, vector) });
  }
  for (const [name, journey] of Object.entries(journeys)) {
    results.push({ name: `journey/${name}`, failure: await journey(sealwright).then(() => null, String) });
  }
  return results;
}

/**
 * @param {Setting} setting
 * @param {string} kind
 * @param {any} vector
 */
export async function failureOf(setting, kind, vector) {
  try {
    await kinds[kind](setting, vector);
    return null;
  } catch (error) {
    return String(error);
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function document({ sealwright }, { file, identities, passphrase, expect, plaintext_sha256, inspection }) {
  const bytes = fromBase64(file);
  const keys = passphrase ? { passphrase } : { identities };
  if (inspection) {
    same(await sealwright.inspect(bytes), inspection, "inspection");
  }
  const whole = await outcome(() => sealwright.decrypt(bytes, keys));
  const streamed = await outcome(async () => collect(await sealwright.decrypt(trickle(bytes, 997), keys)));
  for (const [way, { code, value }] of Object.entries({ whole, streamed })) {
    same(code, expect, `${way}: code`);
    if (value) {
      same(await sha256(value), plaintext_sha256, `${way}: plaintext`);
    }
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function program({ sealwright }, { program, request, expect }) {
  const { code, value } = await outcome(async () => (await sealwright.Policy.fromProgram(fromBase64(program))).decide(request));
  if (value === undefined) {
    same(code, expect, "code");
  } else {
    same({ decision: value.decision, digest: value.policy.digest, reasons: value.reasons }, expect, "decision");
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function bundle({ sealwright }, { archive, options, expect, expect_in_wasm, digest, signer, source }) {
  // There are no folders here.
  if (archive === undefined) {
    return;
  }
  const bytes = fromBase64(archive);
  const { signers: trustedSigners, keys: signatureKeys, scope } = options.trust ?? {};
  const nobody = options.trust !== undefined && trustedSigners === undefined && signatureKeys === undefined;
  const trust = { ...(nobody ? { trustedSigners: [] } : { trustedSigners, signatureKeys }), scope, note: options.note };
  for (const from of [bytes, new Blob([bytes]), new Response(bytes)]) {
    const { code, value } = await outcome(() => sealwright.Bundle.open(from, trust));
    same(code, expect_in_wasm ?? expect, "code");
    if (value) {
      same(value.description.digest, digest, "digest");
      same(value.description.signer ?? null, signer, "signer");
      same(value.policy(), source, "policy");
    }
  }
}

/**
 * Opens under a policy that allows everything: the sender alone decides.
 *
 * @param {Setting} setting
 * @param {any} vector
 */
async function sender({ sealwright }, vector) {
  const bytes = fromBase64(vector.file);
  const outboard = vector.outboard === undefined ? {} : { outboard: fromBase64(vector.outboard) };
  const { trusted: trustedSenders, allow_unsigned: allowUnsigned } = vector;
  const subject = { type: "user", id: "ana@acme.example" };
  const gate = new sealwright.Gate({ policy: await allowing(sealwright), subject, trustedSenders, allowUnsigned });
  /** @type {Record<string, (options: import("sealwright").OpenOptions) => Promise<Uint8Array<ArrayBuffer>>>} */
  const ways = {};
  if (vector.outboard === undefined) {
    ways.whole = (options) => gate.open(bytes, options);
    ways.streamed = async (options) => collect(await gate.open(trickle(bytes, 997), options));
  }
  if (bytes[0] !== "-".charCodeAt(0)) {
    ways.ranges = async (options) => {
      const range = await gate.openRange(new Blob([bytes]), { ...options, ...outboard });
      return range.read(0, range.size);
    };
  }
  for (const [way, open] of Object.entries(ways)) {
    /** @type {import("sealwright").Opened[]} */
    const told = [];
    const { code, value } = await outcome(() => open({ identities: vector.identities, onOpened: (opened) => told.push(opened) }));
    same(code, way === "ranges" ? (vector.expect_by_ranges ?? vector.expect) : vector.expect, `${way}: code`);
    if (value) {
      same(await sha256(value), vector.plaintext_sha256, `${way}: plaintext`);
      same(told.map((opened) => [opened.sender, opened.private]), [[vector.sender, vector.private]], `${way}: told`);
    }
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function record({ sealwright }, vector) {
  const { identity, collections, column, expect, index, text, blind_index = {} } = vector;
  const [ids, tokens] = [vector.ids.map(fromBase64), vector.tokens.map(fromBase64)];
  const opened = await outcome(async () => {
    const [newest, ...older] = await Promise.all(
      collections.map((/** @type {string} */ file) =>
        sealwright.Collection.decrypt(fromBase64(file), { identities: [identity] }),
      ),
    );
    const collection = older.reduce((joined, next) => joined.withOlder(next), newest);
    return { collection, values: await collection.open(column, ids, tokens) };
  });
  same([opened.code, opened.index], [expect, index], "code and index");
  if (!opened.value) {
    return;
  }
  const { collection, values } = opened.value;
  same(values.map(toBase64), vector.values, "values");
  if (text) {
    same((await collection.open(column, ids, text)).map(toBase64), vector.values, "values of texts");
    same(await collection.reseal(column, ids, text), text, "texts");
  }
  for (const [size, indexes] of Object.entries(blind_index)) {
    same((await collection.blindIndex(column, values, Number(size))).map(toBase64), indexes, `blind index of ${size}`);
  }
  const again = await collection.open(column, ids, await collection.seal(column, ids, values));
  same(again.map(toBase64), vector.values, "values sealed again");
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function label({ sealwright }, { label_json, expect, canonical }) {
  const identity = await sealwright.generateIdentity();
  const { code, value } = await outcome(() =>
    sealwright.encrypt(new Uint8Array(0), { recipients: [identity.recipient], label: label_json }),
  );
  same(code, expect, "code");
  if (value) {
    same(labelOf(value), canonical, "canonical");
    same((await sealwright.inspect(value)).label, JSON.parse(canonical), "inspection");
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function privacy({ sealwright }, { text, base64, findings, operators, transformed }) {
  const bytes = text === undefined ? fromBase64(base64) : new TextEncoder().encode(text);
  same(await sealwright.scan(bytes), findings, "findings");
  if (!operators) {
    return;
  }
  const identity = await sealwright.generateIdentity();
  for (const action of ["seal", "open"]) {
    const { code, value } = await outcome(async () => {
      const policy = await sealwright.Policy.load(transforming(action, operators));
      const gate = new sealwright.Gate({ policy, subject: { type: "user", id: "ana@acme.example" }, allowUnsigned: true });
      const sealed = await gate.seal(bytes, { recipients: [identity.recipient], label: {} });
      const opened = await gate.open(sealed, { identities: [identity] });
      const streamed = await collect(await gate.open(trickle(sealed, 997), { identities: [identity] }));
      return [decodeText(opened), decodeText(streamed)];
    });
    // What is no text cannot be transformed: the gate knows before it seals, and finds out as it opens.
    const refused = action === "seal" ? "denied" : "not_text";
    same(code, transformed === undefined ? refused : "ok", `code on ${action}`);
    if (value) {
      same(value, [transformed, transformed], `transformed on ${action}`);
    }
  }
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function decision({ sealwright, library }, { policy, request, expect }) {
  const { code, value } = await outcome(async () => {
    const loaded = await sealwright.Policy.load(policy === "library" ? library : policy);
    return loaded.decide(request);
  });
  same(value ?? code, expect, "decision");
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function explain({ sealwright }, { policy, request, values, expect, tree, svg_sha256 }) {
  const { code, value } = await outcome(async () => {
    const loaded = await sealwright.Policy.load(policy);
    return loaded.explain(request, { values });
  });
  if (!value) {
    same(code, expect, "code");
    return;
  }
  same(value.toJsonText(), expect, "record");
  same(value.toTree(), tree, "tree");
  same(await sha256(new TextEncoder().encode(value.toSvg())), svg_sha256, "svg");
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function log({ sealwright }, { policy, request, context, expect }) {
  const loaded = await sealwright.Policy.load(policy);
  same(await loaded.logEntry(request, context), JSON.parse(expect), "entry");
}

/**
 * @param {Setting} setting
 * @param {any} vector
 */
async function check({ sealwright }, { policy, schemas, expect }) {
  const findings = await sealwright.Policy.check(policy, schemas);
  const places = findings.map(({ message, hint, ...place }) => {
    same([message, hint].map((text) => text !== ""), [true, true], "texts");
    return place;
  });
  same(places, expect, "findings");
}

/** @param {Sealwright} sealwright */
async function signed_whole(sealwright) {
  const { gate, stranger, signer, sealing, opening, told } = await setting(sealwright);
  const plaintext = new TextEncoder().encode("for Ana");
  const sealed = await gate.seal(plaintext, { ...sealing, signer });
  same(decodeText(await gate.open(sealed, opening)), "for Ana", "plaintext");
  same(told, [{ private: sealing.private, name: "ana" }], "told");
  same((await outcome(() => stranger.open(sealed, opening))).code, "sender_untrusted", "a stranger's");
  same((await outcome(async () => gate.open(await gate.seal(plaintext, sealing), opening))).code, "sender_missing", "nobody's");
  const armored = await collect(await gate.seal(trickle(plaintext, 3), { ...sealing, signer, armor: true }));
  same(decodeText(await gate.open(armored, opening)), "for Ana", "armored");
}

/** @param {Sealwright} sealwright */
async function signed_in_parts(sealwright) {
  const { gate, signer, sealing, opening, told } = await setting(sealwright);
  const plaintext = Uint8Array.from({ length: 200_000 }, (_, index) => index * 31 + (index >> 8));
  const source = new Blob([plaintext]);
  same((await outcome(() => gate.seal(source, { ...sealing, signer }))).code, "header_last", "whole");
  const { payload, header, headerSize } = await gate.sealParts(source, { ...sealing, signer });
  const body = new Blob([await collect(payload)]);
  same((await header).length, headerSize, "size of the header");
  const other = await sealwright.generateIdentity();
  const change = { ...opening, recipients: [other.recipient] };
  const sealed = await sealwright.rewrap(await sealwright.join(await header, body), change);
  same((await outcome(() => gate.open(sealed, opening))).code, "no_identity", "those removed");
  const range = await gate.openRange(sealed, { ...opening, identities: [other] });
  const parts = await range.readMany([[199_999, 200_000], [65_530, 65_540]]);
  same(parts.map((part) => [...part]), [[...plaintext.slice(199_999)], [...plaintext.slice(65_530, 65_540)]], "ranges");
  range.close();
  same(told, [{ private: sealing.private, name: "ana" }], "told");
}

/** @param {Pick<Sealwright, "Policy">} sealwright */
function allowing({ Policy }) {
  const text = 'package sealwright\n\ndecision := {"decision": true}\n';
  return Policy.load({ name: "allowing", revision: "1", modules: [{ path: "decision.rego", text }] });
}

/**
 * Returns a gate that trusts a signer and one that trusts nobody, and what they are used with.
 *
 * @param {Sealwright} sealwright
 */
async function setting({ Gate, Policy, Signer, generateIdentity }) {
  const policy = await allowing({ Policy });
  const subject = { type: "user", id: "ana@acme.example" };
  const [identity, signer] = [await generateIdentity(), await Signer.generate("ana")];
  /** @type {unknown[]} */
  const told = [];
  /** @param {import("sealwright").Opened} opened */
  const onOpened = ({ private: hidden, sender }) => told.push({ private: hidden, name: sender.verified && sender.name });
  return {
    gate: new Gate({ policy, subject, trustedSenders: [signer.verifier] }),
    stranger: new Gate({ policy, subject }),
    signer,
    sealing: { recipients: [identity.recipient], label: {}, private: { file_name: "a.txt" } },
    opening: { identities: [identity], onOpened },
    told,
  };
}

/**
 * @param {string} action
 * @param {any} operators
 */
function transforming(action, operators) {
  const text = `package sealwright

decision := {"decision": true, "obligations": obligations}

default obligations := []

obligations := [{"type": "transform", "operators": data.operators}] if input.action.name == data.action
`;
  return { name: "vectors", revision: "1", modules: [{ path: "decision.rego", text }], data: { action, operators } };
}

/**
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<{ code: string, index?: number, value?: T }>}
 */
async function outcome(call) {
  try {
    return { code: "ok", value: await call() };
  } catch (error) {
    const { code, index } = /** @type {{ code?: string, index?: number }} */ (error);
    if (code === undefined) {
      throw error;
    }
    return { code, index };
  }
}

/**
 * Returns the label's bytes as they stand in the header.
 *
 * @param {Uint8Array} bytes
 */
function labelOf(bytes) {
  const lines = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("").split("\n");
  const first = lines.indexOf("-> sealwright.dev/label v1") + 1;
  const last = lines.findIndex((line, index) => index >= first && line.length < 64);
  return decodeText(fromBase64(lines.slice(first, last + 1).join("")));
}

/**
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} what
 */
function same(actual, expected, what) {
  const [left, right] = [sorted(actual), sorted(expected)];
  if (left !== right) {
    throw new Error(`${what}: expected ${right}, got ${left}`);
  }
}

/** @param {unknown} value @returns {string} */
function sorted(value) {
  return JSON.stringify(value, (_, item) =>
    item && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/**
 * Returns a stream that gives a few bytes at a time.
 *
 * @param {Uint8Array} bytes
 * @param {number} size
 */
export function trickle(bytes, size) {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(offset, offset + size));
      offset += size;
    },
  });
}

/**
 * Reads a stream to its end. `Response` would do, were it not that Chromium hides the stream's own error then.
 *
 * @param {ReadableStream<Uint8Array>} stream
 */
export async function collect(stream) {
  const reader = stream.getReader();
  const parts = [];
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {string} text */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {Uint8Array} bytes */
function decodeText(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
