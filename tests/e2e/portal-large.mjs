// Has the portal take 2 GB from disk, and prints as JSON its times and the most memory of page and worker: JavaScript's heap and
// buffers as the engine tells them, and the memories of all WebAssembly instances. `node portal-large.mjs FOLDER [BYTES]`.
//
// It leaves what the edge stored for `large.py`: `large.age`, `large.identity` and `large.sha256` of the plaintext.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";

import { launchWith, leftOut } from "../conformance/js/browser.js";
import { add, card, enrol, portal, shows, signIn } from "../conformance/js/portal.js";

const LIMIT = 200_000_000;
/** How often memory is looked at. */
const LOOK_MS = 50;
const HOUR_MS = 3_600_000;

const folder = process.argv[2] ?? "large";
const size = Number(process.argv[3] ?? 2_000_000_000);

if (leftOut) {
  console.log(JSON.stringify({ missing: "Chromium" }));
} else {
  const figures = await measured();
  console.log(JSON.stringify(figures));
  assert.ok(figures.peak <= LIMIT, `${figures.peak} bytes`);
}

async function measured() {
  mkdirSync(folder, { recursive: true });
  const plain = join(folder, "large.txt");
  const digest = await written(plain);
  const demo = await portal();
  // A profile on disk, as people have one: what is private is kept in memory.
  const profile = join(folder, "profile");
  const context = await launchWith(profile);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(HOUR_MS);
    const watch = await memoryOf(page);
    await page.goto(demo.portal);
    await signIn(page, "Ines");
    await enrol(page);
    const figures = await through(page, plain);
    keep(demo, digest);
    return { size, ...figures, ...(await watch()) };
  } finally {
    await context.close();
    await demo.close();
    [plain, profile].forEach((path) => rmSync(path, { recursive: true, force: true }));
  }
}

/** @param {import("playwright-core").Page} page @param {string} plain */
async function through(page, plain) {
  const begun = performance.now();
  await add(page, plain);
  const large = card(page, "large.txt");
  await shows(large, "The policy allows sealing this file");
  const checked = performance.now();
  await large.getByRole("button", { name: /^Seal and upload/ }).click();
  await large.getByText("Uploading", { exact: true }).waitFor();
  const sealed = performance.now();
  await shows(large, "Sealed and uploaded");
  const seconds = (/** @type {number} */ from, /** @type {number} */ to) => Math.round((to - from) / 100) / 10;
  return {
    check_s: seconds(begun, checked),
    seal_s: seconds(checked, sealed),
    upload_s: seconds(sealed, performance.now()),
  };
}

/** @param {import("../../wasm/portal/demo/start.js").Demo} demo @param {string} digest */
function keep(demo, digest) {
  const files = readdirSync(join(demo.folder, "documents"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  assert.equal(files.length, 1, files.map(({ name }) => name).join(", "));
  renameSync(join(files[0]?.parentPath ?? "", files[0]?.name ?? ""), join(folder, "large.age"));
  writeFileSync(join(folder, "large.identity"), `${demo.identity.reveal()}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "large.sha256"), `${digest}\n`);
}

/**
 * Writes lines with an address in each, and returns their digest.
 *
 * @param {string} path
 */
async function written(path) {
  const line = "4711,someone@customers.example,12.50,a line of a customer's export\n";
  const block = Buffer.from(line.repeat(Math.floor((1 << 20) / line.length)));
  const hash = createHash("sha256");
  const file = await openFile(path, "w");
  for (let done = 0; done < size; done += block.length) {
    const part = block.subarray(0, Math.min(block.length, size - done));
    await file.write(part);
    hash.update(part);
  }
  await file.close();
  return hash.digest("hex");
}

/**
 * Watches the heaps of a page and of its workers, and returns the most that they had at once.
 *
 * @param {import("playwright-core").Page} page
 */
async function memoryOf(page) {
  await page.addInitScript(watchInstances);
  page.on("worker", (worker) => worker.evaluate(watchInstances).catch(() => undefined));
  const session = await page.context().newCDPSession(page);
  const workers = await workersOf(session);
  const most = { heap: 0, wasm: 0, peak: 0 };
  let watching = true;
  const look = async () => {
    const wasm = (/** @type {import("playwright-core").Page | import("playwright-core").Worker} */ where) =>
      where.evaluate(() => /** @type {any} */ (globalThis).memoryOfInstances?.() ?? 0).catch(() => 0);
    const heaps = await Promise.all([session.send("Runtime.getHeapUsage").catch(() => undefined), ...workers()]);
    const memories = await Promise.all([wasm(page), ...page.workers().map(wasm)]);
    const heap = heaps.reduce(
      (sum, usage) =>
        sum + (usage?.usedSize ?? 0) + (usage?.embedderHeapUsedSize ?? 0) + (usage?.backingStorageSize ?? 0),
      0,
    );
    const instances = memories.reduce((sum, bytes) => sum + bytes, 0);
    most.heap = Math.max(most.heap, heap);
    most.wasm = Math.max(most.wasm, instances);
    most.peak = Math.max(most.peak, heap + instances);
  };
  const done = (async () => {
    while (watching) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  return async () => {
    watching = false;
    await done;
    return most;
  };
}

/**
 * Returns what asks each worker of a page for its heap, over the page's own connection.
 *
 * @param {import("playwright-core").CDPSession} session
 */
async function workersOf(session) {
  /** @type {Set<string>} */
  const attached = new Set();
  /** @type {Map<number, (usage: any) => void>} */
  const waiting = new Map();
  let last = 0;
  session.on(
    "Target.attachedToTarget",
    ({ sessionId, targetInfo }) => targetInfo.type === "worker" && attached.add(sessionId),
  );
  session.on("Target.detachedFromTarget", ({ sessionId }) => attached.delete(sessionId));
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return () =>
    [...attached].map((sessionId) => {
      const id = ++last;
      const message = JSON.stringify({ id, method: "Runtime.getHeapUsage" });
      const answer = new Promise((resolve) => waiting.set(id, resolve));
      session.send("Target.sendMessageToTarget", { sessionId, message }).catch(() => waiting.get(id)?.(undefined));
      return answer;
    });
}

/** Keeps the memories of all instances, which the engine's own figures leave out. It runs in page and worker. */
function watchInstances() {
  const { Instance } = WebAssembly;
  /** @type {any[]} */
  const memories = [];
  WebAssembly.Instance = /** @type {any} */ (
    function (/** @type {WebAssembly.Module} */ module, /** @type {WebAssembly.Imports} */ imports) {
      const instance = new Instance(module, imports);
      memories.push(instance.exports.memory);
      return instance;
    }
  );
  Object.assign(globalThis, {
    memoryOfInstances: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  });
}
