// What an edge's tests have in common: keys, a signed policy, an identity provider and its callers, sealed documents.
//
// Tokens and proofs are made by `jose`, so that another implementation agrees on them.
import { execFile } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import * as jose from "jose";
import { Gate, Identity, Policy, Signer } from "sealwright";

import { inRepository, library } from "./vectors.js";

const run = promisify(execFile);
const cli = process.env.SEALWRIGHT_CLI || inRepository(".venv/bin/sealwright");

export const AUDIENCE = "https://edge.acme.example";

/** @typedef {Record<string, any>} Json */

/** Is everything that the hosts of one run share. */
export class World {
  /** @type {string} */ folder = mkdtempSync(join(tmpdir(), "sealwright-edge-"));

  static async create() {
    const world = new World();
    world.identity = await Identity.generate();
    world.hybrid = await Identity.generatePq();
    world.sender = await Signer.generate("ingest");
    world.stranger = await Signer.generate("mallory");
    world.signer = await Signer.generate("policies");
    world.issuer = await Issuer.create("https://id.acme.example", "ES256");
    [world.bundle, world.sources] = await world.#bundled();
    const data = JSON.parse(readFileSync(join(world.folder, "policies/data.json"), "utf8"));
    const policy = await Policy.load({ ...library(), data });
    world.gate = (tenant, ahead) => {
      const contributor = { roles: ["contributor"], tenant, amr: ["pwd", "mfa"] };
      const clock = () => new Date(Date.now() + ahead * 1000);
      return new Gate({ policy, subject: { type: "user", id: `ingest@${tenant}.example`, properties: contributor }, clock });
    };
    world.remote = await Remote.create();
    return world;
  }

  /** Says what an edge is told, as its configuration has it. */
  settings(more = {}) {
    return {
      issuers: [
        { issuer: this.issuer.name, audience: AUDIENCE, keys: this.issuer.keys, client_id: "portal" },
        ...this.remote.settings(),
      ],
      senders: [String(this.sender.verifier)],
      policy: { signers: [String(this.signer.verifier)] },
      cors_origins: ["https://portal.acme.example"],
      delegates: ["transform"],
      max_object_size: 64 * 2 ** 20,
      ...more,
    };
  }

  /** The text of the edge's identity file. */
  get identities() {
    return `${this.identity.reveal()}\n${this.hybrid.reveal()}\n`;
  }

  /**
   * Seals for the edge.
   *
   * @param {Uint8Array} plaintext
   * @param {Json} [label]
   * @param {Json} [options] besides those of sealing `by`, the tenant who does, and how many seconds its clock is `ahead`
   * @returns {Promise<{ id: string, document: Uint8Array<ArrayBuffer> }>}
   */
  async sealed(plaintext, label = {}, { by = "acme", ahead = 0, ...options } = {}) {
    const id = label.document_id ?? randomUUID();
    const whole = { ...LABEL, document_id: id, ...label };
    const recipients = [this.identity.recipient];
    return { id, document: await this.gate(by, ahead).seal(plaintext, { recipients, label: whole, signer: this.sender, ...options }) };
  }

  async end() {
    this.remote.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Bundles the policy with its program, and without. */
  async #bundled() {
    const policies = join(this.folder, "policies");
    cpSync(inRepository("policies"), policies, { recursive: true });
    const data = JSON.parse(readFileSync(join(policies, "data.json"), "utf8"));
    data.sealwright.config.revocation = { subjects: ["rex@acme.example"] };
    writeFileSync(join(policies, "data.json"), JSON.stringify(data));
    const signer = join(this.folder, "signer");
    writeFileSync(signer, `${this.signer.reveal()}\n`, { mode: 0o600 });
    const [output, sources] = ["policy.tar.gz", "sources.tar.gz"].map((name) => join(this.folder, name));
    const build = ["policy", "build", policies, "--name", "acme", "--revision", "7", "--signer", signer];
    await Promise.all([run(cli, [...build, "--program", "--output", output]), run(cli, [...build, "--output", sources])]);
    return [readFileSync(output), readFileSync(sources)];
  }
}

/** A label under which contributors may seal anything, and analysts use it. */
export const LABEL = {
  classification: "internal",
  purposes: ["retrieve", "analyse"],
  tenant: "acme",
  media_type: "text/plain",
  created_at: "2026-01-01T00:00:00Z",
};

/** Returns a port at which nobody listens. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Is where issuers publish their keys, and one that is not there. */
class Remote {
  static async create() {
    const issuers = {};
    const fetched = {};
    for (const algorithm of ["EdDSA", "ES256", "RS256"]) {
      issuers[algorithm] = await Issuer.create(`https://${algorithm.toLowerCase()}.id.example`, algorithm);
      fetched[algorithm] = 0;
    }
    const server = createServer((request, response) => {
      const algorithm = (request.url ?? "").slice(1);
      fetched[algorithm] += 1;
      response.setHeader("content-type", "application/json").end(JSON.stringify(issuers[algorithm].keys));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const closed = await freePort();
    const dead = await Issuer.create("https://dead.id.example", "ES256");
    return Object.assign(new Remote(), { issuers, fetched, server, closed, dead });
  }

  settings() {
    const { port } = this.server.address();
    const own = Object.entries(this.issuers).map(([algorithm, { name }]) => ({
      issuer: name,
      audience: AUDIENCE,
      keys_url: `http://127.0.0.1:${port}/${algorithm}`,
    }));
    return [...own, { issuer: this.dead.name, audience: AUDIENCE, keys_url: `http://127.0.0.1:${this.closed}/` }];
  }
}

/** Is who signs tokens. */
export class Issuer {
  /**
   * @param {string} name
   * @param {string} algorithm
   */
  static async create(name, algorithm, kid = "k1") {
    const { publicKey, privateKey } = await jose.generateKeyPair(algorithm, { extractable: true });
    const key = { ...(await jose.exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
    return Object.assign(new Issuer(), { name, algorithm, kid, key, keys: { keys: [key] }, privateKey });
  }

  /**
   * Signs a token for the holder of a key.
   *
   * @param {string} jkt
   * @param {Json} claims
   * @param {Json} [header]
   */
  async token(jkt, claims, header = {}) {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: this.name, aud: AUDIENCE, iat: now, exp: now + 300, jti: randomUUID(), cnf: { jkt }, ...claims };
    return new jose.SignJWT(whole)
      .setProtectedHeader({ alg: this.algorithm, kid: this.kid, typ: "at+jwt", ...header })
      .sign(this.privateKey);
  }
}

/** Is who calls an edge: the holder of a key, with the claims that an issuer puts into its token. */
export class Caller {
  /**
   * @param {Issuer} issuer
   * @param {Json} claims
   */
  static async create(issuer, claims, algorithm = "ES256") {
    const { publicKey, privateKey } = await jose.generateKeyPair(algorithm, { extractable: true });
    const jwk = await jose.exportJWK(publicKey);
    const jkt = await jose.calculateJwkThumbprint(jwk, "sha256");
    const whole = { tenant: "acme", amr: ["pwd", "mfa"], client_id: "notebook", ...claims };
    return Object.assign(new Caller(), { issuer, claims: whole, algorithm, jwk, jkt, privateKey });
  }

  /**
   * Makes the two headers of a request.
   *
   * @param {string} method
   * @param {string} url
   * @param {{ claims?: Json, header?: Json, proof?: Json, proofHeader?: Json, token?: string }} [but]
   */
  async credentials(method, url, but = {}) {
    const token = but.token ?? (await this.issuer.token(this.jkt, { ...this.claims, ...but.claims }, but.header));
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: url.split(/[?#]/)[0],
      iat: Math.floor(Date.now() / 1000),
      ath: createHash("sha256").update(token).digest("base64url"),
      ...but.proof,
    };
    const header = { alg: this.algorithm, typ: "dpop+jwt", jwk: this.jwk, ...but.proofHeader };
    const proof = await new jose.SignJWT(claims).setProtectedHeader(header).sign(this.privateKey);
    return { authorization: `DPoP ${token}`, dpop: proof };
  }
}

/** Cuts a sealed document in two, as anybody can without a key. */
export function headerSize(/** @type {Uint8Array} */ document) {
  const text = Buffer.from(document.subarray(0, 65_536)).toString("latin1");
  return text.indexOf("\n", text.indexOf("\n--- ") + 1) + 1;
}

export function fresh(size = 16) {
  return randomBytes(size).toString("base64url");
}

/** @param {string} folder */
export function corpus(folder = inRepository("tests/corpus")) {
  const labels = /** @type {Record<string, Json>} */ (JSON.parse(readFileSync(join(folder, "labels.json"), "utf8")));
  const entities = readFileSync(join(folder, "entities.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line).text);
  const documents = Object.entries(labels).map(([path, label]) => ({ path, label, plaintext: readFileSync(join(folder, path)) }));
  return { documents, entities: /** @type {string[]} */ (entities) };
}
