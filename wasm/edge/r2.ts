import { UploadGoneError } from "./bucket.js";
import type { Bucket, ByteRange, Stored, StoredEntry, StoredPart } from "./bucket.js";

/** Is what this package uses of a Cloudflare R2 binding. */
export interface R2 {
  put(
    key: string,
    value: ReadableStream<Uint8Array> | string,
    options: { onlyIf: Condition; customMetadata: Record<string, string> },
  ): Promise<object | null>;
  createMultipartUpload(key: string, options: { customMetadata: Record<string, string> }): Promise<{ uploadId: string }>;
  resumeMultipartUpload(key: string, uploadId: string): R2Upload;
  head(key: string): Promise<R2Object | null>;
  get(
    key: string,
    options?: { range: ByteRange },
  ): Promise<{ body: ReadableStream<Uint8Array>; customMetadata?: Record<string, string> } | null>;
  list(options: {
    limit: number;
    startAfter?: string;
    include: ["customMetadata"];
  }): Promise<{ objects: R2Object[]; truncated: boolean }>;
  delete(key: string): Promise<void>;
}

type Condition = Headers | { etagMatches: string };

interface R2Upload {
  uploadPart(number: number, value: ReadableStream<Uint8Array>): Promise<{ etag: string }>;
  complete(parts: { partNumber: number; etag: string }[]): Promise<object>;
  abort(): Promise<void>;
}

interface R2Object {
  key: string;
  size: number;
  etag: string;
  uploaded: Date;
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
    const options = { onlyIf: await this.#condition(id), customMetadata: metadata(front) };
    return (await passed(body, size, (stream) => this.#r2.put(id, stream, options))) !== null;
  }

  async begin(id: string, { front }: { front: Uint8Array }): Promise<string> {
    const { uploadId } = await this.#r2.createMultipartUpload(id, { customMetadata: metadata(front) });
    return uploadId;
  }

  async part(
    id: string,
    upload: string,
    { number, size }: { number: number; size: number },
    body: ReadableStream<Uint8Array>,
  ): Promise<string> {
    const to = this.#r2.resumeMultipartUpload(id, upload);
    try {
      return (await passed(body, size, (stream) => to.uploadPart(number, stream))).etag;
    } catch (failure) {
      throw isGone(failure) ? new UploadGoneError(failure) : failure;
    }
  }

  /**
   * R2 completes an upload whatever stands under its key, so the key is taken first, by a claim: an object that names the upload and
   * is shown to nobody. Completing replaces it; where that fails for good it is removed, and otherwise the same upload may try again.
   */
  async complete(id: string, upload: string, parts: readonly StoredPart[]): Promise<boolean> {
    if (!(await this.#claimed(id, upload))) {
      return false;
    }
    try {
      await this.#r2.resumeMultipartUpload(id, upload).complete(parts.map(({ number, etag }) => ({ partNumber: number, etag })));
      return true;
    } catch (failure) {
      if (!isGone(failure)) {
        throw failure;
      }
      if (await this.#given(id, upload)) {
        throw new UploadGoneError(failure);
      }
      // Another call completed it in the meantime.
      return false;
    }
  }

  async abort(id: string, upload: string): Promise<void> {
    await this.#given(id, upload);
  }

  async head(id: string): Promise<Stored | undefined> {
    const object = await this.#r2.head(id);
    return object === null || isClaim(object) ? undefined : stored(object);
  }

  async get(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    const object = await this.#r2.get(id, range && { range });
    if (object !== null && isClaim(object)) {
      await object.body.cancel();
      return undefined;
    }
    return object?.body;
  }

  async list({ after, limit }: { after?: string | undefined; limit: number }): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    for (let start = after, more = true; more && entries.length < limit; ) {
      const from = start === undefined ? {} : { startAfter: start };
      const page = await this.#r2.list({ limit: limit - entries.length, include: ["customMetadata"], ...from });
      const objects = page.objects.filter((object) => !isClaim(object));
      entries.push(...objects.map((object) => ({ id: object.key, ...stored(object) })));
      start = page.objects.at(-1)?.key;
      more = page.truncated;
    }
    return entries;
  }

  async delete(id: string): Promise<void> {
    await this.#r2.delete(id);
  }

  /** Takes a key for an upload, unless it is taken. */
  async #claimed(id: string, upload: string): Promise<boolean> {
    const options = { onlyIf: await this.#condition(id), customMetadata: { [CLAIM]: claimOf(upload) } };
    if ((await this.#r2.put(id, upload, options)) !== null) {
      return true;
    }
    const there = await this.#r2.head(id);
    return there !== null && isClaimOf(there, upload);
  }

  /** Says on which condition a key may be written: that it is free, or has a claim whose upload's ticket cannot hold any more. */
  async #condition(id: string): Promise<Condition> {
    const there = await this.#r2.head(id);
    const abandoned = there !== null && isClaim(there) && Date.now() - there.uploaded.getTime() > ABANDONED_MS;
    return abandoned ? { etagMatches: there.etag } : new Headers({ "if-none-match": "*" });
  }

  /** Gives an upload up, with its claim, and tells whether no object is there. */
  async #given(id: string, upload: string): Promise<boolean> {
    // In this order: once the upload is gone no call completes it, so that a claim of its own which is there then stays one.
    await this.#r2
      .resumeMultipartUpload(id, upload)
      .abort()
      .catch((failure: unknown) => (isGone(failure) ? undefined : Promise.reject(failure)));
    const there = await this.#r2.head(id);
    if (there !== null && isClaimOf(there, upload)) {
      await this.#r2.delete(id);
      return true;
    }
    return there === null || isClaim(there);
  }
}

/** Stands in the metadata of what only takes a key, and of nothing else. */
const CLAIM = "claim";

/** Longer than any ticket holds. */
const ABANDONED_MS = 2 * 86_400_000;

/** Says that an upload or a part is not there: R2 has codes, and tells them in the text alone. */
function isGone(failure: unknown): boolean {
  return failure instanceof Error && /\((10024|10025)\)/.test(failure.message);
}

function isClaim({ customMetadata }: { customMetadata?: Record<string, string> }): boolean {
  return customMetadata?.[CLAIM] !== undefined;
}

function isClaimOf({ customMetadata }: R2Object, upload: string): boolean {
  return customMetadata?.[CLAIM] === claimOf(upload);
}

/** Names an upload within what metadata may hold. */
function claimOf(upload: string): string {
  return upload.slice(0, 1024);
}

/** Passes a body on at its length, as R2 wants it, and ends it where it is not wanted. */
async function passed<Result>(
  body: ReadableStream<Uint8Array>,
  size: number,
  store: (stream: ReadableStream<Uint8Array>) => Promise<Result>,
): Promise<Result> {
  const { readable, writable } = new FixedLengthStream(size);
  const passing = body.pipeTo(writable).then(
    () => undefined,
    (failure: unknown) => ({ failure }),
  );
  // Nobody reads what is left: the pipe ends when its reader goes.
  const unread = (): Promise<void> => readable.cancel().catch(() => undefined);
  let result: Result;
  try {
    result = await store(readable);
  } catch (failure) {
    await unread();
    throw failure;
  }
  if (result === null) {
    await unread();
    return result;
  }
  const broken = await passing;
  if (broken !== undefined) {
    throw broken.failure;
  }
  return result;
}

/** Keeps a document's header beside it where there is room, so that a list needs no reading of each object. */
function metadata(front: Uint8Array): Record<string, string> {
  return front.length <= FRONT_SIZE ? { front: btoa(String.fromCharCode(...front)) } : {};
}

function stored({ size, customMetadata }: R2Object): Stored {
  const front = customMetadata?.["front"];
  return { size, front: front === undefined ? undefined : Uint8Array.from(atob(front), (letter) => letter.charCodeAt(0)) };
}
