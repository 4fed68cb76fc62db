// The modules stay within their budgets, as a server sends them: by `gzip -9`, which Node's own zlib falls short of.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { inRepository } from "./vectors.js";

// `gate`, `bundle` and those for policies hold what was reached.
const budgets = { seal: 60 * 1024, "seal-pq": 75 * 1024, gate: 147 * 1024, policy: 280 * 1024, "policy-tools": 401 * 1024, "policy-reference": 556 * 1024, bundle: 76 * 1024 };

for (const [build, budget] of Object.entries(budgets)) {
  test(`${build}.wasm has at most ${budget} bytes in gzip`, (context) => {
    const path = inRepository(`wasm/js/dist/wasm/${build}.wasm`);
    const size = execFileSync("gzip", ["-9", "--stdout", path], { maxBuffer: 1 << 24 }).length;
    context.diagnostic(`${build}.wasm: ${size} bytes in gzip`);
    assert.ok(size <= budget, `${size} bytes`);
  });
}
