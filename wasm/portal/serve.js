// Serves the portal from this machine: fixed files, no state. What is uploaded goes to the edge.
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const portal = fileURLToPath(new URL(".", import.meta.url));
const packaged = fileURLToPath(new URL("../js/dist/", import.meta.url));

const types = new Map([
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/json"],
  [".svg", "image/svg+xml"],
  [".wasm", "application/wasm"],
]);

/** Everything that the page may load is its own; it talks to the edge and the identity provider besides. */
const security = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types sealwright-upload",
];

const headers = {
  "cache-control": "no-cache",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Is what the page is told: its edge, and whose policy it believes.
 *
 * @typedef {{ edge: string, policy_signer: string }} Settings
 */

/** @typedef {() => Promise<Buffer | string>} Content */

/**
 * Serves the portal on this machine's loopback address.
 *
 * @param {number} port 0 for any that is free
 * @param {Settings} settings
 * @param {string} issuer the identity provider's origin
 * @returns {Promise<import("node:http").Server>}
 */
export async function serve(port, settings, issuer) {
  const published = await contents(settings);
  const policy = [...security, `connect-src 'self' ${new URL(settings.edge).origin} ${new URL(issuer).origin}`].join("; ");
  const site = { published, headers: { ...headers, "content-security-policy": policy } };
  const server = createServer((request, response) => {
    answer(site, request, response).catch(() => response.destroy());
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
 * @param {Settings} settings
 * @returns {Promise<Map<string, Content>>}
 */
async function contents(settings) {
  const own = (await readdir(portal)).filter((file) => /^[\w-]+\.(html|css|js|svg)$/.test(file) && file !== "serve.js");
  const ours = (await files(packaged)).filter((file) => /\.(js|wasm)$/.test(file));
  /** @type {Map<string, Content>} */
  const published = new Map();
  own.forEach((file) => published.set(`/${file}`, () => readFile(join(portal, file))));
  ours.forEach((file) => published.set(`/sealwright/${file}`, () => readFile(join(packaged, file))));
  published.set("/oauth4webapi.js", () => readFile(fileURLToPath(import.meta.resolve("oauth4webapi"))));
  published.set("/settings.json", async () => JSON.stringify(settings));
  return published;
}

/**
 * @param {{ published: Map<string, Content>, headers: Record<string, string> }} site
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer({ published, headers }, request, response) {
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
