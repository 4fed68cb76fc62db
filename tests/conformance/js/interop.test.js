// Round trips with npm `age-encryption`, both ways, at the sizes where chunks begin and end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";

import * as age from "age-encryption";
import { decrypt, encrypt, generateIdentity } from "sealwright";

const chunk = 64 * 1024;
const sizes = [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 1];
const label = { document_id: "d-1", classification: "internal" };

for (const size of sizes) {
  test(`age-encryption decrypts ${size} bytes encrypted here`, async () => {
    const identity = await generateIdentity();
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

  test(`${size} bytes encrypted by age-encryption decrypt here`, async () => {
    const identity = await generateIdentity();
    const plaintext = new Uint8Array(randomBytes(size));
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(String(identity.recipient));
    const document = await encrypter.encrypt(plaintext);
    assert.deepEqual(await decrypt(document, { identities: [identity] }), plaintext);
    const armored = new TextEncoder().encode(age.armor.encode(document));
    assert.deepEqual(await decrypt(armored, { identities: [identity] }), plaintext);
  });
}

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
