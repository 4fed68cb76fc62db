// How R2 is kept from replacing an object by an upload that is completed: R2 itself has no condition for that. The suite over
// HTTP has the ways that end well; here R2 fails in between.
import assert from "node:assert/strict";
import test from "node:test";

import { R2Bucket } from "sealwright/edge";

const DAY = 86_400_000;

/** Is as much of R2 as completing takes: objects by key, uploads that are under way, and a failure for the next one. */
class Store {
  /** @type {Map<string, any>} */ objects = new Map();
  /** @type {Set<string>} */ uploads = new Set();
  /** @type {((key: string) => void) | undefined} */ before;
  /** @type {string | undefined} */ failure;

  /** @param {string} key @param {any} value @param {any} options */
  async put(key, value, { onlyIf, customMetadata }) {
    const there = this.objects.get(key);
    const holds = onlyIf instanceof Headers ? there === undefined : there?.etag === onlyIf.etagMatches;
    return holds ? this.set(key, await new Response(value).text(), customMetadata) : null;
  }

  /** @param {string} key @param {string} value @param {any} customMetadata */
  set(key, value, customMetadata, uploaded = new Date()) {
    const object = { key, size: value.length, etag: `etag of ${value}`, uploaded, value, customMetadata };
    this.objects.set(key, object);
    return object;
  }

  /** @param {string} key */
  async head(key) {
    return this.objects.get(key) ?? null;
  }

  /** @param {string} key */
  async delete(key) {
    this.objects.delete(key);
  }

  /** @param {string} key @param {string} upload */
  resumeMultipartUpload(key, upload) {
    return {
      complete: async (/** @type {any[]} */ parts) => {
        this.before?.(key);
        if (this.failure !== undefined) {
          throw new Error(this.failure);
        }
        if (!this.uploads.delete(upload)) {
          throw new Error("completeMultipartUpload: The specified multipart upload does not exist. (10024)");
        }
        this.set(key, `${upload}: ${parts.map(({ partNumber, etag }) => `${partNumber}${etag}`).join(" ")}`, {});
      },
      abort: async () => void this.uploads.delete(upload),
    };
  }
}

// workerd has it: how R2 wants a body.
Object.assign(globalThis, {
  FixedLengthStream: class extends TransformStream {
    constructor() {
      super();
    }
  },
});

const parts = [{ number: 1, etag: "a" }, { number: 2, etag: "b" }];

function world() {
  const store = new Store();
  store.uploads.add("own").add("other");
  return { store, bucket: new R2Bucket(/** @type {any} */ (store)) };
}

test("an upload is completed under a free id, and not under one that is taken", async () => {
  const { store, bucket } = world();
  assert.equal(await bucket.complete("id", "own", parts), true);
  assert.equal(store.objects.get("id").value, "own: 1a 2b");
  assert.equal(await bucket.complete("id", "other", parts), false);
  assert.equal(store.objects.get("id").value, "own: 1a 2b");
});

test("the id is taken while an upload is completed, and nothing is shown of that", async () => {
  const { store, bucket } = world();
  let seen;
  store.before = () => {
    store.before = undefined;
    const whole = bucket.put("id", new Blob(["whole"]).stream(), { size: 5, front: new Uint8Array(0) });
    seen = Promise.all([bucket.head("id"), bucket.complete("id", "other", parts), whole]);
  };
  assert.equal(await bucket.complete("id", "own", parts), true);
  assert.deepEqual(await seen, [undefined, false, false]);
  assert.equal(store.objects.get("id").value, "own: 1a 2b");
});

test("a failure in between leaves the id to the same upload, which may try again or give it up", async () => {
  const { store, bucket } = world();
  store.failure = "completeMultipartUpload: We encountered an internal error. Please try again. (10001)";
  await assert.rejects(bucket.complete("id", "own", parts), /10001/);
  store.failure = undefined;
  assert.equal(await bucket.head("id"), undefined);
  assert.equal(await bucket.complete("id", "other", parts), false);
  assert.equal(await bucket.complete("id", "own", parts), true);

  const { store: again, bucket: second } = world();
  again.failure = "(10001)";
  await assert.rejects(second.complete("id", "own", parts));
  again.failure = undefined;
  await second.abort("id", "own");
  assert.equal(again.objects.size, 0);
  assert.equal(await second.complete("id", "other", parts), true);
});

test("an upload that is gone frees the id, but not of what another call completed", async () => {
  const { store, bucket } = world();
  store.failure = "completeMultipartUpload: One or more of the specified parts could not be found. (10025)";
  await assert.rejects(bucket.complete("id", "own", parts), { name: "UploadGoneError" });
  assert.deepEqual([store.objects.size, store.uploads.has("own")], [0, false]);

  const { store: raced, bucket: second } = world();
  raced.before = (key) => {
    raced.uploads.delete("own");
    raced.set(key, "whole", {});
  };
  assert.equal(await second.complete("id", "own", parts), false);
  assert.equal(raced.objects.get("id").value, "whole");
  await second.abort("id", "own");
  assert.equal(raced.objects.get("id").value, "whole");
});

test("a claim that stayed behind gives way once no ticket of its upload can hold", async () => {
  for (const [age, gives] of /** @type {const} */ ([[DAY, false], [3 * DAY, true]])) {
    const { store, bucket } = world();
    store.set("id", "own", { claim: "own" }, new Date(Date.now() - age));
    assert.equal(await bucket.complete("id", "other", parts), gives);
    assert.equal(store.objects.get("id").value, gives ? "other: 1a 2b" : "own");
    store.set("id", "own", { claim: "own" }, new Date(Date.now() - age));
    assert.equal(await bucket.put("id", new Blob(["whole"]).stream(), { size: 5, front: new Uint8Array(0) }), gives);
  }
});
