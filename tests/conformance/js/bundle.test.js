// A bundle becomes a policy, in Node: whom to trust is asked before anything is read of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Bundle, Policy } from "sealwright";

import { inRepository } from "./vectors.js";

const request = {
  subject: { type: "user", id: "ana@acme.example" },
  action: { name: "open" },
  resource: { type: "document", id: "d" },
};

/** @param {string} name */
function vector(name) {
  const { archive, options } = JSON.parse(readFileSync(inRepository(`tests/vectors/bundle/${name}.json`), "utf8"));
  return { bytes: Uint8Array.from(Buffer.from(archive, "base64")), trustedSigners: options.trust?.signers ?? [] };
}

test("a signed bundle decides", async () => {
  const { bytes, trustedSigners } = vector("note");
  for (const source of [bytes, bytes.buffer, new Blob([bytes]), new Response(bytes), Promise.resolve(new Response(bytes))]) {
    const policy = await Policy.fromBundle(source, { trustedSigners });
    assert.deepEqual([policy.reference.name, policy.reference.revision], ["acme", "7"]);
    assert.equal((await policy.decide(request)).decision, true);
  }
});

test("every flipped byte of a signed bundle is refused", async () => {
  const { bytes, trustedSigners } = vector("note");
  for (let place = 0; place < bytes.length; place += 1) {
    const flipped = bytes.slice();
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    await assert.rejects(Bundle.open(flipped, { trustedSigners }), /./, `byte ${place}`);
  }
});

test("what says no revision of its own is named by the caller", async () => {
  const { bytes } = vector("no_manifest");
  const policy = await Policy.fromBundle(bytes, { name: "acme", revision: "8", entrypoint: "acme.decision" });
  assert.deepEqual([policy.reference.name, policy.reference.revision], ["acme", "8"]);
});

test("a bundle that is verified is not verified otherwise", async () => {
  const { bytes, trustedSigners } = vector("note");
  const bundle = await Bundle.open(bytes, { trustedSigners });
  assert.equal(bundle.description.signer, "ana+33ef6b39");
  await assert.rejects(Policy.fromBundle(bundle, { trustedSigners }), TypeError);
  assert.equal((await Policy.fromBundle(bundle)).reference.revision, "7");
});

test("a server's failure is not a bundle", async () => {
  await assert.rejects(Policy.fromBundle(new Response("", { status: 404 })), { code: "http_status" });
});

test("a program decides and explains like its modules, in the smallest module", async () => {
  const { program } = JSON.parse(readFileSync(inRepository("tests/vectors/program/example.json"), "utf8"));
  const bytes = Uint8Array.from(Buffer.from(program, "base64"));
  const module = 'package acme\n\ndecision := {"decision": input.subject.id == "ana"}\n';
  const source = { name: "acme", revision: "7", entrypoint: "acme.decision", modules: [{ path: "acme.rego", text: module }], data: {} };
  const [compiled, loaded] = [await Policy.fromProgram(bytes), await Policy.load(source)];
  assert.deepEqual(compiled.reference, loaded.reference);
  for (const id of ["ana", "eve"]) {
    const asked = { ...request, subject: { type: "user", id } };
    assert.deepEqual(await compiled.decide(asked), await loaded.decide(asked));
    assert.deepEqual((await compiled.explain(asked)).decision, await loaded.decide(asked));
  }
  assert.deepEqual(await compiled.logEntry(request, { timestamp: "2026-01-01T00:00:00Z" }), await loaded.logEntry(request, { timestamp: "2026-01-01T00:00:00Z" }));
});

test("a bundle lends its program to whom it is verified for", async () => {
  const { bytes, trustedSigners } = vector("program");
  const [verified, read] = [await Bundle.open(bytes, { trustedSigners }), await Bundle.open(bytes)];
  assert.deepEqual([verified.description.program, read.description.program], [true, true]);
  assert.ok(verified.program instanceof Uint8Array);
  assert.equal(read.program, undefined);
  for (const policy of [await Policy.fromBundle(verified), await Policy.fromBundle(read), await Policy.fromProgram(verified.program)]) {
    assert.deepEqual([policy.reference.name, policy.reference.revision], ["acme", "7"]);
    assert.equal((await policy.decide(request)).decision, true);
  }
  assert.equal((await Policy.fromBundle(verified, { revision: "8" })).reference.revision, "8");
});
