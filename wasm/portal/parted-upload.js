import { Failure } from "./failure.js";

/** @typedef {import("./card.js").Work} Work */
/** @typedef {{ part_size: number, ticket: string }} Begun */

/** The largest document that goes in one request, in bytes. */
export const SINGLE_SIZE = 8 << 20;

/** How many parts are sent at once: browsers have six connections to a host over HTTP/1.1. */
const AT_ONCE = 4;

/** How long is waited before a request is made again that failed on its way or at the edge, in milliseconds. */
const WAITS = [500, 2_000, 5_000];

/**
 * Sends one sealed document in parts (core/spec/release.md, "Uploads in parts").
 *
 * What the edge has is remembered: who sends again after a failure sends what is missing.
 */
export class PartedUpload {
  #engine;
  #edge;
  #document;
  /** @type {Begun | undefined} */
  #begun;
  /** @type {Map<number, string>} by the part's number */
  #receipts = new Map();

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {import("./edge.js").Edge} edge
   * @param {{ key: string, size: number, headerSize: number }} document
   */
  constructor(engine, edge, document) {
    this.#engine = engine;
    this.#edge = edge;
    this.#document = document;
  }

  /**
   * Sends what is missing, and returns the edge's receipt. Once it is cancelled, nothing is left of it.
   *
   * @param {Work} work
   */
  async send(work) {
    try {
      return await this.#sent(work).catch((failure) => {
        if (failure?.code !== "upload_gone") {
          throw failure;
        }
        this.#forget();
        return this.#sent(work);
      });
    } catch (failure) {
      if (work.signal.aborted) {
        this.abandon();
      }
      throw failure;
    }
  }

  /** Has the edge remove what it has, if it can be told. */
  abandon() {
    const ticket = this.#begun?.ticket;
    this.#forget();
    if (ticket !== undefined) {
      this.#edge.abandonUpload(this.#document.key, ticket).catch(() => undefined);
    }
  }

  #forget() {
    this.#begun = undefined;
    this.#receipts.clear();
  }

  /** @param {Work} work */
  async #sent({ signal, told, sized }) {
    const { key, size, headerSize } = this.#document;
    const header = new Uint8Array(await this.#engine.run("front", { key, size: headerSize }));
    const begun = (this.#begun ??= await persistently(signal, () => this.#edge.beginUpload(key, header, size, signal)));
    const count = Math.ceil(size / begun.part_size);
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter((n) => !this.#receipts.has(n));
    sized(size, size - missing.reduce((sum, number) => sum + this.#extent(begun, number).length, 0));
    await inLanes(signal, missing, (number, signal) => this.#part(begun, number, { signal, told }));
    return persistently(
      signal,
      () => this.#edge.completeUpload(key, begun.ticket, header, [...this.#receipts.values()], signal),
      // Where the answer was lost on its way, it may be complete.
      (failure) => failure.status !== undefined && isPassing(failure),
    );
  }

  /**
   * Sends a part, as often as it takes. Its bytes count once, however often they are sent.
   *
   * @param {Begun} begun
   * @param {number} number
   * @param {{ signal: AbortSignal, told: (bytes: number) => void }} work
   */
  async #part({ part_size, ticket }, number, { signal, told }) {
    const { from, length } = this.#extent({ part_size }, number);
    let counted = 0;
    const reached = (/** @type {number} */ bytes) => {
      if (bytes > counted) {
        told(bytes - counted);
        counted = bytes;
      }
    };
    const receipt = await persistently(signal, () => {
      let sent = 0;
      const input = { key: this.#document.key, from, to: from + length };
      const told = (/** @type {number} */ bytes) => reached(Math.min((sent += bytes), length));
      return this.#put(number, { ...input, ticket }, { signal, told });
    });
    this.#receipts.set(number, receipt);
    reached(length);
  }

  /**
   * @param {number} number
   * @param {{ key: string, from: number, to: number, ticket: string }} part
   * @param {{ signal: AbortSignal, told: (bytes: number) => void }} watch
   * @returns {Promise<string>}
   */
  async #put(number, { ticket, ...part }, watch) {
    return this.#edge.proved("PUT", this.#edge.partPath(part.key, number), async ({ url, headers }) => {
      watch.signal.throwIfAborted();
      return this.#engine.run("part", { ...part, url, headers: { ...headers, "upload-ticket": ticket } }, watch);
    });
  }

  /**
   * @param {{ part_size: number }} begun
   * @param {number} number
   */
  #extent({ part_size }, number) {
    const from = (number - 1) * part_size;
    return { from, length: Math.min(part_size, this.#document.size - from) };
  }
}

/**
 * Does work for each item, some at a time, until one fails: then the others at hand are stopped.
 *
 * @template Item
 * @param {AbortSignal} signal
 * @param {Item[]} items
 * @param {(item: Item, signal: AbortSignal) => Promise<void>} work
 */
async function inLanes(signal, items, work) {
  const stopping = new AbortController();
  const stop = () => stopping.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item, stopping.signal);
    }
  };
  const lanes = Array.from({ length: AT_ONCE }, lane);
  try {
    await Promise.all(lanes);
  } finally {
    left.length = 0;
    stopping.abort();
    signal.removeEventListener("abort", stop);
    await Promise.allSettled(lanes);
  }
}

/**
 * Makes a request again, after growing waits, where what went wrong may pass.
 *
 * @template Answer
 * @param {AbortSignal} signal
 * @param {() => Promise<Answer>} ask
 * @param {(failure: Failure) => boolean} passes
 * @returns {Promise<Answer>}
 */
async function persistently(signal, ask, passes = isPassing) {
  for (const wait of WAITS) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (failure) {
      if (signal.aborted || !(failure instanceof Failure && passes(failure))) {
        throw failure;
      }
    }
    await waited(wait, signal);
  }
  return ask();
}

/**
 * Tells whether a failure may pass by itself. A bucket without room stays so, and who is offline is asked when to go on.
 *
 * @param {Failure} failure
 */
function isPassing({ code, status = 0 }) {
  return code === "edge_unreachable" || status === 408 || status === 429 || (status >= 500 && status !== 507);
}

/**
 * @param {number} time in milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function waited(time, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, time);
    signal.aborted ? stop() : signal.addEventListener("abort", stop, { once: true });
  });
}
