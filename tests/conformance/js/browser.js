// Serves the package to a headless Chromium from this machine.
import { createWriteStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";

import { chromium } from "playwright-core";

import { answer as answerRange } from "./ranges.js";
import { inRepository } from "./vectors.js";

const executablePath = process.env.SEALWRIGHT_CHROMIUM ?? "/usr/bin/chromium";
const required = (process.env.SEALWRIGHT_REQUIRE ?? "").split(",").includes("chromium");

/** Why what needs Chromium is left out, or `false`. `SEALWRIGHT_REQUIRE=chromium` leaves nothing out. */
export const leftOut = !required && !existsSync(executablePath) && `left out: there is no Chromium at ${executablePath}`;

const types = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium. */
export function launch() {
  return chromium.launch({ executablePath, args: quiet });
}

/**
 * Starts a headless Chromium that keeps what it stores in a folder.
 *
 * @param {string} profile
 */
export function launchWith(profile) {
  return chromium.launchPersistentContext(profile, { executablePath, args: quiet });
}

/**
 * Opens a page that can import `/sealwright/browser.js` and `/suite.js`.
 *
 * @param {{ json?: Record<string, unknown>, files?: Record<string, Uint8Array>, upload?: string, security?: string }} content
 *   what `GET` answers by path, `files` in ranges, the file that `POST /upload` appends to, and the page's content security
 *   policy
 */
export async function openPage({ json = {}, files = {}, upload, security } = {}) {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? "/", "http://127.0.0.1").pathname];
    if (file !== undefined) {
      answerRange({ bytes: file, tag: '"1"' }, request, response);
      return;
    }
    if (security !== undefined) {
      response.setHeader("content-security-policy", security);
    }
    answer(request, response, json, upload).catch((error) => response.writeHead(404).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  const close = async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { page, close };
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {Record<string, unknown>} json
 * @param {string | undefined} upload
 */
async function answer(request, response, json, upload) {
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  if (request.method === "POST" && path === "/upload" && upload !== undefined) {
    await pipeline(request, createWriteStream(upload, { flags: "a" }));
    response.writeHead(204).end();
    return;
  }
  const body = path === "/" ? '<!doctype html><input type="file">' : await content(path, json);
  const extension = path === "/" ? ".html" : extname(path);
  response.writeHead(200, { "content-type": types[/** @type {keyof typeof types} */ (extension)] ?? "text/plain" });
  response.end(body);
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} json
 */
async function content(path, json) {
  if (Object.hasOwn(json, path)) {
    return JSON.stringify(json[path]);
  }
  if (path.startsWith("/sealwright/")) {
    return readFile(inRepository(`wasm/js/dist/${path.slice("/sealwright/".length)}`));
  }
  return readFile(inRepository(`tests/conformance/js${path}`));
}
