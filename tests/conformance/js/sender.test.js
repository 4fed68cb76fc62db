// Who signed a document, what only its readers know of it, and what becomes of it in two parts.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { inspect as print } from "node:util";

import * as sealwright from "sealwright";

import { collect, trickle } from "./suite.js";

const { Gate, Identity, Policy, Signer, VerifierKey, SealwrightError } = sealwright;

const chunk = 64 * 1024;
const subject = { type: "user", id: "ana@acme.example" };
const identity = await Identity.generate();
const [ana, eve] = [await Signer.generate("ana"), await Signer.generate("eve")];
const allowing = await policyOf('decision := {"decision": true}');
const trusting = new Gate({ policy: allowing, subject, trustedSenders: [ana.verifier] });
const hidden = { file_name: "Salary Müller.pdf", data_subjects: ["p-1"], attributes: { diagnosis: "asthma (J45.9)" } };
const sealing = { recipients: [identity.recipient], label: { classification: "internal" }, signer: ana };
const opening = { identities: [identity] };
const plaintext = new Uint8Array(randomBytes(3 * chunk + 1));

/** @param {string} rules */
function policyOf(rules) {
  const modules = [{ path: "decision.rego", text: `package sealwright\n\n${rules}\n` }];
  return Policy.load({ name: "test", revision: "1", modules });
}

/**
 * Seals in parts and puts them together.
 *
 * @param {sealwright.Source} source
 * @param {sealwright.SealOptions} options
 */
async function sealedInParts(source, options) {
  const { payload, header, headerSize } = await trusting.sealParts(source, options);
  const body = await collect(payload);
  assert.equal((await header).length, headerSize);
  return sealwright.join(await header, body);
}

test("a signed document opens for those who trust its sender", async () => {
  const sealed = await trusting.seal(plaintext, sealing);
  assert.deepEqual(await trusting.open(sealed, opening), plaintext);
  assert.deepEqual(await collect(await trusting.open(trickle(sealed, 1_000), opening)), plaintext);
  for (const trustedSenders of [[], [eve.verifier]]) {
    const gate = new Gate({ policy: allowing, subject, trustedSenders });
    await assert.rejects(gate.open(sealed, opening), { code: "sender_untrusted", kind: "integrity" });
  }
  const lax = new Gate({ policy: allowing, subject, trustedSenders: [eve.verifier], allowUnsigned: true });
  assert.deepEqual(await lax.open(sealed, opening), plaintext);
});

test("trusted senders are keys or their texts, read once", async () => {
  const sealed = await sealwright.seal(plaintext, { policy: allowing, subject, ...sealing, signer: ana.reveal() });
  const keys = [eve.verifier, String(ana.verifier)].values();
  const gate = new Gate({ policy: allowing, subject, trustedSenders: keys });
  for (let time = 0; time < 2; time += 1) {
    assert.deepEqual(await gate.open(sealed, opening), plaintext);
  }
  const broken = new Gate({ policy: allowing, subject, trustedSenders: ["ana+1+2"] });
  await assert.rejects(broken.open(sealed, opening), { code: "verifier_invalid", kind: "usage" });
});

test("an unsigned document opens only where that is allowed", async () => {
  const { signer: _, ...unsigned } = sealing;
  const sealed = await trusting.seal(plaintext, unsigned);
  await assert.rejects(trusting.open(sealed, opening), { code: "sender_missing", kind: "integrity" });
  await assert.rejects(trusting.openRange(new Blob([sealed]), opening), { code: "sender_missing" });
  const lax = new Gate({ policy: allowing, subject, trustedSenders: [ana.verifier], allowUnsigned: true });
  assert.deepEqual(await lax.open(sealed, opening), plaintext);
});

test("the policy sees who signed, and may ask for it", async () => {
  const policy = await policyOf(`default decision := {"decision": false, "reasons": ["not_ana"]}

decision := {"decision": true} if input.resource.properties.sender.name == "ana"`);
  const strict = { policy, subject, trustedSenders: [ana.verifier, eve.verifier] };
  const [hers, other] = [await sealwright.seal(plaintext, { ...strict, ...sealing }), await trusting.seal(plaintext, { ...sealing, signer: eve })];
  assert.deepEqual(await sealwright.open(hers, { ...strict, ...opening }), plaintext);
  await assert.rejects(sealwright.open(other, { ...strict, ...opening }), { code: "denied" });
  await assert.rejects(sealwright.seal(plaintext, { ...strict, ...sealing, signer: eve }), { code: "denied" });
});

test("every flipped byte of a signed document is refused", async () => {
  const sealed = await trusting.seal(new TextEncoder().encode("for Ana"), { ...sealing, private: hidden });
  for (let index = 0; index < sealed.length; index += 1) {
    const broken = sealed.slice();
    broken[index] ^= 1;
    await assert.rejects(trusting.open(broken, opening), SealwrightError, `byte ${index}`);
  }
});

test("bytes come out only when all of them are what was signed", async () => {
  const [one, two] = [await trusting.seal(plaintext, sealing), await trusting.seal(plaintext, sealing)];
  const { header } = await sealwright.detach(one);
  const { payload } = await sealwright.detach(two);
  /** @type {unknown[]} */
  const told = [];
  const telling = { ...opening, onOpened: (/** @type {unknown} */ opened) => told.push(opened) };
  await assert.rejects(trusting.open(await sealwright.join(header, payload), telling), SealwrightError);
  await assert.rejects(trusting.open(one.subarray(0, -1), telling), { code: "payload_corrupt" });
  assert.deepEqual(told, []);
});

test("what only readers may know is told to them, with label, sender and decision", async () => {
  for (const options of [sealing, { ...sealing, armor: true }]) {
    const sealed = await trusting.seal(plaintext, { ...options, private: hidden });
    const text = new TextDecoder("latin1").decode(sealed);
    assert.ok(!text.includes("Salary") && !text.includes("asthma"));
    /** @type {sealwright.Opened[]} */
    const told = [];
    /** @type {sealwright.Decision[]} */
    const decided = [];
    const onOpened = (/** @type {sealwright.Opened} */ opened) => told.push(opened);
    const telling = { ...opening, onOpened, onDecision: (/** @type {sealwright.Decision} */ decision) => decided.push(decision) };
    await trusting.open(sealed, telling);
    await collect(await trusting.open(trickle(sealed, 1_000), telling));
    const { label } = await sealwright.inspect(sealed);
    const [name, hash] = String(ana.verifier).split("+");
    const sender = { verified: true, name, key_id: `${name}+${hash}` };
    assert.deepEqual(told, decided.map((decision) => ({ label, private: hidden, sender, decision })));
    assert.equal(told.length, 2);
  }
});

test("a document that hides nothing says so", async () => {
  const { signer: _, ...unsigned } = sealing;
  const lax = new Gate({ policy: allowing, subject, allowUnsigned: true });
  /** @type {sealwright.Opened[]} */
  const told = [];
  await lax.open(await lax.seal(plaintext, unsigned), { ...opening, onOpened: (opened) => told.push(opened) });
  assert.deepEqual([told[0].private, told[0].sender, told.length], [null, { verified: false }, 1]);
  const large = { ...sealing, private: { file_name: "x".repeat(5_000) } };
  await assert.rejects(trusting.seal(plaintext, large), { code: "private_too_large" });
  const unknown = /** @type {any} */ ({ fileName: "x" });
  await assert.rejects(trusting.seal(plaintext, { ...sealing, private: unknown }), { code: "json_invalid", kind: "usage" });
});

test("a signed Blob or stream is sealed in parts, and the parts make the document", async () => {
  for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 1]) {
    const bytes = plaintext.slice(0, size);
    for (const source of [bytes, new Blob([bytes]), trickle(bytes, 997)]) {
      const sealed = await sealedInParts(source, { ...sealing, private: hidden });
      assert.deepEqual(await trusting.open(sealed, opening), bytes, `${size}`);
    }
  }
});

test("the header of what nobody signs is known first", async () => {
  const lax = new Gate({ policy: allowing, subject, allowUnsigned: true });
  const { signer: _, ...unsigned } = sealing;
  for (const source of [plaintext, new Blob([plaintext]), trickle(plaintext, 1_000)]) {
    const { payload, header, headerSize } = await lax.sealParts(source, unsigned);
    assert.equal((await header).length, headerSize);
    assert.deepEqual(await header, (await sealwright.detach(await header)).header);
    const sealed = await sealwright.join(await header, await collect(payload));
    assert.deepEqual(await lax.open(sealed, opening), plaintext);
  }
});

test("what is armored has no parts", async () => {
  const armored = /** @type {any} */ ({ ...sealing, armor: true });
  await assert.rejects(trusting.sealParts(plaintext, armored), { code: "range_unavailable", kind: "usage" });
});

test("what cannot come out whole is refused before it is read", async () => {
  const source = trickle(plaintext, 1_000);
  for (const streamed of [source, new Blob([plaintext])]) {
    await assert.rejects(trusting.seal(streamed, sealing), (error) => {
      assert.ok(error instanceof SealwrightError);
      assert.deepEqual([error.code, error.kind], ["header_last", "usage"]);
      assert.match(error.message, /sealParts/);
      return true;
    });
  }
  assert.deepEqual(await collect(source), plaintext);
});

test("an armored signed stream comes out whole at its end", async () => {
  const sealed = await collect(await trusting.seal(trickle(plaintext, 1_000), { ...sealing, armor: true }));
  assert.equal(new TextDecoder().decode(sealed.subarray(0, 35)), "-----BEGIN AGE ENCRYPTED FILE-----\n");
  assert.deepEqual(await trusting.open(sealed, opening), plaintext);
});

test("a payload that breaks or is given up has no header", async () => {
  const broken = new Error("the disk is gone");
  const failing = await trusting.sealParts(new ReadableStream({ pull: (c) => c.error(broken) }), sealing);
  await assert.rejects(collect(failing.payload), broken);
  await assert.rejects(failing.header, broken);
  const left = await trusting.sealParts(trickle(plaintext, 1_000), sealing);
  await left.payload.cancel();
  await assert.rejects(left.header, { name: "AbortError" });
});

test("a signer shows its secret only when asked", async () => {
  const secret = ana.reveal();
  assert.match(secret, /^PRIVATE\+KEY\+ana\+/);
  for (const shown of [print(ana, { depth: 9, showHidden: true }), JSON.stringify({ ana }), `${ana}`]) {
    assert.ok(!shown.includes(secret) && !shown.includes("PRIVATE"), shown);
    assert.ok(!shown.includes(secret.slice(-43)), shown);
  }
  assert.throws(() => structuredClone({ reveal: ana.reveal }), { name: "DataCloneError" });
});

test("keys are those of signed notes", async () => {
  // The example key of golang.org/x/mod/sumdb/note, whose text another implementation made.
  const verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const signer = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
  const parsed = await Signer.parse(signer);
  assert.deepEqual([parsed.reveal(), String(parsed.verifier)], [signer, verifier]);
  assert.equal(String(await VerifierKey.parse(verifier)), verifier);
  const many = await VerifierKey.parseAll(`# senders\n${verifier}\n\n${ana.verifier}\n`);
  assert.deepEqual(many.map(String), [verifier, String(ana.verifier)]);
  assert.equal(JSON.stringify(many[0]), JSON.stringify(verifier));
  await assert.rejects(Signer.parse(verifier), { code: "signer_invalid", kind: "usage" });
  await assert.rejects(Signer.generate("two words"), { code: "signer_invalid", kind: "usage" });
  await assert.rejects(VerifierKey.parse(signer), { code: "verifier_invalid", kind: "usage" });
  await assert.rejects(VerifierKey.parseAll("a+b"), { code: "verifier_invalid" });
  await assert.rejects(trusting.seal(plaintext, { ...sealing, signer: "ana" }), { code: "signer_invalid" });
});
