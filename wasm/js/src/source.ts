/** Is a whole document in memory. */
export type Bytes = Uint8Array | ArrayBuffer;

/** Is where a document comes from as it is read: a Blob can be read twice, a stream once. */
export type Stream = Blob | ReadableStream<Uint8Array>;

/** Is where a document comes from. */
export type Source = Bytes | Stream;

/** The most bytes that go into WebAssembly memory at once. */
export const SLICE_SIZE = 1 << 20;

/** For how many milliseconds slices follow each other before a page may draw and take clicks. */
const LONGEST_TURN_MS = 24;

/** Tells whether a source is in memory, so that its result is too. */
export function isBytes(source: Source): source is Bytes {
  return source instanceof Uint8Array || source instanceof ArrayBuffer;
}

/** Tells whether a source can be read twice. */
export function isRepeatable(source: Source): boolean {
  return !isStream(source);
}

/** Reads a source in slices of bounded size. A slice holds until the next one is asked for. */
export class Slices {
  readonly #stream: Reading | undefined;
  #pending: Uint8Array;
  #turn = performance.now();

  constructor(source: Source) {
    if (isBytes(source)) {
      this.#pending = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
      return;
    }
    if (!isStream(source) && !(source instanceof Blob)) {
      throw new TypeError("expected a Uint8Array, an ArrayBuffer, a Blob or a ReadableStream");
    }
    this.#pending = new Uint8Array(0);
    this.#stream = reading(isStream(source) ? source : source.stream());
  }

  /** Returns the next slice, never an empty one and never of more than `most` bytes, or nothing at the end. */
  async next(most = SLICE_SIZE): Promise<Uint8Array | undefined> {
    if (performance.now() - this.#turn > LONGEST_TURN_MS) {
      await turned();
      this.#turn = performance.now();
    }
    while (this.#pending.length === 0) {
      const bytes = await this.#stream?.read();
      if (bytes === undefined) {
        return undefined;
      }
      if (!(bytes instanceof Uint8Array)) {
        throw new TypeError("expected a stream of Uint8Array");
      }
      this.#pending = bytes;
    }
    const slice = this.#pending.subarray(0, most);
    this.#pending = this.#pending.subarray(slice.length);
    return slice;
  }

  /** How many bytes are still to come, where that is known. */
  get rest(): number | undefined {
    return this.#stream === undefined ? this.#pending.length : undefined;
  }

  /** Tells the source that nothing more is read. */
  async cancel(reason?: unknown): Promise<void> {
    await this.#stream?.cancel(reason).catch(() => undefined);
  }
}

/**
 * Lets others have a turn. Timers are the last resort: Node waits a millisecond for one, and browsers four when one follows
 * another.
 */
function turned(): Promise<unknown> {
  const { scheduler, setImmediate } = globalThis as Turns;
  if (scheduler?.yield !== undefined) {
    return scheduler.yield();
  }
  return new Promise<void>((resolve) => (setImmediate === undefined ? setTimeout(resolve) : setImmediate(resolve)));
}

/** Is what some runtimes have for it. */
interface Turns {
  scheduler?: { yield?(): Promise<void> };
  setImmediate?(resolve: () => void): unknown;
}

interface Reading {
  read(): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

function reading(stream: ReadableStream<Uint8Array>): Reading {
  const reader = bufferedReader(stream);
  if (reader === undefined) {
    const reader = stream.getReader();
    return { read: async () => (await reader.read()).value, cancel: (reason) => reader.cancel(reason) };
  }
  // One buffer goes back and forth: fresh ones pile up faster than browsers collect them.
  let buffer = new ArrayBuffer(SLICE_SIZE);
  const read = async () => {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    buffer = value?.buffer ?? buffer;
    return done ? undefined : value;
  };
  return { read, cancel: (reason) => reader.cancel(reason) };
}

/** Returns a reader that fills the caller's buffer, if the stream has one to give. */
function bufferedReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  if (stream.locked) {
    return undefined;
  }
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}

function isStream(source: Source): source is ReadableStream<Uint8Array> {
  return source instanceof ReadableStream;
}
