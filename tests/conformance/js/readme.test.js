// The README's TypeScript, compiled strictly and run as it stands.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { inRepository } from "./vectors.js";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const blocks = [...readFileSync(inRepository("README.md"), "utf8").matchAll(/^```ts\n(.*?)^```/gms)].map(([, text]) => text);

test("the README has TypeScript", () => assert.ok(blocks.length > 0));

for (const [index, block] of blocks.entries()) {
  test(`block ${index + 1} compiles and prints what it promises`, async (context) => {
    // Beside this file, so that `sealwright` resolves.
    const folder = mkdtempSync(join(here, ".readme-"));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "block.ts"), block);
    const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const flags = "--strict --target es2024 --module nodenext --moduleResolution nodenext --lib es2024,dom --types".split(" ");
    await run(process.execPath, [compiler, ...flags, "", "--outDir", folder, join(folder, "block.ts")]);
    const { stdout } = await run(process.execPath, [join(folder, "block.js")]);
    const promised = [...block.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    assert.deepEqual(stdout.trimEnd().split("\n"), promised);
  });
}
