// Any part of a document, from a Blob or from a server, and what servers do wrong.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";

import * as sealwright from "sealwright";

import { leftOut, openPage } from "./browser.js";
import { partial, serve } from "./ranges.js";

const { Gate, Identity, Policy, RemoteDocument, SealwrightError, Signer, decryptRange, encrypt } = sealwright;

const chunk = 64 * 1024;
const sealedChunk = chunk + 16;
const subject = { type: "user", id: "ana@acme.example" };
const modules = [{ path: "decision.rego", text: 'package sealwright\n\ndecision := {"decision": true}\n' }];
const policy = await Policy.load({ name: "test", revision: "1", modules });
const [identity, ana] = [await Identity.generate(), await Signer.generate("ana")];
const opening = { identities: [identity] };
const gate = new Gate({ policy, subject, trustedSenders: [ana.verifier], allowUnsigned: true });
const plaintext = new Uint8Array(randomBytes(10 * chunk + 100));
const sealing = { recipients: [identity.recipient], label: {}, private: { file_name: "a.txt" } };
const sealed = await gate.seal(plaintext, sealing);
const signed = await gate.seal(plaintext, { ...sealing, signer: ana });
const payload = (await sealwright.inspect(sealed)).header_size + 16;

/** Ranges at the boundaries of chunks, and across them. */
const ranges = [[0, 0], [0, 1], [chunk - 1, chunk + 1], [3 * chunk, 4 * chunk], [100, 10 * chunk], [plaintext.length - 1, plaintext.length], [0, plaintext.length]];

/**
 * @param {number} first
 * @param {number} last
 */
function chunks(first, last) {
  return `bytes=${payload + first * sealedChunk}-${Math.min(payload + (last + 1) * sealedChunk, sealed.length) - 1}`;
}

/**
 * Serves a document to a call.
 *
 * @param {{ bytes: Uint8Array, tag?: string }} document
 * @param {(address: string, asked: string[]) => Promise<void>} call
 * @param {import("./ranges.js").Fault} [fault]
 */
async function served(document, call, fault) {
  const { address, asked, close } = await serve(document, fault);
  try {
    await call(address, asked);
  } finally {
    await close();
  }
}

/**
 * Returns a fault in the answers from a request on.
 *
 * @param {number} first
 * @param {import("./ranges.js").Fault} fault
 * @returns {import("./ranges.js").Fault}
 */
function from(first, fault) {
  let requests = 0;
  return (response, range) => ++requests > first && fault(response, range);
}

for (const [name, bytes] of Object.entries({ unsigned: sealed, signed })) {
  test(`any part of a document that is ${name} opens, from a Blob and from a server`, async () => {
    await served({ bytes, tag: '"1"' }, async (address) => {
      for (const source of [new Blob([bytes]), address, new URL(address), await RemoteDocument.open(address)]) {
        const range = await gate.openRange(source, opening);
        assert.equal(range.size, plaintext.length);
        for (const [start, end] of ranges) {
          assert.deepEqual(await range.read(start, end), plaintext.subarray(start, end), `${start} to ${end}`);
        }
        const parts = await range.readMany(/** @type {[number, number][]} */ ([...ranges].reverse()));
        assert.deepEqual(parts, [...ranges].reverse().map(([start, end]) => plaintext.subarray(start, end)));
        await assert.rejects(range.read(0, plaintext.length + 1), { code: "range_invalid" });
        await assert.rejects(range.readMany([[0, 1], [2, 1]]), { code: "range_invalid" });
        range.close();
        range.close();
        await assert.rejects(range.read(0, 1), { code: "call_order", kind: "usage" });
      }
    });
  });
}

test("ranges of a raw document decrypt without a policy", async () => {
  const raw = await encrypt(plaintext, { recipients: [identity.recipient] });
  await served({ bytes: raw }, async (address) => {
    for (const source of [new Blob([raw]), address]) {
      const range = await decryptRange(source, opening);
      assert.deepEqual(await range.readMany([[5, 10], [chunk, chunk + 5]]), [plaintext.subarray(5, 10), plaintext.subarray(chunk, chunk + 5)]);
      range.close();
    }
  });
  await assert.rejects(decryptRange(new Blob([raw]), { identities: [await Identity.generate()] }), { code: "no_identity" });
  await assert.rejects(decryptRange(new Blob([raw.subarray(0, -1)]), opening), { code: "payload_corrupt" });
});

test("only what is read is asked for, and what stands together at once", async () => {
  await served({ bytes: sealed }, async (address, asked) => {
    const range = await gate.openRange(address, opening);
    assert.deepEqual(asked.splice(0), ["bytes=0-16383", chunks(10, 10)]);
    await range.read(4 * chunk + 5, 4 * chunk + 10);
    assert.deepEqual(asked.splice(0), [chunks(4, 4)]);
    await range.readMany([[8 * chunk, 8 * chunk + 1], [3 * chunk, 3 * chunk + 1], [2 * chunk, 2 * chunk + 9], [3 * chunk + 7, 4 * chunk], [0, 0]]);
    assert.deepEqual(asked.splice(0).sort(), [chunks(2, 3), chunks(8, 8)].sort());
    range.close();
  });
});

test("a small document takes one request", async () => {
  const bytes = await gate.seal(new TextEncoder().encode("for Ana"), sealing);
  await served({ bytes }, async (address, asked) => {
    const range = await gate.openRange(address, opening);
    assert.equal(new TextDecoder().decode(await range.read(4, 7)), "Ana");
    assert.deepEqual(asked, ["bytes=0-16383"]);
  });
});

test("a header larger than the first answer is read on", async () => {
  const recipients = Array.from({ length: 60 }, () => identity.recipient);
  const attributes = { note: "x".repeat(3_850) };
  const large = await gate.seal(plaintext, { ...sealing, recipients, label: { attributes }, private: { attributes } });
  const { header_size } = await sealwright.inspect(large);
  assert.ok(header_size > 16 * 1024, `${header_size}`);
  await served({ bytes: large }, async (address, asked) => {
    const range = await gate.openRange(address, opening);
    assert.deepEqual(await range.read(0, 5), plaintext.subarray(0, 5));
    assert.equal(asked[1], "bytes=16384-131071");
  });
});

test("a signed document gives out nothing before all of it is what was signed", async () => {
  const { header } = await sealwright.detach(signed);
  const other = await gate.seal(plaintext, { ...sealing, signer: ana });
  const swapped = await sealwright.join(header, (await sealwright.detach(other)).payload);
  const flipped = signed.slice();
  flipped[signed.length >> 1] ^= 1;
  /** @type {unknown[]} */
  const told = [];
  const telling = { ...opening, onOpened: (/** @type {unknown} */ opened) => told.push(opened) };
  for (const bytes of [swapped, flipped]) {
    await served({ bytes }, async (address) => {
      await assert.rejects(gate.openRange(new Blob([bytes]), telling), { kind: "integrity" });
      await assert.rejects(gate.openRange(address, telling), { kind: "integrity" });
    });
  }
  assert.deepEqual(told, []);
  // Only the sender's signature covers the chunk that was flipped and is not read.
  const unsigned = sealed.slice();
  unsigned[sealed.length >> 1] ^= 1;
  const range = await gate.openRange(new Blob([unsigned]), telling);
  assert.deepEqual(await range.read(0, 5), plaintext.subarray(0, 5));
  assert.equal(told.length, 1);
});

test("an outboard verifies what is read of a signed document, and no more is read", async () => {
  const tree = await sealwright.outboard(signed);
  assert.deepEqual(await sealwright.outboard(new Blob([signed])), tree);
  const flipped = signed.slice();
  flipped[signed.length >> 1] ^= 1;
  const front = signed.length - (plaintext.length + 11 * 16 + 16);
  await served({ bytes: flipped }, async (address, asked) => {
    for (const outboard of [tree, tree.buffer, new Blob([tree])]) {
      const range = await gate.openRange(address, { ...opening, outboard });
      assert.deepEqual(asked.splice(0), ["bytes=0-16383", `bytes=${front + 10 * chunk}-${signed.length - 1}`]);
      const parts = await range.readMany([[0, 5], [plaintext.length - 5, plaintext.length]]);
      assert.deepEqual(parts, [plaintext.subarray(0, 5), plaintext.subarray(-5)]);
      assert.ok(asked.splice(0).length <= 2);
      await assert.rejects(range.readMany([[0, 5], [0, plaintext.length]]), { code: "sender_signature", kind: "integrity" });
      asked.splice(0);
      range.close();
    }
  });
  for (const outboard of [tree.subarray(1), await sealwright.outboard(sealed), new Uint8Array(0)]) {
    await assert.rejects(gate.openRange(new Blob([signed]), { ...opening, outboard }), { code: "sender_signature" });
  }
});

test("a server that shows another payload once the signed one was verified gives out nothing", async () => {
  const document = { bytes: signed, tag: '"1"' };
  await served(document, async (address) => {
    const range = await gate.openRange(address, opening);
    document.bytes = signed.slice();
    document.bytes[signed.length >> 1] ^= 1;
    await assert.rejects(range.read(0, plaintext.length), { code: "sender_signature" });
    assert.deepEqual(await range.read(0, 5), plaintext.subarray(0, 5));
  });
});

test("label, private part, sender and decision are told of ranges too", async () => {
  /** @type {sealwright.Opened[]} */
  const told = [];
  await gate.openRange(new Blob([signed]), { ...opening, onOpened: (opened) => told.push(opened) });
  assert.deepEqual(told.map(({ private: hidden, sender, decision }) => [hidden, sender.verified, decision.decision]), [
    [sealing.private, true, true],
  ]);
});

/** @type {Record<string, [string, import("./ranges.js").Fault]>} */
const faults = {
  "ignores ranges": ["http_range", (response) => response.writeHead(200).end(sealed)],
  "answers with another range": ["http_range", (response, { start, end, size }) => (partial(response, { start: start + 1, end: end + 1, size }, sealed.subarray(start, end)), true)],
  "answers with less than was asked for": ["http_range", (response, { start, end, size }) => (partial(response, { start, end: end - 1, size }, sealed.subarray(start, end - 1)), true)],
  "does not say which range": ["http_range", (response, { start, end }) => (response.writeHead(206).end(sealed.subarray(start, end)), true)],
  "says no size": ["http_range", (response, { start, end }) => (response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/*` }).end(sealed.subarray(start, end)), true)],
  "sends more than it says": ["http_range", (response, { start, end, size }) => (response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}` }).end(sealed.subarray(start, end + 1)), true)],
  "sends less than it says": ["http_failed", (response, { start, end, size }) => (partial(response, { start, end, size }, sealed.subarray(start, end - 1)), true)],
  "has no such range": ["http_range", (response, { size }) => (response.writeHead(416, { "content-range": `bytes */${size}` }).end(), true)],
  "forbids it": ["http_status", (response) => (response.writeHead(403).end("no"), true)],
  "fails": ["http_status", (response) => (response.writeHead(503).end(), true)],
  "breaks off before it answers": ["http_failed", (response) => (response.destroy(), true)],
  "breaks off as it answers": ["http_failed", (response, { start, end, size }) => {
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}`, "content-length": end - start });
    response.write(sealed.subarray(start, start + 10), () => response.destroy());
    return true;
  }],
};

for (const [name, [code, fault]] of Object.entries(faults)) {
  test(`a server that ${name} is an error with a code, at first and later`, async () => {
    for (const first of [0, 1, 2]) {
      await served({ bytes: sealed }, async (address) => {
        const reading = async () => (await gate.openRange(address, opening)).read(0, 1);
        await assert.rejects(reading, (error) => {
          assert.ok(error instanceof SealwrightError);
          assert.deepEqual([error.code, error.kind], [code, "environment"], `request ${first}`);
          assert.ok(error.message.includes("/sealed.age") && !error.message.includes("secret"), error.message);
          return true;
        });
      }, from(first, fault));
    }
  });
}

test("a document that changes on its server is not read on", async () => {
  const smaller = sealed.subarray(0, sealed.length - 10);
  for (const change of [{ tag: '"2"' }, { bytes: smaller }, { tag: undefined }, { bytes: new Uint8Array(5) }]) {
    const document = { bytes: sealed, tag: '"1"' };
    await served(document, async (address) => {
      const range = await gate.openRange(address, opening);
      Object.assign(document, change);
      await assert.rejects(range.read(5 * chunk, 5 * chunk + 1), { code: "http_changed", kind: "environment" });
      await assert.rejects(range.readMany([[0, 1], [5 * chunk, 6 * chunk]]), { code: "http_changed" });
    });
  }
});

test("an empty file on a server is no document", async () => {
  await served({ bytes: new Uint8Array(0) }, async (address) => {
    await assert.rejects(gate.openRange(address, opening), { code: "not_age", kind: "malformed" });
  });
});

test("a server that is not there is an error with a code", async () => {
  const { address, close } = await serve({ bytes: sealed });
  await close();
  await assert.rejects(gate.openRange(address, opening), (error) => {
    assert.ok(error instanceof SealwrightError && error.cause instanceof TypeError);
    assert.equal(error.code, "http_failed");
    return true;
  });
  await assert.rejects(gate.openRange("no address", opening), TypeError);
});

test("requests carry what the caller gives, and end when the caller gives up", async () => {
  await served({ bytes: sealed }, async (address) => {
    /** @type {(string | undefined)[]} */
    const seen = [];
    const { address: guarded, close } = await serve({ bytes: sealed }, (response) => {
      seen.push(/** @type {any} */ (response).req.headers.authorization);
      return false;
    });
    const stop = new AbortController();
    const document = await RemoteDocument.open(guarded, { headers: { authorization: "Bearer x" }, signal: stop.signal });
    const range = await gate.openRange(document, opening);
    assert.deepEqual(seen, ["Bearer x", "Bearer x"]);
    stop.abort(new Error("enough"));
    await assert.rejects(range.read(0, 1), { message: "enough" });
    await close();
    assert.equal(new Uint8Array(await (await RemoteDocument.open(address)).slice(1, 1e9).arrayBuffer()).length, sealed.length - 1);
  });
});

test("ranges open in Chromium, over HTTP and from a Blob", { skip: leftOut }, async () => {
  const { page, close } = await openPage({ files: { "/sealed.age": sealed, "/signed.age": signed } });
  try {
    const got = await page.evaluate(readRanges, { identity: identity.reveal(), sender: String(ana.verifier), ranges, policy: modules });
    const expected = ranges.map(([start, end]) => Array.from(plaintext.subarray(start, end).slice(0, 20)));
    assert.deepEqual(got, { "/sealed.age": [expected, expected], "/signed.age": [expected, expected], "/suite.js": "http_range", "/none.age": "http_status" });
  } finally {
    await close();
  }
});

/**
 * Runs in the page.
 *
 * @param {{ identity: string, sender: string, ranges: number[][], policy: { path: string, text: string }[] }} given
 */
async function readRanges({ identity, sender, ranges, policy }) {
  const { Gate, Policy } = await import(`${location.origin}/sealwright/browser.js`);
  const loaded = await Policy.load({ name: "test", revision: "1", modules: policy });
  const subject = { type: "user", id: "ana@acme.example" };
  const gate = new Gate({ policy: loaded, subject, trustedSenders: [sender], allowUnsigned: true });
  /** @type {Record<string, any>} */
  const results = {};
  for (const path of ["/sealed.age", "/signed.age"]) {
    const blob = await (await fetch(path)).blob();
    results[path] = [];
    for (const source of [path, blob]) {
      const range = await gate.openRange(source, { identities: [identity] });
      const parts = await range.readMany(ranges);
      results[path].push(parts.map((/** @type {Uint8Array} */ part) => Array.from(part.slice(0, 20))));
      range.close();
    }
  }
  for (const path of ["/suite.js", "/none.age"]) {
    await gate.openRange(path, { identities: [identity] }).catch((/** @type {any} */ error) => {
      results[path] = error.code;
    });
  }
  return results;
}
