import { SealwrightError } from "./error.js";
import type { SealInstance } from "./instance.js";
import { RemoteDocument } from "./remote.js";
import { Slices } from "./source.js";
import type { Bytes } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Is a sealed document that can be read in parts: a Blob, a File, or anything that reads ranges as they do. */
export interface RangeSource {
  /** In bytes. */
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer>; stream(): ReadableStream<Uint8Array> };
}

/** Is where ranges of a document come from; an address is read over HTTP, as `RemoteDocument` does. */
export type RangeInput = RangeSource | URL | string;

/** How many parts of a document are read at once. */
const AT_ONCE = 4;

/** Reads any part of an open document. Call `close` to have the key dropped at once. */
export class OpenedRange {
  readonly #instance: SealInstance;
  readonly #source: RangeSource;
  readonly #decryptor: Exports.RangeDecryptor | Exports.RangeOpener;
  #closed = false;

  private constructor(
    instance: SealInstance,
    source: RangeSource,
    decryptor: Exports.RangeDecryptor | Exports.RangeOpener,
  ) {
    this.#instance = instance;
    this.#source = source;
    this.#decryptor = decryptor;
  }

  /**
   * Has a signed payload verified first: all of it at once, or each part by an outboard.
   *
   * @internal
   */
  static async verified(
    instance: SealInstance,
    source: RangeSource,
    opener: Exports.RangeOpener,
    outboard: Bytes | Blob | undefined,
  ): Promise<OpenedRange> {
    try {
      await verify(instance, source, opener, outboard);
    } catch (failure) {
      instance.free(opener);
      throw failure;
    }
    return OpenedRange.authenticated(instance, source, opener);
  }

  /**
   * Checks the last chunk first: it fixes the document's size.
   *
   * @internal
   */
  static async authenticated(
    instance: SealInstance,
    source: RangeSource,
    decryptor: Exports.RangeDecryptor | Exports.RangeOpener,
  ): Promise<OpenedRange> {
    const range = new OpenedRange(instance, source, decryptor);
    try {
      const chunk = await range.#ciphertext(spanOf(instance.run(() => decryptor.lastChunkRange())));
      instance.run(() => decryptor.authenticate(chunk));
      return range;
    } catch (failure) {
      range.close();
      throw failure;
    }
  }

  /** The plaintext's size in bytes. */
  get size(): number {
    return Number(this.#run((decryptor) => decryptor.size()));
  }

  /** Returns the plaintext from `start` up to, not including, `end`. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const part = this.#part(start, end);
    return this.#decrypted(part, await this.#ciphertext(part.span), part.span);
  }

  /** Returns several such parts, in their order. What stands together in the document is read together. */
  async readMany(ranges: Iterable<readonly [start: number, end: number]>): Promise<Uint8Array<ArrayBuffer>[]> {
    const parts = Array.from(ranges, ([start, end]) => this.#part(start, end));
    const plaintexts = new Map<Part, Uint8Array<ArrayBuffer>>();
    const runs = runsOf(parts).values();
    const reading = async () => {
      for (const run of runs) {
        const ciphertext = await this.#ciphertext(run.span);
        run.parts.forEach((part) => plaintexts.set(part, this.#decrypted(part, ciphertext, run.span)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reading));
    return parts.map((part) => plaintexts.get(part) ?? new Uint8Array(0));
  }

  /** Drops the key. */
  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#instance.free(this.#decryptor);
    }
  }

  #part(start: number, end: number): Part {
    const [from, to] = [BigInt(start), BigInt(end)];
    return { from, to, span: spanOf(this.#run((decryptor) => decryptor.ciphertextRange(from, to))) };
  }

  #decrypted({ from, to, span }: Part, ciphertext: Uint8Array, read: Span): Uint8Array<ArrayBuffer> {
    const own = ciphertext.subarray(span.start - read.start, span.end - read.start);
    return this.#run((decryptor) => decryptor.decrypt(from, to, own));
  }

  async #ciphertext({ start, end }: Span): Promise<Uint8Array> {
    return start === end ? new Uint8Array(0) : new Uint8Array(await this.#source.slice(start, end).arrayBuffer());
  }

  #run<Result>(call: (decryptor: Exports.RangeDecryptor | Exports.RangeOpener) => Result): Result {
    if (this.#closed) {
      throw new SealwrightError("call_order", "usage", "the document was closed");
    }
    return this.#instance.run(() => call(this.#decryptor));
  }
}

/**
 * Returns a source of ranges.
 *
 * @internal
 */
export async function rangeSource(input: RangeInput): Promise<RangeSource> {
  return typeof input === "string" || input instanceof URL ? RemoteDocument.open(input) : input;
}

/** Is where something stands in the document. */
interface Span {
  start: number;
  end: number;
}

/** Is a part of the plaintext, and where its ciphertext stands. */
interface Part {
  from: bigint;
  to: bigint;
  span: Span;
}

function spanOf(offsets: BigUint64Array): Span {
  const [start = 0, end = 0] = Array.from(offsets, Number);
  return { start, end };
}

/** Puts together what overlaps or follows without a gap. */
function runsOf(parts: readonly Part[]): { span: Span; parts: Part[] }[] {
  const runs: { span: Span; parts: Part[] }[] = [];
  for (const part of [...parts].sort((one, other) => one.span.start - other.span.start)) {
    const last = runs.at(-1);
    if (last !== undefined && part.span.start <= last.span.end) {
      last.span.end = Math.max(last.span.end, part.span.end);
      last.parts.push(part);
    } else {
      runs.push({ span: { ...part.span }, parts: [part] });
    }
  }
  return runs;
}

async function verify(
  instance: SealInstance,
  source: RangeSource,
  opener: Exports.RangeOpener,
  outboard: Bytes | Blob | undefined,
): Promise<void> {
  if (outboard !== undefined) {
    const tree = new Uint8Array(outboard instanceof Blob ? await outboard.arrayBuffer() : outboard);
    instance.run(() => opener.verifyBy(tree));
  }
  const unverified = instance.run(() => opener.unverified());
  if (unverified === undefined) {
    return;
  }
  const { start, end } = spanOf(unverified);
  const slices = new Slices(source.slice(start, end).stream());
  for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
    const bytes = slice;
    instance.run(() => opener.verify(bytes));
  }
  instance.run(() => opener.verified());
}
