// Round trips with npm `age-encryption`, both ways, at the sizes where chunks begin and end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";

import * as age from "age-encryption";
import { Gate, Identity, Policy, Signer, decrypt, encrypt, generateIdentity, generatePqIdentity } from "sealwright";

const chunk = 64 * 1024;
const sizes = [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 1];
const label = { document_id: "d-1", classification: "internal" };

const kinds = { X25519: generateIdentity, hybrid: generatePqIdentity };

for (const [kind, generate, size] of Object.entries(kinds).flatMap(([kind, generate]) =>
  sizes.map((size) => /** @type {const} */ ([kind, generate, size])),
)) {
  test(`age-encryption decrypts ${size} bytes encrypted here for a recipient of kind ${kind}`, async () => {
    const identity = await generate();
    const plaintext = new Uint8Array(randomBytes(size));
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity.reveal());
    const bare = await encrypt(plaintext, { recipients: [identity.recipient] });
    assert.deepEqual(await decrypter.decrypt(bare), plaintext);
    const labelled = await encrypt(plaintext, { recipients: [identity.recipient], label });
    assert.deepEqual(await decrypter.decrypt(labelled), plaintext);
    const armored = await encrypt(plaintext, { recipients: [identity.recipient], label, armor: true });
    assert.deepEqual(await decrypter.decrypt(age.armor.decode(new TextDecoder().decode(armored))), plaintext);
  });

  test(`${size} bytes encrypted by age-encryption for a recipient of kind ${kind} decrypt here`, async () => {
    const identity = await generate();
    const plaintext = new Uint8Array(randomBytes(size));
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(String(identity.recipient));
    const document = await encrypter.encrypt(plaintext);
    assert.deepEqual(await decrypt(document, { identities: [identity] }), plaintext);
    const armored = new TextEncoder().encode(age.armor.encode(document));
    assert.deepEqual(await decrypt(armored, { identities: [identity] }), plaintext);
  });
}

test("age-encryption decrypts what is signed and has a private part", async () => {
  const [identity, signer] = [await generateIdentity(), await Signer.generate("ana")];
  const modules = [{ path: "decision.rego", text: 'package sealwright\n\ndecision := {"decision": true}\n' }];
  const policy = await Policy.load({ name: "test", revision: "1", modules });
  const gate = new Gate({ policy, subject: { type: "user", id: "ana" } });
  const plaintext = new Uint8Array(randomBytes(chunk + 1));
  const other = await generateIdentity();
  const options = { recipients: [other.recipient, identity.recipient], label: {}, private: { file_name: "a.txt" }, signer };
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity.reveal());
  const sealed = await gate.seal(plaintext, options);
  assert.ok(new TextDecoder("latin1").decode(sealed).includes("-> sealwright.dev/sender v1 ana+"));
  assert.deepEqual(await decrypter.decrypt(sealed), plaintext);
  const armored = new TextDecoder().decode(await gate.seal(plaintext, { ...options, armor: true }));
  assert.deepEqual(await decrypter.decrypt(age.armor.decode(armored)), plaintext);
});

test("a passphrase opens in both directions", async () => {
  const plaintext = new Uint8Array(randomBytes(100));
  const decrypter = new age.Decrypter();
  decrypter.addPassphrase("correct horse");
  assert.deepEqual(await decrypter.decrypt(await encrypt(plaintext, { passphrase: "correct horse" })), plaintext);
  const encrypter = new age.Encrypter();
  encrypter.setPassphrase("correct horse");
  encrypter.setScryptWorkFactor(12);
  const document = await encrypter.encrypt(plaintext);
  assert.deepEqual(await decrypt(document, { passphrase: "correct horse" }), plaintext);
});

test("hybrid identities of either are the other's", async () => {
  const theirs = await age.generateHybridIdentity();
  const identity = await Identity.parse(theirs);
  assert.equal(String(identity.recipient), await age.identityToRecipient(theirs));
  const ours = await generatePqIdentity();
  assert.equal(await age.identityToRecipient(ours.reveal()), String(ours.recipient));
});

test("several hybrid recipients open in age-encryption, beside a label", async () => {
  const identities = [await generatePqIdentity(), await generatePqIdentity()];
  const recipients = identities.map(({ recipient }) => recipient);
  const document = await encrypt(new Uint8Array(10), { recipients, label });
  for (const identity of identities) {
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity.reveal());
    assert.deepEqual(await decrypter.decrypt(document), new Uint8Array(10));
  }
});
