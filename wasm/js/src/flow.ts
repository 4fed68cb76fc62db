import type { Exchange, Transformer } from "./exchange.js";
import type { SealInstance } from "./instance.js";
import { collected, filled, joined, streamed } from "./output.js";
import type { Next, Output, Take } from "./output.js";
import { isBytes } from "./source.js";
import type { Slices, Source } from "./source.js";

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

  /** Has the next bytes taken, never none, and tells whether there were any. */
  async #next(take: Take): Promise<boolean> {
    try {
      for (let taken = false; !taken; ) {
        if (this.#finished) {
          return false;
        }
        const slice = await this.#slices.next();
        taken = this.#instance.exchange((exchange) => {
          const bytes = exchange.through(this.#transformer, slice);
          if (bytes.length > 0) {
            take(bytes);
          }
          if (slice === undefined) {
            this.#header = this.#transformer.header?.() ?? this.#header;
            this.#finished = true;
            this.#end(exchange);
            this.#ended?.resolve(this.#header);
          }
          return bytes.length > 0;
        });
      }
      return true;
    } catch (failure) {
      await this.#abandon(failure);
      throw failure;
    }
  }

  #end(exchange: Exchange): void {
    this.#transformer.free();
    exchange.wipe();
  }

  async #abandon(reason: unknown): Promise<void> {
    if (!this.#finished) {
      this.#finished = true;
      if (!this.#instance.trapped) {
        this.#instance.exchange((exchange) => this.#end(exchange));
      }
      this.#ended?.reject(reason ?? new DOMException("the payload was given up", "AbortError"));
      await this.#slices.cancel(reason);
    }
  }

  async #collected(): Promise<Uint8Array<ArrayBuffer>> {
    const rest = this.#slices.rest;
    const size = rest === undefined ? undefined : this.#instance.run(() => this.#transformer.outputSize(BigInt(rest)));
    const next: Next = (take) => this.#next(take);
    const whole = size === undefined ? await collected(next) : await filled(next, Number(size));
    return this.#header.length === 0 ? whole : joined([this.#header, whole]);
  }

  #streamed(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return streamed(
      (take) => this.#next(take),
      (reason) => this.#abandon(reason),
    );
  }
}
