// The modules stay within their budgets, as a server sends them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { inRepository } from "./vectors.js";

const budgets = { seal: 60 * 1024, policy: 300 * 1024 };

for (const [build, budget] of Object.entries(budgets)) {
  test(`${build}.wasm has at most ${budget} bytes in gzip`, (context) => {
    const size = gzipSync(readFileSync(inRepository(`wasm/js/dist/wasm/${build}.wasm`)), { level: 9 }).length;
    context.diagnostic(`${build}.wasm: ${size} bytes in gzip`);
    assert.ok(size <= budget, `${size} bytes`);
  });
}
