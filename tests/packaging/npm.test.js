// The packed package installs and works in each runtime that has its own entry in `exports`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "sealwright-package-"));

before(async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project], { cwd: join(here, "../../wasm/js") });
  const packed = JSON.parse(stdout);
  const { filename, files } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  const documents = ["seal", "seal-pq", "gate"].flatMap((build) => [build, `${build}.scalar`]);
  const modules = [...documents, "policy-program", "policy", "policy-tools", "policy-reference", "bundle"].map((build) => `dist/wasm/${build}.wasm`);
  for (const name of ["dist/index.d.ts", ...modules]) {
    assert.ok(files.some((/** @type {{ path: string }} */ { path }) => path === name), `${name} is not packed`);
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", join(project, filename)], { cwd: project });
  cpSync(join(here, "smoke.js"), join(project, "smoke.js"));
});

after(() => rmSync(project, { recursive: true }));

const runtimes = {
  node: [process.execPath],
  bun: [join(here, "node_modules/.bin/bun"), "run"],
  deno: [join(here, "node_modules/.bin/deno"), "run", "--allow-read", "--no-lock", "--node-modules-dir=manual"],
};

for (const [name, [command, ...args]] of Object.entries(runtimes)) {
  test(`the package works in ${name}`, async () => {
    const { stdout } = await run(command, [...args, "smoke.js"], { cwd: project });
    assert.deepEqual(JSON.parse(stdout), ["as bytes", "as a stream", "internal", true, true]);
  });
}
