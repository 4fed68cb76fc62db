// The packed package installs and works in each runtime that has its own entry in `exports`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build, preview } from "vite";

import { launch, leftOut } from "../conformance/js/browser.js";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "sealwright-package-"));
const expected = ["as bytes", "as a stream", "internal", true, true];
let tarball = "";
// The other tests' packages: a browser and a runtime are installed once.
const { Miniflare } = createRequire(join(here, "../conformance/js/package.json"))("miniflare");

before(async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project], { cwd: join(here, "../../wasm/js") });
  const packed = JSON.parse(stdout);
  const { filename, files } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  const documents = ["seal", "seal-pq", "gate"].flatMap((build) => [build, `${build}.scalar`]);
  const modules = [...documents, "policy-program", "policy", "policy-tools", "policy-reference", "bundle"].map((build) => `dist/wasm/${build}.wasm`);
  for (const name of ["dist/index.d.ts", ...modules]) {
    assert.ok(files.some((/** @type {{ path: string }} */ { path }) => path === name), `${name} is not packed`);
  }
  tarball = join(project, filename);
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

test("a fresh Vite project builds with the package, and what it builds works in Chromium", { skip: leftOut }, async (context) => {
  const folder = join(project, "vite");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), '<!doctype html><title>smoke</title><script type="module" src="./smoke.js"></script>');
  cpSync(join(here, "smoke.js"), join(folder, "smoke.js"));
  await build({ root: folder, configFile: false, logLevel: "error", build: { target: "esnext" }, worker: { format: "es" } });
  const server = await preview({ root: folder, configFile: false, preview: { host: "127.0.0.1", port: 0 } });
  context.after(() => server.close());
  const browser = await launch();
  context.after(() => browser.close());
  const page = await browser.newPage();
  const printed = page.waitForEvent("console", { predicate: (message) => message.type() === "log" });
  page.on("pageerror", (failure) => assert.fail(failure));
  await page.goto(String(server.resolvedUrls?.local[0]));
  assert.deepEqual(JSON.parse((await printed).text()), expected);
});

test("the package works in workerd", async (context) => {
  const script = readFileSync(join(here, "smoke.js"), "utf8").replace(/, workers: 2/g, "");
  const installed = join(project, "node_modules/sealwright/dist");
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((file) => /^(wasm\/)?[\w.-]+\.(js|wasm)$/.test(file));
  const modules = files.filter((file) => !/^(node|browser)/.test(file)).map((file) => {
    const type = /** @type {const} */ (file.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
    const bytes = readFileSync(join(installed, file));
    const path = file === "workerd.js" ? "/sealwright" : `/${file}`;
    return { type, path, contents: type === "ESModule" ? bytes.toString() : new Uint8Array(bytes) };
  });
  const worker = `${script.replace(/^console\.log\(([^]*?),?\s*\);\s*$/m, "const printed = $1;").replace(/^(const policy)/m, "export default { async fetch() {\n$1")}
return new Response(printed); } };`;
  const main = { type: /** @type {const} */ ("ESModule"), path: "/main.js", contents: worker };
  const miniflare = new Miniflare({ modulesRoot: "/", modules: [main, ...modules], compatibilityDate: "2026-01-01" });
  context.after(() => miniflare.dispose());
  const response = await miniflare.dispatchFetch("http://worker.example/");
  assert.deepEqual(await response.json(), expected);
});

test("publint and attw find nothing to say of the package", async () => {
  const bin = (/** @type {string} */ name) => join(here, "node_modules/.bin", name);
  const linted = await run(bin("publint"), ["run", "--strict", tarball], { cwd: project });
  assert.match(linted.stdout, /All good!/);
  await run(bin("attw"), [tarball, "--profile", "esm-only"], { cwd: project });
});

for (const [name, [command, ...args]] of Object.entries(runtimes)) {
  test(`the package works in ${name}`, async () => {
    const { stdout } = await run(command, [...args, "smoke.js"], { cwd: project });
    assert.deepEqual(JSON.parse(stdout), expected);
  });
}
