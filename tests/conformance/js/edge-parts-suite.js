// What an edge promises over HTTP of documents that come in parts (`core/spec/release.md`, "Uploads in parts").
import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync, randomBytes, randomUUID } from "node:crypto";

import { bech32 } from "@scure/base";

import { base64, begun, refused } from "./edge-suite.js";
import { Caller, headerSize } from "./edge-world.js";

/** @typedef {import("./edge-suite.js").Stage} Stage */
/** @typedef {Record<string, any>} Json */

const MIB = 2 ** 20;
const PART_SIZE = 8 * MIB;

/** Is an upload under way, as its sender sees it. */
class Sending {
  /** @type {Stage} */ stage;
  /** @type {Caller} */ caller;
  /** @type {string} */ id;
  /** @type {Uint8Array<ArrayBuffer>} */ document;
  /** @type {string} */ ticket;

  /**
   * @param {Stage} stage
   * @param {{ id: string, document: Uint8Array<ArrayBuffer> }} sealed
   * @param {Caller} [caller]
   */
  static async begin(stage, { id, document }, caller = stage.ingest) {
    const response = await begin(stage, { id, document }, { caller });
    const answer = await response.json();
    assert.equal(response.status, 201, JSON.stringify(answer));
    return Object.assign(new Sending(), { stage, caller, id, document, ticket: answer.ticket, answer });
  }

  /** Sends all parts at once, the last first, and returns their receipts. */
  async all() {
    const numbers = Array.from({ length: Math.ceil(this.document.length / PART_SIZE) }, (_, index) => index + 1);
    return Promise.all(numbers.reverse().map((number) => this.receipt(number)));
  }

  /**
   * @param {number} number
   * @param {Uint8Array<ArrayBuffer>} [bytes]
   * @returns {Promise<string>}
   */
  async receipt(number, bytes = this.bytes(number)) {
    const response = await this.part(number, { bytes });
    const answer = await response.json();
    assert.deepEqual([response.status, answer.number], [200, number], JSON.stringify(answer));
    return answer.receipt;
  }

  /** @param {number} number */
  bytes(number) {
    return this.document.slice((number - 1) * PART_SIZE, number * PART_SIZE);
  }

  /**
   * @param {number} number
   * @param {Json} [more]
   */
  async part(number, { bytes = this.bytes(number), ...more } = {}) {
    return this.#call("PUT", `/${number}`, { body: bytes, ...more });
  }

  /**
   * @param {string[]} receipts
   * @param {Json} [more]
   */
  async complete(receipts, { header = this.document.slice(0, headerSize(this.document)), ...more } = {}) {
    const body = JSON.stringify({ header: base64(header), receipts });
    return this.#call("POST", "/complete", { body, ...more, headers: { "content-type": "application/json", ...more.headers } });
  }

  /** @param {Json} [more] */
  async abort(more = {}) {
    return this.#call("DELETE", "", more);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Json} more
   */
  async #call(method, path, { caller = this.caller, id = this.id, ticket = this.ticket, headers = {}, ...more }) {
    const all = { ...(ticket === null ? {} : { "upload-ticket": ticket }), ...headers };
    return this.stage.call(caller, method, `/v1/objects/${id}/uploads${path}`, { ...more, headers: all });
  }
}

/** @type {Record<string, (stage: Stage) => Promise<void>>} */
export const promises = {
  async "a document that comes in parts, in any order and several at once, is stored as it was"(stage) {
    const sealed = await large(stage);
    const { id, document } = sealed;
    const sending = await Sending.begin(stage, sealed);
    const { answer } = /** @type {any} */ (sending);
    assert.deepEqual(Object.keys(answer).sort(), ["decision_id", "expires_at", "part_size", "ticket"]);
    assert.equal(answer.part_size, PART_SIZE);
    const receipts = await sending.all();
    await nothingThere(stage, id);
    const stored = await sending.complete(receipts);
    const receipt = await stored.json();
    assert.deepEqual([stored.status, receipt.id, receipt.size], [201, id, document.length], JSON.stringify(receipt));
    assert.deepEqual(Object.keys(receipt).sort(), ["blake3", "decision_id", "id", "size", "stored_at"]);
    assert.deepEqual([stored.headers.get("location"), stored.headers.get("etag")], [`/v1/objects/${id}`, `"${receipt.blake3}"`]);
    const whole = await stage.call(stage.ana, "GET", `/v1/objects/${id}`);
    assert.equal(whole.headers.get("etag"), `"${receipt.blake3}"`);
    assert.ok(Buffer.from(await whole.arrayBuffer()).equals(document));
    for (const [from, to] of [[0, 99], [PART_SIZE - 10, PART_SIZE + 10], [document.length - 5, document.length - 1]]) {
      const range = { headers: { range: `bytes=${from}-${to}` } };
      const part = await stage.call(stage.ana, "GET", `/v1/objects/${id}`, range);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), Buffer.from(document.slice(from, Number(to) + 1)));
    }
    const { objects } = await (await stage.call(stage.ana, "GET", "/v1/objects")).json();
    assert.equal(objects.find((/** @type {Json} */ object) => object.id === id)?.size, document.length);
    await refused(await sending.complete(receipts), 409, "exists");
    await refused(await begin(stage, sealed), 409, "exists");
    assert.ok(stage.host.lines().some(({ route }) => route === "/v1/objects/{id}/uploads/{n}"));
    assert.ok(!JSON.stringify(stage.host.lines()).includes(sending.ticket.slice(0, 40)));
  },

  async "a small document may come as one part"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const sending = await Sending.begin(stage, sealed);
    const stored = await sending.complete([await sending.receipt(1)]);
    const { blake3 } = await stored.json();
    const twin = await stage.world.sealed(Buffer.from("text"));
    const put = await (await stage.put(twin.id, twin.document)).json();
    assert.deepEqual([stored.status, blake3.length], [201, put.blake3.length]);
    await same(stage, sealed);
  },

  async "tickets are what the specification says, made anew by other libraries"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const { ticket } = await Sending.begin(stage, sealed);
    const { identity, hybrid } = stage.world;
    const secrets = [identity, hybrid].map((one) => {
      const { words } = bech32.decode(one.reveal().toLowerCase(), false);
      return Buffer.from(bech32.fromWords(words));
    });
    const key = hkdfSync("sha256", Buffer.concat(secrets), "", "sealwright.dev/v1/upload-ticket", 32);
    const [members = "", mac] = ticket.split(".");
    assert.equal(createHmac("sha256", Buffer.from(key)).update(members).digest("base64url"), mac);
    const { caller, decision_id, expires, upload, ...rest } = JSON.parse(Buffer.from(members, "base64url").toString());
    const size = headerSize(sealed.document);
    const header = createHash("sha256").update(sealed.document.subarray(0, size)).digest("hex");
    assert.deepEqual(rest, { header, header_size: size, id: sealed.id, size: sealed.document.length });
    const subject = { id: stage.ingest.claims.sub, iss: stage.world.issuer.name, type: "user" };
    assert.equal(caller, createHash("sha256").update(JSON.stringify(subject)).digest("hex"));
    assert.ok(Math.abs(expires - Date.now() / 1000 - 86_400) < 120);
    assert.deepEqual([typeof upload, decision_id.length], ["string", 64]);
  },

  async "a part may be sent again, and what a receipt stands for is what is stored"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const [three, , one] = await sending.all();
    const other = altered(sending.bytes(2), 17);
    const [wrong, right] = [await sending.receipt(2, other), await sending.receipt(2)];
    const [first, last] = [String(one), String(three)];
    await refused(await sending.complete([first, wrong, last]), 422, "sender_signature");
    assert.equal((await sending.complete([first, right, last])).status, 201);
    await same(stage, sealed);

    const replaced = await large(stage);
    const again = await Sending.begin(stage, replaced);
    const receipts = await again.all();
    await again.receipt(2, altered(again.bytes(2), 17));
    const answer = await again.complete(receipts);
    if (answer.status === 201) {
      await same(stage, replaced);
    } else {
      await refused(answer, 410, "upload_gone");
      await nothingThere(stage, replaced.id);
    }
  },

  async "a ticket is for its caller, its object and its edge"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const sending = await Sending.begin(stage, sealed);
    const receipt = await sending.receipt(1);
    const bob = await Caller.create(stage.world.issuer, { sub: "bob@acme.example", roles: ["contributor"] });
    const remote = stage.world.remote.issuers["ES256"];
    const namesake = await Caller.create(remote, { sub: "ingest@acme.example", roles: ["contributor"] });
    const place = sending.ticket.length - 20;
    const forged = `${sending.ticket.slice(0, place)}${sending.ticket[place] === "A" ? "B" : "A"}${sending.ticket.slice(place + 1)}`;
    const others = [{ caller: bob }, { caller: namesake }, { id: randomUUID() }, { ticket: forged }, { ticket: "x" }, { ticket: "" }];
    for (const more of [...others, { ticket: receipt }]) {
      await refused(await sending.part(1, more), 410, "upload_gone");
      await refused(await sending.complete([receipt], more), 410, "upload_gone");
      await refused(await sending.abort(more), 410, "upload_gone");
    }
    for (const response of [
      await sending.part(1, { ticket: null }),
      await sending.complete([receipt], { ticket: null }),
      await sending.abort({ ticket: null }),
    ]) {
      await refused(response, 400, "request_invalid");
    }
    await refused(await sending.part(1, { caller: undefined, headers: { authorization: "" } }), 401, /^token_/);
    assert.equal((await sending.complete([receipt])).status, 201);
  },

  async "each part is completed once, and none of another upload"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const other = await Sending.begin(stage, sealed);
    const [three = "", two = "", one = ""] = await sending.all();
    const foreign = await other.receipt(2);
    const wrong = [[], [one, two], [one, two, two], [one, two, three, three], [one, foreign, three], [one, `${two}x`, three]];
    for (const receipts of wrong) {
      await refused(await sending.complete(receipts), 422, "part_invalid");
    }
    await nothingThere(stage, sealed.id);
    assert.equal((await other.abort()).status, 204);
    assert.equal((await sending.complete([three, one, two])).status, 201);
  },

  async "a part has its number, its length and the header that was begun with"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const last = sending.bytes(3);
    for (const [number, bytes] of /** @type {const} */ ([[2, last], [4, last], [3, last.slice(1)]])) {
      await refused(await sending.part(number, { bytes }), 422, "part_invalid");
    }
    for (const path of ["0", "01", "x", "-1", "99999", "complete/1"]) {
      assert.equal((await stage.call(stage.ingest, "PUT", `/v1/objects/${sealed.id}/uploads/${path}`, { body: "x" })).status, 404);
    }
    await refused(await sending.part(1, { bytes: altered(sending.bytes(1), 40) }), 422, "part_invalid");
    const receipts = await sending.all();
    const other = await stage.world.sealed(Buffer.from("text"), { document_id: sealed.id });
    const header = other.document.slice(0, headerSize(other.document));
    await refused(await sending.complete(receipts, { header }), 422, "part_invalid");
    const path = `/v1/objects/${sealed.id}/uploads/1`;
    const headers = { ...(await stage.ingest.credentials("PUT", stage.host.origin + path)), "upload-ticket": sending.ticket };
    const body = new Blob([sending.bytes(1)]).stream();
    const streamed = await fetch(stage.host.origin + path, { method: "PUT", body, headers, duplex: "half" });
    await refused(streamed, 411, "length_required");
    await nothingThere(stage, sealed.id);
  },

  async "bytes that its sender did not sign are not completed"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const [three = "", two = "", one = ""] = await sending.all();
    const size = headerSize(sealed.document);
    for (const [number, place] of /** @type {const} */ ([[1, size], [1, PART_SIZE - 1], [2, 0], [3, 100]])) {
      const wrong = await sending.receipt(number, altered(sending.bytes(number), place));
      const receipts = [one, two, three].map((receipt, index) => (index + 1 === number ? wrong : receipt));
      await refused(await sending.complete(receipts), 422, "sender_signature");
      await nothingThere(stage, sealed.id);
    }
    assert.equal((await sending.complete(await sending.all())).status, 201);
    await same(stage, sealed);
  },

  async "a part that is cut off counts for nothing, and comes again"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const bytes = sending.bytes(1);
    for (const sent of [0, 100, 3 * MIB, bytes.length - 1]) {
      const path = `/v1/objects/${sealed.id}/uploads/1`;
      const socket = await begun(stage, path, bytes.length, { "upload-ticket": sending.ticket });
      await new Promise((resolve) => socket.write(bytes.subarray(0, sent), resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    assert.equal((await sending.complete(await sending.all())).status, 201);
    await same(stage, sealed);
  },

  async "who may not store begins nothing, and an upload is decided anew when it is completed"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    await refused(await begin(stage, sealed, { caller: stage.ana }), 403, "denied", { reasons: ["role_not_permitted"] });
    const foreign = await stage.world.sealed(Buffer.from("text"), { tenant: "globex" }, { by: "globex" });
    await refused(await begin(stage, foreign), 403, "denied", { reasons: ["tenant_mismatch"] });
    await refused(await begin(stage, { ...sealed, id: randomUUID() }), 400, "request_invalid");
    const sending = await Sending.begin(stage, sealed);
    const receipt = await sending.receipt(1);
    const demoted = { but: { claims: { roles: ["analyst"] } } };
    await refused(await sending.complete([receipt], demoted), 403, "denied", { reasons: ["role_not_permitted"] });
    await nothingThere(stage, sealed.id);
    assert.equal((await sending.complete([receipt])).status, 201);
  },

  async "an upload does not replace an object, nor do two at once"(stage) {
    const first = await stage.world.sealed(Buffer.from("first"));
    const second = await stage.world.sealed(Buffer.from("second"), { document_id: first.id });
    const sending = await Sending.begin(stage, second);
    const receipt = await sending.receipt(1);
    assert.equal((await stage.put(first.id, first.document)).status, 201);
    await refused(await sending.complete([receipt]), 409, "exists");
    await same(stage, first);

    const id = randomUUID();
    const rivals = [];
    for (let count = 0; count < 5; count += 1) {
      rivals.push(await stage.world.sealed(randomBytes(100_000), { document_id: id }));
    }
    const [alone, ...others] = rivals;
    const uploads = await Promise.all(others.map((sealed) => Sending.begin(stage, sealed)));
    const ready = await Promise.all(uploads.map(async (upload) => [await upload.receipt(1)]));
    const completing = uploads.map((upload, index) => upload.complete(ready[index] ?? []));
    const putting = stage.put(id, alone?.document ?? new Uint8Array(0));
    const statuses = (await Promise.all([putting, ...completing])).map(({ status }) => status);
    assert.deepEqual([...statuses].sort(), [201, 409, 409, 409, 409]);
    await same(stage, /** @type {any} */ (rivals[statuses.indexOf(201)]));

    const twice = await stage.world.sealed(randomBytes(100_000));
    const upload = await Sending.begin(stage, twice);
    const both = [await upload.receipt(1)];
    const answers = await Promise.all([upload.complete(both), upload.complete(both)]);
    assert.deepEqual(answers.map(({ status }) => (status === 410 ? 409 : status)).sort(), [201, 409]);
    await same(stage, twice);
  },

  async "what only takes an id, while an upload is completed, is shown to nobody"(stage) {
    const { claim } = stage.host;
    if (claim === undefined) {
      return;
    }
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const sending = await Sending.begin(stage, sealed);
    const receipt = await sending.receipt(1);
    await claim(sealed.id);
    for (const method of ["GET", "HEAD"]) {
      assert.equal((await stage.call(stage.ana, method, `/v1/objects/${sealed.id}`)).status, 404);
    }
    const { objects } = await (await stage.call(stage.ana, "GET", "/v1/objects")).json();
    assert.ok(!objects.some((/** @type {Json} */ { id }) => id === sealed.id));
    await refused(await sending.complete([receipt]), 409, "exists");
    await refused(await stage.put(sealed.id, sealed.document), 409, "exists");
  },

  async "an upload that is given up is gone, and its id free"(stage) {
    const sealed = await large(stage);
    const sending = await Sending.begin(stage, sealed);
    const receipts = await sending.all();
    assert.equal((await sending.abort()).status, 204);
    await refused(await sending.part(1), 410, "upload_gone");
    await refused(await sending.complete(receipts), 410, "upload_gone");
    assert.equal((await sending.abort()).status, 204);
    await nothingThere(stage, sealed.id);
    const again = await Sending.begin(stage, sealed);
    assert.equal((await again.complete(await again.all())).status, 201);
    assert.equal((await again.abort()).status, 204);
    await same(stage, sealed);
  },

  async "an upload has a size and a header, and no more than is allowed"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const { id, document } = sealed;
    const armored = await stage.world.sealed(Buffer.from("text"), { document_id: id }, { armor: true });
    const header = document.slice(0, headerSize(document));
    for (const length of [undefined, "", "x", "-1", "1.5"]) {
      await refused(await begin(stage, sealed, { length }), 411, "length_required");
    }
    await refused(await begin(stage, sealed, { length: 64 * MIB + 1 }), 413, "too_large");
    for (const length of [document.length + 1, header.length, 0]) {
      await refused(await begin(stage, sealed, { length }), 422, "sender_signature");
    }
    await refused(await begin(stage, sealed, { header: document }), 422, "header_malformed");
    await refused(await begin(stage, sealed, { header: header.slice(0, -3) }), 422, "header_malformed");
    await refused(await begin(stage, sealed, { header: Buffer.from("Dear Sir or Madam,\n") }), 422, "not_age");
    await refused(await begin(stage, sealed, { header: armored.document }), 422, "not_age");
    await refused(await begin(stage, sealed, { header: Buffer.alloc(64 * 1024 + 1, "a") }), 413, "too_large");
    const sending = await Sending.begin(stage, sealed);
    const receipt = await sending.receipt(1);
    await refused(await sending.complete([receipt], { headers: { "content-type": "text/plain" } }), 415, "media_type");
    await refused(await sending.complete([`${receipt}${"A".repeat(8 * MIB)}`]), 413, "too_large");
    for (const body of ["", "[]", "{}", `{"header":"","receipts":[],"more":1}`]) {
      await refused(await sending.complete([], { body }), 400, "request_invalid");
    }
  },

  async "a bucket that fails keeps an upload from nothing but time"(stage) {
    const sealed = await stage.world.sealed(Buffer.from("text"));
    const sending = await Sending.begin(stage, sealed);
    const receipt = await sending.receipt(1);
    for (const response of [
      await begin(stage, sealed, { broken: true }),
      await sending.part(1, { broken: true }),
      await sending.complete([receipt], { broken: true }),
      await sending.abort({ broken: true }),
    ]) {
      await refused(response, 502, "bucket_failed");
      assert.equal(response.headers.get("retry-after"), "5");
    }
    assert.equal((await sending.complete([receipt])).status, 201);
  },

  async "pages of configured origins may send parts"(stage) {
    const preflight = (/** @type {string} */ path, /** @type {string} */ method) =>
      fetch(`${stage.host.origin}/v1/objects/a/uploads${path}`, {
        method: "OPTIONS",
        headers: { origin: "https://portal.acme.example", "access-control-request-method": method },
      });
    for (const [path, method, methods] of [["", "POST", "POST, DELETE"], ["/3", "PUT", "PUT"], ["/complete", "POST", "POST"]]) {
      const { status, headers } = await preflight(String(path), String(method));
      assert.deepEqual([status, headers.get("access-control-allow-methods")], [204, methods]);
      assert.match(headers.get("access-control-allow-headers") ?? "", /upload-length, upload-ticket/);
    }
  },
};

/**
 * Seals what takes three parts.
 *
 * @param {Stage} stage
 */
async function large(stage) {
  return stage.world.sealed(randomBytes(2 * PART_SIZE + 1_234_567));
}

/**
 * @param {Stage} stage
 * @param {{ id: string, document: Uint8Array<ArrayBuffer> }} sealed
 * @param {Json} [more]
 */
async function begin(stage, { id, document }, { caller = stage.ingest, header, ...more } = {}) {
  const length = "length" in more ? more.length : document.length;
  const body = header ?? document.slice(0, headerSize(document));
  const headers = { "content-type": "application/octet-stream", ...(length === undefined ? {} : { "upload-length": String(length) }) };
  return stage.call(caller, "POST", `/v1/objects/${id}/uploads`, { ...more, body, headers });
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} place
 */
function altered(bytes, place) {
  const copy = bytes.slice();
  copy[place] = Number(copy[place]) ^ 1;
  return copy;
}

/**
 * @param {Stage} stage
 * @param {string} id
 */
async function nothingThere(stage, id) {
  assert.equal((await stage.call(stage.ana, "GET", `/v1/objects/${id}`)).status, 404);
  assert.ok(!(await stage.host.objects()).includes(id));
}

/**
 * @param {Stage} stage
 * @param {{ id: string, document: Uint8Array }} sealed
 */
async function same(stage, { id, document }) {
  const response = await stage.call(stage.ana, "GET", `/v1/objects/${id}`);
  assert.equal(response.status, 200);
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(document));
}
