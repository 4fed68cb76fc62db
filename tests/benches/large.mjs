// Seals and opens 5 GB from a file on disk in Chromium, and prints as JSON its time and the page's most memory: JavaScript's heap
// and buffers as the engine tells them, and the memories of all WebAssembly instances. `node large.mjs FOLDER [BYTES]`. It needs twice that much room in the folder, and leaves nothing there.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, rmSync, truncateSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";

import { leftOut, openPage } from "../conformance/js/browser.js";
import { generateIdentity } from "../../wasm/js/dist/node.js";

const MIB = 1 << 20;
/** How often the page's memory is looked at. */
const LOOK_MS = 20;

const folder = process.argv[2];
const size = Number(process.argv[3] ?? 5_000_000_000);
const [plain, sealed, opened] = ["large.plain", "large.sealed", "large.opened"].map((name) => join(folder, name));

if (leftOut) {
  console.log(JSON.stringify({ missing: "Chromium" }));
} else {
  try {
    console.log(JSON.stringify(await measured()));
  } finally {
    [plain, sealed, opened].forEach((file) => rmSync(file, { force: true }));
  }
}

async function measured() {
  const identity = await generateIdentity();
  const digest = await written();
  const sealing = await through(plain, sealed, seal, { recipient: String(identity.recipient) });
  const opening = await through(sealed, opened, open, { identity: identity.reveal() });
  assert.equal(await sha256(opened), digest, "what was opened differs from what was sealed");
  return { size, seal: sealing, open: opening };
}

/** Writes the plaintext, with something in each 64 MiB and nothing on disk between, and returns its digest. */
async function written() {
  rmSync(plain, { force: true });
  const file = await openFile(plain, "w");
  for (let start = 0; start < size; start += 64 * MIB) {
    await file.write(randomBytes(Math.min(MIB, size - start)), 0, undefined, start);
  }
  await file.close();
  truncateSync(plain, size);
  return sha256(plain);
}

/** Has a page take a file and send off what becomes of it. */
async function through(from, to, work, key) {
  rmSync(to, { force: true });
  const { page, close } = await openPage({ upload: to });
  try {
    await page.setInputFiles("input", from);
    const session = await page.context().newCDPSession(page);
    let [peak, working] = [0, true];
    const watching = (async () => {
      while (working) {
        const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
        peak = Math.max(peak, usedSize + embedderHeapUsedSize + backingStorageSize);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    })();
    await page.evaluate(watchInstances);
    const begun = performance.now();
    const memory = await page.evaluate(work, key).finally(() => {
      working = false;
    });
    await watching;
    return { seconds: (performance.now() - begun) / 1000, heap: peak, wasm: memory, peak: peak + memory };
  } finally {
    await close();
  }
}

/** Keeps the memories of all instances, which the engine's own figures leave out. They grow and never shrink. */
function watchInstances() {
  const { Instance } = WebAssembly;
  const memories = [];
  WebAssembly.Instance = function (module, imports) {
    const instance = new Instance(module, imports);
    memories.push(instance.exports.memory);
    return instance;
  };
  globalThis.memoryOfInstances = () => memories.reduce((size, memory) => size + memory.buffer.byteLength, 0);
}

async function seal({ recipient }) {
  const { Gate, Policy } = await import(`${location.origin}/sealwright/browser.js`);
  const text = 'package sealwright\n\ndecision := {"decision": true}\n';
  const policy = await Policy.load({ name: "large", revision: "1", modules: [{ path: "decision.rego", text }] });
  const gate = new Gate({ policy, subject: { type: "user", id: "ana@acme.example" } });
  const file = document.querySelector("input").files[0];
  const { send } = await import(`${location.origin}/sending.js`);
  await send(await gate.seal(file, { recipients: [recipient], label: { media_type: "application/octet-stream" } }));
  return globalThis.memoryOfInstances();
}

async function open({ identity }) {
  const { Gate, Identity, Policy } = await import(`${location.origin}/sealwright/browser.js`);
  const text = 'package sealwright\n\ndecision := {"decision": true}\n';
  const policy = await Policy.load({ name: "large", revision: "1", modules: [{ path: "decision.rego", text }] });
  const gate = new Gate({ policy, subject: { type: "user", id: "ana@acme.example" }, allowUnsigned: true });
  const file = document.querySelector("input").files[0];
  const { send } = await import(`${location.origin}/sending.js`);
  await send(await gate.open(file, { identities: [await Identity.parse(identity)] }));
  return globalThis.memoryOfInstances();
}

async function sha256(path) {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path, { highWaterMark: MIB })) {
    hash.update(part);
  }
  return hash.digest("hex");
}
