// Every age vector of C2SP CCTV, each with its failure class, through the package.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { inflateSync } from "node:zlib";

import * as vectors from "cctv-age";
import { SealwrightError, decrypt } from "sealwright";

import { collect, trickle } from "./suite.js";

const classes = {
  not_age: "header failure",
  header_malformed: "header failure",
  header_too_large: "header failure",
  too_many_stanzas: "header failure",
  armor_malformed: "armor failure",
  no_identity: "no match",
  header_mac: "HMAC failure",
  payload_corrupt: "payload failure",
};

/**
 * Tells whether a vector needs the hybrid recipient, which this version does not have: such a file must be refused as
 * one that no identity matches, not as broken. One of them is broken for every reader.
 *
 * @param {string} name
 */
function needsHybrid(name) {
  return name.includes("hybrid") && name !== "hybrid_not_canonical_body";
}

const names = Object.keys(vectors);

test("the set is whole", () => {
  assert.deepEqual([names.length, names.filter(needsHybrid).length], [143, 18]);
});

for (const name of names) {
  test(name, async () => {
    const { fields, document } = split(Buffer.from(/** @type {any} */ (vectors)[name]));
    const expected = needsHybrid(name) ? "no match" : fields.expect;
    for (const [way, result] of Object.entries(await outcomes(fields, document))) {
      assert.equal(result.class, expected, way);
      if (result.class === "success") {
        assert.equal(createHash("sha256").update(result.plaintext).digest("hex"), fields.payload, way);
      }
    }
  });
}

/** @param {Buffer} vector */
function split(vector) {
  const end = vector.indexOf("\n\n");
  const lines = vector.subarray(0, end).toString().split("\n");
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
  const body = vector.subarray(end + 2);
  return { fields, document: fields.compressed === "zlib" ? inflateSync(body) : body };
}

/**
 * @param {Record<string, string>} fields
 * @param {Buffer} document
 */
async function outcomes(fields, document) {
  // A hybrid identity is unknown to this version: the file is tried with one that matches nothing.
  const identity = fields.identity?.startsWith("AGE-SECRET-KEY-1") ? fields.identity : undefined;
  const keys = fields.passphrase === undefined ? { identities: identity ? [identity] : [] } : { passphrase: fields.passphrase };
  return {
    whole: await outcome(fields, document, () => decrypt(document, keys)),
    streamed: await outcome(fields, document, async () => collect(await decrypt(trickle(document, 997), keys))),
  };
}

/**
 * @param {Record<string, string>} fields
 * @param {Buffer} document
 * @param {() => Promise<Uint8Array>} call
 */
async function outcome(fields, document, call) {
  try {
    return { class: "success", plaintext: await call() };
  } catch (error) {
    assert.ok(error instanceof SealwrightError, String(error));
    return { class: classOf(error.code, fields, document), plaintext: Buffer.alloc(0) };
  }
}

/**
 * @param {string} code
 * @param {Record<string, string>} fields
 * @param {Buffer} document
 */
function classOf(code, fields, document) {
  // A file that is said to be armored and has no begin line fails as armor; to the reader it is no age file at all.
  const begins = document.toString("latin1").startsWith("-----BEGIN AGE ENCRYPTED FILE-----");
  if (code === "not_age" && fields.armored !== undefined && !begins) {
    return "armor failure";
  }
  return classes[/** @type {keyof typeof classes} */ (code)];
}
