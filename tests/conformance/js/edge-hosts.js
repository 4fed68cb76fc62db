// The hosts that an edge runs on, each behind one shape, so that one suite holds for all.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Miniflare } from "miniflare";
import { FolderBucket, createEdge, listen } from "sealwright/edge/node";

import { inRepository } from "./vectors.js";

/**
 * Is an edge that runs.
 *
 * @typedef {object} Host
 * @property {string} origin
 * @property {() => Buffer[]} stored everything that it keeps
 * @property {() => string[]} objects the names of the objects that can be read
 * @property {() => any[]} lines its log
 * @property {string} brokenOrigin where an edge is whose bucket fails
 * @property {Record<string, string>} brokenHeaders what calls that one
 * @property {(id: string) => Promise<unknown>} [claim] takes an id as an upload does that is being completed
 * @property {boolean} [keepsNothing] whether it decides and releases alone
 * @property {() => Promise<void>} stop
 */

/**
 * Starts one, beside another whose bucket fails unless it is to be `alone`.
 *
 * @type {Record<string, (world: import("./edge-world.js").World, settings: any, options?: { alone?: boolean }) => Promise<Host>>}
 */
export const hosts = { node, workerd };

/** @type {typeof hosts[string]} */
async function node(world, settings, { alone = false } = {}) {
  const { policy, cors_origins: corsOrigins, max_object_size: maxObjectSize, ...rest } = settings;
  const folder = join(world.folder, "objects");
  /** @type {any[]} */
  const lines = [];
  const options = {
    ...rest,
    corsOrigins,
    maxObjectSize,
    policy: { ...policy, bundle: world.bundle },
    identities: [world.identities],
    log: (/** @type {any} */ line) => lines.push(line),
  };
  const sound = await listen(await createEdge({ ...options, bucket: await FolderBucket.open(folder) }));
  const broken = alone ? sound : await withoutFolder(options, join(world.folder, "gone"));
  return {
    origin: sound.origin,
    stored: () => files(folder).map((file) => readFileSync(file)),
    objects: () => readdirSync(folder).filter((name) => !name.startsWith(".")),
    lines: () => lines,
    brokenOrigin: broken.origin,
    brokenHeaders: {},
    stop: async () => {
      await Promise.all(Array.from(new Set([sound, broken]), ({ server, close }) => (server.closeAllConnections(), close())));
    },
  };
}

/** @param {any} options @param {string} folder */
async function withoutFolder(options, folder) {
  const edge = await listen(await createEdge({ ...options, bucket: await FolderBucket.open(folder) }));
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "no folder any more");
  return edge;
}

/** @type {typeof hosts[string]} */
async function workerd(world, settings) {
  const folder = join(world.folder, "workerd");
  mkdirSync(folder, { recursive: true });
  let text = "";
  const own = ["edge-worker.js"].map((name) => module(name, inRepository(`tests/conformance/js/${name}`)));
  const miniflare = new Miniflare({
    modulesRoot: "/",
    modules: [...own, { type: "Data", path: "/policy.tar.gz", contents: world.bundle }, ...packaged()],
    compatibilityDate: "2026-01-01",
    bindings: { EDGE: JSON.stringify(settings), IDENTITIES: world.identities },
    r2Buckets: ["BUCKET"],
    r2Persist: join(folder, "r2"),
    durableObjects: { REPLAY: "ReplayGuard" },
    durableObjectsPersist: join(folder, "replay"),
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) {
        stream.on("data", (part) => (text += part));
      }
    },
  });
  const origin = (await miniflare.ready).origin;
  const bucket = await miniflare.getR2Bucket("BUCKET");
  const names = async () => (await bucket.list()).objects.map(({ key }) => key);
  return {
    origin,
    stored: () => files(folder).map((file) => readFileSync(file)),
    objects: /** @type {any} */ (names),
    lines: () => text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)),
    brokenOrigin: origin,
    brokenHeaders: { "x-broken-bucket": "1" },
    claim: (id) => bucket.put(id, "another", { customMetadata: { claim: "another" } }),
    stop: () => miniflare.dispose(),
  };
}

/** Returns the package's files that a bundler would take for the Worker. */
export function packaged() {
  const dist = inRepository("wasm/js/dist");
  const own = readdirSync(join(dist, "edge")).filter((name) => name.endsWith(".js") && !/^(cli|node|folder|runtime-node)\.js$/.test(name));
  const shared = ["clock.js", "error.js", "trap.js", "wasm/edge.js", "wasm/edge.wasm"];
  const paths = [...own.map((name) => `edge/${name}`), ...shared];
  return paths.map((path) => module(path === "edge/worker.js" ? "sealwright/edge/worker" : `sealwright/${path}`, join(dist, path)));
}

/**
 * @param {string} path
 * @param {string} file
 */
function module(path, file) {
  const type = /** @type {const} */ (path.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
  const bytes = readFileSync(file);
  return { type, path: `/${path}`, contents: type === "ESModule" ? bytes.toString() : new Uint8Array(bytes) };
}

/**
 * Lists everything in a folder, with its path.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
