// A page loads what it uses: hybrid keys with the first hybrid key, the gate with the first gate.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { inRepository } from "./vectors.js";

/** @type {string[]} */
const loaded = [];

globalThis.fetch = async (address) => {
  loaded.push(String(address).split("/").at(-1) ?? "");
  return new Response(await readFile(fileURLToPath(String(address))));
};

/** @type {typeof import("sealwright")} */
const sealwright = await import(inRepository("wasm/js/dist/browser.js"));

const hybrid = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";

test("each module is loaded when it is first needed, and once", async () => {
  const { Gate, Identity, Policy, decrypt, encrypt, generateIdentity } = sealwright;
  const classic = await generateIdentity();
  const document = await encrypt(new Uint8Array(5), { recipients: [classic.recipient] });
  assert.deepEqual(await decrypt(document, { identities: [classic] }), new Uint8Array(5));
  assert.deepEqual(loaded, ["seal.wasm"]);

  const [parsed] = await Identity.parseAll(`# both\n${hybrid}\n${classic.reveal()}\n`);
  const later = await encrypt(new Uint8Array(6), { recipients: [String(parsed?.recipient)] });
  assert.deepEqual(await decrypt(later, { identities: [classic, hybrid].values() }), new Uint8Array(6));
  assert.deepEqual(await decrypt(document, { identities: [classic] }), new Uint8Array(5));
  assert.deepEqual(loaded, ["seal.wasm", "seal-pq.wasm"]);

  const text = "package sealwright\n\ndecision := {\"decision\": true}\n";
  const policy = await Policy.load({ name: "p", revision: "1", modules: [{ path: "p.rego", text }] });
  const gate = new Gate({ policy, subject: { type: "user", id: "ana" }, allowUnsigned: true });
  const sealed = await gate.seal(new Uint8Array(7), { recipients: [String(parsed?.recipient)], label: {} });
  assert.deepEqual(await gate.open(sealed, { identities: [hybrid] }), new Uint8Array(7));
  assert.deepEqual(await decrypt(sealed, { identities: [hybrid] }), new Uint8Array(7));
  assert.match((await Identity.generatePq()).reveal(), /^AGE-SECRET-KEY-PQ-1/);
  assert.deepEqual(loaded, ["seal.wasm", "seal-pq.wasm", "policy.wasm", "gate.wasm"]);
});

test("the tools come with the first policy that is explained or filtered", async () => {
  const { Policy } = sealwright;
  const text = "package sealwright\n\ndecision := {\"decision\": true}\n";
  const source = { name: "p", revision: "1", modules: [{ path: "p.rego", text }] };
  const policy = await Policy.load(source);
  const request = { subject: { type: "user", id: "ana" }, action: { name: "open" }, resource: { type: "document", id: "d" } };
  assert.equal((await policy.explain(request)).decision?.decision, true);
  assert.equal((await policy.filter({ known: { subject: request.subject, action: request.action } })).kind, "always");
  assert.deepEqual(loaded.slice(4), ["policy-tools.wasm"]);
});

const builtins = `package sealwright

decision := {"decision": true} if {
	regex.match("^an+a$", input.subject.id)
}
`;

test("a policy that needs the reference tier, or a built-in that small builds leave out, has its module, and only then", async () => {
  const { Policy } = sealwright;
  const text = "package sealwright\n\nimport future.keywords.not\n\ndecision := {\"decision\": true} if not input.subject.id == \"eve\"\n";
  const policy = await Policy.load({ name: "p", revision: "1", modules: [{ path: "p.rego", text }] });
  const request = { subject: { type: "user", id: "ana" }, action: { name: "open" }, resource: { type: "document", id: "d" } };
  assert.equal((await policy.decide(request)).decision, true);
  const token = await Policy.load({ name: "p", revision: "1", modules: [{ path: "p.rego", text: builtins }] });
  assert.equal((await token.decide(request)).decision, true);
  assert.equal((await token.explain(request)).decision?.decision, true);
  assert.deepEqual(await Policy.check({ name: "p", revision: "1", modules: [{ path: "p.rego", text: `${builtins}\ndefault decision := {"decision": false}\n` }] }), []);
  assert.deepEqual(loaded.slice(5), ["policy-reference.wasm"]);
});

test("hybrid recipients are not mixed with others", async () => {
  const { Identity, encrypt, generateIdentity } = sealwright;
  const mixed = [(await Identity.parse(hybrid)).recipient, (await generateIdentity()).recipient];
  await assert.rejects(encrypt(new Uint8Array(1), { recipients: mixed }), { code: "recipients_mixed", kind: "usage" });
});
