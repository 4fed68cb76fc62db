/** Keeps sealed documents by id. What fails throws; the edge answers `bucket_failed`. */
export interface Bucket {
  /**
   * Stores a stream of exactly `size` bytes under an id, and tells whether the id was free; one that is taken stays as it is.
   * Nobody can read anything of it before the stream has ended, nor where it fails.
   *
   * `front` is the object's first bytes, with all of its header, for buckets that keep what they list at hand.
   */
  put(id: string, body: ReadableStream<Uint8Array>, object: { size: number; front: Uint8Array }): Promise<boolean>;
  /** Says what is stored under an id. */
  head(id: string): Promise<Stored | undefined>;
  /** Reads an object, or a range that lies inside it. */
  get(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Lists at most `limit` objects, in the order of their ids, from behind `after` on: fewer at the end alone. */
  list(page: { after?: string | undefined; limit: number }): Promise<StoredEntry[]>;
  /** Removes an object, if it is there. */
  delete(id: string): Promise<void>;
}

/** Is what a bucket knows of an object. */
export interface Stored {
  /** In bytes. */
  size: number;
  /** The object's first bytes, as many as are at hand. */
  front?: Uint8Array | undefined;
}

/** Is an object in a list. */
export interface StoredEntry extends Stored {
  id: string;
}

/** Names a part of an object, in bytes. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** Says that there is no more room. */
export class BucketFullError extends Error {
  override readonly name = "BucketFullError";

  constructor(cause?: unknown) {
    super("the bucket is full", { cause });
  }
}

/** Tells whether a text is an object's id: it can be neither a path nor a hidden file. */
export function isObjectId(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(text);
}
