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

const names = Object.keys(vectors);

test("the set is whole", () => {
  assert.deepEqual([names.length, names.filter((name) => name.includes("hybrid")).length], [143, 19]);
});

for (const name of names) {
  test(name, async () => {
    const { fields, document } = split(Buffer.from(/** @type {any} */ (vectors)[name]));
    for (const [way, result] of Object.entries(await outcomes(fields, document))) {
      assert.equal(result.class, fields.expect[0], way);
      if (result.class === "success") {
        assert.equal(createHash("sha256").update(result.plaintext).digest("hex"), fields.payload[0], way);
      }
    }
  });
}

/** @typedef {Record<string, string[]>} Fields what a vector says, by name: some say a thing twice */

/** @param {Buffer} vector */
function split(vector) {
  const end = vector.indexOf("\n\n");
  /** @type {Fields} */
  const fields = {};
  for (const line of vector.subarray(0, end).toString().split("\n")) {
    const [name, value] = line.split(/: (.*)/s, 2);
    fields[name] = [...(fields[name] ?? []), value];
  }
  const body = vector.subarray(end + 2);
  return { fields, document: fields.compressed?.[0] === "zlib" ? inflateSync(body) : body };
}

/**
 * @param {Fields} fields
 * @param {Buffer} document
 */
async function outcomes(fields, document) {
  const keys = fields.passphrase ? { passphrase: fields.passphrase[0] } : { identities: fields.identity ?? [] };
  return {
    whole: await outcome(fields, document, () => decrypt(document, keys)),
    streamed: await outcome(fields, document, async () => collect(await decrypt(trickle(document, 997), keys))),
  };
}

/**
 * @param {Fields} fields
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
 * @param {Fields} fields
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
