import { SealwrightError } from "./error.js";

/** Names a version of what a server serves, as far as the server tells. */
export interface Version {
  size: number;
  tag: string | null;
  time: string | null;
}

/** Gives out bytes as they come in. */
export type Part = AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;

/** Is a range of what a server serves, up to `end`. */
interface Answer {
  version: Version;
  end: number;
  body: Part;
}

/**
 * Asks a server for ranges.
 *
 * @internal
 */
export class Server {
  readonly #address: URL;
  readonly #init: RequestInit;

  constructor(address: URL, init: RequestInit) {
    this.#address = address;
    this.#init = init;
  }

  /**
   * Asks for the bytes from `start` up to, not including, `end`. What comes may end before that, where the document does.
   *
   * Every answer names its version, so the requests need no `If-Range`, which other origins would have to allow.
   */
  async answer(start: number, end: number, expected?: Version): Promise<Answer> {
    const headers = new Headers(this.#init.headers);
    headers.set("range", `bytes=${start}-${end - 1}`);
    const response = await fetch(this.#address, { ...this.#init, headers }).catch((cause) =>
      this.#broken("cannot be reached", cause),
    );
    try {
      const { size, ...range } = this.#range(response);
      const version = { size, tag: response.headers.get("etag"), time: response.headers.get("last-modified") };
      if (expected !== undefined && !isSame(version, expected)) {
        throw this.#failure("http_changed", "serves another version of the document than at first");
      }
      if (range.start !== start || range.end !== Math.min(end, size)) {
        throw this.#failure("http_range", "answers with another range than was asked for");
      }
      return { version, end: range.end, body: this.#body(response, range.end - start) };
    } catch (failure) {
      await response.body?.cancel().catch(() => undefined);
      throw failure;
    }
  }

  #range(response: Response): { start: number; end: number; size: number } {
    if (response.status === 200) {
      throw this.#failure("http_range", "serves no ranges");
    }
    if (response.status !== 206 && response.status !== 416) {
      throw this.#failure("http_status", `answers ${response.status}`);
    }
    const text = response.headers.get("content-range");
    if (text === null) {
      throw this.#failure("http_range", "does not say, or does not let this page see, its `Content-Range`");
    }
    const [, first, last, size] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(text) ?? [];
    if (size === undefined) {
      throw this.#failure("http_range", "answers with a `Content-Range` that is none");
    }
    return { start: Number(first ?? 0), end: last === undefined ? 0 : Number(last) + 1, size: Number(size) };
  }

  /** Gives out a body as it comes in, if it has as many bytes as it should. */
  async *#body(response: Response, size: number): Part {
    const reader = response.body?.getReader();
    const next = () => reader?.read().catch((cause: unknown) => this.#broken("broke off", cause));
    try {
      let missing = size;
      for (let read = size > 0 ? await next() : undefined; read?.value !== undefined; read = await next()) {
        missing -= read.value.length;
        if (missing < 0) {
          throw this.#failure("http_range", "sends more than it says");
        }
        yield read.value;
      }
      if (missing > 0) {
        throw this.#failure("http_failed", "broke off");
      }
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
  }

  /** Turns the runtime's failure into this package's, unless it is the caller who gave up. */
  #broken(what: string, cause: unknown): never {
    if (this.#init.signal?.aborted) {
      throw cause;
    }
    const failure = this.#failure("http_failed", what);
    failure.cause = cause;
    throw failure;
  }

  /** Returns an error that names the server, but not what an address says behind its path: that may be a secret. */
  #failure(code: string, what: string): SealwrightError {
    return new SealwrightError(code, "environment", `\`${this.#address.origin}${this.#address.pathname}\` ${what}`);
  }
}

function isSame(version: Version, other: Version): boolean {
  return version.size === other.size && version.tag === other.tag && version.time === other.time;
}
