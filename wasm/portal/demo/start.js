// Starts identity provider, edge and portal on this machine, with keys of this run alone, and removes them at the end.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Identity } from "sealwright";

import { address, serve } from "../serve.js";
import { startEdge } from "./edge.js";
import { PASSWORD, people } from "./people.js";
import { buildPolicy } from "./policy.js";
import { startProvider } from "./provider.js";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((failure) => {
    process.stderr.write(`${explained(failure)}\n`);
    process.exitCode = 1;
  });
}

/**
 * Is a demo that runs.
 *
 * @typedef {object} Demo
 * @property {string} portal
 * @property {string} edge
 * @property {string} issuer
 * @property {string} policySigner
 * @property {string} folder
 * @property {Identity} identity the edge's
 * @property {Record<string, string>} secrets of the notebooks' clients
 * @property {() => Promise<void>} close
 */

/**
 * Starts everything at a port and the two after it.
 *
 * @param {number} port
 * @returns {Promise<Demo>}
 */
export async function start(port) {
  const [portal, edge, issuer] = [port, port + 1, port + 2].map((at) => `http://127.0.0.1:${at}`);
  const addresses = { portal: portal ?? "", edge: edge ?? "", issuer: issuer ?? "" };
  const folder = await mkdtemp(join(tmpdir(), "sealwright-demo-"));
  /** @type {(() => unknown)[]} */
  const closing = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) {
      await end();
    }
  };
  try {
    const identity = await Identity.generate();
    const policy = await buildPolicy(folder, String(identity.recipient));
    const provider = await startProvider(addresses);
    closing.push(() => ended(provider.server));
    const server = await startEdge({ ...addresses, folder, identity, policy });
    closing.push(() => server.close());
    const site = await serve(port, { edge: addresses.edge, policy_signer: policy.verifier }, addresses.issuer);
    closing.push(() => ended(site));
    return {
      ...addresses,
      portal: address(site),
      policySigner: policy.verifier,
      folder,
      identity,
      secrets: provider.secrets,
      close,
    };
  } catch (failure) {
    await close();
    throw failure;
  }
}

async function main() {
  const { values } = parseArgs({
    options: { port: { type: "string", default: process.env.PORT || "8480" }, clients: { type: "string" } },
  });
  const demo = await start(wanted(values.port));
  const { portal, edge, issuer, policySigner: policy_signer, secrets } = demo;
  const clients = values.clients ?? join(demo.folder, "clients.json");
  await writeFile(clients, `${JSON.stringify({ portal, edge, issuer, policy_signer, clients: secrets }, null, 2)}\n`, {
    mode: 0o600,
  });
  const width = Math.max(...Object.values(people).map(({ name }) => name.length));
  const lines = Object.values(people).map(({ name, about }) => `    ${name.padEnd(width)}  ${about}`);
  process.stdout.write(`
  Portal             ${demo.portal}
  Edge               ${demo.edge}
  Identity provider  ${demo.issuer}
  Notebooks' clients ${clients}

  Sign in with the password “${PASSWORD}” as
${lines.join("\n")}

  Keys and documents are in ${demo.folder} until you end this with Ctrl-C.
`);
  await new Promise((resolve) => ["SIGINT", "SIGTERM"].forEach((signal) => process.once(signal, resolve)));
  await demo.close();
  await rm(clients, { force: true });
}

/** @param {import("node:http").Server} server */
function ended(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

/** @param {string} text */
function wanted(text) {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65533) {
    throw new RangeError(`expected a port with two free ones after it, not \`${text}\``);
  }
  return Number(text);
}

/** @param {NodeJS.ErrnoException & { port?: number }} failure */
function explained(failure) {
  if (failure.code === "EADDRINUSE") {
    return `port ${failure.port} is taken: choose another with --port or PORT`;
  }
  if (failure.code === "ERR_MODULE_NOT_FOUND") {
    return `something is not built yet: run \`make portal\`\n${failure.message}`;
  }
  return failure.stack ?? failure.message;
}
