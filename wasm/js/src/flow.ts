import type { SealInstance } from "./instance.js";
import { Slices, isBytes } from "./source.js";
import type { Source } from "./source.js";

/** Is a handle that takes bytes and returns bytes. */
interface Transformer {
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  finish(): Uint8Array<ArrayBuffer>;
  /** Returns what stands before everything that came out, once it is finished. */
  header?(): Uint8Array<ArrayBuffer>;
  free(): void;
}

/** Is a document that comes out: whole if it came in whole, as a stream otherwise. */
export type Output = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Is a document in two parts. The header stands before the payload, but is known last: it is signed. */
export interface Parts {
  /** Comes out as it is read. */
  payload: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Is there once the payload was read to its end. It rejects when the payload fails or is given up. */
  header: Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Sends a source's slices through a handle, and gives the handle back to WebAssembly at the end.
 *
 * @internal
 */
export class Flow {
  readonly #instance: SealInstance;
  readonly #slices: Slices;
  readonly #transformer: Transformer;
  #header = new Uint8Array(0);
  #finished = false;
  #ended: { resolve(header: Uint8Array<ArrayBuffer>): void; reject(reason: unknown): void } | undefined;

  constructor(instance: SealInstance, slices: Slices, transformer: Transformer) {
    this.#instance = instance;
    this.#slices = slices;
    this.#transformer = transformer;
  }

  /** Returns everything at once, or a stream that reads as it is read. */
  async into(source: Source): Promise<Output> {
    return isBytes(source) ? this.#collected() : this.#streamed();
  }

  /** Returns a stream and what stands before it. */
  parts(): Parts {
    const header = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      this.#ended = { resolve, reject };
    });
    // Whoever reads the payload learns of its failure there.
    header.catch(() => undefined);
    return { payload: this.#streamed(), header };
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
    this.#header = this.#transformer.header?.() ?? this.#header;
    this.#finished = true;
    this.#transformer.free();
    this.#ended?.resolve(this.#header);
    return rest;
  }

  async #abandon(reason: unknown): Promise<void> {
    if (!this.#finished) {
      this.#finished = true;
      this.#instance.free(this.#transformer);
      this.#ended?.reject(reason ?? new DOMException("the payload was given up", "AbortError"));
      await this.#slices.cancel(reason);
    }
  }

  async #collected(): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let part = await this.#next(); part !== undefined; part = await this.#next()) {
      parts.push(part);
    }
    parts.unshift(this.#header);
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
