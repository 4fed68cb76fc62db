import type { SealInstance } from "./instance.js";
import type { RangeSource } from "./range.js";
import type { Slices } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** How much of a document is looked through at once for the end of its header. */
const PIECE_SIZE = 4096;

/** More bytes than the largest header has, in armor too. */
const FRONT_SIZE = 128 * 1024;

/**
 * Returns the front of a document, with all of its header: some runtimes read a whole Blob at once.
 *
 * @internal
 */
export function frontOf(document: RangeSource): ReadableStream<Uint8Array> {
  return document.slice(0, Math.min(FRONT_SIZE, document.size)).stream();
}

/**
 * Reads a document up to the end of its header and hands the reader to a call, then frees it.
 *
 * On a failure the rest of the source is given up.
 *
 * @internal
 */
export async function withHeader<Result>(
  instance: SealInstance,
  slices: Slices,
  call: (reader: Exports.Reader) => Result | Promise<Result>,
): Promise<Result> {
  const reader = instance.run((core) => new core.Reader());
  try {
    for (let complete = false; !complete; ) {
      const slice = await slices.next(PIECE_SIZE);
      if (slice === undefined) {
        instance.run(() => reader.finish());
        break;
      }
      complete = instance.run(() => reader.push(slice));
    }
    return await call(reader);
  } catch (failure) {
    await slices.cancel(failure);
    throw failure;
  } finally {
    instance.free(reader);
  }
}
