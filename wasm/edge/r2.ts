import type { Bucket, ByteRange, Stored, StoredEntry } from "./bucket.js";

/** Is what this package uses of a Cloudflare R2 binding. */
export interface R2 {
  put(
    key: string,
    value: ReadableStream<Uint8Array>,
    options: { onlyIf: Headers; customMetadata: Record<string, string> },
  ): Promise<object | null>;
  head(key: string): Promise<R2Object | null>;
  get(key: string, options?: { range: ByteRange }): Promise<{ body: ReadableStream<Uint8Array> } | null>;
  list(options: {
    limit: number;
    startAfter?: string;
    include: ["customMetadata"];
  }): Promise<{ objects: R2Object[]; truncated: boolean }>;
  delete(key: string): Promise<void>;
}

interface R2Object {
  key: string;
  size: number;
  customMetadata?: Record<string, string>;
}

/** workerd has it: only a stream of known length is taken. */
declare const FixedLengthStream: new (size: number) => TransformStream<Uint8Array, Uint8Array>;

/** How large a front fits beside an object: metadata take 2 KiB in base64 and with their name. */
const FRONT_SIZE = 1400;

/** Keeps objects in R2. What fails before its announced length is stored by R2 not at all. */
export class R2Bucket implements Bucket {
  readonly #r2: R2;

  constructor(r2: R2) {
    this.#r2 = r2;
  }

  async put(
    id: string,
    body: ReadableStream<Uint8Array>,
    { size, front }: { size: number; front: Uint8Array },
  ): Promise<boolean> {
    const { readable, writable } = new FixedLengthStream(size);
    const options = { onlyIf: new Headers({ "if-none-match": "*" }), customMetadata: metadata(front) };
    const passing = body.pipeTo(writable);
    const putting = this.#r2.put(id, readable, options);
    const passed = passing.then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
    const written = await putting;
    if (written === null) {
      // Nobody reads what is left: the pipe ends when its reader goes.
      await readable.cancel().catch(() => undefined);
      return false;
    }
    const broken = await passed;
    if (broken !== undefined) {
      throw broken.failure;
    }
    return true;
  }

  async head(id: string): Promise<Stored | undefined> {
    const object = await this.#r2.head(id);
    return object === null ? undefined : stored(object);
  }

  async get(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    const object = await this.#r2.get(id, range && { range });
    return object?.body;
  }

  async list({ after, limit }: { after?: string | undefined; limit: number }): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    for (let start = after, more = true; more && entries.length < limit; ) {
      const from = start === undefined ? {} : { startAfter: start };
      const page = await this.#r2.list({ limit: limit - entries.length, include: ["customMetadata"], ...from });
      entries.push(...page.objects.map((object) => ({ id: object.key, ...stored(object) })));
      start = page.objects.at(-1)?.key;
      more = page.truncated;
    }
    return entries;
  }

  async delete(id: string): Promise<void> {
    await this.#r2.delete(id);
  }
}

/** Keeps a document's header beside it where there is room, so that a list needs no reading of each object. */
function metadata(front: Uint8Array): Record<string, string> {
  return front.length <= FRONT_SIZE ? { front: btoa(String.fromCharCode(...front)) } : {};
}

function stored({ size, customMetadata }: R2Object): Stored {
  const front = customMetadata?.["front"];
  return { size, front: front === undefined ? undefined : Uint8Array.from(atob(front), (letter) => letter.charCodeAt(0)) };
}
