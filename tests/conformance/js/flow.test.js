// What goes through WebAssembly memory comes out whole, whoever else uses that memory and however it is read.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";

import { SealwrightError, decrypt, encrypt, generateIdentity } from "sealwright";

const chunk = 64 * 1024;
const slice = 1 << 20;
const identity = await generateIdentity();
const to = { recipients: [identity.recipient] };
const by = { identities: [identity] };

/** @param {number} size */
function plaintextOf(size) {
  return new Uint8Array(randomBytes(size));
}

/** @param {ReadableStream<Uint8Array>} stream */
async function whole(stream) {
  return new Uint8Array(await new Response(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (stream)).arrayBuffer());
}

for (const size of [0, 1, chunk, slice - 1, slice, slice + 1, 3 * slice + chunk]) {
  test(`${size} bytes go in and out as bytes, as a Blob and as a stream`, async () => {
    const plaintext = plaintextOf(size);
    const sealed = await encrypt(plaintext, to);
    assert.equal(sealed.buffer.byteLength, sealed.length, "nothing stands behind the result");
    assert.deepEqual(await decrypt(sealed, by), plaintext);
    const blob = new Blob([plaintext]);
    for (const source of [blob, blob.stream()]) {
      const streamed = await whole(await encrypt(source, to));
      assert.equal(streamed.length, sealed.length);
      assert.deepEqual(await whole(await decrypt(new Blob([streamed]), by)), plaintext);
    }
    const armored = await encrypt(plaintext, { ...to, armor: true });
    assert.deepEqual(await decrypt(armored, by), plaintext);
  });
}

for (const room of [1000, chunk, 3 * slice]) {
  test(`a reader's own buffer of ${room} bytes is filled`, async () => {
    const plaintext = plaintextOf(2 * slice + 5);
    const sealed = await encrypt(plaintext, to);
    const reader = (await decrypt(new Blob([sealed]), by)).getReader({ mode: "byob" });
    const parts = [];
    let buffer = new ArrayBuffer(room);
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done || value === undefined) {
        break;
      }
      parts.push(value.slice());
      buffer = value.buffer;
    }
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), plaintext);
  });
}

test("documents that are read by turns do not mix", async () => {
  const plaintexts = [plaintextOf(3 * slice + 1), plaintextOf(2 * slice), plaintextOf(chunk)];
  const readers = [];
  for (const plaintext of plaintexts) {
    readers.push((await encrypt(new Blob([plaintext]), to)).getReader());
  }
  const parts = plaintexts.map(() => /** @type {Uint8Array[]} */ ([]));
  for (let open = readers.length; open > 0; ) {
    for (const [index, { value, done }] of (await Promise.all(readers.map((reader) => reader.read()))).entries()) {
      open = index === 0 ? Number(!done) : open + Number(!done);
      parts[index]?.push(...(value === undefined ? [] : [value]));
    }
  }
  for (const [index, plaintext] of plaintexts.entries()) {
    assert.deepEqual(await decrypt(new Uint8Array(Buffer.concat(parts[index] ?? [])), by), plaintext);
  }
});

test("a document that breaks off gives no bytes, and its stream fails", async () => {
  const sealed = (await encrypt(plaintextOf(2 * slice), to)).slice(0, -1);
  const corrupt = (/** @type {unknown} */ error) => error instanceof SealwrightError && error.code === "payload_corrupt";
  await assert.rejects(decrypt(sealed, by), corrupt);
  await assert.rejects(whole(await decrypt(new Blob([sealed]), by)), corrupt);
});

test("a stream can be given up", async () => {
  const reader = (await encrypt(new Blob([plaintextOf(3 * slice)]), to)).getReader();
  await reader.read();
  await reader.cancel();
  const plaintext = plaintextOf(chunk);
  assert.deepEqual(await decrypt(await encrypt(plaintext, to), by), plaintext);
});
