// Releases a second of an edge on this machine, on Node and on workerd, with their latency at half of that, and how fast it starts.
//
// `node tests/benches/edge.mjs [requests]`: callers and edge share the machine's cores; the edge's own time is told besides.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { hosts } from "../conformance/js/edge-hosts.js";
import { Caller, World, fresh, headerSize } from "../conformance/js/edge-world.js";

const CONCURRENCY = 16;

if (process.argv[2] === "serve") {
  await serve(process.argv[3] ?? "node");
} else {
  await measure(Number(process.argv[2] ?? 3000));
}

/** @param {number} count */
async function measure(count) {
  const results = [];
  for (const algorithm of ["EdDSA", "ES256"]) {
    for (const name of (process.env.EDGE_HOSTS ?? Object.keys(hosts).join(" ")).split(" ")) {
      const { child, message } = await started(name);
      const call = await caller(message, algorithm);
      const cold = await timed(call, (await call.made(1))[0]);
      await flood(call, await call.made(500));
      const [before, made] = [cpu(message.pid), await call.made(count)];
      const { seconds } = await flood(call, made);
      const used = cpu(message.pid) - before;
      const half = await paced(call, await call.made(Math.min(count, 2000)), count / seconds / 2);
      results.push({
        host: name,
        keys: algorithm,
        releases_a_second: Math.round(count / seconds),
        releases_a_cpu_second: Math.round(count / used),
        half_load_ms: half,
        start_ms: Math.round(message.start),
        first_release_ms: Math.round(cold),
      });
      console.error(JSON.stringify(results.at(-1)));
      child.send("end");
    }
  }
  console.log(JSON.stringify(results, undefined, 1));
}

/** @param {string} name */
async function started(name) {
  const child = fork(fileURLToPath(import.meta.url), ["serve", name], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const message = /** @type {any} */ (await new Promise((resolve) => child.once("message", resolve)));
  return { child, message };
}

/**
 * @param {any} edge
 * @param {string} algorithm
 */
async function caller({ origin, issuer, header, recipient }, algorithm) {
  const { jwk, key } = issuer[algorithm];
  const { importJWK } = await import("../conformance/js/node_modules/jose/dist/webapi/index.js");
  const owner = Object.assign(await Caller.create({ token: undefined }, {}, algorithm), {});
  const { SignJWT } = await import("../conformance/js/node_modules/jose/dist/webapi/index.js");
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: "ana@acme.example", roles: ["analyst"], tenant: "acme", amr: ["mfa"], cnf: { jkt: owner.jkt } };
  const token = await new SignJWT({ ...claims, iss: jwk.iss, aud: "https://edge.acme.example", iat: now, exp: now + 3600 })
    .setProtectedHeader({ alg: algorithm, kid: "k1", typ: "at+jwt" })
    .sign(await importJWK(key, algorithm));
  const url = `${origin}/v1/release`;
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const body = () => JSON.stringify({ headers: [header], purpose: "analyse", recipient, request_id: fresh() });
  return {
    made: async (/** @type {number} */ count) => {
      const made = [];
      for (let index = 0; index < count; index += 1) {
        made.push({ headers: { ...(await owner.credentials("POST", url, { token })), "content-type": "application/json" }, body: body() });
      }
      return made;
    },
    // A connection that the server ended meanwhile is no failure of the edge: the request goes out again.
    send: function send(/** @type {{ headers: any, body: string }} */ { headers, body }) {
      return new Promise((resolve, reject) => {
        const sent = request(url, { method: "POST", agent, headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) => {
          response.resume().once("end", () => (response.statusCode === 200 ? resolve(undefined) : reject(new Error(`${response.statusCode}`))));
        });
        sent.once("error", (failure) => (sent.reusedSocket ? resolve(send({ headers, body })) : reject(failure))).end(body);
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
  const at = (/** @type {number} */ part) => Math.round(100 * times[Math.floor(part * (times.length - 1))]) / 100;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Seconds of processor that a process and its children took. @param {number[]} pids */
function cpu(pids) {
  const ticks = pids.map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" "));
  return ticks.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0) / 100;
}

/** @param {string} name */
async function serve(name) {
  const world = await World.create();
  const { Issuer } = await import("../conformance/js/edge-world.js");
  const jose = await import("../conformance/js/node_modules/jose/dist/webapi/index.js");
  const issuer = {};
  const issuers = [];
  for (const algorithm of ["EdDSA", "ES256"]) {
    const one = await Issuer.create(`https://${algorithm}.bench.example`, algorithm);
    issuer[algorithm] = { jwk: { iss: one.name }, key: await jose.exportJWK(one.privateKey) };
    issuers.push({ issuer: one.name, audience: "https://edge.acme.example", keys: one.keys });
  }
  const start = performance.now();
  const host = await hosts[name](world, world.settings({ issuers }));
  const took = performance.now() - start;
  const { document } = await world.sealed(Buffer.from("text"));
  const header = Buffer.from(document.subarray(0, headerSize(document))).toString("base64");
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  const pid = name === "node" ? [process.pid] : children;
  process.send?.({ origin: host.origin, pid, start: took, issuer, header, recipient: String(world.identity.recipient) });
  const end = async () => {
    await host.stop();
    await world.end();
    process.exit();
  };
  process.once("message", end).once("disconnect", end);
}
