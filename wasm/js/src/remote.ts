import { Server } from "./http.js";
import type { Part, Version } from "./http.js";
import type { RangeSource } from "./range.js";

/** How much is asked for at first, in bytes: most headers, and small documents whole. */
const FRONT_SIZE = 16 * 1024;

/**
 * Is a document on a server, read by HTTP ranges.
 *
 * What goes wrong there has codes of its own: `http_failed`, `http_status`, `http_range` for a server that does not serve
 * the ranges asked for, `http_changed` for one that serves another version than at first. A server of another origin
 * must expose `Content-Range` to the page, and should expose `ETag`.
 */
export class RemoteDocument implements RangeSource {
  readonly #server: Server;
  readonly #version: Version;
  readonly #front: Uint8Array<ArrayBuffer>;

  private constructor(server: Server, version: Version, front: Uint8Array<ArrayBuffer>) {
    this.#server = server;
    this.#version = version;
    this.#front = front;
  }

  /** Asks for the first bytes. `init` goes with every request: headers, credentials, a signal to give up. */
  static async open(address: URL | string, init: RequestInit = {}): Promise<RemoteDocument> {
    const server = new Server(new URL(address, globalThis.location?.href), init);
    const { version, end, body } = await server.answer(0, FRONT_SIZE);
    return new RemoteDocument(server, version, await collected(body, end));
  }

  /** In bytes. */
  get size(): number {
    return this.#version.size;
  }

  /** Returns a part, which is fetched as it is read. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer>; stream(): ReadableStream<Uint8Array> } {
    const [from, to] = [Math.min(start, this.size), Math.min(end, this.size)];
    return {
      arrayBuffer: async () => (await collected(this.#part(from, to), to - from)).buffer,
      stream: () => streamed(this.#part(from, to)),
    };
  }

  async *#part(start: number, end: number): Part {
    const known = this.#front.slice(start, end);
    if (known.length > 0) {
      yield known;
    }
    const missing = start + known.length;
    if (missing < end) {
      const { body } = await this.#server.answer(missing, end, this.#version);
      yield* body;
    }
  }
}

async function collected(parts: Part, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size);
  let offset = 0;
  for await (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function streamed(parts: Part): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: async (controller) => {
        const { value, done } = await parts.next();
        if (done) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      },
      cancel: async () => {
        await parts.return();
      },
    },
    { highWaterMark: 0 },
  );
}
