// Reads every vector under tests/vectors into one object, which any runtime can be handed.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { kinds } from "./suite.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * @returns {{ library: import("sealwright").PolicySource, vectors: { kind: string, name: string, vector: any }[] }}
 */
export function bundle() {
  const folders = readdirSync(join(root, "tests/vectors"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const missing = Object.keys(kinds).filter((kind) => !folders.includes(kind));
  if (missing.length > 0) {
    throw new Error(`no vectors of the kinds ${missing.join(", ")}`);
  }
  return { library: library(), vectors: folders.sort().flatMap(read) };
}

/** @param {string} kind */
function read(kind) {
  if (!Object.hasOwn(kinds, kind)) {
    throw new Error(`no runner for the kind ${kind}`);
  }
  const folder = join(root, "tests/vectors", kind);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (names.length === 0) {
    throw new Error(`no vectors in tests/vectors/${kind}`);
  }
  return names.sort().map((name) => ({ kind, name, vector: JSON.parse(readFileSync(join(folder, name), "utf8")) }));
}

/** Returns the policy library, as every runner loads it. */
export function library() {
  const folder = join(root, "policies");
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".rego"))
    .map((path) => ({
      path: path.split(sep).join("/"),
      text: readFileSync(join(folder, path), "utf8"),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const data = JSON.parse(readFileSync(join(folder, "data.json"), "utf8"));
  return { name: "sealwright", revision: "1", modules, data };
}

/** @param {string} path */
export function inRepository(path) {
  return join(root, path);
}

/** @param {string} path */
export function relativeToRepository(path) {
  return relative(root, path);
}
