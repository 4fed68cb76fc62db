import type { GateInstance } from "./instance.js";
import type { Exports } from "./wasm/gate.js";

/** Is where values begin and end, in 32 or 64 bits each. */
export type Offsets = Uint32Array | Int32Array | BigUint64Array | BigInt64Array;

/** Is many values back to back, and where each begins: Arrow's variable-size binary layout. */
export class Batch<O extends Offsets = Offsets> {
  readonly data: Uint8Array;
  /** One more than there are values: value `i` stands between the offsets `i` and `i + 1`. */
  readonly offsets: O;

  constructor(data: Uint8Array, offsets: O) {
    this.data = data;
    this.offsets = offsets;
  }

  /** Puts values into one buffer. */
  static of(values: Iterable<Uint8Array>): Batch<BigUint64Array> {
    const listed = Array.from(values);
    const offsets = new BigUint64Array(listed.length + 1);
    let size = 0;
    for (const [index, value] of listed.entries()) {
      if (!(value instanceof Uint8Array)) {
        throw new TypeError("expected values of Uint8Array");
      }
      size += value.length;
      offsets[index + 1] = BigInt(size);
    }
    const data = new Uint8Array(size);
    for (const [index, value] of listed.entries()) {
      data.set(value, Number(offsets[index]));
    }
    return new Batch(data, offsets);
  }

  /** How many values it holds. */
  get length(): number {
    return Math.max(this.offsets.length - 1, 0);
  }

  /** Returns the values one by one, without copying them. */
  toArray(): Uint8Array[] {
    const ends = Array.from(this.offsets as Iterable<number | bigint>, Number);
    return Array.from({ length: this.length }, (_, index) => this.data.subarray(ends[index], ends[index + 1]));
  }
}

/**
 * Lends batches to a call, which returns another one, with offsets as large as the last one's.
 *
 * @internal
 */
export function withBatches(
  instance: GateInstance,
  ids: Batch,
  values: Batch,
  call: (ids: Exports.Batch, values: Exports.Batch) => Exports.Batch,
): Batch {
  return withBatch(instance, ids, (idsHandle) =>
    withBatch(instance, values, (valuesHandle) => taken(instance, values, call(idsHandle, valuesHandle))),
  );
}

/**
 * Lends a batch to a call.
 *
 * @internal
 */
export function withBatch<Result>(instance: GateInstance, batch: Batch, call: (handle: Exports.Batch) => Result): Result {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = batch.offsets;
  const offsets = new Uint8Array(buffer, byteOffset, byteLength);
  const handle = instance.run((core) => new core.Batch(batch.data, offsets, BYTES_PER_ELEMENT));
  try {
    return instance.run(() => call(handle));
  } finally {
    instance.free(handle);
  }
}

/**
 * Returns a batch of the core as one of JavaScript, with offsets as large as another one's, and frees it.
 *
 * @internal
 */
export function taken(instance: GateInstance, like: Batch, handle: Exports.Batch): Batch {
  const OffsetArray = like.offsets.constructor as new (buffer: ArrayBuffer) => Offsets;
  try {
    return new Batch(handle.data(), new OffsetArray(handle.offsets().buffer));
  } finally {
    instance.free(handle);
  }
}
