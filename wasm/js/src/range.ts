import type { SealInstance } from "./instance.js";
import type { Exports } from "./wasm/gate.js";

/** Is a sealed document that can be read in parts: a Blob, a File, or anything that reads ranges as they do. */
export interface RangeSource {
  /** In bytes. */
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Reads any part of an open document. Call `close` to have the key dropped at once. */
export class OpenedRange {
  readonly #instance: SealInstance;
  readonly #source: RangeSource;
  readonly #decryptor: Exports.RangeDecryptor;

  private constructor(instance: SealInstance, source: RangeSource, decryptor: Exports.RangeDecryptor) {
    this.#instance = instance;
    this.#source = source;
    this.#decryptor = decryptor;
  }

  /**
   * Checks the last chunk first: it fixes the document's size.
   *
   * @internal
   */
  static async authenticated(
    instance: SealInstance,
    source: RangeSource,
    decryptor: Exports.RangeDecryptor,
  ): Promise<OpenedRange> {
    const range = new OpenedRange(instance, source, decryptor);
    try {
      const chunk = await range.#ciphertext(instance.run(() => decryptor.lastChunkRange()));
      instance.run(() => decryptor.authenticate(chunk));
      return range;
    } catch (failure) {
      range.close();
      throw failure;
    }
  }

  /** The plaintext's size in bytes. */
  get size(): number {
    return Number(this.#instance.run(() => this.#decryptor.size()));
  }

  /** Returns the plaintext from `start` up to, not including, `end`. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const [from, to] = [BigInt(start), BigInt(end)];
    const ciphertext = await this.#ciphertext(this.#instance.run(() => this.#decryptor.ciphertextRange(from, to)));
    return this.#instance.run(() => this.#decryptor.decrypt(from, to, ciphertext));
  }

  /** Drops the key. */
  close(): void {
    this.#instance.free(this.#decryptor);
  }

  async #ciphertext(offsets: BigUint64Array): Promise<Uint8Array> {
    const [start, end] = Array.from(offsets, Number);
    return new Uint8Array(await this.#source.slice(start ?? 0, end ?? 0).arrayBuffer());
  }
}
