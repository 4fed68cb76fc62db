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
