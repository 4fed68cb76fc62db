// Serves the portal from this machine: fixed files, no uploads, no state.
import { readFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const portal = fileURLToPath(new URL(".", import.meta.url));
const packaged = fileURLToPath(new URL("../js/dist/", import.meta.url));
const library = fileURLToPath(new URL("../../policies/", import.meta.url));

const types = new Map([
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/json"],
  [".svg", "image/svg+xml"],
  [".wasm", "application/wasm"],
]);

const headers = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cache-control": "no-cache",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** @typedef {() => Promise<Buffer | string>} Content */

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`The portal is at ${address(await serve(wantedPort()))}\n`);
  } catch (failure) {
    process.stderr.write(`${explained(/** @type {NodeJS.ErrnoException} */ (failure))}\n`);
    process.exitCode = 1;
  }
}

/**
 * Serves the portal on this machine's loopback address.
 *
 * @param {number} port 0 for any that is free
 * @returns {Promise<import("node:http").Server>}
 */
export async function serve(port) {
  const published = await contents();
  const server = createServer((request, response) => {
    answer(published, request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}

/**
 * Returns the address at which a server listens.
 *
 * @param {import("node:http").Server} server
 */
export function address(server) {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}/`;
}

/**
 * Lists every path that is answered. A request only looks its path up here and never becomes a file's name, so no
 * request can leave these folders.
 *
 * @returns {Promise<Map<string, Content>>}
 */
async function contents() {
  const own = (await files(portal)).filter((file) => /^[\w-]+\.(html|css|js|svg)$/.test(file) && file !== "serve.js");
  const ours = (await files(packaged)).filter((file) => /\.(js|wasm)$/.test(file));
  /** @type {Map<string, Content>} */
  const published = new Map();
  own.forEach((file) => published.set(`/${file}`, () => readFile(join(portal, file))));
  ours.forEach((file) => published.set(`/sealwright/${file}`, () => readFile(join(packaged, file))));
  published.set("/policy.json", policy);
  return published;
}

/**
 * @param {Map<string, Content>} published
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(published, request, response) {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const name = path === "/" ? "/index.html" : path;
  const content = published.get(name);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...headers, allow: "GET, HEAD" }).end();
    return;
  }
  if (content === undefined) {
    response.writeHead(404, { ...headers, "content-type": "text/plain" }).end("not found\n");
    return;
  }
  const body = Buffer.from(await content());
  const type = types.get(extname(name)) ?? "application/octet-stream";
  response.writeHead(200, { ...headers, "content-type": type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Returns the policy library as `Policy.load` takes it. */
async function policy() {
  const names = (await files(library)).filter((file) => file.endsWith(".rego") && !file.endsWith("_test.rego")).sort();
  const modules = names.map((path) => ({ path, text: readFileSync(join(library, path), "utf8") }));
  const data = JSON.parse(await readFile(join(library, "data.json"), "utf8"));
  return JSON.stringify({ name: "sealwright", revision: "1", modules, data });
}

/**
 * Returns the paths below a folder, with `/` between their parts.
 *
 * @param {string} folder
 */
async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  return found.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** Returns the port that the command line, else the environment names. */
function wantedPort() {
  const { values } = parseArgs({ options: { port: { type: "string" } } });
  const text = values.port ?? (process.env.PORT || "8480");
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new RangeError(`expected a port between 0 and 65535, not \`${text}\``);
  }
  return Number(text);
}

/** @param {NodeJS.ErrnoException & { port?: number }} failure */
function explained(failure) {
  if (failure.code === "EADDRINUSE") {
    return `port ${failure.port} is taken: choose another with --port or PORT`;
  }
  if (failure.code === "ENOENT" && failure.path?.startsWith(packaged.slice(0, -1))) {
    return "the package is not built yet: run `make wasm`";
  }
  return failure.message;
}
