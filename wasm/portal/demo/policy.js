// The demo's policy: the library of `policies/`, with keys of this run, signed by a signer of this run.
import { execFile } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Signer } from "sealwright";

import { revoked } from "./people.js";

const library = fileURLToPath(new URL("../../../policies/", import.meta.url));
const command = process.env.SEALWRIGHT_CLI ?? fileURLToPath(new URL("../../../.venv/bin/sealwright", import.meta.url));

/**
 * Builds the bundle in a folder.
 *
 * @param {string} folder
 * @param {string} recipient the edge's
 * @returns {Promise<{ path: string, verifier: string }>}
 */
export async function buildPolicy(folder, recipient) {
  const signer = await Signer.generate("policy.acme.example");
  const source = join(folder, "library");
  const key = join(folder, "policy-signer");
  const path = join(folder, "policy.tar.gz");
  await cp(library, source, { recursive: true });
  await rm(join(source, "schemas"), { recursive: true });
  const data = JSON.parse(await readFile(join(library, "data.json"), "utf8"));
  await writeFile(join(source, "data.json"), JSON.stringify(adapted(data, recipient)));
  await writeFile(key, `${signer.reveal()}\n`, { mode: 0o600 });
  const options = ["policy", "build", source, "--name", "acme", "--revision", "1", "--signer", key, "--program", "--output", path];
  await promisify(execFile)(command, options);
  await Promise.all([rm(key), rm(source, { recursive: true })]);
  return { path, verifier: String(signer.verifier) };
}

/**
 * Seals everything to the edge too, shuts out who is revoked, and lets contractors ask for keys of what they may see.
 *
 * @param {any} data
 * @param {string} recipient
 */
function adapted(data, recipient) {
  const { config } = data.sealwright;
  config.recovery = { recipients: [recipient] };
  config.revocation = { subjects: revoked };
  config.roles.contractor.actions.push("release");
  return data;
}
