// Starts an edge on this machine, on Node or on workerd, with keys that are made for it and a folder that is kept.
//
// `node demo.js [--host node|workerd] [--folder FOLDER] [--port PORT]` serves; `node demo.js --credentials "GET /v1/objects"
// [--as ana:analyst]` prints the headers of one call for curl.
import { execFile, spawn } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { Identity, Signer } from "../js/dist/node.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const AUDIENCE = "https://edge.demo.example";
const ISSUER = "https://id.demo.example";

/** @typedef {Record<string, any>} Json */

const { values } = parseArgs({
  options: {
    host: { type: "string", default: "node" },
    folder: { type: "string", default: "target/edge" },
    port: { type: "string", default: "8490" },
    credentials: { type: "string" },
    as: { type: "string", default: "ana:analyst" },
  },
});
const folder = resolve(root, values.folder);

if (values.credentials !== undefined) {
  process.stdout.write(`${credentials(values.credentials, values.as)}\n`);
} else {
  await prepared();
  await (values.host === "workerd" ? onWorkerd() : onNode());
}

/** Makes keys, policy and configuration, if they are not there. */
async function prepared() {
  if (existsSync(join(folder, "edge.json"))) {
    return;
  }
  mkdirSync(folder, { recursive: true });
  const secret = (/** @type {string} */ name, /** @type {string} */ text) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const [identity, ingest, policies] = await Promise.all([Identity.generate(), Signer.generate("ingest"), Signer.generate("policies")]);
  secret("identity.txt", `${identity.reveal()}\n`);
  secret("ingest.signer", `${ingest.reveal()}\n`);
  secret("policies.signer", `${policies.reveal()}\n`);
  const issuer = generateKeyPairSync("ed25519");
  secret("issuer.pem", String(issuer.privateKey.export({ type: "pkcs8", format: "pem" })));
  secret("caller.pem", String(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" })));
  const build = ["policy", "build", join(root, "policies"), "--name", "demo", "--revision", "1", "--program"];
  const signed = ["--signer", join(folder, "policies.signer"), "--output", join(folder, "policy.tar.gz")];
  await promisify(execFile)(join(root, ".venv/bin/sealwright"), [...build, ...signed]);
  const key = { ...issuer.publicKey.export({ format: "jwk" }), kid: "demo", alg: "EdDSA", use: "sig" };
  const settings = {
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { keys: [key] }, client_id: "portal" }],
    senders: [String(ingest.verifier)],
    policy: { bundle: "policy.tar.gz", signers: [String(policies.verifier)] },
    delegates: ["transform"],
    cors_origins: ["http://127.0.0.1:8480"],
    identities: "identity.txt",
    bucket: "objects",
  };
  writeFileSync(join(folder, "edge.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
}

async function onNode() {
  const cli = fileURLToPath(new URL("../js/dist/edge/cli.js", import.meta.url));
  const served = spawn(process.execPath, [cli, "--config", join(folder, "edge.json"), "--port", values.port], { stdio: "inherit" });
  served.once("exit", (status) => (process.exitCode = status ?? 0));
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    process.once(signal, () => served.kill(signal));
  }
}

async function onWorkerd() {
  const { Miniflare } = createRequire(join(root, "tests/conformance/js/package.json"))("miniflare");
  const { packaged } = await import("../../tests/conformance/js/edge-hosts.js");
  const { identities: _, bucket: __, policy, ...settings } = JSON.parse(readFileSync(join(folder, "edge.json"), "utf8"));
  const { bundle, ...trust } = policy;
  const worker = readFileSync(new URL("worker/index.js", import.meta.url), "utf8");
  const miniflare = new Miniflare({
    port: Number(values.port),
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/index.js", contents: worker },
      { type: "Data", path: "/policy.tar.gz", contents: readFileSync(join(folder, bundle)) },
      ...packaged(),
    ],
    compatibilityDate: "2026-01-01",
    bindings: { EDGE: JSON.stringify({ ...settings, policy: trust }), IDENTITIES: readFileSync(join(folder, "identity.txt"), "utf8") },
    r2Buckets: ["BUCKET"],
    r2Persist: join(folder, "r2"),
    durableObjects: { REPLAY: { className: "ReplayGuard", useSQLite: true } },
    durableObjectsPersist: join(folder, "replay"),
  });
  process.stderr.write(`The edge is at ${(await miniflare.ready).origin}/\n`);
  process.once("SIGINT", () => miniflare.dispose()).once("SIGTERM", () => miniflare.dispose());
}

/**
 * Returns the headers of one call, as arguments of curl.
 *
 * @param {string} call
 * @param {string} who
 */
function credentials(call, who) {
  const [method = "GET", path = "/"] = call.split(" ");
  const [name, ...roles] = who.split(":");
  const key = createPrivateKey(readFileSync(join(folder, "caller.pem")));
  const { crv, kty, x } = key.export({ format: "jwk" });
  const jwk = { crv, kty, x };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: `${name}@acme.example`,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    cnf: { jkt: digest(JSON.stringify(jwk)) },
    ...{ roles, tenant: "acme", amr: ["pwd", "mfa"], client_id: "demo", scope: "evaluate" },
  };
  const token = signed({ alg: "EdDSA", kid: "demo", typ: "at+jwt" }, claims, createPrivateKey(readFileSync(join(folder, "issuer.pem"))));
  const htu = `http://127.0.0.1:${values.port}${path.split("?")[0]}`;
  const proof = signed({ alg: "EdDSA", typ: "dpop+jwt", jwk }, { jti: randomUUID(), htm: method, htu, iat: now, ath: digest(token) }, key);
  return `-H "Authorization: DPoP ${token}" -H "DPoP: ${proof}"`;
}

/**
 * @param {Json} header
 * @param {Json} claims
 * @param {import("node:crypto").KeyObject} key
 */
function signed(header, claims, key) {
  const message = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${message}.${sign(null, Buffer.from(message), key).toString("base64url")}`;
}

/** @param {string} text */
function digest(text) {
  return createHash("sha256").update(text).digest("base64url");
}
