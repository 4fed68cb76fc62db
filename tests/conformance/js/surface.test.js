// The exports of the two builds are the surface, no more and no less.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { inRepository } from "./vectors.js";

test("the two builds export what tests/surface.txt lists", async () => {
  const listed = readFileSync(inRepository("tests/surface.txt"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.notEqual(listed.length, 0);
  const exported = (await Promise.all(["seal", "policy"].map(exportsOf))).flat();
  assert.deepEqual(exported.sort(), listed.sort());
});

test("the build that evaluates policies can hold no key", async () => {
  assert.deepEqual([...new Set((await exportsOf("policy")).map((name) => name.split(".")[0]))], ["Policy"]);
});

/** @param {string} build */
async function exportsOf(build) {
  const module = await WebAssembly.compile(readFileSync(inRepository(`wasm/js/dist/wasm/${build}.wasm`)));
  const { instantiate } = await import(inRepository(`wasm/js/dist/wasm/${build}.js`));
  return Object.entries(instantiate(module, undefined))
    .filter(([name]) => name !== "initSync")
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
