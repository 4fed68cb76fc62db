// The component of WASI 0.2 on its host, which decides and releases, as the edge's suite takes it. `make test-component` builds both.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { files } from "./edge-hosts.js";
import { promises } from "./edge-suite.js";

/** Which promises concern decisions and releases; the others are about objects, pages, and keys that are fetched. */
const HELD = [
  "a call without a token is challenged and told no error",
  "a token of somebody else's issuer, or signed by somebody else's key, is refused",
  "a token without a signature, or signed with a public key as a secret, is refused",
  "a token for another audience is refused",
  "a token whose time is over or has not come is refused",
  "a caller whose clock is off by ten minutes is refused",
  "a proof is taken once",
  "a proof of another request, token or key is refused, and so is none",
  "a query takes no part in a proof",
  "callers may hold keys of each algorithm",
  "what is released opens with stock age and with age-encryption",
  "a key is released to a hybrid recipient too",
  "a batch is answered in its order, and one released key makes it succeed",
  "whom the policy does not admit is told why",
  "masking is left to callers, who are told of it",
  "a forged label, a swapped key and a label over another payload are refused",
  "a document for somebody else and one whose MAC does not hold fail alike",
  "a question that is none is refused",
  "a header of 1 MB, 10,000 headers and a body of more than 1 MiB are too much",
  "decisions are answered as AuthZEN wants, to those who are believed",
  "a corpus that was stored and released leaves no word of it behind, nor a token or key",
];

/** @type {[string, typeof promises[string]][]} */
export const held = HELD.map((name) => {
  const promise = promises[name];
  if (promise === undefined) {
    throw new Error(`the suite has no promise “${name}”`);
  }
  return [name, promise];
});

/**
 * Starts the host.
 *
 * @param {import("./edge-world.js").World} world
 * @param {any} settings
 * @returns {Promise<import("./edge-hosts.js").Host>}
 */
export async function wasmtime(world, settings) {
  const { issuers, senders, policy, delegates, port = 0 } = settings;
  const configuration = {
    senders,
    delegates,
    policy: { ...policy, bundle: "policy.tar.gz" },
    issuers: issuers.filter((/** @type {any} */ issuer) => issuer.keys !== undefined),
  };
  const file = join(world.folder, "component.json");
  writeFileSync(file, JSON.stringify(configuration));
  const { SEALWRIGHT_HOST = "", SEALWRIGHT_COMPONENT = "" } = process.env;
  const options = ["--config", file, "--component", SEALWRIGHT_COMPONENT, "--port", String(port)];
  const env = { ...process.env, SEALWRIGHT_IDENTITIES: world.identities };
  const host = spawn(SEALWRIGHT_HOST, options, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [host.stdout, host.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => (output += part));
  }
  const origin = await started(host, () => output);
  const cache = SEALWRIGHT_COMPONENT.replace(/\.wasm$/, ".cache");
  return {
    origin,
    stored: () => files(cache).map((file) => readFileSync(file)),
    objects: () => [],
    lines: () => output.split("\n"),
    brokenOrigin: origin,
    brokenHeaders: {},
    keepsNothing: true,
    stop: async () => {
      host.kill("SIGINT");
      await once(host, "exit");
    },
  };
}

/**
 * @param {import("node:child_process").ChildProcess} host
 * @param {() => string} output
 * @returns {Promise<string>}
 */
function started(host, output) {
  return new Promise((resolve, reject) => {
    host.once("exit", () => reject(new Error(`the host did not start: ${output()}`)));
    host.stderr?.on("data", () => {
      const origin = /The edge is at (\S+)\/\n/.exec(output())?.[1];
      if (origin !== undefined) {
        resolve(origin);
      }
    });
  });
}
