// Measures in Node: reads a task a line, answers with its seconds and operations, as JSON. `bench.py` runs it.
import { openAsBlob, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { Batch, Collection, Gate, Identity, Policy, decrypt, encrypt, scan } from "../../wasm/js/dist/node.js";
import { instantiate } from "../../wasm/js/dist/wasm/seal.js";

const CHUNK = 64 * 1024;
const PIECE = 256 * 1024;
const WORKERS = 2;
const READ = 4096;
const READS = 50;
const DECISIONS = 4096;
const PEER_DECISIONS = 500;
const RECORDS = 4096;
const RECORD = 1024;
const PEERS = { cedar: "cedar-wasm", libsodium: "libsodium-wrappers", typage: "age-encryption" };
const SUBJECT = { type: "user", id: "ana@acme.example", properties: { roles: ["analyst"], tenant: "acme", amr: ["pwd", "mfa"] } };

const folder = process.argv[2];
const bytes = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
const text = (name) => readFileSync(`${folder}/${name}`, "utf8");

const plaintext = bytes("plaintext");
const document = bytes("document.age");
const corpus = bytes("text");
const request = JSON.parse(text("request.json"));
const policy = await Policy.load(text("policy.json"));
const rules = { "10k": await Policy.load(text("rules-10k.json")), "100k": await Policy.load(text("rules-100k.json")) };
const questions = text("questions.jsonl").split("\n").map((line) => JSON.parse(line));
let question = 0;
const identity = await Identity.parse(text("identity.txt").trim());
const gate = new Gate({ policy, subject: SUBJECT, purpose: "analyse", allowUnsigned: true });
const range = await gate.openRange(await openAsBlob(`${folder}/document.age`), { identities: [identity] });
const files = {
  plaintext: await openAsBlob(`${folder}/plaintext`),
  document: await openAsBlob(`${folder}/document.age`),
};

const tasks = {
  encrypt: () => once(() => encrypt(plaintext, { recipients: [identity.recipient] })),
  decrypt: () => once(() => decrypt(document, { identities: [identity] })),
  "encrypt stream": () => once(async () => drained(await encrypt(streamOf(plaintext), { recipients: [identity.recipient] }))),
  "decrypt stream": () => once(async () => drained(await decrypt(streamOf(document), { identities: [identity] }))),
  "encrypt workers": () => once(() => encrypt(plaintext, { recipients: [identity.recipient], workers: WORKERS })),
  "decrypt workers": () => once(() => decrypt(document, { identities: [identity], workers: WORKERS })),
  "encrypt blob": () => once(async () => drained(await encrypt(files.plaintext, { recipients: [identity.recipient] }))),
  "decrypt blob": () => once(async () => drained(await decrypt(files.document, { identities: [identity] }))),
  "encrypt blob workers": () =>
    once(async () => drained(await encrypt(files.plaintext, { recipients: [identity.recipient], workers: WORKERS }))),
  "decrypt blob workers": () =>
    once(async () => drained(await decrypt(files.document, { identities: [identity], workers: WORKERS }))),
  range: () => repeated(READS, readSomewhere),
  decide: () => repeated(DECISIONS, () => policy.decide(request)),
  "decide again": () => repeated(DECISIONS, () => rules["10k"].decide(questions[0])),
  "decide 10k": () => repeated(DECISIONS, () => rules["10k"].decide(next())),
  "decide 100k": () => repeated(DECISIONS, () => rules["100k"].decide(next())),
  scan: () => once(() => scan(corpus)),
  ...(await records()),
  ...(await typage()),
  ...(await webcrypto()),
  ...(await libsodium()),
  ...(await cedar()),
  ...(await kernel("simd128", "seal.wasm")),
  ...(await kernel("crate", "seal.scalar.wasm")),
};

for await (const task of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const operations = await tasks[task]();
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify(operations === undefined ? { missing: PEERS[task.split(" ")[0]] } : { seconds, operations }));
}

async function typage() {
  const module = "../conformance/js/node_modules/age-encryption/dist/index.js";
  const age = await imported(module);
  if (age === undefined) {
    const names = ["encrypt", "decrypt"].flatMap((task) => [`typage ${task}`, `typage ${task} stream`]);
    return Object.fromEntries(names.map((name) => [name, () => undefined]));
  }
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(String(identity.recipient));
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity.reveal());
  return {
    "typage encrypt": () => once(() => encrypter.encrypt(plaintext)),
    "typage decrypt": () => once(() => decrypter.decrypt(document)),
    "typage encrypt stream": () => once(async () => drained(await encrypter.encrypt(streamOf(plaintext)))),
    "typage decrypt stream": () => once(async () => drained(await decrypter.decrypt(streamOf(document)))),
  };
}

async function records() {
  const collection = await Collection.create({ recipients: [identity.recipient], label: { document_id: "notes" } });
  const encoder = new TextEncoder();
  const ids = Batch.of(Array.from({ length: RECORDS }, (_, index) => encoder.encode(`patient-${index}`)));
  const values = Batch.of(Array.from({ length: RECORDS }, (_, index) => plaintext.subarray(index * RECORD, (index + 1) * RECORD)));
  const tokens = await collection.seal("note", ids, values);
  const all = async (work) => {
    await work();
    return RECORDS;
  };
  return {
    "seal records": () => all(() => collection.seal("note", ids, values)),
    "open records": () => all(() => collection.open("note", ids, tokens)),
  };
}

async function webcrypto() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const parameters = (index) => {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, index);
    return { name: "AES-GCM", iv };
  };
  const chunks = Array.from({ length: plaintext.length / CHUNK }, (_, index) =>
    plaintext.subarray(index * CHUNK, (index + 1) * CHUNK),
  );
  const through = async (cipher, pieces) => {
    const results = [];
    for (const [index, piece] of pieces.entries()) {
      results.push(await crypto.subtle[cipher](parameters(index), key, piece));
    }
    return results;
  };
  const sealed = await through("encrypt", chunks);
  return {
    "webcrypto encrypt": () => once(() => through("encrypt", chunks)),
    "webcrypto decrypt": () => once(() => through("decrypt", sealed)),
  };
}

/** Decides the same questions by Cedar, its policies parsed beforehand. */
async function cedar() {
  const wasm = (await imported("@cedar-policy/cedar-wasm/nodejs"))?.default;
  if (wasm === undefined) {
    return { "cedar decide": () => undefined };
  }
  wasm.preparsePolicySet("rules", { staticPolicies: text("rules.cedar") });
  const calls = text("cedar.jsonl").split("\n").map((line) => {
    const [request, entities] = JSON.parse(line);
    return { ...request, entities, preparsedPolicySetId: "rules" };
  });
  let turn = 0;
  const decide = async () => {
    const { response } = wasm.statefulIsAuthorized(calls[turn++ % calls.length]);
    if (response?.decision !== "allow") {
      throw new Error("Cedar and the core decide differently: their times cannot be compared");
    }
  };
  return { "cedar decide": () => repeated(PEER_DECISIONS, decide) };
}

/** Encrypts and decrypts bare chunks, each by one call. */
async function libsodium() {
  const sodium = (await imported("libsodium-wrappers"))?.default;
  if (sodium === undefined) {
    return { "libsodium encrypt": () => undefined, "libsodium decrypt": () => undefined };
  }
  await sodium.ready;
  const key = sodium.crypto_aead_chacha20poly1305_ietf_keygen();
  const nonce = (index) => {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(8, index);
    return nonce;
  };
  const seal = (chunk, index) => sodium.crypto_aead_chacha20poly1305_ietf_encrypt(chunk, null, null, nonce(index), key);
  const open = (chunk, index) => sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, chunk, null, nonce(index), key);
  const chunks = Array.from({ length: plaintext.length / CHUNK }, (_, index) =>
    plaintext.subarray(index * CHUNK, (index + 1) * CHUNK),
  );
  const sealed = chunks.map(seal);
  return {
    "libsodium encrypt": () => once(() => chunks.map(seal)),
    "libsodium decrypt": () => once(() => sealed.map(open)),
  };
}

/** Encrypts what stands in WebAssembly memory: what the cipher makes without JavaScript around it. */
async function kernel(name, file) {
  const bytes = readFileSync(new URL(`../../wasm/js/dist/wasm/${file}`, import.meta.url));
  const core = instantiate(await WebAssembly.compile(bytes), undefined);
  const buffers = new core.Buffers(PIECE);
  return {
    [`kernel ${name}`]: () =>
      once(() => {
        const encryptor = new core.Encryptor(core.parseRecipients(String(identity.recipient)), undefined, false);
        for (let start = 0; start < plaintext.length; start += PIECE) {
          encryptor.push(buffers, PIECE);
        }
        encryptor.free();
      }),
  };
}

/** Returns a peer, or nothing where it is not installed. */
function imported(module) {
  return import(module).catch((failure) => {
    if (failure.code !== "ERR_MODULE_NOT_FOUND") {
      throw failure;
    }
  });
}

/** Comes in pieces of a chunk, as a file does. */
function streamOf(bytes) {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start === bytes.length) {
        controller.close();
        return;
      }
      const end = Math.min(start + CHUNK, bytes.length);
      controller.enqueue(bytes.slice(start, end));
      start = end;
    },
  });
}

async function drained(stream) {
  const reader = stream.getReader();
  while (!(await reader.read()).done);
}

async function once(work) {
  await work();
  return 1;
}

async function repeated(times, work) {
  for (let time = 0; time < times; time += 1) {
    await work();
  }
  return times;
}

/** Returns what was not asked for a while. */
function next() {
  question = (question + 1) % questions.length;
  return questions[question];
}

function readSomewhere() {
  const start = Math.floor(Math.random() * (plaintext.length - READ));
  return range.read(start, start + READ);
}
