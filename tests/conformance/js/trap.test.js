// A policy that ends its WebAssembly instance refuses, and costs nothing but that instance.
import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { Gate, Policy, SealwrightError, generateIdentity } from "sealwright";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

// It takes few of the interpreter's steps, and more memory than an instance may have.
const hostile = `package sealwright

import future.keywords.not

big := {x | some x in numbers.range(1, 20000)}

copies := [copy | some i in numbers.range(1, 20000); copy := big | {i + 100000}]

default decision := {"decision": true}

decision := {"decision": count(copies) > 0} if input.subject.id == "mallory"
`;

/** @param {string} id */
function request(id) {
  return { subject: { type: "user", id }, action: { name: "seal" }, resource: { type: "document", id: "d-1" } };
}

test("the compiled tier pays for memory, and refuses before it is gone", async () => {
  const text = hostile.replace("import future.keywords.not\n", "");
  const policy = await Policy.load({ name: "hostile", revision: "1", modules: [{ path: "hostile.rego", text }] });
  await assert.rejects(policy.decide(request("mallory")), { code: "policy_limit", kind: "policy" });
  assert.equal((await policy.decide(request("ana"))).decision, true);
});

test("a trap refuses, and the next decision is made in a fresh instance", async () => {
  const source = { name: "hostile", revision: "1", modules: [{ path: "hostile.rego", text: hostile }] };
  const policy = await Policy.load(source);
  const other = await Policy.load(source);
  const before = await policy.decide(request("ana"));
  const { recipient } = await generateIdentity();
  const sealing = { recipients: [recipient], label: {} };
  const sealed = new Gate({ policy, subject: { type: "user", id: "mallory" } }).seal(new Uint8Array(1), sealing);
  await assert.rejects(sealed, (error) => {
    assert.ok(error instanceof SealwrightError);
    assert.deepEqual([error.code, error.kind], ["policy_trap", "policy"]);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    return true;
  });
  assert.deepEqual(await policy.decide(request("ana")), before);
  assert.deepEqual(await other.decide(request("ana")), before);
  const gate = new Gate({ policy, subject: { type: "user", id: "ana" } });
  assert.ok((await gate.seal(new Uint8Array(1), sealing)).length > 0);
  // What the trapped instance left behind is freed without ending this process.
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 50));
});
