// What an edge promises beyond HTTP: its folder, its memory of proofs, its issuers' keys, its command.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";

import { FolderBucket, MemoryReplayStore, createEdge } from "sealwright/edge/node";

import { AUDIENCE, Caller, Issuer, World, headerSize } from "./edge-world.js";
import { inRepository } from "./vectors.js";

const world = await World.create();
test.after(() => world.end());

const cli = inRepository("wasm/js/dist/edge/cli.js");

test("a store of proofs takes an id once, and again only after its time", async () => {
  let now = 1_000;
  const store = new MemoryReplayStore({ clock: () => new Date(now) });
  assert.equal(await store.add("a", new Date(2_000)), true);
  assert.equal(await store.add("a", new Date(9_000)), false);
  now = 2_000;
  assert.equal(await store.add("a", new Date(9_000)), false);
  now = 2_001;
  assert.equal(await store.add("a", new Date(3_000)), true);
});

test("a store of proofs that is full refuses rather than forgets", async () => {
  let now = 1_000;
  const store = new MemoryReplayStore({ capacity: 2, clock: () => new Date(now) });
  await store.add("a", new Date(2_000));
  await store.add("b", new Date(2_000));
  await assert.rejects(store.add("c", new Date(2_000)), RangeError);
  assert.equal(await store.add("a", new Date(2_000)), false);
  now = 2_001;
  assert.equal(await store.add("c", new Date(3_000)), true);
});

test("an edge whose store of proofs fails answers that it cannot tell", async () => {
  const replay = { add: () => Promise.reject(new Error("out of order")) };
  const { edge, lines } = await edgeWith({ replay });
  const caller = await Caller.create(world.issuer, { sub: "ana@acme.example", roles: ["analyst"] });
  assert.deepEqual(await statusOf(edge, caller), [503, "replay_failed"]);
  assert.match(lines[0].error, /out of order/);
});

test("an issuer's keys are fetched again for an unknown one, twice a minute at most, and when they are old", async () => {
  let now = Date.now();
  let reachable = true;
  let fetched = 0;
  const names = { issuer: "https://remote.example", audience: AUDIENCE, keys_url: "https://remote.example/jwks" };
  const first = await Issuer.create(names.issuer, "ES256", "first");
  const second = await Issuer.create(names.issuer, "ES256", "second");
  let published = first.keys;
  const options = {
    issuers: [names],
    clock: () => new Date(now),
    fetch: async () => {
      fetched += 1;
      return reachable ? Response.json(published) : new Response("", { status: 500 });
    },
  };
  const { edge } = await edgeWith(options);
  const ask = async (/** @type {Issuer} */ issuer) => {
    const caller = await Caller.create(issuer, { sub: "ana@acme.example", roles: ["analyst"] });
    const at = Math.floor(now / 1000);
    return (await statusOf(edge, caller, { claims: { iat: at, exp: at + 300 }, proof: { iat: at } }))[1] ?? "believed";
  };
  assert.deepEqual([await ask(first), fetched], ["believed", 1]);
  published = { keys: [...second.keys.keys] };
  assert.deepEqual([await ask(second), fetched], ["token_key_unknown", 1]);
  now += 31_000;
  assert.deepEqual([await ask(second), fetched], ["believed", 2]);
  assert.deepEqual([await ask(first), fetched], ["token_key_unknown", 2]);
  published = first.keys;
  now += 601_000;
  assert.deepEqual([await ask(second), fetched], ["token_key_unknown", 3]);
  reachable = false;
  now += 601_000;
  assert.deepEqual([await ask(first), fetched], ["believed", 4]);
});

test("what is no set of keys, or too large a one, leaves the issuer out of reach", async () => {
  const issuer = { issuer: world.issuer.name, audience: AUDIENCE, keys_url: "https://remote.example/jwks" };
  const caller = await Caller.create(world.issuer, { sub: "ana@acme.example", roles: ["analyst"] });
  for (const body of ["[]", "{", `{"keys":[]${" ".repeat(300_000)}}`, "\xff"]) {
    const { edge, lines } = await edgeWith({ issuers: [issuer], fetch: async () => new Response(body) });
    assert.deepEqual(await statusOf(edge, caller), [503, "issuer_unreachable"], body.slice(0, 20));
    assert.ok(lines[0].error.length > 0 && lines[0].error.length < 300);
  }
});

test("an instance that trapped is replaced, and knows the issuers' keys", async () => {
  const { Service } = await import(inRepository("wasm/js/dist/edge/service.js"));
  const service = await Service.create({
    bundle: world.bundle,
    signers: [String(world.signer.verifier)],
    names: {},
    identities: [world.identities],
    senders: [String(world.sender.verifier)],
    allowUnsigned: false,
    configuration: { issuers: [{ issuer: world.issuer.name, audience: AUDIENCE }] },
  });
  service.setIssuerKeys(world.issuer.name, JSON.stringify(world.issuer.keys));
  const caller = await Caller.create(world.issuer, { sub: "ana@acme.example" });
  const { authorization, dpop } = await caller.credentials("GET", "https://edge.example/");
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  const ask = () =>
    service.run((/** @type {any} */ core) => core.authenticate(authorization, dpop, "GET", "https://edge.example/", time));
  const before = JSON.parse(ask());
  const trap = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  assert.throws(() => service.run(trap), { code: "trap" });
  assert.deepEqual(JSON.parse(ask()), before);
});

test("a policy that nobody trusted has signed starts no edge", async () => {
  const policy = { bundle: world.bundle, signers: [String(world.stranger.verifier)] };
  await assert.rejects(edgeWith({ policy }), { code: "bundle_untrusted" });
  await assert.rejects(edgeWith({ corsOrigins: ["https://portal.example/"] }), TypeError);
});

test("an edge decides alike by a program and by what it was compiled from", async () => {
  const { policy } = /** @type {any} */ (world.settings());
  const clock = () => new Date("2026-11-22T08:00:00Z");
  const bundles = [{ bundle: world.bundle }, { bundle: world.sources }, { bundle: world.bundle, revision: "7" }, { bundle: world.bundle, revision: "8" }];
  const answers = [];
  for (const bundle of bundles) {
    const { edge } = await edgeWith({ policy: { ...policy, ...bundle }, clock });
    answers.push(await evaluated(edge, clock));
  }
  assert.equal(answers[0].decision, true);
  assert.deepEqual(answers.slice(1, 3), [answers[0], answers[0]]);
  assert.equal(answers[3].context.policy.revision, "8");
});

test("a folder holds whole objects alone, and only those that it wrote", async () => {
  const folder = mkdtempSync(join(world.folder, "folder-"));
  const bucket = await FolderBucket.open(folder);
  const front = new Uint8Array(0);
  const failing = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
    },
    pull(controller) {
      controller.error(new Error("gone"));
    },
  });
  await assert.rejects(bucket.put("a", failing, { size: 20, front }), /gone/);
  await assert.rejects(bucket.put("a", new Blob(["ab"]).stream(), { size: 3, front }), RangeError);
  assert.deepEqual([await bucket.list({ limit: 9 }), readdirSync(join(folder, ".unfinished"))], [[], []]);
  assert.equal(await bucket.put("a", new Blob(["abc"]).stream(), { size: 3, front }), true);
  assert.equal(await bucket.put("a", new Blob(["xyz"]).stream(), { size: 3, front }), false);
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "abc");
  symlinkSync("/etc/hostname", join(folder, "link"));
  assert.equal(await bucket.head("link"), undefined);
  await assert.rejects(bucket.get("link"));
  for (const id of ["../a", ".unfinished", "", "a/b", "a\0"]) {
    await assert.rejects(bucket.head(id), TypeError);
  }
  await bucket.delete("a");
  assert.deepEqual(await bucket.list({ limit: 9 }), []);
});

test("a folder puts parts together once, each as it was when it came", async () => {
  const folder = mkdtempSync(join(world.folder, "folder-"));
  const bucket = await FolderBucket.open(folder);
  const upload = await bucket.begin();
  const part = async (/** @type {number} */ number, /** @type {string} */ text, size = text.length) => ({
    number,
    etag: await bucket.part("a", upload, { number, size }, new Blob([text]).stream()),
  });
  const [third, first, second] = [await part(3, "c"), await part(1, "aaa"), await part(2, "bbb")];
  const again = await part(2, "xxx");
  await assert.rejects(part(2, "bb", 3), RangeError);
  assert.equal(readdirSync(join(folder, ".unfinished", upload)).length, 4);
  assert.deepEqual([await bucket.list({ limit: 9 }), await bucket.head("a")], [[], undefined]);
  const missing = [first, { number: 2, etag: "00000000-0000-0000-0000-000000000000" }];
  await assert.rejects(bucket.complete("a", upload, missing), { name: "UploadGoneError" });
  assert.notEqual(again.etag, second.etag);
  const parts = [first, second, third];
  const both = await Promise.allSettled([bucket.complete("a", upload, parts), bucket.complete("a", upload, parts)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "aaabbbc");
  assert.deepEqual(readdirSync(join(folder, ".unfinished")), []);
  await assert.rejects(part(1, "aaa"), { name: "UploadGoneError" });
  const other = await bucket.begin();
  const etag = await bucket.part("a", other, { number: 1, size: 1 }, new Blob(["x"]).stream());
  assert.equal(await bucket.complete("a", other, [{ number: 1, etag }]), false);
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "aaabbbc");
  await bucket.abort("a", await bucket.begin());
  await bucket.abort("a", upload);
  assert.deepEqual(readdirSync(join(folder, ".unfinished")), []);
  for (const name of ["..", "../a", "", `${upload}/../..`]) {
    await assert.rejects(bucket.abort("a", name), TypeError);
    await assert.rejects(bucket.complete("a", upload, [{ number: 1, etag: name }]), TypeError);
  }
});

test("what a process left half written is removed when it is old", async () => {
  const folder = mkdtempSync(join(world.folder, "folder-"));
  await FolderBucket.open(folder);
  const [old, young] = ["old", "young"].map((name) => join(folder, ".unfinished", name));
  [old, young].forEach((file) => writeFileSync(String(file), "half"));
  const bucket = await FolderBucket.open(folder);
  const [given, kept] = [await bucket.begin(), await bucket.begin()];
  await bucket.part("a", given, { number: 1, size: 1 }, new Blob(["x"]).stream());
  [String(old), join(folder, ".unfinished", given)].forEach((path) => utimesSync(path, 0, 0));
  await FolderBucket.open(folder);
  assert.deepEqual(readdirSync(join(folder, ".unfinished")).sort(), [kept, "young"].sort());
});

test("a disk without room is told apart, and nothing is stored half", async (context) => {
  const config = configured({ bucket: "small" });
  // No file of this process grows beyond 1 MiB, which is what a quota looks like.
  const served = spawn("bash", ["-c", `ulimit -f 1024; exec "${process.execPath}" "${cli}" --config "${config}" --port 0`]);
  context.after(() => served.kill());
  const origin = await announced(served);
  const ingest = await Caller.create(world.issuer, { sub: "ingest@acme.example", roles: ["contributor"] });
  const put = async (/** @type {number} */ size) => {
    const { id, document } = await world.sealed(new Uint8Array(size));
    const url = `${origin}/v1/objects/${id}`;
    const headers = await ingest.credentials("PUT", url);
    const response = await fetch(url, { method: "PUT", body: document, headers });
    return [response.status, (await response.json()).code];
  };
  const part = async () => {
    const { id, document } = await world.sealed(new Uint8Array(3_000_000));
    const [path, header] = [`${origin}/v1/objects/${id}/uploads`, document.slice(0, headerSize(document))];
    const beginning = { "upload-length": String(document.length), ...(await ingest.credentials("POST", path)) };
    const { ticket } = await (await fetch(path, { method: "POST", body: header, headers: beginning })).json();
    const headers = { "upload-ticket": ticket, ...(await ingest.credentials("PUT", `${path}/1`)) };
    const response = await fetch(`${path}/1`, { method: "PUT", body: document, headers });
    const ending = { "upload-ticket": ticket, ...(await ingest.credentials("DELETE", path)) };
    assert.equal((await fetch(path, { method: "DELETE", headers: ending })).status, 204);
    return [response.status, (await response.json()).code];
  };
  assert.deepEqual([await put(3_000_000), await part()], [[507, "bucket_full"], [507, "bucket_full"]]);
  assert.deepEqual(readdirSync(join(world.folder, "small")), [".unfinished"]);
  assert.deepEqual(readdirSync(join(world.folder, "small", ".unfinished")), []);
  assert.deepEqual(await put(300_000), [201, undefined]);
});

test("the command says what is wrong with a configuration", async () => {
  /** @type {[any, RegExp][]} */
  const cases = [
    [{ issuer: [] }, /has `issuer`, which nothing reads/],
    [{ issuers: [] }, /expected `issuers` of the configuration to be a list that is not empty/],
    [{ issuers: [{ issuer: "x", audience: "y" }] }, /one of `keys` and `keys_url` for the issuer `x`/],
    [{ policy: { bundle: "policy.tar.gz" } }, /`policy` lacks `signers`/],
    [{ policy: { bundle: "none.tar.gz", signers: ["x"] } }, /ENOENT.*none.tar.gz/],
    [{ identities: undefined }, /expected `identities`/],
    [{ senders: ["x"] }, /verifier/],
  ];
  for (const [more, expected] of cases) {
    const failed = promisify(execFile)(process.execPath, [cli, "--config", configured(more), "--port", "0"]);
    await assert.rejects(failed, (/** @type {any} */ { code, stderr }) => {
      assert.match(stderr, expected);
      assert.match(stderr, /^sealwright-edge: .+\n$/);
      assert.equal(code, 2);
      return true;
    });
  }
});

/** @param {any} more */
async function edgeWith(more) {
  const { issuers, senders, policy, delegates } = /** @type {any} */ (world.settings());
  /** @type {any[]} */
  const lines = [];
  const bucket = await FolderBucket.open(mkdtempSync(join(world.folder, "objects-")));
  const edge = await createEdge({
    issuers,
    senders,
    delegates,
    bucket,
    policy: { ...policy, bundle: world.bundle },
    identities: [world.identities],
    log: (line) => lines.push(line),
    ...more,
  });
  return { edge, lines };
}

/**
 * @param {import("sealwright/edge").Edge} edge
 * @param {Caller} caller
 * @param {any} [but]
 */
async function statusOf(edge, caller, but) {
  const url = "https://edge.example/v1/objects";
  const response = await edge(new Request(url, { headers: await caller.credentials("GET", url, but) }));
  return [response.status, (await response.json()).code];
}

/**
 * Asks whether an analyst may open a document.
 *
 * @param {import("sealwright/edge").Edge} edge
 * @param {() => Date} clock
 */
async function evaluated(edge, clock) {
  const caller = await Caller.create(world.issuer, { sub: "ana@acme.example", scope: "evaluate" });
  const url = "https://edge.example/access/v1/evaluation";
  const iat = Math.floor(clock().getTime() / 1000);
  const credentials = await caller.credentials("POST", url, { claims: { iat, exp: iat + 300 }, proof: { iat } });
  const label = { classification: "internal", created_at: "2026-01-01T00:00:00Z", document_id: "d-1", purposes: ["analyse"], tenant: "acme" };
  const question = {
    subject: { type: "user", id: "kim", properties: { roles: ["analyst"], tenant: "acme" } },
    action: { name: "open" },
    resource: { type: "document", id: "d-1", properties: label },
    context: { purpose: "analyse" },
  };
  const headers = { ...credentials, "content-type": "application/json" };
  const answered = await edge(new Request(url, { method: "POST", headers, body: JSON.stringify(question) }));
  return answered.json();
}

/** @param {any} more */
function configured(more) {
  const { cors_origins: _, max_object_size: __, ...settings } = /** @type {any} */ (world.settings());
  const policy = { ...settings.policy, bundle: "policy.tar.gz" };
  writeFileSync(join(world.folder, "identity.txt"), world.identities);
  const path = join(world.folder, "edge.json");
  writeFileSync(path, JSON.stringify({ ...settings, policy, identities: "identity.txt", bucket: "objects", ...more }));
  return path;
}

/** @param {import("node:child_process").ChildProcessWithoutNullStreams} served */
async function announced(served) {
  let text = "";
  for await (const part of served.stderr) {
    text += part;
    const origin = /The edge is at (\S+)\/\n/.exec(text)?.[1];
    if (origin !== undefined) {
      return origin;
    }
  }
  throw new Error(`the command ended: ${text}`);
}
