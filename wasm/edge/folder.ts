import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { BucketFullError, UploadGoneError, isObjectId } from "./bucket.js";
import type { Bucket, ByteRange, Stored, StoredEntry, StoredPart } from "./bucket.js";

/** Where objects are written before they have a name. No id begins with a full stop. */
const UNFINISHED = ".unfinished";

/** How long one object may take to be written since its last part came; what is older was left behind. */
const ABANDONED_MS = 86_400_000;

/** How often is looked for what was left behind. */
const SWEEP_MS = 3_600_000;

const READ_SIZE = 256 * 1024;

const COPY_SIZE = 1 << 20;

/** Keeps objects as files of one folder. */
export class FolderBucket implements Bucket {
  readonly #folder: string;
  #swept = Date.now();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, if it is not there, and removes what was left half written. */
  static async open(folder: string): Promise<FolderBucket> {
    const unfinished = join(folder, UNFINISHED);
    await mkdir(unfinished, { recursive: true });
    await swept(unfinished);
    return new FolderBucket(folder);
  }

  async put(id: string, body: ReadableStream<Uint8Array>, { size }: { size: number }): Promise<boolean> {
    const draft = this.#draft(randomUUID());
    try {
      await written(draft, body, size);
      return await this.#named(draft, this.#file(id));
    } catch (failure) {
      throw told(failure);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async begin(): Promise<string> {
    const upload = randomUUID();
    try {
      await this.#sweep();
      await mkdir(this.#draft(upload), { mode: 0o700 });
      return upload;
    } catch (failure) {
      throw told(failure);
    }
  }

  async part(
    _id: string,
    upload: string,
    { number, size }: { number: number; size: number },
    body: ReadableStream<Uint8Array>,
  ): Promise<string> {
    const etag = randomUUID();
    const file = partFile(this.#draft(upload), { number, etag });
    try {
      await written(file, body, size);
      return etag;
    } catch (failure) {
      await rm(file, { force: true });
      throw gone(failure);
    }
  }

  async complete(id: string, upload: string, parts: readonly StoredPart[]): Promise<boolean> {
    const draft = this.#draft(upload);
    const taken = `${draft}.complete`;
    try {
      await Promise.all(parts.map((part) => stat(partFile(draft, part))));
      // Of two that complete it at once, one gets it.
      await rename(draft, taken);
    } catch (failure) {
      throw gone(failure);
    }
    try {
      const files = parts.map((part) => partFile(taken, part));
      return await this.#named(await joined(files), this.#file(id));
    } catch (failure) {
      throw told(failure);
    } finally {
      await rm(taken, { recursive: true, force: true });
    }
  }

  async abort(_id: string, upload: string): Promise<void> {
    const draft = this.#draft(upload);
    // Parts that are still under way begin no file in it any more.
    await ifThere(rename(draft, `${draft}.aborted`));
    await rm(`${draft}.aborted`, { recursive: true, force: true });
  }

  async head(id: string): Promise<Stored | undefined> {
    const found = await ifThere(lstat(this.#file(id)));
    return found?.isFile() ? { size: found.size } : undefined;
  }

  async get(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    const file = await ifThere(open(this.#file(id), constants.O_RDONLY | constants.O_NOFOLLOW));
    if (file === undefined) {
      return undefined;
    }
    return streamed(file, range ?? { offset: 0, length: (await file.stat()).size });
  }

  async list({ after = "", limit }: { after?: string | undefined; limit: number }): Promise<StoredEntry[]> {
    const names = (await readdir(this.#folder)).filter((name) => isObjectId(name) && name > after).sort();
    const entries: StoredEntry[] = [];
    for (const id of names) {
      const found = await this.head(id);
      if (found !== undefined) {
        entries.push({ id, ...found });
      }
      if (entries.length === limit) {
        break;
      }
    }
    return entries;
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Gives a file its name, which nothing else may have: a link is made whole or not at all. */
  async #named(draft: string, file: string): Promise<boolean> {
    try {
      await link(draft, file);
    } catch (failure) {
      if (code(failure) === "EEXIST") {
        return false;
      }
      throw failure;
    }
    await synced(this.#folder);
    return true;
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    if (now - this.#swept > SWEEP_MS) {
      this.#swept = now;
      await swept(join(this.#folder, UNFINISHED));
    }
  }

  #draft(upload: string): string {
    return join(this.#folder, UNFINISHED, drawn(upload));
  }

  #file(id: string): string {
    if (!isObjectId(id)) {
      throw new TypeError(`expected an object's id, got \`${id}\``);
    }
    return join(this.#folder, id);
  }
}

/** What a file system says where there is no more room, for all or for this user. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

function told(failure: unknown): unknown {
  return NO_ROOM.has(code(failure)) ? new BucketFullError(failure) : failure;
}

/** What is written into an upload that is not there, and what is missing of it, finds no file. */
function gone(failure: unknown): unknown {
  return code(failure) === "ENOENT" ? new UploadGoneError(failure) : told(failure);
}

function partFile(draft: string, { number, etag }: StoredPart): string {
  return join(draft, `${Math.trunc(number)}.${drawn(etag)}`);
}

/** Returns a name that was drawn at random; any other could be a path. */
function drawn(name: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) {
    throw new TypeError("expected a name that this bucket gave");
  }
  return name;
}

/** Removes what nobody finishes any more. */
async function swept(unfinished: string): Promise<void> {
  for (const name of await readdir(unfinished)) {
    const path = join(unfinished, name);
    const found = await ifThere(stat(path));
    if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** Appends files to the first of them, and removes each that was: so they take the room of one file more than they are at most. */
async function joined([first = "", ...rest]: string[]): Promise<string> {
  const whole = await open(first, "r+");
  try {
    const buffer = new Uint8Array(COPY_SIZE);
    let place = (await whole.stat()).size;
    for (const path of rest) {
      place = await appended(whole, place, path, buffer);
      await rm(path);
    }
    await whole.sync();
  } finally {
    await whole.close();
  }
  return first;
}

async function appended(whole: FileHandle, start: number, path: string, buffer: Uint8Array): Promise<number> {
  const part = await open(path, "r");
  try {
    for (let place = start; ; ) {
      const { bytesRead } = await part.read(buffer, 0, buffer.length, place - start);
      if (bytesRead === 0) {
        return place;
      }
      place = await wrote(whole, buffer.subarray(0, bytesRead), place);
    }
  } finally {
    await part.close();
  }
}

/** Writes all of some bytes, of which one call may write fewer, and returns the place behind them. */
async function wrote(file: FileHandle, bytes: Uint8Array, place: number): Promise<number> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, from, bytes.length - from, place + from);
    from += bytesWritten;
  }
  return place + bytes.length;
}

async function written(path: string, body: ReadableStream<Uint8Array>, size: number): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    let place = 0;
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      place = await wrote(file, part, place);
    }
    if (place !== size) {
      throw new RangeError(`expected ${size} bytes, got ${place}`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is safe once its folder is. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function streamed(file: FileHandle, { offset, length }: ByteRange): ReadableStream<Uint8Array> {
  let place = offset;
  const end = offset + length;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const buffer = new Uint8Array(Math.min(READ_SIZE, end - place));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, place);
    place += bytesRead;
    if (bytesRead === 0 && place < end) {
      throw new RangeError("the object is shorter than it was");
    }
    if (bytesRead > 0) {
      controller.enqueue(buffer.subarray(0, bytesRead));
    }
    if (place === end) {
      await file.close();
      controller.close();
    }
  };
  const source = {
    pull: (controller: ReadableStreamDefaultController<Uint8Array>) =>
      pull(controller).catch(async (failure: unknown) => {
        await file.close();
        throw failure;
      }),
    cancel: () => file.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function ifThere<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (failure) {
    if (code(failure) === "ENOENT") {
      return undefined;
    }
    throw failure;
  }
}

function code(failure: unknown): string {
  return String((failure as NodeJS.ErrnoException | undefined)?.code);
}
