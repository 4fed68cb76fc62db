import { Problem } from "./problem.js";

/** How long a body may stand still. */
const IDLE_MS = 30_000;

/** How much of a body that nobody wants is read, and for how long. */
const LINGER_SIZE = 1 << 21;

const LINGER_MS = 2_000;

/** Reads a request's body, and gives up where it stands still. */
export class Incoming {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(request: Request) {
    this.#reader = request.body?.getReader();
  }

  /** Returns the next bytes; nothing at the end. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#reader === undefined) {
      return undefined;
    }
    return (await inTime(this.#reader.read())).value;
  }

  /**
   * Gives up what is left. Some of it is still read: who is cut off while sending might not see the answer.
   */
  async cancel(): Promise<void> {
    try {
      const late = Date.now() + LINGER_MS;
      for (let left = LINGER_SIZE; left > 0 && Date.now() < late; ) {
        const part = this.#reader && (await inTime(this.#reader.read(), LINGER_MS)).value;
        if (part === undefined) {
          break;
        }
        left -= part.length;
      }
      await this.#reader?.cancel();
    } catch {
      // A body whose sender is gone fails again here, which is no news.
    }
  }
}

/** Reads a body whole, if it is no larger than the limit. */
export async function wholeBody(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announced > limit) {
    throw tooLarge(limit);
  }
  // Where its length is announced the server below cuts the body there.
  const body = announced <= limit ? new Uint8Array(await inTime(request.arrayBuffer())) : await collected(request, limit);
  if (body.length > limit) {
    throw tooLarge(limit);
  }
  return body;
}

async function collected(request: Request, limit: number): Promise<Uint8Array> {
  const incoming = new Incoming(request);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await incoming.next(); part !== undefined; part = await incoming.next()) {
    parts.push(part);
    size += part.length;
    if (size > limit) {
      await incoming.cancel();
      throw tooLarge(limit);
    }
  }
  return joined(parts);
}

/** Puts parts behind each other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** Says that a body is too large. */
export function tooLarge(limit: number): Problem {
  return new Problem(413, "too_large", { detail: `expected a body of at most ${limit} bytes` });
}

async function inTime<Value>(reading: Promise<Value>, time = IDLE_MS): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem(408, "timeout", { detail: "the body stands still" })), time);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (failure) {
    throw failure instanceof Problem ? failure : new Problem(400, "request_invalid", { detail: "the body was cut short" });
  } finally {
    clearTimeout(timer);
  }
}
