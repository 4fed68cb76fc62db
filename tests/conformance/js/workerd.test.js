// Every vector and journey, in workerd.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { Miniflare } from "miniflare";

import { journeys } from "./suite.js";
import { bundle, inRepository } from "./vectors.js";
import { TRIPS } from "./workers.js";

test("every vector and journey holds in workerd", async (context) => {
  const vectors = bundle();
  const worker = runtime();
  try {
    const body = JSON.stringify(vectors);
    const response = await worker.dispatchFetch("http://127.0.0.1/", { method: "POST", body });
    assert.equal(response.status, 200, response.ok ? "" : await response.text());
    const results = /** @type {{ name: string, failure: string | null }[]} */ (await response.json());
    assert.equal(results.length, vectors.vectors.length + Object.keys(journeys).length);
    for (const { name, failure } of results) {
      await context.test(name, () => assert.equal(failure, null));
    }
  } finally {
    await worker.dispose();
  }
});

test("workerd, which has no workers, does without", async () => {
  const worker = runtime();
  try {
    const response = await worker.dispatchFetch("http://127.0.0.1/workers");
    assert.equal(response.status, 200, response.ok ? "" : await response.text());
    const results = /** @type {{ name: string, failure: string | null }[]} */ (await response.json());
    assert.equal(results.length, TRIPS.length);
    assert.deepEqual(results.filter(({ failure }) => failure !== null), []);
  } finally {
    await worker.dispose();
  }
});

function runtime() {
  const own = ["worker.js", "suite.js", "workers.js"].map((name) => module(name, here(name)));
  return new Miniflare({ modulesRoot: "/", modules: [...own, ...packaged()], compatibilityDate: "2026-01-01" });
}

/** Returns the package's files that a bundler would take for `workerd`. */
function packaged() {
  const dist = inRepository("wasm/js/dist");
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(js|wasm)$/.test(path) && !/^(node|browser)(-worker)?\.js$/.test(path))
    .map((path) => module(`sealwright/${path}`, join(dist, path)));
}

/**
 * @param {string} path
 * @param {string} file
 */
function module(path, file) {
  const type = /** @type {const} */ (path.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
  const bytes = readFileSync(file);
  return { type, path: `/${path}`, contents: type === "ESModule" ? bytes.toString() : new Uint8Array(bytes) };
}

/** @param {string} name */
function here(name) {
  return inRepository(`tests/conformance/js/${name}`);
}
