// The exports of the builds are the surface, no more and no less. Policies are tested elsewhere, so none has `test`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { inRepository } from "./vectors.js";

const listed = readFileSync(inRepository("tests/surface.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" "));

/**
 * Which marks in the list each build carries: those that hold keys have no engine, the engine's holds no key, and an edge function's has both.
 *
 * @type {Record<string, (marks: string[]) => boolean>}
 */
const carried = {
  seal: (marks) => marks.every((mark) => mark === "wasm"),
  "seal-pq": (marks) => marks.every((mark) => ["wasm", "pq"].includes(mark)),
  gate: (marks) => marks.every((mark) => ["wasm", "pq", "gate"].includes(mark)),
  "policy-program": (marks) => marks.includes("program"),
  policy: (marks) => marks.includes("policy"),
  bundle: (marks) => marks.includes("bundle"),
  edge: (marks) => !marks.some((mark) => ["native", "tools", "test"].includes(mark)),
  "policy-tools": (marks) => marks.some((mark) => ["policy", "program", "tools"].includes(mark)),
  "policy-reference": (marks) => marks.some((mark) => ["policy", "program", "tools"].includes(mark)),
};

for (const [build, carries] of Object.entries(carried)) {
  test(`the build ${build} exports its part of tests/surface.txt`, async () => {
    const expected = listed.filter(([, ...marks]) => carries(marks)).map(([name]) => name);
    assert.notEqual(expected.length, 0);
    assert.deepEqual((await exportsOf(build)).sort(), expected.sort());
  });
}

/** @param {string} build */
async function exportsOf(build) {
  const module = await WebAssembly.compile(readFileSync(inRepository(`wasm/js/dist/wasm/${build}.wasm`)));
  const { instantiate } = await import(inRepository(`wasm/js/dist/wasm/${build}.js`));
  return Object.entries(instantiate(module, undefined))
    .filter(([name]) => name !== "initSync" && name !== "memory")
    .flatMap(([name, value]) => (/^class\s/.test(String(value)) ? members(name, value) : [snake(name)]));
}

/**
 * @param {string} name
 * @param {any} type
 */
function members(name, type) {
  const fixed = ["length", "name", "prototype", "constructor", "free"];
  const names = [...Object.getOwnPropertyNames(type), ...Object.getOwnPropertyNames(type.prototype)].filter(
    (member) => !fixed.includes(member) && !member.startsWith("__"),
  );
  const made = /\bconstructor\(/.test(String(type)) ? ["new"] : [];
  return [...made, ...names].map((member) => `${name}.${snake(member)}`);
}

/** @param {string} name */
function snake(name) {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
