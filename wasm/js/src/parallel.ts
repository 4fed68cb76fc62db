import type { SealInstance } from "./instance.js";
import { filled, streamed } from "./output.js";
import type { Next, Output, Take } from "./output.js";
import { SLICE_SIZE, isBytes } from "./source.js";
import type { Bytes, Source } from "./source.js";
import { Team } from "./team.js";
import type { Exports } from "./wasm/gate.js";

/** Says how many hands make light work. */
export interface WorkerOptions {
  /**
   * How many workers encrypt or decrypt a large Blob, or large bytes, at once. None if absent: it is done where it was asked.
   *
   * The payload's key goes to each of them, encrypted to a key pair that it made for this, and is dropped at the end. They
   * hold a few MiB each. Where there are none to be had, for less than 8 MiB, for a stream and for armor it is done without.
   */
  workers?: number;
}

/** Is what can be cut into ranges. */
type Whole = Blob | Bytes;

/** Ends the workers of streams that were forgotten, and with them the key that they hold. */
let forgotten: FinalizationRegistry<Team> | undefined;

/** How large a buffer is that holds a range before and after: encrypted it is longer by a tag for each chunk. */
const ROOM = SLICE_SIZE + 4096;

/** The least bytes for which workers pay: starting them takes as long as a few MiB do. */
const LEAST_SIZE = 8 << 20;

/**
 * Returns what can be dealt out to workers, or nothing where they would not pay.
 *
 * @internal
 */
export function divisible(source: Source, { workers = 0 }: WorkerOptions): Whole | undefined {
  const whole = isBytes(source) || source instanceof Blob ? source : undefined;
  return whole !== undefined && workers >= 1 && sizeOf(whole) >= LEAST_SIZE ? whole : undefined;
}

/**
 * Encrypts by workers and gives the handle back, or returns nothing and leaves it as it was.
 *
 * @internal
 */
export async function encrypted(
  instance: SealInstance,
  source: Whole,
  encryptor: Exports.Encryptor,
  { workers = 0 }: WorkerOptions,
): Promise<Output | undefined> {
  const size = sizeOf(source);
  const total = instance.run(() => encryptor.outputSize(BigInt(size)));
  if (total === undefined) {
    return undefined;
  }
  const ranges = rangesOf(size).map(([start, end]) => ({ start, from: start, to: end }));
  let front = new Uint8Array(0);
  const share = (recipients: string) => {
    front = instance.exchange((exchange) => exchange.through(encryptor, front).slice());
    return instance.run(() => encryptor.share(recipients));
  };
  const team = await Team.gather(Math.min(workers, ranges.length), share).catch((failure) => {
    instance.free(encryptor);
    throw failure;
  });
  if (team === undefined) {
    return undefined;
  }
  instance.free(encryptor);
  return new Parallel(team, source, ranges, front).into(Number(total));
}

/**
 * Decrypts by workers and gives the handle back, or returns nothing where there are none.
 *
 * @internal
 */
export async function decrypted(
  instance: SealInstance,
  source: Whole,
  decryptor: Exports.RangeDecryptor,
  { workers = 0 }: WorkerOptions,
): Promise<Output | undefined> {
  try {
    const { from, to } = span(instance.run(() => decryptor.lastChunkRange()));
    const lastChunk = await partOf(source, from, to);
    instance.run(() => decryptor.authenticate(lastChunk));
    const size = Number(instance.run(() => decryptor.size()));
    const ranges = rangesOf(size).map(([start, end]) => ({
      start,
      ...span(instance.run(() => decryptor.ciphertextRange(BigInt(start), BigInt(end)))),
    }));
    const count = Math.min(workers, ranges.length);
    const team = await Team.gather(count, (recipients) => instance.run(() => decryptor.share(recipients)));
    if (team === undefined) {
      return undefined;
    }
    return new Parallel(team, source, ranges, new Uint8Array(0)).into(size);
  } finally {
    instance.free(decryptor);
  }
}

/** Is a range that a worker turns into another: where its plaintext begins, and where it stands in the source. */
interface Range {
  start: number;
  from: number;
  to: number;
}

/** Deals out ranges, each once, and gives out what becomes of them in their order. */
class Parallel {
  readonly #team: Team;
  readonly #source: Whole;
  readonly #ranges: Range[];
  readonly #started: Promise<Uint8Array<ArrayBuffer>>[];
  /** Goes to workers and back: fresh memory costs as much as decrypting what it holds. */
  readonly #spare: ArrayBuffer[] = [];
  #given: Promise<unknown> = Promise.resolve();
  #dealt = 0;

  constructor(team: Team, source: Whole, ranges: Range[], front: Uint8Array<ArrayBuffer>) {
    this.#team = team;
    this.#source = source;
    this.#ranges = ranges;
    this.#started = front.length > 0 ? [Promise.resolve(front)] : [];
  }

  async into(size: number): Promise<Output> {
    const next: Next = (take) => this.#next(take);
    if (isBytes(this.#source)) {
      return filled(next, size).catch((failure) => {
        // There may be no memory for the result.
        this.#team.close();
        throw failure;
      });
    }
    const stream = streamed(next, async () => this.#team.close(), true);
    forgotten ??= new FinalizationRegistry((team) => team.close());
    forgotten.register(stream, this.#team);
    return stream;
  }

  async #next(take: Take): Promise<boolean> {
    try {
      this.#deal();
      const bytes = await this.#started.shift();
      if (bytes === undefined) {
        this.#team.dismiss();
        return false;
      }
      take(bytes);
      if (isBytes(this.#source) && bytes.buffer.byteLength >= ROOM) {
        this.#spare.push(bytes.buffer);
      }
      return true;
    } catch (failure) {
      this.#team.close();
      throw failure;
    }
  }

  /** Keeps the workers busy, and what they have done bounded: no range is dealt out before an earlier one is taken. */
  #deal(): void {
    while (this.#started.length < this.#team.most && this.#dealt < this.#ranges.length) {
      const { start, from, to } = this.#ranges[this.#dealt] as Range;
      this.#dealt += 1;
      const last = this.#dealt === this.#ranges.length;
      const bytes = partOf(this.#source, from, to, this.#spare.pop());
      // All are read at once, but given out in their order: that is the one in which a worker takes them.
      const given = this.#given.then(async () => this.#team.give(start, last, await bytes));
      const worked = given.then(({ worked }) => worked);
      // An earlier failure may keep them from ever being awaited.
      bytes.catch(() => undefined);
      worked.catch(() => undefined);
      this.#given = given;
      this.#started.push(worked);
    }
  }
}

function rangesOf(size: number): [start: number, end: number][] {
  const count = Math.ceil(size / SLICE_SIZE);
  return Array.from({ length: count }, (_, index) => [index * SLICE_SIZE, Math.min((index + 1) * SLICE_SIZE, size)]);
}

/** Reads a part, to give it away. It is read here: a worker of Node that reads the Blob of a file ends the process. */
async function partOf(
  source: Whole,
  from: number,
  to: number,
  spare?: ArrayBuffer,
): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Blob) {
    return new Uint8Array(await source.slice(from, to).arrayBuffer());
  }
  const bytes = source instanceof Uint8Array ? source.subarray(from, to) : new Uint8Array(source, from, to - from);
  if (bytes.length !== to - from) {
    // What stands in a spare buffer must not take their place.
    throw new TypeError("the bytes were given away while they were worked on");
  }
  const part = new Uint8Array(spare ?? new ArrayBuffer(ROOM), 0, bytes.length);
  part.set(bytes);
  return part;
}

function sizeOf(source: Whole): number {
  return source instanceof Blob ? source.size : source.byteLength;
}

function span(offsets: BigUint64Array): { from: number; to: number } {
  const [from = 0, to = 0] = Array.from(offsets, Number);
  return { from, to };
}
