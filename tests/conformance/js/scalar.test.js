// Every vector, in Node, where the engine says that it lacks `simd128`.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import test from "node:test";

import { failureOf } from "./suite.js";
import { bundle, inRepository } from "./vectors.js";

const { compile } = WebAssembly;
/** @type {number[]} */
const compiled = [];
WebAssembly.validate = () => false;
WebAssembly.compile = (bytes) => {
  compiled.push(bytes.byteLength);
  return compile(bytes);
};
const sealwright = await import("sealwright");

const { library, vectors } = bundle();
for (const { kind, name, vector } of vectors) {
  test(`${kind}/${name}`, async () => {
    assert.equal(await failureOf({ sealwright, library }, kind, vector), null);
  });
}

test("the modules for such an engine were taken", () => {
  const sizeOf = (/** @type {string} */ name) => statSync(inRepository(`wasm/js/dist/wasm/${name}.wasm`)).size;
  assert.ok(compiled.includes(sizeOf("gate.scalar")));
  assert.ok(!compiled.includes(sizeOf("gate")) && !compiled.includes(sizeOf("seal")));
});
