// Chromium seals 300 MiB from disk by streams, in little memory; the result opens to the same bytes.
//
// `SEALWRIGHT_LARGE` names a folder that keeps the result, for other implementations to open: `large.age`, `large.identity`
// and `large.sha256` of the plaintext.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import test from "node:test";

import { decrypt, generateIdentity } from "sealwright";

import { leftOut, openPage } from "./browser.js";

const size = 300 * 1024 * 1024;
const heapLimit = 50 * 1000 * 1000;

test("300 MiB are sealed with the page's heap under 50 MB", { skip: leftOut }, async (context) => {
  const kept = process.env.SEALWRIGHT_LARGE;
  const folder = kept ?? mkdtempSync(join(tmpdir(), "sealwright-"));
  mkdirSync(folder, { recursive: true });
  const [plain, sealed] = [join(folder, "large.txt"), join(folder, "large.age")];
  rmSync(sealed, { force: true });
  const expected = await writePlaintext(plain);
  const identity = await generateIdentity();
  const { page, close } = await openPage({ upload: sealed });
  try {
    const peak = await sealIn(page, plain, String(identity.recipient));
    context.diagnostic(`the page's heap and buffers peaked at ${peak} bytes`);
    assert.ok(peak < heapLimit, `${peak} bytes`);
    const stream = /** @type {ReadableStream<Uint8Array>} */ (Readable.toWeb(createReadStream(sealed)));
    assert.equal(await sha256(await decrypt(stream, { identities: [identity] })), expected);
    writeFileSync(join(folder, "large.identity"), `${identity.reveal()}\n`);
    writeFileSync(join(folder, "large.sha256"), `${expected}\n`);
  } finally {
    await close();
    rmSync(kept === undefined ? folder : plain, { recursive: true });
  }
});

/**
 * Seals a file in the page, sends it off in parts, and returns the most memory that was seen.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} plain
 * @param {string} recipient
 */
async function sealIn(page, plain, recipient) {
  await page.setInputFiles("input", plain);
  const session = await page.context().newCDPSession(page);
  let [peak, sealing] = [0, true];
  const watching = (async () => {
    while (sealing) {
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
      peak = Math.max(peak, usedSize + embedderHeapUsedSize + backingStorageSize);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  })();
  await page.evaluate(seal, recipient).finally(() => {
    sealing = false;
  });
  await watching;
  return peak;
}

/** @param {string} recipient */
async function seal(recipient) {
  const { Gate, Policy } = await import(`${location.origin}/sealwright/browser.js`);
  const file = /** @type {HTMLInputElement} */ (document.querySelector("input")).files?.[0];
  const text = 'package sealwright\n\ndecision := {"decision": input.resource.properties.findings.scanned}\n';
  const policy = await Policy.load({ name: "large", revision: "1", modules: [{ path: "decision.rego", text }] });
  const gate = new Gate({ policy, subject: { type: "user", id: "ana@acme.example" } });
  const sealed = await gate.seal(file, { recipients: [recipient], label: { media_type: "text/plain" } });
  const send = async (/** @type {Uint8Array} */ part) => {
    const response = await fetch("/upload", { method: "POST", body: part });
    if (!response.ok) {
      throw new Error(`the server answered ${response.status}`);
    }
  };
  const reader = sealed.getReader({ mode: "byob" });
  // One buffer goes back and forth: fresh ones pile up until the browser collects them.
  let [buffer, held, ended] = [new ArrayBuffer(4 << 20), 0, false];
  while (!ended) {
    const { value, done } = await reader.read(new Uint8Array(buffer, held));
    [buffer, held, ended] = [value.buffer, held + value.length, done];
    if (ended || held === buffer.byteLength) {
      await send(new Uint8Array(buffer, 0, held));
      held = 0;
    }
  }
}

/**
 * Writes text with an address here and there, and returns its digest.
 *
 * @param {string} path
 */
async function writePlaintext(path) {
  const hash = createHash("sha256");
  const file = await openFile(path, "w");
  for (let written = 0, index = 0; written < size; index += 1) {
    const lines = `Ticket ${index}: please write to customer${index}@acme.example about the delivery.\n`.repeat(10_000);
    const bytes = Buffer.from(lines).subarray(0, size - written);
    hash.update(bytes);
    await file.write(bytes);
    written += bytes.length;
  }
  await file.close();
  return hash.digest("hex");
}

/** @param {ReadableStream<Uint8Array>} stream */
async function sha256(stream) {
  const hash = createHash("sha256");
  for await (const part of stream) {
    hash.update(part);
  }
  return hash.digest("hex");
}
