import type { SealInstance } from "./instance.js";
import { Slices, isBytes } from "./source.js";
import type { Source } from "./source.js";

/** Is a handle that takes bytes and returns bytes. */
interface Transformer {
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  finish(): Uint8Array<ArrayBuffer>;
  free(): void;
}

/** Is a document that comes out: whole if it came in whole, as a stream otherwise. */
export type Output = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Sends a source's slices through a handle, and gives the handle back to WebAssembly at the end.
 *
 * @internal
 */
export class Flow {
  readonly #instance: SealInstance;
  readonly #slices: Slices;
  readonly #transformer: Transformer;
  #finished = false;

  constructor(instance: SealInstance, slices: Slices, transformer: Transformer) {
    this.#instance = instance;
    this.#slices = slices;
    this.#transformer = transformer;
  }

  /** Returns everything at once, or a stream that reads as it is read. */
  async into(source: Source): Promise<Output> {
    return isBytes(source) ? this.#collected() : this.#streamed();
  }

  /** Returns the next bytes, never none, or nothing at the end. */
  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      while (!this.#finished) {
        const slice = await this.#slices.next();
        const bytes = this.#instance.run(() => this.#transformed(slice));
        if (bytes.length > 0) {
          return bytes;
        }
      }
      return undefined;
    } catch (failure) {
      await this.#abandon(failure);
      throw failure;
    }
  }

  #transformed(slice: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
    if (slice !== undefined) {
      return this.#transformer.push(slice);
    }
    const rest = this.#transformer.finish();
    this.#finished = true;
    this.#transformer.free();
    return rest;
  }

  async #abandon(reason: unknown): Promise<void> {
    if (!this.#finished) {
      this.#finished = true;
      this.#instance.free(this.#transformer);
      await this.#slices.cancel(reason);
    }
  }

  async #collected(): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let part = await this.#next(); part !== undefined; part = await this.#next()) {
      parts.push(part);
    }
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    parts.reduce((offset, part) => (whole.set(part, offset), offset + part.length), 0);
    return whole;
  }

  #streamed(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const bytes = await this.#next();
        if (bytes !== undefined) {
          controller.enqueue(bytes);
          return;
        }
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: (reason) => this.#abandon(reason),
    });
  }
}
