// A new header over the same payload, and a header apart from its payload.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";

import * as sealwright from "sealwright";

const { Gate, Identity, Policy, Signer, detach, join, rewrap } = sealwright;

const subject = { type: "user", id: "ana@acme.example" };
const modules = [{ path: "decision.rego", text: 'package sealwright\n\ndecision := {"decision": true}\n' }];
const policy = await Policy.load({ name: "test", revision: "1", modules });
const [old, added, stranger] = [await Identity.generate(), await Identity.generate(), await Identity.generate()];
const ana = await Signer.generate("ana");
const gate = new Gate({ policy, subject, trustedSenders: [ana.verifier] });
const plaintext = new Uint8Array(randomBytes(100_000));
const hidden = { file_name: "a.txt" };
const sealed = await gate.seal(plaintext, { recipients: [old.recipient], label: {}, private: hidden, signer: ana });

/**
 * Tells which identities open a document, with everything about it still in place.
 *
 * @param {Uint8Array} document
 * @param {sealwright.Identity[]} identities
 */
async function opened(document, ...identities) {
  const codes = [];
  for (const identity of identities) {
    /** @type {sealwright.Opened[]} */
    const told = [];
    const options = { identities: [identity], onOpened: (/** @type {sealwright.Opened} */ about) => told.push(about) };
    const code = await gate.open(document, options).then(
      (bytes) => (assert.deepEqual(bytes, plaintext), "ok"),
      (error) => error.code,
    );
    assert.deepEqual(told.map((about) => about.private), code === "ok" ? [hidden] : []);
    codes.push(code);
  }
  return codes;
}

test("recipients are added, removed and replaced, and the rest stays", async () => {
  const both = await rewrap(sealed, { identities: [old], add: [added.recipient] });
  assert.deepEqual(await opened(both, old, added, stranger), ["ok", "ok", "no_identity"]);
  const without = await rewrap(both, { identities: [added.reveal()], remove: [old] });
  assert.deepEqual(await opened(without, old, added), ["no_identity", "ok"]);
  const replaced = await rewrap(both, { identities: [old], recipients: [String(stranger.recipient)] });
  assert.deepEqual(await opened(replaced, old, added, stranger), ["no_identity", "no_identity", "ok"]);
  assert.deepEqual((await detach(replaced)).payload, (await detach(sealed)).payload);
});

test("a rewrap that cannot be is refused", async () => {
  await assert.rejects(rewrap(sealed, { identities: [stranger], add: [added.recipient] }), { code: "no_identity" });
  await assert.rejects(rewrap(sealed, { identities: [old], remove: [stranger] }), { code: "recipient_unknown", kind: "usage" });
  await assert.rejects(rewrap(sealed, { identities: [old], remove: [old] }), { code: "no_recipients" });
  await assert.rejects(rewrap(sealed, { identities: [old], recipients: [] }), { code: "no_recipients" });
  await assert.rejects(rewrap(sealed, { identities: [old], add: ["age1"] }), { code: "recipient_invalid" });
  await assert.rejects(rewrap(plaintext, { identities: [old] }), { code: "not_age" });
  await assert.rejects(rewrap(sealed.subarray(0, 100), { identities: [old] }), { code: "header_malformed" });
  await assert.rejects(rewrap(new Blob([]), { identities: [old] }), { code: "not_age" });
});

test("a Blob is rewrapped without its payload being read", async () => {
  const whole = new Blob([sealed], { type: "application/age" });
  /** @type {[number, number][]} */
  const reads = [];
  class Watched extends Blob {
    /** @param {number} [start] @param {number} [end] @param {string} [type] */
    slice(start = 0, end = whole.size, type) {
      reads.push([start, end]);
      return whole.slice(start, end, type);
    }
    get size() {
      return 1e12;
    }
    get type() {
      return whole.type;
    }
    stream() {
      return assert.fail("the whole document was read");
    }
  }
  const result = await rewrap(new Watched(), { identities: [old], add: [added.recipient] });
  assert.ok(result instanceof Blob);
  assert.equal(result.type, "application/age");
  assert.deepEqual(await opened(new Uint8Array(await result.arrayBuffer()), old, added), ["ok", "ok"]);
  const { header_size } = await sealwright.inspect(sealed);
  assert.deepEqual(reads, [[0, 128 * 1024], [0, header_size], [header_size, 1e12]]);
});

test("a header apart from its payload joins it again, rewrapped or not", async () => {
  for (const source of [sealed, sealed.buffer, new Blob([sealed])]) {
    const { header, payload } = await detach(source);
    assert.equal(new TextDecoder().decode(header.subarray(0, 22)), "age-encryption.org/v1\n");
    assert.equal(payload instanceof Blob, source instanceof Blob);
    const again = await join(header, payload);
    assert.deepEqual(new Uint8Array(again instanceof Blob ? await again.arrayBuffer() : again), sealed);
  }
  const { header, payload } = await detach(sealed);
  const other = await rewrap(header, { identities: [old], recipients: [added.recipient] });
  assert.deepEqual(await opened(await join(other, payload), old, added), ["no_identity", "ok"]);
});

test("what is no header joins nothing, and what is armored is not taken apart", async () => {
  const { header, payload } = await detach(sealed);
  await assert.rejects(join(payload, header), { code: "not_age" });
  await assert.rejects(join(header.subarray(0, -50), new Uint8Array(15)), { code: "header_malformed" });
  await assert.rejects(join(header, new Uint8Array(15)), { code: "header_malformed" });
  const armored = await gate.seal(plaintext, { recipients: [old.recipient], label: {}, signer: ana, armor: true });
  await assert.rejects(detach(armored), { code: "range_unavailable", kind: "usage" });
  await assert.rejects(rewrap(new Blob([armored]), { identities: [old], add: [added.recipient] }), { code: "range_unavailable" });
});
