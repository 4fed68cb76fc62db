// Releases a second of an edge on this machine, on Node, on workerd and on the wasmtime host, with their latency at half of that, and how
// fast it starts, as JSON. `make bench-edge` builds what it needs.
//
// `node tests/benches/edge.mjs [requests]`: the edge has one core and its callers another. What an edge does is told by the processor time
// of its process alone. No document is asked for twice, but where the line says so. Latency is that of the middle one of three stretches.
import { execFileSync, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import * as jose from "../conformance/js/node_modules/jose/dist/webapi/index.js";

import { wasmtime } from "../conformance/js/component.js";
import { hosts as inJavaScript } from "../conformance/js/edge-hosts.js";
import { AUDIENCE, Caller, Issuer, World, fresh, freePort, headerSize } from "../conformance/js/edge-world.js";

const CONCURRENCY = 16;

/** How often half the load is put on: a machine that stands still for a moment shows in each hundredth request of one of them. */
const STRETCHES = 3;

/** The cores of callers and edge, where there are two. */
const [OURS, ITS] = availableParallelism() > 1 ? [0, 1] : [undefined, undefined];

const hosts = { ...inJavaScript, ...(process.env.SEALWRIGHT_HOST && { wasmtime }) };

/** What is asked for: keys of tokens and proofs, headers a request, and whether they are of one document. */
const LOADS = [
  { keys: "EdDSA", headers: 1 },
  { keys: "EdDSA", headers: 1, one_document: true },
  { keys: "EdDSA", headers: 10 },
  { keys: "EdDSA", headers: 100 },
  { keys: "ES256", headers: 1 },
];

if (process.argv[2] === "serve") {
  await serve(process.argv[3] ?? "node");
} else {
  await measure(Number(process.argv[2] ?? 3000));
}

/** @param {number} count */
async function measure(count) {
  pin([process.pid], OURS);
  const results = [];
  for (const name of (process.env.EDGE_HOSTS ?? Object.keys(hosts).join(" ")).split(" ")) {
    const { child, message } = await started(name, count);
    results.push(...(await measured(name, message, count)));
    child.send("end");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  console.log(JSON.stringify(results, undefined, 1));
}

/** @param {string} name @param {any} edge @param {number} count */
async function measured(name, edge, count) {
  const results = [];
  for (const load of LOADS) {
    const requests = Math.ceil(count / load.headers);
    const call = await caller(edge, load);
    const first = await timed(call, (await call.made(1))[0]);
    await flood(call, await call.made(Math.ceil(500 / load.headers)));
    const [before, made] = [cpu(edge.pid), await call.made(requests)];
    const { seconds } = await flood(call, made);
    const used = cpu(edge.pid) - before;
    const half = [];
    for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
      half.push(await paced(call, await call.made(Math.min(requests, 2000)), requests / seconds / 2));
    }
    half.sort((one, other) => one.p99 - other.p99);
    results.push({
      host: name,
      ...load,
      releases_a_second: Math.round((requests * load.headers) / seconds),
      releases_a_cpu_second: Math.round((requests * load.headers) / used),
      half_load_ms: half[(STRETCHES - 1) / 2],
      ...(results.length === 0 && { start_ms: round(edge.start), first_release_ms: round(first) }),
    });
    console.error(JSON.stringify(results.at(-1)));
  }
  return results;
}

/** @param {string} name @param {number} count */
async function started(name, count) {
  const child = fork(fileURLToPath(import.meta.url), ["serve", name, String(count)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const message = /** @type {any} */ (await new Promise((resolve) => child.once("message", resolve)));
  return { child, message };
}

/** Keeps processes on one core, where there are two and somebody to do it. @param {number[]} pids @param {number | undefined} core */
function pin(pids, core) {
  for (const pid of core === undefined ? [] : pids) {
    execFileSync("taskset", ["--all-tasks", "--pid", "--cpu-list", String(core), String(pid)], { stdio: "ignore" });
  }
}

/**
 * @param {any} edge
 * @param {any} load
 */
async function caller({ origin, issuer, documents, recipient }, { keys: algorithm, headers: batch, one_document: one = false }) {
  const { jwk, key } = issuer[algorithm];
  const owner = await Caller.create(/** @type {any} */ ({}), {}, algorithm);
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: "ana@acme.example", roles: ["analyst"], tenant: "acme", amr: ["mfa"], cnf: { jkt: owner.jkt } };
  const token = await new jose.SignJWT({ ...claims, iss: jwk.iss, aud: AUDIENCE, iat: now, exp: now + 3600 })
    .setProtectedHeader({ alg: algorithm, kid: "k1", typ: "at+jwt" })
    .sign(await jose.importJWK(key, algorithm));
  const url = `${origin}/v1/release`;
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  let next = 0;
  const headers = () => Array.from({ length: batch }, () => documents[one ? 0 : next++ % documents.length]);
  const body = () => JSON.stringify({ headers: headers(), purpose: "analyse", recipient, request_id: fresh() });
  return {
    made: async (/** @type {number} */ count) => {
      const made = [];
      for (let index = 0; index < count; index += 1) {
        made.push({ headers: { ...(await owner.credentials("POST", url, { token })), "content-type": "application/json" }, body: body() });
      }
      return made;
    },
    // A connection that the server ended is no failure of the edge: the request goes out again.
    send: function send(/** @type {{ headers: any, body: string }} */ { headers, body }) {
      return new Promise((resolve, reject) => {
        const sent = request(url, { method: "POST", agent, headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) => {
          response.resume().once("end", () => (response.statusCode === 200 ? resolve(undefined) : reject(new Error(`${response.statusCode}`))));
        });
        sent.once("error", (/** @type {any} */ failure) => (failure.code === "ECONNRESET" ? resolve(send({ headers, body })) : reject(failure))).end(body);
      });
    },
  };
}

/**
 * @param {any} call
 * @param {any} made
 */
async function timed(call, made) {
  const start = performance.now();
  await call.send(made);
  return performance.now() - start;
}

/** @param {any} call @param {any[]} made */
async function flood(call, made) {
  const left = made.slice();
  const start = performance.now();
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      await call.send(next);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { seconds: (performance.now() - start) / 1000 };
}

/** Sends at a fixed pace, however long answers take. @param {any} call @param {any[]} made @param {number} rate */
async function paced(call, made, rate) {
  const start = performance.now();
  const times = await Promise.all(
    made.map(async (one, index) => {
      const due = start + (1000 * index) / rate;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const began = performance.now();
      await call.send(one);
      return performance.now() - began;
    }),
  );
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => round(times[Math.floor(part * (times.length - 1))]);
  return { p50: at(0.5), p99: at(0.99) };
}

/** Seconds of processor that a process and its children took. @param {number[]} pids */
function cpu(pids) {
  const ticks = pids.map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" "));
  return ticks.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0) / 100;
}

/** @param {number} value */
function round(value) {
  return Math.round(100 * value) / 100;
}

/** @param {string} name */
async function serve(name) {
  const world = await World.create();
  const issuer = {};
  const issuers = [];
  for (const algorithm of ["EdDSA", "ES256"]) {
    const one = await Issuer.create(`https://${algorithm}.bench.example`, algorithm);
    issuer[algorithm] = { jwk: { iss: one.name }, key: await jose.exportJWK(one.privateKey) };
    issuers.push({ issuer: one.name, audience: AUDIENCE, keys: one.keys });
  }
  const documents = [];
  for (let left = Number(process.argv[4]); left > 0; left -= 1) {
    const { document } = await world.sealed(Buffer.from("text"));
    documents.push(Buffer.from(document.subarray(0, headerSize(document))).toString("base64"));
  }
  pin([process.pid], ITS);
  const settings = world.settings({ issuers, ...(name === "wasmtime" && { port: await freePort() }) });
  if (name === "wasmtime") {
    // What it compiles for these settings, it finds compiled at the next start.
    await (await hosts[name](world, settings)).stop();
  }
  const start = performance.now();
  const host = await hosts[name](world, settings, { alone: true });
  const took = performance.now() - start;
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  const pid = name === "node" ? [process.pid] : children;
  process.send?.({ origin: host.origin, pid, start: took, issuer, documents, recipient: String(world.identity.recipient) });
  const end = async () => {
    await host.stop();
    await world.end();
    process.exit();
  };
  process.once("message", end).once("disconnect", end);
}
