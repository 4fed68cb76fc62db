// The modules stay within their budgets, as a server sends them: by `gzip -9`, which Node's own zlib falls short of, and
// what decides, which pages load, by brotli at its best.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

import { inRepository } from "./vectors.js";

// All but `seal` and `seal-pq` hold what was reached.
const budgets = {
  gzip: { seal: 60 * 1024, "seal-pq": 75 * 1024, gate: 152 * 1024, "policy-tools": 392 * 1024, "policy-reference": 725 * 1024, bundle: 76 * 1024 },
  brotli: { "policy-program": 126 * 1024, policy: 211 * 1024 },
};

const compressed = {
  gzip: (path) => execFileSync("gzip", ["-9", "--stdout", path], { maxBuffer: 1 << 24 }).length,
  brotli: (path) => {
    const bytes = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    return brotliCompressSync(bytes, { params }).length;
  },
};

for (const [format, builds] of Object.entries(budgets)) {
  for (const [build, budget] of Object.entries(builds)) {
    test(`${build}.wasm has at most ${budget} bytes in ${format}`, (context) => {
      const size = compressed[format](inRepository(`wasm/js/dist/wasm/${build}.wasm`));
      context.diagnostic(`${build}.wasm: ${size} bytes in ${format}`);
      assert.ok(size <= budget, `${size} bytes`);
    });
  }
}
