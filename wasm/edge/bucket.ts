/** Keeps sealed documents by id. What fails throws; the edge answers `bucket_failed`. */
export interface Bucket {
  /**
   * Stores a stream of exactly `size` bytes under an id, and tells whether the id was free; one that is taken stays as it is.
   * Nobody can read anything of it before the stream has ended, nor where it fails.
   *
   * `front` is the object's first bytes, with all of its header, for buckets that keep what they list at hand.
   */
  put(id: string, body: ReadableStream<Uint8Array>, object: { size: number; front: Uint8Array }): Promise<boolean>;
  /**
   * Begins an object of `size` bytes that comes in parts, and returns the upload's name, of at most 1,024 bytes. There are at most
   * 1,000 parts, all but the last equally long, 5 MiB at least. Nobody can read anything of it before it is complete.
   */
  begin(id: string, object: { size: number; front: Uint8Array }): Promise<string>;
  /**
   * Stores a stream of exactly `size` bytes as a part, from 1 on, and returns what names these bytes, in at most 256 bytes: no others
   * are ever stored under that name. Parts may come in any order, again, and several at once. Throws an `UploadGoneError` where there
   * is no such upload.
   */
  part(id: string, upload: string, part: { number: number; size: number }, body: ReadableStream<Uint8Array>): Promise<string>;
  /**
   * Puts parts behind each other under an id, and tells whether the id was free; one that is taken stays as it is. Throws an
   * `UploadGoneError` where there is no such upload, or a part is no longer there.
   */
  complete(id: string, upload: string, parts: readonly StoredPart[]): Promise<boolean>;
  /** Removes what there is of an upload, if it is there. */
  abort(id: string, upload: string): Promise<void>;
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

/** Names a part of an upload, and the bytes that it is to have. */
export interface StoredPart {
  number: number;
  etag: string;
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

/** Says that no upload of that name is under way, or that what was sent of it is no longer there. */
export class UploadGoneError extends Error {
  override readonly name = "UploadGoneError";

  constructor(cause?: unknown) {
    super("no such upload is under way", { cause });
  }
}

/** Tells whether a text is an object's id: it can be neither a path nor a hidden file. */
export function isObjectId(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(text);
}
