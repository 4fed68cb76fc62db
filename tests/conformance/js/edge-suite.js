// What an edge promises over HTTP, whatever it runs on (`core/spec/release.md`).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";

import * as age from "age-encryption";
import { Bundle, Signer, generateIdentity, generatePqIdentity, inspect } from "sealwright";

import { AUDIENCE, Caller, Issuer, corpus, fresh, headerSize } from "./edge-world.js";

/** @typedef {import("./edge-world.js").World} World */
/** @typedef {import("./edge-hosts.js").Host} Host */
/** @typedef {Record<string, any>} Json */

/** Is one host under test, with those who call it. */
export class Stage {
  /**
   * @param {World} world
   * @param {Host} host
   */
  static async create(world, host) {
    const caller = (/** @type {string} */ name, /** @type {string[]} */ roles, more = {}) =>
      Caller.create(world.issuer, { sub: `${name}@acme.example`, roles, ...more });
    return Object.assign(new Stage(), {
      world,
      host,
      ana: await caller("ana", ["analyst"], { scope: "evaluate" }),
      tom: await caller("tom", ["trainer"]),
      ingest: await caller("ingest", ["contributor"]),
      eve: await caller("eve", ["analyst"], { tenant: "globex" }),
      rex: await caller("rex", ["analyst"]),
    });
  }

  /**
   * Calls a route.
   *
   * @param {Caller | undefined} caller
   * @param {string} method
   * @param {string} path
   * @param {{ body?: any, headers?: Json, but?: any, broken?: boolean }} [more]
   */
  async call(caller, method, path, { body, headers = {}, but, broken = false } = {}) {
    const url = (broken ? this.host.brokenOrigin : this.host.origin) + path;
    const credentials = caller === undefined ? {} : await caller.credentials(method, url, but);
    const all = { ...(broken && this.host.brokenHeaders), ...credentials, ...headers };
    return fetch(url, { method, body, headers: all, redirect: "error" });
  }

  /**
   * Calls a route with JSON.
   *
   * @param {Caller | undefined} caller
   * @param {string} path
   * @param {any} body
   * @param {{ headers?: Json, but?: any }} [more]
   */
  async post(caller, path, body, more = {}) {
    const headers = { "content-type": "application/json", ...more.headers };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.call(caller, "POST", path, { ...more, body: text, headers });
  }

  /**
   * Asks for the keys of documents.
   *
   * @param {Caller} caller
   * @param {Uint8Array[]} documents
   * @param {Json} [fields]
   */
  async release(caller, documents, fields = {}, more = {}) {
    const identity = await generateIdentity();
    const headers = documents.map((document) => base64(document.subarray(0, headerSize(document))));
    const question = { headers, purpose: "analyse", recipient: String(identity.recipient), request_id: fresh(), ...fields };
    const response = await this.post(caller, "/v1/release", question, more);
    return { response, answer: await response.json(), identity, question };
  }

  /**
   * Stores a document.
   *
   * @param {string} id
   * @param {Uint8Array} document
   * @param {{ caller?: Caller, headers?: Json, broken?: boolean }} [more]
   */
  async put(id, document, { caller = this.ingest, ...more } = {}) {
    return this.call(caller, "PUT", `/v1/objects/${id}`, { body: document, ...more });
  }
}

/**
 * Tries to store what must not be, where anything is kept at all.
 *
 * @param {Stage} stage
 * @param {string} id
 * @param {Uint8Array} document
 * @param {string} code
 */
async function notStored(stage, id, document, code) {
  if (!stage.host.keepsNothing) {
    await refused(await stage.put(id, document), 422, code);
  }
}

/** @type {Record<string, (stage: Stage) => Promise<void>>} */
export const promises = {
  async "a call without a token is challenged and told no error"(stage) {
    const response = await stage.call(undefined, "GET", "/v1/objects");
    await refused(response, 401, "token_missing");
    assert.equal(response.headers.get("www-authenticate"), 'DPoP algs="EdDSA ES256 RS256"');
  },

  async "a token of somebody else's issuer, or signed by somebody else's key, is refused"(stage) {
    const foreign = await Issuer.create("https://id.globex.example", "ES256");
    const forger = await Issuer.create(stage.world.issuer.name, "ES256");
    for (const issuer of [foreign, forger]) {
      const caller = await Caller.create(issuer, { sub: "ana@acme.example", roles: ["analyst"] });
      await refused(await stage.call(caller, "GET", "/v1/objects"), 401, "token_invalid");
    }
  },

  async "a token without a signature, or signed with a public key as a secret, is refused"(stage) {
    const { ana, world } = stage;
    const claims = { iss: world.issuer.name, aud: AUDIENCE, exp: now() + 300, sub: "ana", cnf: { jkt: ana.jkt } };
    for (const alg of ["none", "NONE", "HS256", "ES384"]) {
      const token = `${part({ alg, kid: "k1", typ: "at+jwt" })}.${part(claims)}.${alg === "none" ? "" : "AAAA"}`;
      const response = await stage.call(ana, "GET", "/v1/objects", { but: { token } });
      await refused(response, 401, "token_invalid");
      assert.match(response.headers.get("www-authenticate") ?? "", /^DPoP error="invalid_token", algs=/);
    }
  },

  async "a token for another audience is refused"(stage) {
    for (const aud of ["https://other.acme.example", [], `${AUDIENCE}/`, undefined]) {
      const response = await stage.call(stage.ana, "GET", "/v1/objects", { but: { claims: { aud } } });
      await refused(response, 401, "token_invalid");
    }
    const several = { aud: ["https://other.acme.example", AUDIENCE] };
    assert.equal((await stage.call(stage.ana, "GET", "/v1/objects", { but: { claims: several } })).status, 200);
  },

  async "a token whose time is over or has not come is refused"(stage) {
    for (const claims of [{ exp: now() - 90 }, { nbf: now() + 90 }, { iat: now() + 600, exp: now() + 900 }]) {
      await refused(await stage.call(stage.ana, "GET", "/v1/objects", { but: { claims } }), 401, "token_expired");
    }
    const skewed = { exp: now() - 30, nbf: now() + 30 };
    assert.equal((await stage.call(stage.ana, "GET", "/v1/objects", { but: { claims: skewed } })).status, 200);
  },

  async "a caller whose clock is off by ten minutes is refused"(stage) {
    for (const iat of [now() - 600, now() + 600]) {
      const response = await stage.call(stage.ana, "GET", "/v1/objects", { but: { proof: { iat } } });
      await refused(response, 401, "proof_invalid");
      assert.match(response.headers.get("www-authenticate") ?? "", /error="invalid_dpop_proof"/);
    }
  },

  async "a proof is taken once"(stage) {
    const url = `${stage.host.origin}/v1/objects`;
    const headers = await stage.ana.credentials("GET", url);
    const responses = await Promise.all(Array.from({ length: 8 }, () => fetch(url, { headers })));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array(7).fill(401)]);
    await refused(await fetch(url, { headers }), 401, "proof_replayed");
  },

  async "a proof of another request, token or key is refused, and so is none"(stage) {
    const { ana, host, eve } = stage;
    const path = "/v1/objects";
    for (const proof of [{ htm: "POST" }, { htu: `${host.origin}/v1/policy` }, { ath: fresh(32) }, { ath: undefined }]) {
      await refused(await stage.call(ana, "GET", path, { but: { proof } }), 401, "proof_invalid");
    }
    const private_ = { proofHeader: { jwk: { ...ana.jwk, d: fresh(32) } } };
    await refused(await stage.call(ana, "GET", path, { but: private_ }), 401, "proof_invalid");
    const { authorization, dpop } = await ana.credentials("GET", host.origin + path);
    const other = await eve.credentials("GET", host.origin + path, { token: authorization.slice(5) });
    await refused(await fetch(host.origin + path, { headers: other }), 401, "proof_invalid");
    await refused(await fetch(host.origin + path, { headers: { authorization } }), 401, "proof_missing");
    const bearer = { authorization: authorization.replace("DPoP", "Bearer"), dpop };
    await refused(await fetch(host.origin + path, { headers: bearer }), 401, /^token_(missing|invalid)$/);
  },

  async "a query takes no part in a proof"(stage) {
    assert.equal((await stage.call(stage.ana, "GET", "/v1/objects?limit=1")).status, 200);
  },

  async "callers may hold keys of each algorithm"(stage) {
    for (const algorithm of ["EdDSA", "ES256", "RS256"]) {
      const caller = await Caller.create(stage.world.issuer, { sub: "ana@acme.example", roles: ["analyst"] }, algorithm);
      assert.equal((await stage.call(caller, "GET", "/v1/objects")).status, 200, algorithm);
    }
  },

  async "keys that are fetched are believed, whatever their algorithm, and an unknown one is refused"(stage) {
    for (const algorithm of ["EdDSA", "ES256", "RS256"]) {
      const issuer = stage.world.remote.issuers[algorithm];
      const caller = await Caller.create(issuer, { sub: "ana@acme.example", roles: ["analyst"] });
      assert.equal((await stage.call(caller, "GET", "/v1/objects")).status, 200, algorithm);
      const unknown = { but: { header: { kid: "k2" } } };
      await refused(await stage.call(caller, "GET", "/v1/objects", unknown), 401, "token_key_unknown");
      await refused(await stage.call(caller, "GET", "/v1/objects", unknown), 401, "token_key_unknown");
    }
    const fetched = Object.values(stage.world.remote.fetched).reduce((sum, count) => sum + count, 0);
    assert.ok(fetched <= 6, `${fetched} fetches of three sets, with two hosts`);
  },

  async "an issuer that cannot be reached is told apart from a bad token"(stage) {
    const caller = await Caller.create(stage.world.remote.dead, { sub: "ana@acme.example", roles: ["analyst"] });
    const response = await stage.call(caller, "GET", "/v1/objects");
    await refused(response, 503, "issuer_unreachable");
    assert.equal(response.headers.get("retry-after"), "5");
  },

  async "what is released opens with stock age and with age-encryption"(stage) {
    for (const kind of ["identity", "hybrid"]) {
      const plaintext = randomBytes(200_000);
      const { document } = await stage.world.sealed(plaintext, {}, { recipients: [stage.world[kind].recipient] });
      const { response, answer, identity, question } = await stage.release(stage.ana, [document]);
      assert.equal(response.status, 200, JSON.stringify(answer));
      assert.equal(answer.request_id, question.request_id);
      assert.equal(answer.results[0].decision.decision, true);
      const file = opened(answer.results[0].header, document);
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(identity.reveal());
      assert.deepEqual(Buffer.from(await decrypter.decrypt(file)), plaintext);
      const [key, path] = [join(stage.world.folder, "key"), join(stage.world.folder, "file.age")];
      writeFileSync(key, identity.reveal());
      writeFileSync(path, file);
      assert.deepEqual(execFileSync("age", ["--decrypt", "--identity", key, path]), plaintext);
    }
  },

  async "a key is released to a hybrid recipient too"(stage) {
    const identity = await generatePqIdentity();
    const { document } = await stage.world.sealed(Buffer.from("text"));
    const { answer } = await stage.release(stage.ana, [document], { recipient: String(identity.recipient) });
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity.reveal());
    assert.equal(Buffer.from(await decrypter.decrypt(opened(answer.results[0].header, document))).toString(), "text");
  },

  async "a batch is answered in its order, and one released key makes it succeed"(stage) {
    const open = await stage.world.sealed(Buffer.from("one"));
    const other = await stage.world.sealed(Buffer.from("two"), { tenant: "globex" }, { by: "globex" });
    const stranger = await generateIdentity();
    const closed = await stage.world.sealed(Buffer.from("three"), {}, { recipients: [stranger.recipient] });
    const { response, answer } = await stage.release(stage.ana, [closed.document, other.document, open.document]);
    assert.equal(response.status, 200);
    assert.deepEqual(answer.results[0].error.code, "no_key");
    assert.deepEqual(answer.results[1].decision.reasons, ["tenant_mismatch"]);
    assert.equal(answer.results[1].header, undefined);
    assert.equal(typeof answer.results[2].header, "string");
    const alone = await stage.release(stage.ana, [closed.document, other.document]);
    assert.equal(alone.response.status, 422);
    assert.deepEqual([alone.answer.code, alone.answer.results.length], ["no_key", 2]);
    assert.equal(alone.response.headers.get("content-type"), "application/problem+json");
  },

  async "whom the policy does not admit is told why"(stage) {
    const confidential = await stage.world.sealed(Buffer.from("text"), { classification: "confidential" });
    const { document } = await stage.world.sealed(Buffer.from("text"));
    const cases = /** @type {const} */ ([
      [stage.ana, confidential.document, {}, { but: { claims: { amr: ["pwd"] } } }, ["mfa_required"]],
      [stage.ana, document, { purpose: "train" }, {}, ["purpose_not_granted", "purpose_not_on_label"]],
      [stage.ana, document, { purpose: undefined }, {}, ["purpose_missing"]],
      [stage.ana, document, { action: "train" }, {}, ["purpose_mismatch", "purpose_not_granted", "purpose_not_on_label", "role_not_permitted"]],
      [stage.rex, document, {}, {}, ["subject_revoked"]],
      [stage.eve, document, {}, {}, ["tenant_mismatch"]],
      [stage.ingest, document, {}, {}, ["role_not_permitted"]],
    ]);
    for (const [caller, sealed, fields, more, reasons] of cases) {
      const { response, answer } = await stage.release(caller, [sealed], fields, more);
      assert.equal(response.status, 403, JSON.stringify(answer));
      assert.deepEqual([answer.code, answer.reasons], ["denied", reasons]);
      assert.equal(answer.results[0].header, undefined);
    }
  },

  async "masking is left to callers, who are told of it"(stage) {
    const { document } = await stage.world.sealed(Buffer.from("text"), { purposes: ["train", "analyse"] });
    const { response, answer } = await stage.release(stage.tom, [document], { purpose: "train", action: "train" });
    assert.equal(response.status, 200, JSON.stringify(answer));
    assert.equal(answer.results[0].decision.obligations[0].type, "transform");
  },

  async "a forged label, a swapped key and a label over another payload are refused"(stage) {
    const { world } = stage;
    const restricted = await world.sealed(Buffer.from("secret"), { classification: "restricted", purposes: ["analyse"] });
    const stanzas = stanzasOf(restricted.document);
    const looser = { ...JSON.parse(Buffer.from(stanzas[0].body).toString()), classification: "public", purposes: ["train"] };
    const label = new age.Stanza(stanzas[0].args, Buffer.from(JSON.stringify(looser)));
    const forgeries = {
      "a forged label under a true signature": [label, stanzas[1]],
      "a true label and signature over another file key": [stanzas[0], stanzas[1]],
    };
    for (const [name, front] of Object.entries(forgeries)) {
      const document = await forged(front, world.identity.recipient, Buffer.from("other"));
      const { response, answer } = await stage.release(stage.ana, [document]);
      assert.deepEqual([response.status, answer.code], [422, "sender_signature"], name);
      await notStored(stage, looser.document_id, document, "sender_signature");
    }
    const unsigned = await forged([label], world.identity.recipient, Buffer.from("other"));
    assert.equal((await stage.release(stage.ana, [unsigned])).answer.code, "sender_missing");
    await notStored(stage, looser.document_id, unsigned, "sender_missing");
    const strange = await world.sealed(Buffer.from("text"), {}, { signer: world.stranger });
    assert.equal((await stage.release(stage.ana, [strange.document])).answer.code, "sender_untrusted");
    await notStored(stage, strange.id, strange.document, "sender_untrusted");
    const namesake = await Signer.generate("ingest");
    const renamed = await world.sealed(Buffer.from("text"), {}, { signer: namesake });
    assert.equal((await stage.release(stage.ana, [renamed.document])).response.status, 422);
  },

  async "a document for somebody else and one whose MAC does not hold fail alike"(stage) {
    const stranger = await generateIdentity();
    const closed = await stage.world.sealed(Buffer.from("text"), {}, { recipients: [stranger.recipient] });
    const altered = (await stage.world.sealed(Buffer.from("text"))).document.slice();
    const place = headerSize(altered) - 10;
    altered[place] = altered[place] === 65 ? 66 : 65;
    const answers = [];
    for (const document of [closed.document, altered]) {
      answers.push((await stage.release(stage.ana, [document])).answer.results[0]);
    }
    assert.equal(answers[0].error.code, "no_key");
    assert.deepEqual(answers[0], answers[1]);
  },

  async "a question that is none is refused"(stage) {
    const { document } = await stage.world.sealed(Buffer.from("text"));
    const headers = [base64(document.subarray(0, headerSize(document)))];
    const recipient = String(stage.world.identity.recipient);
    const good = { headers, recipient, request_id: fresh(), purpose: "analyse" };
    const bad = [
      "",
      "[]",
      "{",
      { ...good, headers: [] },
      { ...good, headers: "x" },
      { ...good, headers: ["?"] },
      { ...good, recipient: "age1" },
      { ...good, request_id: "short" },
      { ...good, action: "seal" },
      { ...good, more: 1 },
      `{"headers":[],"headers":[]}`,
    ];
    for (const body of bad) {
      await refused(await stage.post(stage.ana, "/v1/release", body), 400, "request_invalid");
    }
    await refused(await stage.post(stage.ana, "/v1/release", good, { headers: { "content-type": "text/plain" } }), 415, "media_type");
  },

  async "a header of 1 MB, 10,000 headers and a body of more than 1 MiB are too much"(stage) {
    const recipient = String(stage.world.identity.recipient);
    const { document } = await stage.world.sealed(Buffer.from("text"));
    const header = base64(document.subarray(0, headerSize(document)));
    const question = (/** @type {string[]} */ headers) => ({ headers, recipient, request_id: fresh(), purpose: "analyse" });
    const huge = Buffer.concat([Buffer.from("age-encryption.org/v1\n-> X "), Buffer.alloc(700_000, "a")]);
    const large = await stage.post(stage.ana, "/v1/release", question([base64(huge)]));
    await refused(large, 422, "header_too_large");
    await refused(await stage.post(stage.ana, "/v1/release", question(Array(10_000).fill(header))), 413, "too_large");
    await refused(await stage.post(stage.ana, "/v1/release", question(Array(10_000).fill("AAAA"))), 413, "too_large");
    await refused(await stage.post(stage.ana, "/v1/release", " ".repeat(2 ** 20 + 1)), 413, "too_large");
    const streamed = new Blob([" ".repeat(2 ** 20 + 1)]).stream();
    const headers = { ...(await stage.ana.credentials("POST", `${stage.host.origin}/v1/release`)), "content-type": "application/json" };
    const request = { method: "POST", body: streamed, headers, duplex: /** @type {const} */ ("half") };
    await refused(await fetch(`${stage.host.origin}/v1/release`, request), 413, "too_large");
    const full = await stage.post(stage.ana, "/v1/release", question(Array(256).fill(header)));
    assert.equal((await full.json()).results.length, 256);
  },

  async "an object that is stored is handed out as it was, whole and by ranges"(stage) {
    const { id, document } = await stage.world.sealed(randomBytes(300_000));
    const stored = await stage.put(id, document);
    const receipt = await stored.json();
    assert.deepEqual([stored.status, receipt.id, receipt.size], [201, id, document.length], JSON.stringify(receipt));
    assert.deepEqual(Object.keys(receipt).sort(), ["blake3", "decision_id", "id", "size", "stored_at"]);
    const path = `/v1/objects/${id}`;
    const whole = await stage.call(stage.ana, "GET", path);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), Buffer.from(document));
    assert.equal(whole.headers.get("etag"), `"${receipt.blake3}"`);
    const head = await stage.call(stage.ana, "HEAD", path);
    assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, String(document.length), ""]);
    const unchanged = await stage.call(stage.ana, "GET", path, { headers: { "if-none-match": `"x", "${receipt.blake3}"` } });
    assert.equal(unchanged.status, 304);
    const size = document.length;
    const ranges = { "0-0": [0, 1], "0-99": [0, 100], "100000-200000": [100_000, 200_001], "-10": [size - 10, size], "5-": [5, size] };
    for (const [range, [from, to]] of Object.entries({ ...ranges, [`10-${size * 2}`]: [10, size] })) {
      const part = await stage.call(stage.ana, "GET", path, { headers: { range: `bytes=${range}` } });
      assert.deepEqual([part.status, part.headers.get("content-range")], [206, `bytes ${from}-${Number(to) - 1}/${size}`]);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), Buffer.from(document.slice(from, to)), range);
    }
    for (const range of [`${size}-`, "5-4", "-0", "0-1,5-6", "x", "-"]) {
      const none = await stage.call(stage.ana, "GET", path, { headers: { range: `bytes=${range}` } });
      await refused(none, 416, "range_invalid");
      assert.equal(none.headers.get("content-range"), `bytes */${size}`);
    }
    const other = await stage.call(stage.ana, "GET", path, { headers: { range: "bytes=0-9", "if-range": '"other"' } });
    assert.equal((await other.arrayBuffer()).byteLength, size);
  },

  async "an object is never replaced, not even by two at once"(stage) {
    const first = await stage.world.sealed(Buffer.from("first"));
    const second = await stage.world.sealed(randomBytes(200_000), { document_id: first.id });
    assert.equal((await stage.put(first.id, first.document)).status, 201);
    await refused(await stage.put(first.id, second.document), 409, "exists");
    const kept = await stage.call(stage.ana, "GET", `/v1/objects/${first.id}`);
    assert.deepEqual(Buffer.from(await kept.arrayBuffer()), Buffer.from(first.document));
    const contested = randomUUID();
    const rivals = [];
    for (let count = 0; count < 6; count += 1) {
      rivals.push((await stage.world.sealed(randomBytes(500_000), { document_id: contested })).document);
    }
    const responses = await Promise.all(rivals.map((document) => stage.put(contested, document)));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
    const winner = rivals[responses.findIndex(({ status }) => status === 201)];
    const object = await stage.call(stage.ana, "GET", `/v1/objects/${contested}`);
    assert.deepEqual(Buffer.from(await object.arrayBuffer()), Buffer.from(winner ?? []));
  },

  async "only those store whom the policy lets, and only what it lets them"(stage) {
    const { id, document } = await stage.world.sealed(Buffer.from("text"));
    const denied = await stage.put(id, document, { caller: stage.ana });
    await refused(denied, 403, "denied", { reasons: ["role_not_permitted"] });
    const foreign = await stage.world.sealed(Buffer.from("text"), { tenant: "globex" }, { by: "globex" });
    await refused(await stage.put(foreign.id, foreign.document), 403, "denied", { reasons: ["tenant_mismatch"] });
    await refused(await stage.put(randomUUID(), document), 400, "request_invalid");
    assert.ok(!(await stage.host.objects()).includes(id));
  },

  async "what was sealed by a clock that is half a minute ahead is stored, and by one two minutes ahead is not"(stage) {
    const sealed = (/** @type {number} */ ahead) => {
      const created_at = `${new Date((now() + ahead) * 1000).toISOString().slice(0, 19)}Z`;
      return stage.world.sealed(Buffer.from("text"), { created_at }, { ahead: ahead + 1 });
    };
    const early = await sealed(30);
    assert.equal((await stage.put(early.id, early.document)).status, 201);
    const future = await sealed(120);
    await refused(await stage.put(future.id, future.document), 403, "denied", { reasons: ["created_in_future"] });
  },

  async "what is no sealed document is not stored"(stage) {
    const { id, document } = await stage.world.sealed(Buffer.from("text"));
    const armored = await stage.world.sealed(Buffer.from("text"), { document_id: id }, { armor: true });
    await refused(await stage.put(id, armored.document), 422, "not_age");
    await refused(await stage.put(id, Buffer.from("Dear Sir or Madam,\n")), 422, "not_age");
    await refused(await stage.put(id, document.slice(0, headerSize(document) - 5)), 422, "header_malformed");
    const endless = Buffer.concat([Buffer.from("age-encryption.org/v1\n-> X "), Buffer.alloc(2 ** 20, "a")]);
    await refused(await stage.put(id, endless), 422, "header_too_large");
    await refused(await stage.put(id, Buffer.alloc(0)), 422, /^(not_age|header_malformed)$/);
    assert.ok(!(await stage.host.objects()).includes(id));
  },

  async "what was altered or cut short is not readable afterwards"(stage) {
    const { id, document } = await stage.world.sealed(randomBytes(400_000));
    for (const place of [headerSize(document), 200_000, document.length - 1]) {
      const altered = document.slice();
      altered[place] = Number(altered[place]) ^ 1;
      await refused(await stage.put(id, altered), 422, "sender_signature");
    }
    await refused(await stage.put(id, document.slice(0, -1)), 422, "sender_signature");
    await refused(await stage.put(id, Buffer.concat([document, Buffer.alloc(1)])), 422, "sender_signature");
    for (const sent of [headerSize(document) - 3, headerSize(document) + 3, 250_000, document.length - 1]) {
      await cut(stage, id, document, sent);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal((await stage.call(stage.ana, "GET", `/v1/objects/${id}`)).status, 404);
    assert.ok(!(await stage.host.objects()).includes(id));
    assert.equal((await stage.put(id, document)).status, 201);
  },

  async "a body has a length, and no more than is allowed"(stage) {
    const { id, document } = await stage.world.sealed(Buffer.from("text"));
    const body = new Blob([document]).stream();
    const url = `${stage.host.origin}/v1/objects/${id}`;
    const headers = await stage.ingest.credentials("PUT", url);
    const streamed = await fetch(url, { method: "PUT", body, headers, duplex: "half" });
    await refused(streamed, 411, "length_required");
    const announced = await head(stage, id, 64 * 2 ** 20 + 1);
    assert.match(announced, /^HTTP\/1.1 413 /);
    assert.match(announced, /"code":"too_large"/);
  },

  async "what belongs to another tenant is as if it were not there"(stage) {
    const { id, document } = await stage.world.sealed(Buffer.from("text"));
    assert.equal((await stage.put(id, document)).status, 201);
    const hidden = await stage.call(stage.eve, "GET", `/v1/objects/${id}`);
    const missing = await stage.call(stage.eve, "GET", `/v1/objects/${randomUUID()}`);
    assert.deepEqual([hidden.status, await hidden.text()], [missing.status, await missing.text()]);
    await refused(await stage.call(stage.ingest, "GET", `/v1/objects/${id}`), 403, "denied", { reasons: ["role_not_permitted"] });
    await refused(await stage.call(stage.rex, "GET", `/v1/objects/${id}`), 403, "denied", { reasons: ["subject_revoked"] });
  },

  async "a list shows what the caller may fetch, page by page, and nothing of the rest"(stage) {
    const prefix = `list-${fresh(6).replaceAll("_", "-")}`;
    const globex = await Caller.create(stage.world.issuer, { sub: "g@globex.example", roles: ["contributor"], tenant: "globex" });
    for (let count = 0; count < 7; count += 1) {
      const tenant = count % 2 === 0 ? "acme" : "globex";
      const label = { document_id: `${prefix}-${count}`, tenant };
      const { id, document } = await stage.world.sealed(Buffer.from(`text ${count}`), label, { by: tenant });
      assert.equal((await stage.put(id, document, { caller: tenant === "acme" ? stage.ingest : globex })).status, 201);
    }
    const shown = [];
    let cursor;
    do {
      const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await (await stage.call(stage.ana, "GET", `/v1/objects?limit=2${query}`)).json();
      assert.ok(page.objects.length <= 2);
      assert.doesNotMatch(page.cursor ?? "", new RegExp(`${prefix}-[135]`));
      shown.push(...page.objects);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const own = shown.filter(({ id }) => id.startsWith(prefix));
    assert.deepEqual(own.map(({ id }) => id), [0, 2, 4, 6].map((count) => `${prefix}-${count}`));
    assert.equal(own[0].label.tenant, "acme");
    assert.equal(typeof own[0].size, "number");
    assert.ok(shown.every(({ label }) => label.tenant === "acme"));
    assert.deepEqual(shown.map(({ id }) => id), [...new Set(shown.map(({ id }) => id))].sort());
    for (const query of ["limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=0.../etc"]) {
      await refused(await stage.call(stage.ana, "GET", `/v1/objects?${query}`), 400, "request_invalid");
    }
  },

  async "an id is no path"(stage) {
    const { document } = await stage.world.sealed(Buffer.from("text"));
    for (const id of ["..%2fescaped", ".hidden", "%2e%2e%2fescaped", "a%20b", "a".repeat(129), "%00", "a:b"]) {
      await refused(await stage.put(id, document), 400, "request_invalid");
      await refused(await stage.call(stage.ana, "GET", `/v1/objects/${id}`), 400, "request_invalid");
    }
  },

  async "a bucket that fails is told apart, and when to try again"(stage) {
    const { id, document } = await stage.world.sealed(Buffer.from("text"));
    for (const response of [
      await stage.put(id, document, { broken: true }),
      await stage.call(stage.ana, "GET", `/v1/objects/${id}`, { broken: true }),
      await stage.call(stage.ana, "GET", "/v1/objects", { broken: true }),
    ]) {
      await refused(response, 502, "bucket_failed");
      assert.equal(response.headers.get("retry-after"), "5");
    }
  },

  async "decisions are answered as AuthZEN wants, to those who are believed"(stage) {
    const resource = {
      type: "document",
      id: "d-1",
      properties: { document_id: "d-1", classification: "internal", tenant: "acme", created_at: "2026-01-01T00:00:00Z", purposes: ["analyse"] },
    };
    const person = { type: "user", id: "kim", properties: { roles: ["analyst"], tenant: "acme" } };
    const question = { subject: person, action: { name: "open" }, resource, context: { purpose: "analyse" } };
    const answered = await stage.post(stage.ana, "/access/v1/evaluation", question, { headers: { "x-request-id": "r-1" } });
    const answer = await answered.json();
    assert.deepEqual([answered.status, answer.decision, answer.context.reasons], [200, true, []]);
    assert.equal(answered.headers.get("x-request-id"), "r-1");
    const { subject, ...rest } = question;
    const evaluations = [{ subject }, { subject: { ...subject, properties: { tenant: "acme" } } }];
    const several = await (await stage.post(stage.ana, "/access/v1/evaluations", { ...rest, evaluations })).json();
    assert.deepEqual(several.evaluations.map((/** @type {Json} */ one) => one.decision), [true, false]);
    assert.deepEqual(several.evaluations[1].context.reasons, ["role_missing"]);
    const none = await (await stage.post(stage.ana, "/access/v1/evaluations", { ...question, evaluations: [] })).json();
    assert.deepEqual([none.decision, none.context.reasons, none.evaluations], [true, [], undefined]);
    const unbelieved = await stage.post(stage.tom, "/access/v1/evaluation", question);
    await refused(unbelieved, 403, "scope_missing");
    assert.match(unbelieved.headers.get("www-authenticate") ?? "", /error="insufficient_scope"/);
    await refused(await stage.post(stage.ana, "/access/v1/evaluation", { subject }), 400, "request_invalid");
  },

  async "policy and configuration are everybody's, and the policy's signer is told"(stage) {
    const { host, world } = stage;
    const configuration = await (await fetch(`${host.origin}/v1/configuration`)).json();
    assert.deepEqual(Object.keys(configuration).sort(), ["audience", "client_id", "issuer", "policy_signer", "recipients", "senders"]);
    assert.deepEqual(configuration.recipients, [world.identity, world.hybrid].map(({ recipient }) => String(recipient)));
    const response = await fetch(`${host.origin}/v1/policy`);
    const etag = response.headers.get("etag") ?? "";
    assert.equal(response.headers.get("content-type"), "application/gzip");
    const bundle = await Bundle.open(new Uint8Array(await response.arrayBuffer()), { trustedSigners: [configuration.policy_signer] });
    assert.deepEqual([bundle.description.revision, `"${bundle.description.digest}"`], ["7", etag]);
    const again = await fetch(`${host.origin}/v1/policy`, { headers: { "if-none-match": etag } });
    assert.deepEqual([again.status, await again.text()], [304, ""]);
  },

  async "pages of configured origins may call, and no others"(stage) {
    const preflight = (/** @type {string} */ origin) =>
      fetch(`${stage.host.origin}/v1/release`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization, dpop" },
      });
    const portal = await preflight("https://portal.acme.example");
    assert.equal(portal.status, 204);
    assert.equal(portal.headers.get("access-control-allow-origin"), "https://portal.acme.example");
    assert.match(portal.headers.get("access-control-allow-headers") ?? "", /authorization, content-type, dpop/);
    assert.equal(portal.headers.get("access-control-allow-methods"), "POST");
    for (const origin of ["https://evil.example", "null", "https://portal.acme.example.evil.example"]) {
      const other = await preflight(origin);
      assert.equal(other.headers.get("access-control-allow-origin"), null);
    }
    const refusal = await stage.call(undefined, "GET", "/v1/objects", { headers: { origin: "https://portal.acme.example" } });
    assert.equal(refusal.headers.get("access-control-allow-origin"), "https://portal.acme.example");
    assert.match(refusal.headers.get("vary") ?? "", /Origin/i);
  },

  async "every answer but the policy is kept by nobody"(stage) {
    for (const path of ["/v1/configuration", "/v1/objects", "/nowhere"]) {
      const response = await stage.call(stage.ana, "GET", path);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    }
  },

  async "other routes and methods are refused"(stage) {
    for (const path of ["/", "/v1", "/v1/release/", "/v1/objects/", "/v1/objects/a/b", "/v2/release", "/__proto__"]) {
      await refused(await stage.call(undefined, "GET", path), 404, "not_found");
    }
    for (const [method, path, allow] of [
      ["GET", "/v1/release", "POST, OPTIONS"],
      ["DELETE", "/v1/objects/a", "GET, HEAD, PUT, OPTIONS"],
      ["POST", "/v1/policy", "GET, HEAD, OPTIONS"],
    ]) {
      const response = await stage.call(undefined, String(method), String(path));
      await refused(response, 405, "method_not_allowed");
      assert.equal(response.headers.get("allow"), allow);
    }
  },

  async "a corpus that was stored and released leaves no word of it behind, nor a token or key"(stage) {
    const { world, host, ingest, ana } = stage;
    const { documents, entities } = corpus();
    const usable = documents.filter(({ label }) => label.tenant === "acme" && !(label.retain_until < new Date().toISOString()));
    assert.ok(usable.length > 60);
    let released = 0;
    for (const { label, plaintext } of usable) {
      const { id, document } = await world.sealed(plaintext, label, { private: { file_name: "planted.txt" } });
      if (!host.keepsNothing) {
        assert.equal((await stage.put(id, document)).status, 201);
      }
      const { answer } = await stage.release(ana, [document]);
      released += answer.results.filter((/** @type {Json} */ { header }) => header !== undefined).length;
    }
    assert.ok(released > 20, `${released} were released`);
    const stored = Buffer.concat(host.stored()).toString("latin1");
    const logged = JSON.stringify(host.lines());
    assert.ok(stored.length > usable.length * 1000 && (host.keepsNothing || host.lines().length > usable.length * 2));
    // A shorter text may stand in ciphertext by chance.
    const planted = entities.filter((text) => text.length >= 6).map((text) => Buffer.from(text).toString("latin1"));
    assert.ok(planted.length > 900);
    for (const text of [...planted, "planted.txt", world.identity.reveal(), world.hybrid.reveal()]) {
      assert.ok(!stored.includes(text) && !logged.includes(text), text);
    }
    for (const secret of ["eyJ", "DPoP ", "age-encryption.org", "AGE-SECRET-KEY", ana.jkt, ingest.jkt]) {
      assert.ok(!logged.includes(secret), secret);
    }
  },
};

/**
 * @param {Response} response
 * @param {number} status
 * @param {string | RegExp} code
 * @param {Json} [members]
 */
export async function refused(response, status, code, members = {}) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const problem = JSON.parse(text);
  typeof code === "string" ? assert.equal(problem.code, code) : assert.match(problem.code, code);
  assert.deepEqual([problem.type, problem.status, typeof problem.title], ["about:blank", status, "string"]);
  for (const [name, value] of Object.entries(members)) {
    assert.deepEqual(problem[name], value);
  }
}

/**
 * Begins a `PUT` by hand.
 *
 * @param {Stage} stage
 * @param {string} path
 * @param {number} length
 * @param {Json} [more] headers
 */
export async function begun(stage, path, length, more = {}) {
  const url = new URL(stage.host.origin + path);
  const credentials = await stage.ingest.credentials("PUT", url.href);
  const lines = [`PUT ${url.pathname} HTTP/1.1`, `Host: ${url.host}`, `Content-Length: ${length}`];
  const headers = Object.entries({ ...credentials, ...more }).map(([name, value]) => `${name}: ${value}`);
  const socket = createConnection(Number(url.port), url.hostname);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.on("error", () => undefined);
  socket.write(`${[...lines, ...headers].join("\r\n")}\r\n\r\n`);
  return socket;
}

/**
 * Announces a body, sends none of it, and returns the answer.
 *
 * @param {Stage} stage
 * @param {string} id
 * @param {number} length
 */
async function head(stage, id, length) {
  const socket = await begun(stage, `/v1/objects/${id}`, length);
  let answer = "";
  for await (const part of socket) {
    answer += part;
    if (answer.includes("}")) {
      break;
    }
  }
  return answer;
}

/**
 * Sends the front of a body and hangs up.
 *
 * @param {Stage} stage
 * @param {string} id
 * @param {Uint8Array} document
 * @param {number} sent
 */
async function cut(stage, id, document, sent) {
  const socket = await begun(stage, `/v1/objects/${id}`, document.length);
  await new Promise((resolve) => socket.write(document.subarray(0, sent), resolve));
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
}

/** @param {Uint8Array} document */
function stanzasOf(document) {
  const lines = Buffer.from(document.subarray(0, headerSize(document))).toString().split("\n");
  /** @type {age.Stanza[]} */
  const stanzas = [];
  for (const [place, line] of lines.entries()) {
    if (line.startsWith("-> ")) {
      const end = lines.findIndex((other, index) => index > place && other.length < 64);
      stanzas.push(new age.Stanza(line.slice(3).split(" "), Buffer.from(lines.slice(place + 1, end + 1).join(""), "base64")));
    }
  }
  return stanzas;
}

/**
 * Writes a document of its own under stanzas of another.
 *
 * @param {age.Stanza[]} front
 * @param {unknown} recipient
 * @param {Uint8Array} plaintext
 */
async function forged(front, recipient, plaintext) {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient({ wrapFileKey: () => front });
  encrypter.addRecipient(String(recipient));
  const document = await encrypter.encrypt(plaintext);
  assert.notEqual((await inspect(document)).label, null);
  return document;
}

/**
 * @param {string} header
 * @param {Uint8Array} document
 */
function opened(header, document) {
  return Buffer.concat([Buffer.from(header, "base64"), document.subarray(headerSize(document))]);
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return Buffer.from(bytes).toString("base64");
}

/** @param {Json} claims */
function part(claims) {
  return Buffer.from(JSON.stringify(claims)).toString("base64url");
}

function now() {
  return Math.floor(Date.now() / 1000);
}
