// What the package promises beside the vectors: sources and results, refusals, failures, ranges, secrets.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { inspect as print } from "node:util";

import * as sealwright from "sealwright";

import { collect, trickle } from "./suite.js";

const { DeniedError, Gate, Identity, Policy, Recipient, SealwrightError } = sealwright;

const subject = { type: "user", id: "ana@acme.example", properties: { roles: ["analyst"] } };
const identity = await Identity.generate();
const sealing = { recipients: [identity.recipient], label: { classification: "internal" } };
const opening = { identities: [identity] };
const plaintext = new Uint8Array(randomBytes(200_000));
const allowing = await policyOf("decision := {\"decision\": true}");
const gate = new Gate({ policy: allowing, subject, allowUnsigned: true });

/** @param {string} rules */
function policyOf(rules) {
  const modules = [{ path: "decision.rego", text: `package sealwright\n\n${rules}\n` }];
  return Policy.load({ name: "test", revision: "1", modules });
}

test("bytes in give bytes out", async () => {
  for (const source of [plaintext, plaintext.buffer, Buffer.from(plaintext)]) {
    const sealed = await gate.seal(source, sealing);
    assert.ok(sealed instanceof Uint8Array);
    assert.deepEqual(await gate.open(sealed, opening), plaintext);
    assert.deepEqual(await gate.open(sealed.buffer, opening), plaintext);
  }
});

test("a Blob gives a stream out, and is scanned", async () => {
  const policy = await policyOf('decision := {"decision": input.resource.properties.findings.entities.EMAIL_ADDRESS == 1}');
  const source = new Blob(["write to ana@acme.example"]);
  const sealed = await new Gate({ policy, subject }).seal(source, sealing);
  assert.ok(sealed instanceof ReadableStream);
  const opened = await gate.open(new Blob([await collect(sealed)]), opening);
  assert.equal(new TextDecoder().decode(await collect(opened)), "write to ana@acme.example");
});

test("a stream gives a stream out, and the policy sees that it was not scanned", async () => {
  const policy = await policyOf('decision := {"decision": input.resource.properties.findings.scanned == false}');
  const sealed = await new Gate({ policy, subject }).seal(trickle(plaintext, 1_000), sealing);
  assert.ok(sealed instanceof ReadableStream);
  assert.deepEqual(await collect(await gate.open(sealed, opening)), plaintext);
  await assert.rejects(new Gate({ policy, subject }).seal(new TextEncoder().encode("text"), sealing), DeniedError);
});

test("a byte stream can be read into the reader's own buffer", async () => {
  const sealed = await gate.seal(new Blob([plaintext]), sealing);
  const opened = await gate.open(sealed, opening);
  const reader = opened.getReader({ mode: "byob" });
  const parts = [];
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(10_000));
    if (done) {
      break;
    }
    parts.push(value);
  }
  assert.deepEqual(new Uint8Array(Buffer.concat(parts)), plaintext);
});

test("a result is read no faster than it is asked for", async () => {
  let pulled = 0;
  const source = new ReadableStream(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    },
    { highWaterMark: 0 },
  );
  const sealed = await gate.seal(source, sealing);
  assert.equal(pulled, 0);
  const reader = sealed.getReader();
  await reader.read();
  const before = pulled;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(pulled, before);
  assert.ok(before <= 2, `${before}`);
  await reader.cancel();
});

test("giving up a result gives up its source", async () => {
  let cancelled;
  const source = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
    cancel: (reason) => {
      cancelled = reason;
    },
  });
  const sealed = await gate.seal(source, sealing);
  const reader = sealed.getReader();
  await reader.read();
  await reader.cancel("enough");
  assert.equal(cancelled, "enough");
});

test("a source that breaks breaks the result with its own error", async () => {
  const broken = new Error("the disk is gone");
  const source = new ReadableStream({
    pull(controller) {
      controller.error(broken);
    },
  });
  const sealed = await gate.seal(source, sealing);
  await assert.rejects(collect(sealed), broken);
  await assert.rejects(gate.open(new ReadableStream({ pull: (c) => c.error(broken) }), opening), broken);
});

test("a refusal seals nothing, leaves the stream unread and says why", async () => {
  const policy = await policyOf('decision := {"decision": false, "reasons": ["not_today"]}');
  const source = trickle(plaintext, 1_000);
  /** @type {sealwright.Decision[]} */
  const told = [];
  const refused = new Gate({ policy, subject }).seal(source, { ...sealing, onDecision: (decision) => told.push(decision) });
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof DeniedError);
    assert.deepEqual([error.name, error.code, error.kind], ["DeniedError", "denied", "denied"]);
    assert.equal(error.message, "the policy refuses: not_today");
    assert.deepEqual(error.decision.reasons, ["not_today"]);
    assert.deepEqual(told, [error.decision]);
    return true;
  });
  assert.equal(source.locked, false);
  assert.deepEqual(await collect(source), plaintext);
});

test("a refusal opens nothing", async () => {
  const sealed = await gate.seal(plaintext, sealing);
  const policy = await policyOf('decision := {"decision": input.action.name == "train"}');
  const strict = new Gate({ policy, subject, allowUnsigned: true });
  await assert.rejects(strict.open(sealed, opening), DeniedError);
  await assert.rejects(strict.open(trickle(sealed, 100), opening), DeniedError);
  assert.deepEqual(await strict.open(sealed, { ...opening, action: "train" }), plaintext);
});

test("a policy that cannot be evaluated refuses", async () => {
  const policy = await policyOf('decision := {"decision": true}\n\ndecision := {"decision": false}');
  for (const call of [
    () => new Gate({ policy, subject }).seal(plaintext, sealing),
    async () => new Gate({ policy, subject, allowUnsigned: true }).open(await gate.seal(plaintext, sealing), opening),
  ]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof SealwrightError && !(error instanceof DeniedError));
      assert.equal(error.kind, "policy");
      return true;
    });
  }
});

test("a policy that does not parse says where", async () => {
  await assert.rejects(policyOf("decision := {"), (error) => {
    assert.ok(error instanceof SealwrightError);
    assert.deepEqual([error.code, error.kind, error.location?.file], ["policy_syntax", "policy", "decision.rego"]);
    assert.ok((error.location?.row ?? 0) >= 3);
    return true;
  });
});

test("the policy sees subject, purpose, context and the clock's time", async () => {
  const policy = await policyOf(`decision := {"decision": input.context == {
    "time": "2026-11-21T07:00:00Z", "purpose": "analyse", "region": "eu",
  }}`);
  const clock = () => new Date("2026-11-21T07:00:00.999Z");
  const options = { policy, subject, purpose: "analyse", context: { region: "eu" }, clock, allowUnsigned: true };
  const sealed = await sealwright.seal(plaintext, { ...options, ...sealing });
  assert.deepEqual(await sealwright.open(sealed, { ...options, ...opening }), plaintext);
  const { label } = await sealwright.inspect(sealed);
  assert.equal(label?.created_at, "2026-11-21T07:00:00Z");
  assert.deepEqual(label?.policy, policy.reference);
});

test("what the policy asks to be masked is masked", async () => {
  const policy = await policyOf(`decision := {"decision": true, "obligations": obligations}

default obligations := []

obligations := [{"type": "transform", "operators": {"EMAIL_ADDRESS": {"operator": "replace"}}}] if input.action.name == "open"`);
  const sealed = await gate.seal(new TextEncoder().encode("write to ana@acme.example"), sealing);
  const opened = await new Gate({ policy, subject, allowUnsigned: true }).open(sealed, opening);
  assert.equal(new TextDecoder().decode(opened), "write to <EMAIL_ADDRESS>");
});

test("an armored document opens", async () => {
  const sealed = await gate.seal(plaintext, { ...sealing, armor: true });
  assert.equal(new TextDecoder().decode(sealed.subarray(0, 35)), "-----BEGIN AGE ENCRYPTED FILE-----\n");
  assert.deepEqual(await gate.open(sealed, opening), plaintext);
});

test("any part of a document opens alone", async () => {
  const sealed = await gate.seal(plaintext, sealing);
  const range = await gate.openRange(new Blob([sealed]), opening);
  assert.equal(range.size, plaintext.length);
  for (const [start, end] of [[0, 1], [65_535, 65_537], [100_000, 200_000], [200_000, 200_000], [0, 200_000]]) {
    assert.deepEqual(await range.read(start, end), plaintext.subarray(start, end));
  }
  await assert.rejects(range.read(0, 200_001), { code: "range_invalid" });
  range.close();
  await assert.rejects(gate.openRange(new Blob([sealed.subarray(0, -1)]), opening), { code: "payload_corrupt" });
});

test("an identity shows its secret only when asked", async () => {
  const secret = identity.reveal();
  assert.match(secret, /^AGE-SECRET-KEY-1/);
  for (const shown of [print(identity, { depth: 9, showHidden: true }), JSON.stringify({ identity }), `${identity}`]) {
    assert.ok(!shown.includes(secret) && !shown.includes("SECRET"), shown);
  }
});

test("keys are read from text, one or many", async () => {
  const other = await sealwright.generateIdentity();
  assert.equal((await Identity.parse(identity.reveal())).recipient.toString(), identity.recipient.toString());
  const file = `# mine\n${identity.reveal()}\n\n${other.reveal()}\n`;
  assert.deepEqual((await Identity.parseAll(file)).map(String), [String(identity), String(other)]);
  const recipients = await Recipient.parseAll(`${identity.recipient}\n${other.recipient}\n`);
  assert.deepEqual(recipients.map(String), [String(identity.recipient), String(other.recipient)]);
  const sealed = await gate.seal(plaintext, { ...sealing, recipients: [String(identity.recipient), other.recipient] });
  assert.deepEqual(await gate.open(sealed, { identities: [other.reveal()] }), plaintext);
});

test("wrong input is a coded error", async () => {
  const sealed = await gate.seal(plaintext, sealing);
  const stranger = await Identity.generate();
  await assert.rejects(Identity.parse("AGE-SECRET-KEY-1"), { code: "identity_invalid", kind: "usage" });
  await assert.rejects(Recipient.parse("age1"), { code: "recipient_invalid", kind: "usage" });
  await assert.rejects(gate.seal(plaintext, { ...sealing, recipients: [] }), { code: "no_recipients", kind: "usage" });
  await assert.rejects(gate.seal(plaintext, { ...sealing, recipients: [identity.recipient, "age1"] }), { code: "recipient_invalid" });
  await assert.rejects(gate.open(sealed, { identities: [stranger] }), { code: "no_identity", kind: "no_key" });
  await assert.rejects(gate.open(sealed, { identities: [] }), { code: "no_identity", kind: "no_key" });
  await assert.rejects(gate.open(sealed.subarray(0, -1), opening), { code: "payload_corrupt", kind: "integrity" });
  await assert.rejects(gate.open(plaintext, opening), { code: "not_age", kind: "malformed" });
  await assert.rejects(sealwright.inspect(new Uint8Array(0)), { code: "not_age", kind: "malformed" });
  const reserved = /** @type {any} */ ({ policy: allowing.reference });
  await assert.rejects(gate.seal(plaintext, { ...sealing, label: reserved }), { code: "label_field_reserved", kind: "usage" });
  await assert.rejects(gate.seal(/** @type {any} */ ("text"), sealing), TypeError);
  await assert.rejects(sealwright.decrypt(new Blob([sealed]), { passphrase: "x" }), { code: "no_identity" });
});

test("a document that is no document is refused by its first bytes", async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      const text = pulled === 1 ? "age-encryption.org/v1\n-> X " : "x".repeat(8_192);
      controller.enqueue(new TextEncoder().encode(text));
    },
  });
  await assert.rejects(gate.open(endless, opening), SealwrightError);
  assert.ok(pulled < 20, `${pulled}`);
});
