// The package's types hold for a strict consumer, without the types of any runtime.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";

import { inRepository } from "./vectors.js";

test("a strict consumer compiles", async () => {
  const require = createRequire(import.meta.url);
  const compiler = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const project = inRepository("tests/conformance/js/consumer.tsconfig.json");
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, "--project", project]).catch((error) => error);
  assert.equal(stdout, "");
});
