// Workers make and read the same documents, in Node and in Chromium, and who cannot have any does without.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { openAsBlob, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";

import * as sealwright from "sealwright";

import { leftOut, openPage } from "./browser.js";
import { LEAST, TRIPS, plaintextOf, run, whole } from "./workers.js";

const { SealwrightError, decrypt, encrypt, generateIdentity } = sealwright;
const identity = await generateIdentity();
const to = { recipients: [identity.recipient] };
const by = { identities: [identity] };

let started = 0;
process.on("worker", () => (started += 1));

test("workers are asked in Node", async (context) => {
  for (const { name, failure } of await run(sealwright)) {
    await context.test(name, () => assert.equal(failure, null));
  }
  assert.equal(started, 3, "those without work are asked again");
});

test("workers are asked in Chromium", { skip: leftOut }, async (context) => {
  const { page, close } = await openPage();
  try {
    const { results, started } = await page.evaluate(async () => {
      let started = 0;
      globalThis.Worker = class extends Worker {
        /** @param {ConstructorParameters<typeof Worker>} options */
        constructor(...options) {
          super(...options);
          started += 1;
        }
      };
      const sealwright = await import(`${location.origin}/sealwright/browser.js`);
      const { run } = await import(`${location.origin}/workers.js`);
      return { results: await run(sealwright), started };
    });
    assert.equal(started, 3);
    for (const { name, failure } of results) {
      await context.test(name, () => assert.equal(failure, null));
    }
  } finally {
    await close();
  }
});

test("a page whose policy forbids workers does without", { skip: leftOut }, async () => {
  const { page, close } = await openPage({ security: "worker-src 'none'" });
  /** @type {string[]} */
  const refused = [];
  page.on("console", (message) => refused.push(message.text()));
  try {
    const results = await page.evaluate(async () => {
      const sealwright = await import(`${location.origin}/sealwright/browser.js`);
      const { run } = await import(`${location.origin}/workers.js`);
      return run(sealwright);
    });
    assert.deepEqual(results.filter(({ failure }) => failure !== null), []);
    assert.ok(refused.some((text) => text.includes("worker-src")), "the page refused none");
  } finally {
    await close();
  }
});

test("a page whose workers do not start does without", { skip: leftOut }, async () => {
  const { page, close } = await openPage();
  try {
    const results = await page.evaluate(async () => {
      const sealwright = await import(`${location.origin}/sealwright/browser.js`);
      const { run } = await import(`${location.origin}/workers.js`);
      globalThis.Worker = class {
        constructor() {
          throw new DOMException("refused", "SecurityError");
        }
      };
      const results = await run(sealwright);
      globalThis.Worker = class extends EventTarget {
        constructor() {
          super();
          setTimeout(() => this.onerror?.(new Event("error")));
        }
        postMessage() {}
        terminate() {}
      };
      return [...results, ...(await run(sealwright))];
    });
    assert.equal(results.length, 2 * TRIPS.length);
    assert.deepEqual(results.filter(({ failure }) => failure !== null), []);
  } finally {
    await close();
  }
});

test("a file on disk is read by ranges", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwright-"));
  try {
    const plaintext = plaintextOf(LEAST + 5);
    writeFileSync(join(folder, "plaintext"), plaintext);
    const sealed = await whole(await encrypt(await openAsBlob(join(folder, "plaintext")), { ...to, workers: 2 }));
    writeFileSync(join(folder, "sealed"), sealed);
    const opened = await whole(await decrypt(await openAsBlob(join(folder, "sealed")), { ...by, workers: 2 }));
    assert.ok(Buffer.from(opened).equals(plaintext));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("documents that are worked on at once do not mix", async () => {
  const plaintexts = [plaintextOf(LEAST), plaintextOf(LEAST + 1), plaintextOf(LEAST + 2)];
  const sealed = await Promise.all(plaintexts.map((plaintext) => encrypt(plaintext, { ...to, workers: 2 })));
  const opened = await Promise.all(sealed.map((document) => decrypt(document, { ...by, workers: 2 })));
  opened.forEach((bytes, index) => assert.ok(Buffer.from(bytes).equals(plaintexts[index] ?? Buffer.alloc(0))));
});

test("a chunk that is not authentic gives no bytes, and a stream what stood before it", async () => {
  const plaintext = plaintextOf(LEAST);
  const sealed = await encrypt(plaintext, to);
  sealed[sealed.length >> 1] = (sealed[sealed.length >> 1] ?? 0) ^ 1;
  const corrupt = (/** @type {unknown} */ error) => error instanceof SealwrightError && error.code === "payload_corrupt";
  await assert.rejects(decrypt(sealed, { ...by, workers: 2 }), corrupt);
  const parts = [];
  await assert.rejects(async () => {
    for await (const part of await decrypt(new Blob([sealed]), { ...by, workers: 2 })) {
      parts.push(part);
    }
  }, corrupt);
  const given = Buffer.concat(parts);
  assert.ok(given.length > 0 && given.equals(plaintext.subarray(0, given.length)));
});

test("a document that breaks off is refused before anything comes out", async () => {
  const sealed = (await encrypt(plaintextOf(LEAST + 100_000), to)).slice(0, -1);
  const corrupt = (/** @type {unknown} */ error) => error instanceof SealwrightError && error.code === "payload_corrupt";
  await assert.rejects(decrypt(new Blob([sealed]), { ...by, workers: 2 }), corrupt);
});

test("bytes that are given away meanwhile are not replaced by others", async () => {
  for (const source of [plaintextOf(3 * LEAST), plaintextOf(3 * LEAST).buffer]) {
    const encrypted = encrypt(source, { ...to, workers: 2 });
    setTimeout(() => structuredClone(null, { transfer: [source instanceof Uint8Array ? source.buffer : source] }));
    await assert.rejects(encrypted, TypeError);
  }
});

test("who gives up a stream gives up its workers", async () => {
  const stream = await encrypt(new Blob([plaintextOf(LEAST)]), { ...to, workers: 2 });
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  const plaintext = plaintextOf(LEAST);
  const sealed = await encrypt(plaintext, { ...to, workers: 2 });
  assert.ok(Buffer.from(await decrypt(sealed, by)).equals(plaintext));
});

test("what has no ranges is done without workers", async () => {
  const plaintext = plaintextOf(LEAST);
  const before = started;
  const streamed = await whole(await encrypt(new Blob([plaintext]).stream(), { ...to, workers: 2 }));
  const armored = await encrypt(plaintext, { ...to, armor: true, workers: 2 });
  for (const document of [streamed, armored]) {
    assert.ok(Buffer.from(await decrypt(document, { ...by, workers: 2 })).equals(plaintext));
  }
  const small = await encrypt(plaintext.subarray(1), { ...to, workers: 9 });
  assert.ok(Buffer.from(await decrypt(small, by)).equals(plaintext.subarray(1)));
  assert.ok(started - before <= 2, `${started - before} workers were started`);
});

test("a worker that dies fails the document, and no other", async () => {
  const plaintext = plaintextOf(2 * LEAST);
  const ended = (/** @type {unknown} */ error) => error instanceof SealwrightError && error.kind === "environment";
  // So that new ones are started, which this hears of.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  /** @type {Set<import("node:worker_threads").Worker>} */
  const workers = new Set();
  const hear = (/** @type {import("node:worker_threads").Worker} */ worker) => void workers.add(worker);
  process.on("worker", hear);
  try {
    const reader = (await encrypt(new Blob([plaintext]), { ...to, workers: 2 })).getReader();
    await reader.read();
    assert.equal(workers.size, 2);
    await [...workers][0]?.terminate();
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    }, ended);
  } finally {
    process.off("worker", hear);
  }
  const sealed = await encrypt(plaintext, { ...to, workers: 2 });
  assert.ok(Buffer.from(await decrypt(sealed, by)).equals(plaintext));
});

test("more workers than a header has room for are not asked", async () => {
  const plaintext = plaintextOf(LEAST);
  const sealed = await encrypt(plaintext, { ...to, workers: Number.POSITIVE_INFINITY });
  assert.ok(Buffer.from(await decrypt(sealed, { ...by, workers: 1e9 })).equals(plaintext));
});

const scripts = {
  "one that is done": "await encrypt(plaintext, options); console.log('done');",
  "one that reads no stream": "await encrypt(new Blob([plaintext]), options); console.log('done');",
  "one that leaves a stream": `const stream = await encrypt(new Blob([plaintext]), options);
    await stream.getReader().read(); console.log('done');`,
};

for (const [name, script] of Object.entries(scripts)) {
  test(`workers keep no process: ${name}`, async () => {
    const text = `import { encrypt } from "sealwright";
      const options = { recipients: ["${identity.recipient}"], workers: 2 };
      const plaintext = new Uint8Array(${2 * LEAST});
      process.on("worker", () => console.log("worker"));
      ${script}`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", text], {
      cwd: import.meta.dirname,
      timeout: 60_000,
    });
    assert.deepEqual([stdout, stderr], ["worker\nworker\ndone\n", ""]);
  });
}
