// Encrypts and decrypts by workers, or without where there are none, in whichever runtime imports this. It uses nothing that is not in all of them.

const MIB = 1 << 20;

/** Bytes below which no worker is asked. */
export const LEAST = 8 * MIB;

/** Sizes around those of slices and chunks, and how many workers are asked, never more than three. */
export const TRIPS = /** @type {const} */ ([
  [0, 3],
  [1, 3],
  [LEAST - 1, 3],
  [LEAST, 1],
  [LEAST + 1, 3],
  [9 * MIB - 1, 3],
  [9 * MIB, 2],
  [9 * MIB + 64 * 1024 + 1, 3],
]);

/**
 * Tells of each size what failed, `null` if nothing did.
 *
 * @param {typeof import("sealwright")} sealwright
 */
export async function run(sealwright) {
  const results = [];
  for (const [size, workers] of TRIPS) {
    const failure = await trip(sealwright, size, workers).then(() => null, String);
    results.push({ name: `${size} bytes by ${workers} workers`, failure });
  }
  return results;
}

/**
 * Sends bytes and a Blob there and back, each way once with workers and once without.
 *
 * @param {typeof import("sealwright")} sealwright
 * @param {number} size
 * @param {number} workers
 */
async function trip({ decrypt, encrypt, generateIdentity }, size, workers) {
  const identity = await generateIdentity();
  const plaintext = plaintextOf(size);
  const to = { recipients: [identity.recipient], label: { document_id: "d-1" } };
  const by = { identities: [identity] };
  const sealed = await encrypt(plaintext, { ...to, workers });
  same(await decrypt(sealed, by), plaintext, "bytes encrypted by workers");
  same(await decrypt(sealed, { ...by, workers }), plaintext, "bytes decrypted by workers");
  const streamed = await whole(await encrypt(new Blob([plaintext]), { ...to, workers }));
  same(await decrypt(streamed, by), plaintext, "a Blob encrypted by workers");
  same(await whole(await decrypt(new Blob([streamed]), { ...by, workers })), plaintext, "a Blob decrypted by workers");
}

/** @param {number} size */
export function plaintextOf(size) {
  const plaintext = new Uint8Array(size);
  for (let start = 0; start < size; start += 65_536) {
    crypto.getRandomValues(plaintext.subarray(start, start + 65_536));
  }
  return plaintext;
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream */
export async function whole(stream) {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {Uint8Array} actual
 * @param {Uint8Array} expected
 * @param {string} what
 */
function same(actual, expected, what) {
  if (actual.length !== expected.length || !equal(actual, expected)) {
    throw new Error(`${what} came out otherwise`);
  }
}

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function equal(first, second) {
  for (let index = 0; index < first.length; index += 1) {
    if (first[index] !== second[index]) {
      return false;
    }
  }
  return true;
}
