// Collections as JavaScript sees them: lists and batches in, lists and batches out, with and without a policy.
import assert from "node:assert/strict";
import test from "node:test";

import { Batch, Collection, Gate, Policy, Signer, encrypt, generateIdentity, inspect } from "sealwright";

import { trickle } from "./suite.js";

const key = await generateIdentity();
const options = { recipients: [key.recipient], label: { document_id: "patients" } };
const identities = [key];
const ids = ["row-1", "row-2", "row-3"];
const values = ["123-45-6789", "", "Größe"].map(bytes);

/** @param {string} text */
function bytes(text) {
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array[]} list */
function texts(list) {
  return list.map((item) => new TextDecoder().decode(item));
}

test("lists come back from the document alone", async () => {
  const collection = await Collection.create(options);
  const tokens = await collection.seal("ssn", ids, values);
  assert.deepEqual(tokens.map((token) => token.length), [56, 45, 52]);
  for (const source of [collection.document, new Blob([collection.document]), trickle(collection.document, 9)]) {
    const again = await Collection.decrypt(source, { identities });
    assert.deepEqual(texts(await again.open("ssn", ids, tokens)), texts(values));
    assert.deepEqual(again.label, options.label);
  }
  assert.deepEqual((await inspect(collection.document)).label, options.label);
  assert.equal(String(collection), "Collection(patients)");
});

test("texts come back as bytes do", async () => {
  const collection = await Collection.create(options);
  const tokens = await collection.sealText("ssn", ids, values);
  assert.ok(tokens.every((token) => /^[\w-]+$/.test(token)));
  assert.deepEqual(texts(await collection.open("ssn", ids, tokens)), texts(values));
  const failure = { code: "record_corrupt", kind: "integrity", index: 1 };
  await assert.rejects(collection.open("ssn", ids, [tokens[0], "Zürich", tokens[2]]), failure);
  await assert.rejects(collection.open("ssn", ids, /** @type {any} */ ([tokens[0], values[0], tokens[2]])), TypeError);
});

for (const OffsetArray of [Uint32Array, Int32Array, BigUint64Array, BigInt64Array]) {
  test(`a batch goes in as Arrow lays it out, with offsets of ${OffsetArray.name}`, async () => {
    const collection = await Collection.create(options);
    // Inside another buffer, as a table's columns are.
    const room = new ArrayBuffer(100);
    const data = new Uint8Array(room, 3, 18);
    data.set(bytes("123-45-6789Größe"));
    const offsets = new OffsetArray(room, 24, 4);
    /** @type {any} */ (offsets).set([0, 11, 11, 18].map(offsets instanceof BigUint64Array || offsets instanceof BigInt64Array ? BigInt : Number));
    const tokens = await collection.seal("ssn", ids, new Batch(data, offsets));
    assert.ok(tokens.offsets instanceof OffsetArray);
    assert.deepEqual(Array.from(/** @type {any} */ (tokens.offsets), Number), [0, 56, 101, 153]);
    assert.equal(tokens.length, 3);
    assert.deepEqual(texts((await collection.open("ssn", Batch.of(ids.map(bytes)), tokens)).toArray()), texts(values));
  });
}

test("offsets that do not cut the bytes are refused", async () => {
  const collection = await Collection.create(options);
  for (const offsets of [[0, 3, 2], [0, 7], [0, 2 ** 32 - 1], []]) {
    const batch = new Batch(bytes("onetwo"), new Uint32Array(offsets));
    await assert.rejects(collection.seal("ssn", ["a"], batch), { code: "batch_invalid" });
  }
  await assert.rejects(collection.seal("ssn", ["a"], values), { code: "batch_invalid" });
  await assert.rejects(collection.seal("ssn", /** @type {any} */ ("abc"), values), TypeError);
  await assert.rejects(collection.seal("ssn", ids, /** @type {any} */ (["a", "b", "c"])), TypeError);
});

test("a record that fails is named", async () => {
  const collection = await Collection.create(options);
  const [first, second, third] = await collection.seal("ssn", ids, values);
  await assert.rejects(collection.open("ssn", ids, [first, third, second]), { code: "record_corrupt", index: 1 });
  const stranger = await Collection.create(options);
  const failure = { code: "record_key_unknown", kind: "no_key", index: 0 };
  await assert.rejects(stranger.open("ssn", ids, [first, second, third]), failure);
});

test("keys rotate by a new generation", async () => {
  const old = await Collection.create(options);
  const tokens = await old.sealText("ssn", ids, values);
  const newer = (await Collection.create(options)).withOlder(old);
  assert.deepEqual(texts(await newer.open("ssn", ids, tokens)), texts(values));
  const resealed = await newer.reseal("ssn", ids, tokens);
  const alone = await Collection.decrypt(newer.document, { identities });
  assert.deepEqual(texts(await alone.open("ssn", ids, resealed)), texts(values));
  const stranger = await Collection.create({ ...options, label: { document_id: "staff" } });
  assert.throws(() => newer.withOlder(stranger), { code: "collection_mismatch" });
});

test("a blind index is equal for equal values", async () => {
  const collection = await Collection.create(options);
  const [first, second, third] = await collection.blindIndex("ssn", ["a", "b", "a"].map(bytes));
  assert.deepEqual(first, third);
  assert.notDeepEqual(first, second);
  assert.deepEqual(await collection.blindIndex("ssn", Batch.of([bytes("a")]), 8), [first.subarray(0, 8)]);
  await assert.rejects(collection.blindIndex("ssn", [bytes("a")], 33), { code: "record_limit" });
});

const rego = `package sealwright

decision := {"decision": count(reasons) == 0, "reasons": reasons, "obligations": obligations}

reasons contains "not_ana" if input.subject.id != "ana"

obligations := [{"type": "transform", "operators": {"EMAIL_ADDRESS": {"operator": "replace"}}} |
	input.action.name == "retrieve"
]
`;

test("the gate makes and opens collections where the policy lets it", async () => {
  const policy = await Policy.load({ name: "test", revision: "1", modules: [{ path: "test.rego", text: rego }] });
  const signer = await Signer.generate("acme/intake");
  const trust = { trustedSenders: [signer.verifier] };
  const [ana, ben] = ["ana", "ben"].map((id) => new Gate({ policy, subject: { type: "user", id }, ...trust }));
  const hidden = { file_name: "calls.csv" };
  const made = await ana.createCollection({ ...options, private: hidden, signer });
  assert.deepEqual(made.label.policy, policy.reference);
  const tokens = await made.seal("note", ["1"], [bytes("write to ana@acme.example")]);

  let told;
  const opened = await ana.openCollection(made.document, { identities, onOpened: (said) => (told = said.private) });
  assert.deepEqual([opened.private, made.private, told], [hidden, hidden, hidden]);
  assert.deepEqual(texts(await opened.open("note", ["1"], tokens)), ["write to ana@acme.example"]);
  const masked = await ana.openCollection(trickle(made.document, 9), { identities, action: "retrieve" });
  assert.deepEqual(texts(await masked.open("note", ["1"], tokens)), ["write to <EMAIL_ADDRESS>"]);
  await assert.rejects(ben.openCollection(made.document, { identities }), { code: "denied" });
  await assert.rejects(ben.createCollection(options), { code: "denied" });
  const unsigned = await ana.createCollection(options);
  await assert.rejects(ana.openCollection(unsigned.document, { identities }), { code: "sender_missing" });
});

test("a document is no collection", async () => {
  const document = await encrypt(bytes("text"), options);
  await assert.rejects(Collection.decrypt(document, { identities }), { code: "collection_payload" });
});

test("a closed collection opens nothing", async () => {
  const collection = await Collection.create(options);
  collection.close();
  await assert.rejects(collection.seal("ssn", ids, values), { code: "call_order" });
  collection.close();
  const other = await Collection.create(options);
  assert.throws(() => other.withOlder(collection), { code: "call_order" });
  assert.equal((await other.seal("ssn", ids, values)).length, 3);
});
