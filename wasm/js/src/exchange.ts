import type { Exports } from "./wasm/seal.js";

/** Is a handle that takes bytes and leaves bytes, of which it returns the number. */
export interface Transformer {
  push(buffers: Exports.Buffers, size: number): number;
  finish(buffers: Exports.Buffers): number;
  /** Returns what stands before everything that came out, once it is finished. */
  header?(): Uint8Array<ArrayBuffer>;
  outputSize(input: bigint): bigint | undefined;
  free(): void;
}

/**
 * Carries bytes into an instance's memory and out of it, each once. Calls do not overlap, so one is enough for all flows.
 *
 * @internal
 */
export class Exchange {
  readonly #memory: WebAssembly.Memory;
  readonly #buffers: Exports.Buffers;

  constructor(memory: WebAssembly.Memory, buffers: Exports.Buffers) {
    this.#memory = memory;
    this.#buffers = buffers;
  }

  /** Writes bytes where a call takes them, and makes it. */
  written<Result>(bytes: Uint8Array, call: (buffers: Exports.Buffers, size: number) => Result): Result {
    this.#view(this.#buffers.input(), bytes.length).set(bytes);
    return call(this.#buffers, bytes.length);
  }

  /** Makes a call with bytes that leaves bytes, and lends them. They hold until control is given up. */
  worked(bytes: Uint8Array, call: (buffers: Exports.Buffers, size: number) => number): Uint8Array<ArrayBuffer> {
    return this.#left(this.written(bytes, call));
  }

  /** Sends bytes through a handle, or ends it, and lends what comes out. It holds until control is given up. */
  through(transformer: Transformer, bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
    return bytes === undefined
      ? this.#left(transformer.finish(this.#buffers))
      : this.worked(bytes, (buffers, size) => transformer.push(buffers, size));
  }

  /** Leaves nothing behind. */
  wipe(): void {
    this.#buffers.wipe();
  }

  #left(size: number): Uint8Array<ArrayBuffer> {
    return this.#view(this.#buffers.output(), size);
  }

  // A view of its own each time: when the memory grows, earlier ones come loose.
  #view(address: number, size: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer as ArrayBuffer, address, size);
  }
}
